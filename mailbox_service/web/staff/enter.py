"""/staff/enter: a clerk enters what somebody said by phone, at the counter, or brought on paper; then the receipt."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from litestar import Response
from markupsafe import Markup
from sqlmodel import Session

from mailbox_service.base import stops, tokens
from mailbox_service.base.language import LANGUAGES, day, say, say_refusal
from mailbox_service.base.refusals import Refused
from mailbox_service.city.tables import RoleName
from mailbox_service.tickets import work
from mailbox_service.tickets.find import citizen as letters
from mailbox_service.tickets.tables.words import Channel, Identity, Kind
from mailbox_service.web import csrf, due_words, forms, pages, uploads
from mailbox_service.web.desk import Desk, frame, hang, switched
from mailbox_service.web.errors import STATUS
from mailbox_service.web.letter_form import topic_id
from mailbox_service.web.page import Group, Option, Page, Problem
from mailbox_service.web.staff.enter_form import EnterForm, letter, typed
from mailbox_service.web.staff.qr import qr_code
from mailbox_service.web.uploads import FileField

PATH, RECEIPT = "/staff/enter", "/staff/enter/receipt"
RECEIPT_COOKIE, RECEIPT_SECONDS = "entered", 600
CHANNELS = (Channel.PHONE, Channel.COUNTER, Channel.PAPER)
ABOUT = {"letter.not_yet": "received"}


@dataclass(frozen=True, slots=True)
class EnterPage:
    """The form, with what is filled in. `sent_before` is the letter that another text of this form has become."""

    page: Page
    typed: Mapping[str, str]
    channels: Sequence[Option]
    kind_choices: Sequence[Option]
    topics: Sequence[Group]
    identity_choices: Sequence[Option]
    answer_languages: Sequence[Option]
    text_limit: int
    files: FileField | None
    today: str


@dataclass(frozen=True, slots=True)
class ReceiptPage:
    """The receipt to hand over, in the writer's language (`lang`); without rows it has been given already."""

    page: Page
    lang: str = ""
    city: str = ""
    service: str = ""
    title: str = ""
    rows: Sequence[tuple[str, str, bool]] = ()
    keep: str = ""
    way: str = ""
    address: str = ""
    picture: Markup | None = None


async def show(desk: Desk) -> Response[bytes]:
    """The empty form."""
    _only_clerks(desk)
    language = desk.city.working_language
    fresh = {"channel": Channel.PHONE.value, "received": desk.today.isoformat(), "identity": Identity.NAMED.value}
    return await _page(desk, fresh | {"language": language, "wants_reply": "yes", "once": tokens.fresh_token()})


async def do(desk: Desk) -> Response[bytes]:
    """Take the letter in, once however often the form is sent; or show it again with what is wrong."""
    _only_clerks(desk)
    form = await uploads.read(desk.visit)
    filled = typed(form) | {"once": uploads.mark_of(form)}
    wrong, only_files = await uploads.tend(desk.visit, uploads.holder(desk.visit, filled["once"]), form)
    if switched(desk.visit, form) or only_files:
        return await _page(desk, filled, wrong)
    said, problems = forms.filled(EnterForm, filled, desk.lang, desk.site.settings)
    if filled["topic"] and not await _is_topic(desk, filled["topic"]):
        problems = [*problems, forms.problem(desk.lang, "topic", "wrong")]
    if said is None or problems or wrong:
        return await _page(desk, filled, [*problems, *wrong])
    return await _enter(desk, filled, said)


def _only_clerks(desk: Desk) -> None:
    if not desk.viewer.has(RoleName.CLERK):
        raise Refused("not_yours")


async def _is_topic(desk: Desk, chosen: str) -> bool:
    return any(topic.id == topic_id(chosen) for topic in await desk.site.topics.used(desk.site.db))


