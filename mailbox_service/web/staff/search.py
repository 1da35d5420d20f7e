"""/staff/search: letters by number or by their words, as far as the reader may see them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from litestar import Response
from sqlmodel import Session

from mailbox_service.base import tokens
from mailbox_service.base.language import say, say_many
from mailbox_service.tickets import search
from mailbox_service.tickets.find import staff
from mailbox_service.tickets.find.sight import visible_to
from mailbox_service.tickets.find.staff import Line
from mailbox_service.web import pages
from mailbox_service.web.desk import Desk, frame, hang
from mailbox_service.web.page import Page
from mailbox_service.web.staff import queues

PATH = "/staff/search"
MOST = 50


@dataclass(frozen=True, slots=True)
class SearchPage:
    """What was asked, and what was found."""

    page: Page
    query: str
    rows: Sequence[queues.Row]
    total: str
    older: str


async def show(desk: Desk) -> Response[bytes]:
    """The letters found, newest first."""
    query, before = desk.asked("q").strip(), desk.asked("before")
    before_id = int(before) if before.isascii() and before.isdigit() and len(before) < 19 else None
    wanted = tokens.read_number(query) or query

    def read(session: Session) -> tuple[search.Matches, Sequence[Line], Mapping[int, str]]:
        seen = visible_to(desk.viewer)
        found = search.matching(session, wanted, visible=seen, limit=MOST, before_id=before_id)
        lines = staff.by_ids(session, found.ids, desk.viewer)
        return found, lines, queues.names_of(session, lines)

    found, lines, names = await desk.read(read)
    more = len(found.ids) == MOST
    context = SearchPage(
        page=frame(desk, say(desk.lang, "Search")),
        query=query,
        rows=[queues.row(desk, line, names) for line in lines],
        total=_total(desk, found) if query else "",
        older=f"{PATH}?{urlencode({'q': query, 'before': found.ids[-1]})}" if more else "",
    )
    return pages.html(desk.visit, "staff/search.html", context)


def _total(desk: Desk, found: search.Matches) -> str:
    if found.count is None:
        return say(desk.lang, "More than 1,000 letters")
    return say_many(desk.lang, "%(count)s letter", "%(count)s letters", found.count)


doors = [hang("GET", PATH, show)]
