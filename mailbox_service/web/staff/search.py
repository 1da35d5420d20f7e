"""/staff/search: letters by number, words, notes or the writer's name, as far as the reader may see them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from urllib.parse import urlencode

import sqlalchemy as sa
from litestar import Response
from markupsafe import Markup
from sqlmodel import Session

from mailbox_service.base import ids, tokens
from mailbox_service.base.language import say, say_many
from mailbox_service.desk import found as letters_found
from mailbox_service.tickets import search
from mailbox_service.tickets.actor import Actor
from mailbox_service.tickets.find import staff
from mailbox_service.tickets.find.lists import Filters, Line
from mailbox_service.tickets.find.sight import visible_to
from mailbox_service.web import hits, pages
from mailbox_service.web.desk import Desk, frame, hang
from mailbox_service.web.page import Page
from mailbox_service.web.staff import filters, queues
from mailbox_service.web.staff.filters import Chip, Choice

PATH = "/staff/search"


@dataclass(frozen=True, slots=True)
class SearchPage:
    """What was asked, and what was found; `excerpts` show where, by number."""

    page: Page
    query: str
    rows: Sequence[queues.Row]
    subjects: Mapping[str, Markup]
    excerpts: Mapping[str, Markup]
    total: str
    choices: Sequence[Choice]
    typed: Mapping[str, str | None]
    chips: Sequence[Chip]
    plain: str
    older: str


@dataclass(frozen=True, slots=True)
class _Found:
    matches: search.Matches
    lines: Sequence[Line]
    names: Mapping[int, str]
    excerpts: Mapping[str, Markup]


async def show(desk: Desk) -> Response[bytes]:
    """The letters found, newest first."""
    query, before = desk.asked("q").strip(), desk.asked("before")
    before_id = ids.read(before)
    found = await desk.read(lambda session: _look(session, desk, query, before_id))
    applied, where = filters.applied(replace(filters.asked(desk), text="")), {"q": query}
    choices = filters.choices(desk, applied)
    more = len(found.matches.ids) == staff.FOUND
    context = SearchPage(
        page=frame(desk, say(desk.lang, "Search")),
        query=query,
        rows=[queues.row(desk, line, found.names) for line in found.lines],
        subjects={line.number: hits.marked(line.subject, query) for line in found.lines},
        excerpts=found.excerpts,
        total=_total(desk, found.matches) if query else "",
        choices=choices,
        typed={**{name: applied.get(name, "") for name in ("from", "to", "tag")}, "text": None},
        chips=filters.chips(desk, PATH, where, applied, choices),
        plain=f"{PATH}?{urlencode(where)}",
        older=f"{PATH}?{urlencode({**where, **applied, 'before': found.matches.ids[-1]})}" if more else "",
    )
    return pages.html(desk.visit, "staff/search.html", context)


def _look(session: Session, desk: Desk, query: str, before_id: int | None) -> _Found:
    viewer = desk.viewer
    wanted = tokens.read_number(query) or query
    seen = _seen(viewer, replace(filters.asked(desk), text=""))
    found = search.matching(
        session, wanted, visible=seen, named=staff.named(viewer), limit=staff.FOUND, before_id=before_id
    )
    letters = letters_found.letters(session, found.ids, viewer)
    where = {line.number: _where(letters.texts.get(line.id, ()), query) for line in letters.lines}
    shown = {number: piece for number, piece in where.items() if piece}
    return _Found(found, letters.lines, queues.names_of(session, desk, letters.lines), shown)


@lru_cache(maxsize=256)
def _seen(viewer: Actor, asked: Filters) -> sa.ColumnElement[bool]:
    """What they may see and ask for: the same condition for the same, since a look is kept for it."""
    narrowed = asked.conditions()
    return sa.and_(visible_to(viewer), *narrowed) if narrowed else visible_to(viewer)


def _where(texts: Iterable[str], query: str) -> Markup:
    """A piece of the first text that holds one of the words, which are marked; "" when the subject alone does."""
    return next((piece for text in texts if (piece := hits.piece_with(text, query))), Markup(""))


def _total(desk: Desk, found: search.Matches) -> str:
    if found.count is None:
        return say(desk.lang, "More than 1,000 letters")
    return say_many(desk.lang, "%(count)s letter", "%(count)s letters", found.count)


doors = [hang("GET", PATH, show)]
