"""/write: a letter is written here, and taken in once however often it is sent."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any

from litestar import Response, get, post
from pydantic import AfterValidator, BaseModel, ValidationInfo
from pydantic_core import PydanticCustomError
from sqlmodel import Session

from mailbox_service.base import claim, clock, stops, tokens
from mailbox_service.base.language import LANGUAGES, say, say_refusal
from mailbox_service.base.refusals import Refused
from mailbox_service.base.settings import Settings
from mailbox_service.tickets import work
from mailbox_service.tickets.find import citizen as letters
from mailbox_service.tickets.life.arrive import Letter
from mailbox_service.tickets.tables.words import Identity, Kind
from mailbox_service.web import errors, forms, pages
from mailbox_service.web.page import Group, Option, Page, Problem
from mailbox_service.web.public import key, switch
from mailbox_service.web.site import Visit

HOUR_SECONDS = 3600
PRIVACY_VERSION = "1"
TRAP = "website"  # a field people don't see and programs fill in
LINES = ("kind", "topic", "subject", "name", "email", "phone", "identity", "language", "wants_reply", "consent", "once")
FRESH = {"identity": "named", "wants_reply": "yes"}

_MAIL = re.compile(r"[^@\s<>\"(),:;\\]+@[^@\s<>\"(),:;\\]+\.[^@\s<>\"(),:;\\.]{2,}")
_PHONE = re.compile(r"[0-9+][0-9 ()\-./+#*]{3,38}[0-9]")
_KANA, _HANGUL, _HAN = re.compile("[ぁ-ヿ]"), re.compile("[가-힣]"), re.compile("[一-鿿]")


# --- What a letter must say ------------------------------------------------------------------


def _subject(text: str, info: ValidationInfo) -> str:
    return _within(text, info.context.subject_max_characters if info.context else 200)


def _text(text: str, info: ValidationInfo) -> str:
    return _within(text, info.context.text_max_characters if info.context else 10_000)


def _within(text: str, limit: int) -> str:
    if not text.strip():
        raise PydanticCustomError("missing", "missing")
    if len(text) > limit:
        raise PydanticCustomError("too_long", "too long", {"limit": limit})
    return text


def _name(name: str, info: ValidationInfo) -> str:
    if not name and info.data.get("identity") in (Identity.NAMED, Identity.HIDDEN):
        raise PydanticCustomError("missing", "missing")
    return _within(name or "-", 100) if name else name


def mail_address(typed: str) -> str:
    """A mail address as typed, full-width letters put right; "" stays.

    Raises:
        PydanticCustomError: "wrong" for what can't be one.
    """
    address = unicodedata.normalize("NFKC", typed).strip()
    if address and (len(address) > 254 or not _MAIL.fullmatch(address)):
        raise PydanticCustomError("wrong", "wrong")
    return address


def phone_number(typed: str) -> str:
    """A telephone number as typed, full-width digits put right; "" stays.

    Raises:
        PydanticCustomError: "wrong" for what can't be one.
    """
    number = unicodedata.normalize("NFKC", typed).strip()
    if number and not _PHONE.fullmatch(number):
        raise PydanticCustomError("wrong", "wrong")
    return number


def _topic_id(typed: str) -> int | None:
    return int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 19 else None


def _language(code: str) -> str:
    if code not in LANGUAGES:
        raise PydanticCustomError("wrong", "wrong")
    return code


class LetterForm(BaseModel):
    """The form, checked; its context is the settings."""

    kind: Kind
    topic: str
    subject: Annotated[str, AfterValidator(_subject)]
    text: Annotated[str, AfterValidator(_text)]
    identity: Identity
    name: Annotated[str, AfterValidator(_name)]
    email: Annotated[str, AfterValidator(mail_address)]
    phone: Annotated[str, AfterValidator(phone_number)]
    language: Annotated[str, AfterValidator(_language)]


def written_in(text: str) -> str:
    """The language a text's own letters tell; "" when they don't."""
    if _KANA.search(text):
        return "ja"
    if _HANGUL.search(text):
        return "ko"
    return "zh" if _HAN.search(text) else ""


# --- The page --------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class WritePage:
    """The form with what was typed."""

    page: Page
    typed: Mapping[str, str]
    kinds: Sequence[Option]
    topics: Sequence[Group]
    identities: Sequence[Option]
    answer_languages: Sequence[Option]
    subject_limit: int
    text_limit: int
    trap: str
    too_old: bool = False
    sent_before: str = ""


@get("/{lang:str}/write")
async def write(request: Visit) -> Response[bytes]:
    """The empty form."""
    request.require_language()
    return await _page(request, {**FRESH, "language": request.lang, "once": tokens.fresh_token()})


async def _page(
    visit: Visit, typed: Mapping[str, str], problems: Sequence[Problem] = (), *, status: int = 200, **more: Any
) -> Response[bytes]:
    lang, settings = visit.lang, visit.site.settings
    context = WritePage(
        page=pages.frame(visit, say(lang, "Write a letter"), form_id="letter", form_act="send", problems=problems),
        typed={name: typed.get(name, "") for name in (*LINES, "text")},
        kinds=[Option(kind, say(lang, f"kind.{kind}"), say(lang, f"write.kind.{kind}")) for kind in Kind],
        topics=await visit.site.topics.groups(visit.site.db, lang),
        identities=[
            Option(i, say(lang, f"write.identity.{i}"), say(lang, f"write.identity.{i}.hint")) for i in Identity
        ],
        answer_languages=[Option(other.code, other.name) for other in LANGUAGES.values()],
        subject_limit=settings.subject_max_characters,
        text_limit=settings.text_max_characters,
        trap=TRAP,
        **more,
    )
    return pages.html(visit, "public/write.html", context, status=status, cache=pages.OWN)


# --- Sending ---------------------------------------------------------------------------------


@post("/{lang:str}/write", status_code=200)
async def send(request: Visit) -> Response[bytes]:
    """Take the letter in, and lead to its receipt."""
    request.require_language()
    visit, settings = request, request.site.settings
    try:
        form = await forms.read(visit)
    except forms.TooOld as old:
        if old.foreign:
            raise
        return await _page(visit, typed_in(old.form), status=403, too_old=True)
    if answer := switch.follow(visit, form):
        return answer
    typed = typed_in(form)
    if form.line("switch"):
        return await _page(visit, typed)
    said, problems = forms.filled(LetterForm, typed, visit.lang, settings)
    if typed["topic"] and not await _is_topic(visit, _topic_id(typed["topic"])):
        problems = [*problems, forms.problem(visit.lang, "topic", "wrong")]
    if form.raw(TRAP):
        problems = [*problems, forms.problem(visit.lang, TRAP, "not_empty")]
    if said is None or problems:
        return await _page(visit, typed, problems, status=422)
    return await _take_in(visit, typed, said)


async def _is_topic(visit: Visit, topic_id: int | None) -> bool:
    return any(topic.id == topic_id for topic in await visit.site.topics.used(visit.site.db))


def typed_in(form: forms.Form) -> dict[str, str]:
    """What was typed, for the checks and to be shown again. A form without its own mark for "once" gets one."""
    typed = {name: form.line(name) for name in LINES}
    typed["text"] = form.text("text").strip("\n")
    if not 16 <= len(typed["once"]) <= 64:
        typed["once"] = tokens.fresh_token()
    return typed


async def _take_in(visit: Visit, typed: Mapping[str, str], said: LetterForm) -> Response[bytes]:
    site, now = visit.site, clock.now()
    once = tokens.hashed(f"{visit.kept('visit')}:{typed['once']}")
    letter, mark = _letter(typed, said), visit.mark

    def store(session: Session) -> tuple[int, int]:
        _count(session, mark, now, site.settings)
        case = work.arrived(session, site.book, letter, once_key=once, by=None, now=now)
        stops.reach("after-insert")
        return case.ticket.id, case.ticket.code_generation

    try:
        ticket_id, generation = await site.db.writing(store)
    except Refused as refusal:
        if refusal.code == "storage.full":  # nothing typed is lost
            problem = Problem("", say_refusal(visit.lang, refusal, site.zone))
            return await _page(visit, typed, [problem], status=errors.STATUS[refusal.code])
        if refusal.code != "conflict":
            raise
        return await _again(visit, typed, once)
    stops.reach("after-commit")
    return _to_receipt(visit, ticket_id, generation)


def _count(session: Session, mark: str, now: Any, settings: Settings) -> None:
    if claim.count_try(session, "letter", mark, HOUR_SECONDS, now) > settings.letters_per_address_per_hour:
        raise Refused("too_many", at=claim.window_end(HOUR_SECONDS, now))


def _letter(typed: Mapping[str, str], said: LetterForm) -> Letter:
    return Letter(
        kind=said.kind,
        subject=said.subject,
        text=said.text,
        language=said.language,
        written_in=written_in(said.text),
        identity=said.identity,
        name=said.name,
        email=said.email,
        phone=said.phone,
        topic_id=_topic_id(said.topic),
        wants_reply=typed["wants_reply"] == "yes",
        publication_consent=typed["consent"] == "yes",
        privacy_version=PRIVACY_VERSION,
    )


async def _again(visit: Visit, typed: Mapping[str, str], once: str) -> Response[bytes]:
    """The same form was sent before: to the same receipt. With another text it is kept, to be sent as a new letter."""
    sent = await visit.site.db.reading(lambda session: letters.sent_once(session, once))
    if sent is None:
        raise Refused("conflict")
    if (sent.subject, sent.text) == (typed["subject"], typed["text"].strip()):
        return _to_receipt(visit, sent.ticket_id, sent.generation)
    fresh = {**typed, "once": tokens.fresh_token()}
    return await _page(visit, fresh, status=409, sent_before=sent.number)


def _to_receipt(visit: Visit, ticket_id: int, generation: int) -> Response[bytes]:
    key.show_receipt_once(visit, ticket_id, generation)
    return pages.see_other(f"/{visit.lang}/receipt")
