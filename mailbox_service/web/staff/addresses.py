"""/staff/addresses: writers whose mail address doesn't work. A clerk corrects it, or knows that it works again.

The list says nothing of who wrote: name and contact stand on the letter's page, where each look is written down.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from litestar import Response
from pydantic_core import PydanticCustomError
from sqlmodel import Session

from mailbox_service.base import ids, tokens
from mailbox_service.base.language import moment, say
from mailbox_service.base.refusals import Refused
from mailbox_service.mail import undeliverable
from mailbox_service.tickets import keep
from mailbox_service.tickets.find import case as cases
from mailbox_service.tickets.find import unreachable
from mailbox_service.web import pages
from mailbox_service.web.desk import MENDS_ADDRESSES, Desk, frame, hang, switched
from mailbox_service.web.errors import STATUS
from mailbox_service.web.forms import Form
from mailbox_service.web.letter_form import mail_address
from mailbox_service.web.page import Page
from mailbox_service.web.staff import acts
from mailbox_service.web.staff.queues import tag

PATH = "/staff/addresses"
DONE = ("corrected", "cleared")
FIELDS = ("email", "reason")


@dataclass(frozen=True, slots=True)
class Row:
    """A letter whose writer gets no mail."""

    number: str
    href: str
    subject: str
    lang: str
    since: str
    has_phone: bool


@dataclass(frozen=True, slots=True)
class AddressesPage:
    """The list; `email` and `reason` are what was typed for the letter `number`."""

    page: Page
    rows: Sequence[Row]
    number: str
    email: str
    reason: str
    more: str


async def show(desk: Desk) -> Response[bytes]:
    """The list."""
    return await _page(desk)


async def do(desk: Desk) -> Response[bytes]:
    """Correct one, or clear its mark."""
    form = await desk.form()
    if switched(desk.visit, form):
        return await _page(desk, form)
    done = "cleared" if form.line("act") == "clear" else "corrected"
    try:
        await desk.write(lambda session: _mend(session, desk, form, done))
    except Refused as refused:
        if refused.code in acts.OUT_OF_SIGHT:
            raise
        return await _page(desk, form, refused)
    return pages.see_other(f"{PATH}?done={done}")


def _mend(session: Session, desk: Desk, form: Form, done: str) -> None:
    case = cases.case(session, desk.city, _number(form), desk.viewer)
    if done == "cleared":
        undeliverable.clear(session, case, by=desk.viewer, now=desk.now)
    else:
        undeliverable.correct(session, case, _email(form), form.line("reason"), by=desk.viewer, now=desk.now)
    keep.keep(session, case)


def _number(form: Form) -> str:
    return tokens.read_number(form.line("number")[:40]) or ""


def _email(form: Form) -> str:
    try:
        return mail_address(form.line("email"))
    except PydanticCustomError as wrong:
        raise Refused("address.wrong") from wrong


async def _page(desk: Desk, form: Form | None = None, refused: Refused | None = None) -> Response[bytes]:
    if not any(desk.viewer.has(role) for role in MENDS_ADDRESSES):
        raise Refused("not_yours")
    after = ids.read(desk.asked("after")) or 0
    found = await desk.read(lambda session: unreachable.listed(session, desk.viewer, after=after))
    shown, done = found[: unreachable.PER_PAGE], desk.asked("done")
    rows = [
        Row(
            one.number,
            f"/staff/tickets/{one.number}",
            one.subject or say(desk.lang, "Erased"),
            tag(one.language),
            moment(one.bounced_at, desk.lang, desk.site.zone),
            one.has_phone,
        )
        for one in shown
    ]
    page = frame(
        desk,
        say(desk.lang, "Addresses that don’t work"),
        notice=say(desk.lang, f"addresses.{done}") if done in DONE else "",
        problems=[acts.problem_of(desk, refused, FIELDS)] if refused else [],
    )
    typed = (_number(form), form.line("email"), form.line("reason")) if form else ("", "", "")
    more = f"{PATH}?after={shown[-1].ticket_id}" if len(found) > len(shown) else ""
    status = STATUS.get(refused.code, 422) if refused else 200
    return pages.html(desk.visit, "staff/addresses.html", AddressesPage(page, rows, *typed, more), status=status)


doors = [hang("GET", PATH, show), hang("POST", PATH, do)]