async def _enter(desk: Desk, filled: Mapping[str, str], said: EnterForm) -> Response[bytes]:
    site, now = desk.site, desk.now
    once = tokens.hashed(f"enter:{desk.visit.kept(csrf.COOKIE)}:{filled['once']}")
    holder, entered = uploads.holder(desk.visit, filled["once"]), letter(said, filled, now, site.zone)

    def store(session: Session) -> tuple[int, int]:
        case = work.arrived(session, site.book, entered, once_key=once, by=desk.viewer, now=now)
        uploads.attach(session, case, holder, now=now)
        stops.reach("after-insert")
        return case.ticket.id, case.ticket.code_generation

    try:
        ticket_id, generation = await desk.write(store)
    except Refused as refused:
        if refused.code != "conflict":
            return await _page(desk, filled, [_problem(desk, refused)], status=STATUS.get(refused.code, 422))
        sent = await desk.read(lambda session: letters.sent_once(session, once))
        if sent is None:
            raise
        if (sent.subject, sent.text) != (said.subject.strip(), said.text.strip()):
            again = dict(filled) | {"once": tokens.fresh_token()}
            sentence = say(desk.lang, "intake.sent_before", number=sent.number)
            return await _page(desk, again, [Problem("", sentence)], status=409)
        ticket_id, generation = sent.ticket_id, sent.generation
    token = tokens.sign_link(site.settings.secret, RECEIPT_COOKIE, ticket_id, generation)
    desk.visit.keep(RECEIPT_COOKIE, token, RECEIPT_SECONDS)
    return pages.see_other(RECEIPT)


def _problem(desk: Desk, refused: Refused) -> Problem:
    return Problem(ABOUT.get(refused.code, ""), say_refusal(desk.lang, refused, desk.site.zone))


async def _page(
    desk: Desk, filled: Mapping[str, str], problems: Sequence[Problem] = (), *, status: int = 0
) -> Response[bytes]:
    lang, title = desk.lang, say(desk.lang, "Enter a letter")
    blank = dict.fromkeys(
        ("kind", "topic", "subject", "text", "name", "email", "phone", "address", "on_behalf_of", "signatories"), ""
    )
    context = EnterPage(
        page=frame(desk, title, form_id="enter", form_act="send", problems=problems),
        typed=blank | {"consent": "", "wants_reply": ""} | dict(filled),
        channels=[Option(c.value, say(lang, f"channel.{c.value}"), say(lang, f"intake.{c.value}")) for c in CHANNELS],
        kind_choices=[Option(kind.value, say(lang, f"kind.{kind.value}")) for kind in Kind],
        topics=await desk.site.topics.groups(desk.site.db, lang),
        identity_choices=[Option(i.value, say(lang, f"identity.{i.value}")) for i in Identity],
        answer_languages=[Option(other.code, other.name, lang=other.tag) for other in LANGUAGES.values()],
        text_limit=desk.site.settings.text_max_characters,
        files=await uploads.field(desk.visit, filled["once"]),
        today=desk.today.isoformat(),
    )
    return pages.html(desk.visit, "staff/enter.html", context, status=status or (422 if problems else 200))


async def receipt(desk: Desk) -> Response[bytes]:
    """Number and code, once, on a sheet to be printed for the writer, in their language."""
    _only_clerks(desk)
    visit, settings = desk.visit, desk.site.shown
    kept = visit.kept(RECEIPT_COOKIE)
    visit.forget(RECEIPT_COOKIE)
    link = tokens.read_link(settings.secret, kept, RECEIPT_COOKIE, RECEIPT_SECONDS) if kept else None
    found = await desk.read(lambda s: letters.receipt(s, link.ticket_id)) if link else None
    page = frame(desk, say(desk.lang, "Receipt for the writer"))
    if link is None or found is None or found.generation != link.generation:
        return pages.html(visit, "staff/enter_receipt.html", ReceiptPage(page))
    lang = found.language if found.language in LANGUAGES else desk.lang
    code = tokens.show_code(tokens.access_code(settings.secret, found.ticket_id, found.generation))
    address = f"{settings.public_url}/{lang}/track?number={found.number}"
    received = day(desk.city.calendar.day_of(found.received_at), lang)
    context = ReceiptPage(
        page=page,
        lang=LANGUAGES[lang].tag,
        city=settings.city_name[lang],
        service=settings.service_name[lang],
        title=say(lang, "We have received your letter"),
        rows=[
            (say(lang, "Letter number"), found.number, True),
            (say(lang, "Query code"), code, True),
            (say(lang, "Received"), received, False),
            (say(lang, "intake.reply_by"), due_words.due_day(found.due_on, lang, provisional=found.provisional), False),
        ],
        keep=say(lang, "intake.keep"),
        way=say(lang, "intake.way"),
        address=address,
        picture=qr_code(address),
    )
    return pages.html(visit, "staff/enter_receipt.html", context)


doors = [hang("GET", PATH, show), hang("POST", PATH, do), hang("GET", RECEIPT, receipt)]
