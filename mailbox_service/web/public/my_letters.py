"""/my-letters: a mail address, and by mail a link that opens every letter of it for two hours.

The answer to an address is the same whether or not it has letters, and so is the work done for it:
the mail is written for any address, and what it finds out it finds out as it leaves (`mail.my_letters`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Any

from litestar import Response, get, post
from pydantic import AfterValidator, BaseModel
from pydantic_core import PydanticCustomError
from sqlmodel import Session

from mailbox_service.base import claim, clock, tokens
from mailbox_service.base.language import day, in_language, say
from mailbox_service.base.refusals import Refused
from mailbox_service.mail import my_letters as post_room
from mailbox_service.tickets.acts import OPEN
from mailbox_service.tickets.case import City
from mailbox_service.tickets.find import address as addresses
from mailbox_service.tickets.tables.words import Status
from mailbox_service.web import due_words, forms, pages
from mailbox_service.web.page import Page, Problem
from mailbox_service.web.public import key, switch, texts
from mailbox_service.web.public.write_form import mail_address
from mailbox_service.web.site import Visit

HOUR_SECONDS = 3600
LINK_SECONDS = 2 * HOUR_SECONDS
AGAIN_SECONDS = 30 * 24 * HOUR_SECONDS  # so long an expired link is worth a button
MAILS_PER_HOUR = 3  # to one address


def _address(typed: str) -> str:
    if not typed:
        raise PydanticCustomError("missing", "missing")
    return mail_address(typed)


class AddressForm(BaseModel):
    """The one field."""

    email: Annotated[str, AfterValidator(_address)]


@dataclass(frozen=True, slots=True)
class Line:
    """One letter of the list; of a restricted one only number and status."""

    number: str
    subject: str
    lang: str
    status: str
    office: str
    due: str
    received: str


@dataclass(frozen=True, slots=True)
class MyLettersPage:
    """The form, what was done with it, or the list. `state` is "ask", "sent", "expired", "unknown" or "open"."""

    page: Page
    state: str
    typed: str = ""
    lines: Sequence[Line] = ()
    is_cut: bool = False
    phone: str = ""


@get("/{lang:str}/my-letters")
async def my_letters(request: Visit) -> Response[bytes]:
    """The field for the address; or, after it was sent, what happens next."""
    request.require_language()
    return _page(request, "sent" if request.query_params.get("sent") else "ask")


def _page(
    visit: Visit, state: str, *, problems: Sequence[Problem] = (), status: int = 200, **more: Any
) -> Response[bytes]:
    titles = {
        "sent": say(visit.lang, "Look into your mailbox"),
        "expired": say(visit.lang, "This link no longer works"),
        "unknown": say(visit.lang, "This link no longer works"),
    }
    form_id = {"ask": "ask", "expired": "again", "open": "open"}.get(state)
    frame = pages.frame(visit, titles.get(state) or say(visit.lang, "My letters"), form_id=form_id, problems=problems)
    context = MyLettersPage(frame, state, phone=visit.site.shown.support_phone, **more)
    return pages.html(visit, "public/my_letters.html", context, status=status)


@post("/{lang:str}/my-letters", status_code=200)
async def ask(request: Visit) -> Response[bytes]:
    """Send the link, whatever the address."""
    request.require_language()
    visit = request
    form = await forms.read(visit)
    if answer := switch.follow(visit, form):
        return answer
    typed = form.line("email")
    if form.line("switch"):
        return _page(visit, "ask", typed=typed)
    said, problems = forms.filled(AddressForm, {"email": typed}, visit.lang)
    if said is None:
        return _page(visit, "ask", typed=typed, problems=problems, status=422)
    await _send(visit, said.email)
    return pages.see_other(f"/{visit.lang}/my-letters?sent=1")


async def _send(visit: Visit, address: str) -> None:
    """Count the wish by network and by mail address; past the latter's limit nothing is sent, and nothing said.

    Raises:
        Refused: "too_many" from this network address within the hour.
    """
    settings, now, mark = visit.site.shown, clock.now(), visit.mark
    of_address = tokens.hashed(address.casefold())

    def store(session: Session) -> int:
        tries = claim.count_try(session, "my_letters", mark, HOUR_SECONDS, now)
        asked = claim.count_try(session, "my_letters.mail", of_address, HOUR_SECONDS, now)
        if tries <= settings.my_letters_per_address_per_hour and asked <= MAILS_PER_HOUR:
            post_room.ask(session, settings, address, visit.lang, now=now)
        return tries

    if await visit.site.db.writing(store) > settings.my_letters_per_address_per_hour:
        raise Refused("too_many", at=claim.window_end(HOUR_SECONDS, now))


# --- The link --------------------------------------------------------------------------------


def _mail_id(visit: Visit, seconds: int) -> int | None:
    link = tokens.read_link(visit.site.settings.secret, visit.word("token"), "my letters", seconds)
    return link.ticket_id if link else None


@get("/{lang:str}/my-letters/{token:str}")
async def listed(request: Visit) -> Response[bytes]:
    """The letters of the address. It opens none of them: that takes the button beside it."""
    request.require_language()
    return await _list(request)


async def _list(visit: Visit) -> Response[bytes]:
    mail_id = _mail_id(visit, LINK_SECONDS)
    if mail_id is None:
        return _page(visit, "expired" if _mail_id(visit, AGAIN_SECONDS) else "unknown", status=404)

    def find(session: Session) -> tuple[str, Sequence[Any], City]:
        address = post_room.address_of(session, mail_id)
        return address, addresses.letters(session, address) if address else (), visit.site.book.open(session)

    address, rows, city = await visit.site.db.reading(find)
    if not address:
        return _page(visit, "unknown", status=404)
    lines = [_line(visit, row, city) for row in rows]
    return _page(visit, "open", lines=lines, is_cut=len(rows) == addresses.MOST)


def _line(visit: Visit, row: Any, city: City) -> Line:
    lang = visit.lang
    if row.restricted:
        return Line(row.number, "", "", row.status, say(lang, "the city"), "", "")
    lead = city.offices.get(row.lead_department_id)
    runs = row.status in OPEN - {Status.AWAITING_CITIZEN} or row.status == Status.MERGED
    return Line(
        number=row.number,
        subject=row.subject,
        lang=texts.tag(texts.language_of(row.subject, "", city.working_language)),
        status=row.status,
        office=in_language(lead.name, lang) if lead else say(lang, "the city"),
        due=_due(row, lang) if runs else "",
        received=day(city.calendar.day_of(row.received_at), lang),
    )


def _due(row: Any, lang: str) -> str:
    on = due_words.due_day(row.due_on, lang, provisional=row.provisional)
    if row.wants_reply:
        return say(lang, "Reply due by %(date)s", date=on)
    return say(lang, "To be dealt with by %(date)s", date=on)


@post("/{lang:str}/my-letters/{token:str}", status_code=200)
async def open_one(request: Visit) -> Response[bytes]:
    """Open one letter of the list in this browser; or, from an expired link, send a new one to the same address."""
    request.require_language()
    visit = request
    form = await forms.read(visit)
    if answer := switch.follow(visit, form):
        return answer
    mail_id, number = _mail_id(visit, LINK_SECONDS), tokens.read_number(form.line("open"))
    if form.line("switch") or mail_id is None or number is None:
        return await (_again(visit) if form.line("act") == "again" else _list(visit))

    def find(session: Session) -> Any | None:
        address = post_room.address_of(session, mail_id)
        return addresses.letter(session, address, number) if address else None

    row = await visit.site.db.reading(find)
    if row is None:
        return await _list(visit)
    key.open_letter(visit, row.id, row.code_generation)
    return pages.see_other(f"/{visit.lang}/letters/{row.number}")


async def _again(visit: Visit) -> Response[bytes]:
    mail_id = _mail_id(visit, AGAIN_SECONDS)
    address = await visit.site.db.reading(lambda s: post_room.address_of(s, mail_id)) if mail_id else ""
    if not address:
        return _page(visit, "unknown", status=404)
    await _send(visit, address)
    return pages.see_other(f"/{visit.lang}/my-letters?sent=1")
