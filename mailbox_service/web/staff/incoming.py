"""/staff/incoming: mail that no rule could place and that waits for a person, and what was no letter at all."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from litestar import Response

from mailbox_service.base import ids
from mailbox_service.base.language import moment, say, size, words
from mailbox_service.base.refusals import Refused
from mailbox_service.mail import received
from mailbox_service.mail.tables import Received
from mailbox_service.web import pages
from mailbox_service.web.desk import INCOMING, READS_MAIL, Desk, frame, hang
from mailbox_service.web.page import Link, Page

PATH = INCOMING
TABS = {"waiting": received.PEN, "aside": received.ASIDE}


@dataclass(frozen=True, slots=True)
class Row:
    """One message."""

    href: str
    sender: str
    subject: str
    at: str
    size: str
    why: str
    number: str


@dataclass(frozen=True, slots=True)
class IncomingPage:
    """The list; `kept` says how long what is here is kept."""

    page: Page
    tabs: Sequence[Link]
    rows: Sequence[Row]
    waiting: bool
    kept: str
    older: str


async def show(desk: Desk) -> Response[bytes]:
    """One of the two lists."""
    must_read(desk)
    tab = desk.asked("tab") if desk.asked("tab") in TABS else "waiting"
    before = ids.read(desk.asked("before"))
    found = await desk.read(lambda session: received.lines(session, desk.viewer, TABS[tab], before=before))
    rows = [_row(desk, *line) for line in found[: received.PAGE]]
    more = len(found) > received.PAGE
    context = IncomingPage(
        page=frame(desk, say(desk.lang, "Mail to sort"), notice=_notice(desk)),
        tabs=[Link(say(desk.lang, f"inbox.tab.{name}"), f"{PATH}?tab={name}", name == tab) for name in TABS],
        rows=rows,
        waiting=tab == "waiting",
        kept=say(desk.lang, "inbox.kept", days=desk.site.settings.held_mail_days),
        older=f"{PATH}?tab={tab}&before={found[received.PAGE - 1][0].id}" if more else "",
    )
    return pages.html(desk.visit, "staff/incoming.html", context)


def must_read(desk: Desk) -> None:
    """Only clerks, and the desks for what belongs to restricted letters."""
    if not any(desk.viewer.has(role) for role in READS_MAIL):
        raise Refused("not_yours")


def _notice(desk: Desk) -> str:
    done = desk.asked("done")
    return say(desk.lang, f"inbox.done.{done}") if done in ("try_again", "put_away") else ""


def _row(desk: Desk, row: Received, number: str | None, hidden: bool) -> Row:
    """A writer who hides is named on the message's own page only: there each look is written down."""
    return Row(
        href=f"{PATH}/{row.id}",
        sender=say(desk.lang, "identity.hidden") if hidden else from_whom(desk, row),
        subject=row.subject or say(desk.lang, "inbox.no_subject"),
        at=moment(row.received_at, desk.lang, desk.site.zone),
        size=size(row.size, desk.lang),
        why=why(desk.lang, row),
        number=number or "",
    )


def from_whom(desk: Desk, row: Received) -> str:
    """Name and address of who sent it, as it says itself; the envelope's when it can't be read."""
    address = row.sender or row.envelope_from.strip("<>")
    said = f"{row.name} <{address}>" if row.name and address else row.name or address
    return said or say(desk.lang, "inbox.no_sender")


def why(lang: str, row: Received) -> str:
    """The reason in words."""
    key = f"inbox.reason.{row.reason or row.state.value}"
    known = str(words(lang).gettext(key))
    return known if known != key else say(lang, "inbox.reason.refused")


doors = [hang("GET", PATH, show)]
