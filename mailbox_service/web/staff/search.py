"""/staff/search: letters by number, words, notes or the writer's name, as far as the reader may see them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from typing import NamedTuple
from urllib.parse import urlencode

from litestar import Response
from markupsafe import Markup

from mailbox_service.base import ids, tokens
from mailbox_service.base.language import say, say_many, written_in
from mailbox_service.desk import found as letters_found
from mailbox_service.tickets.find import matches, staff
from mailbox_service.tickets.find.lists import Filters
from mailbox_service.web import hits, pages
from mailbox_service.web.desk import Desk, frame, hang
from mailbox_service.web.page import Page
from mailbox_service.web.sessions import Ahead
from mailbox_service.web.staff import filters, queues
from mailbox_service.web.staff.filters import Chip, Choice

PATH = "/staff/search"
RECENT = "recent"
_language = lru_cache(maxsize=hits.PIECES)(written_in)  # of pieces; what is marked in them is kept, too


class Hit(NamedTuple):
    """A letter that was found, its subject, and a piece of its texts that holds the words ("" when none does).

    `excerpt_lang` is what the piece's own letters tell of its language, as a page says it; "" when they don't.
    """

    row: queues.Row
    subject: Markup
    excerpt: Markup
    excerpt_lang: str


class SearchPage(NamedTuple):
    """What was asked, and what was found."""

    page: Page
    query: str
    hits: Sequence[Hit]
    total: str
    choices: Sequence[Choice]
    typed: Mapping[str, str | None]
    chips: Sequence[Chip]
    plain: str
    older: str


async def show(desk: Desk) -> Response[bytes]:
    """The letters found, newest first."""
    query, wanted = _query(desk)
    found = await _found(desk, query, wanted)
    names = await queues.handlers(desk, found.lines)
    applied, where = filters.applied(wanted), {"q": query}
    choices = filters.choices(desk, applied)
    more = len(found.lines) == staff.FOUND
    context = SearchPage(
        page=frame(desk, say(desk.lang, "Search")),
        query=query,
        hits=_hits(desk, found, names, query),
        total=_total(desk, found.count) if query else "",
        choices=choices,
        typed={**{name: applied.get(name, "") for name in ("from", "to", "tag")}, "text": None},
        chips=filters.chips(desk, PATH, where, applied, choices),
        plain=f"{PATH}?{urlencode(where)}",
        older=f"{PATH}?{urlencode({**where, **applied, 'before': found.lines[-1].id})}" if more else "",
    )
    return pages.html(desk.visit, "staff/search.html", context)


async def _found(desk: Desk, query: str, wanted: Filters) -> letters_found.Found:
    await _know_recent(desk)
    asked = desk.ahead if desk.found else _asked(desk, query, wanted)
    if asked is None:
        return letters_found.NOTHING
    return letters_found.read(await desk.look(asked.looks, asked.facts, many=True))


async def _know_recent(desk: Desk) -> None:
    """SQLite reads its index newest first, and needs no border."""
    known = desk.site.recent
    if not desk.site.db.is_sqlite and known.get(RECENT) is None:
        known.keep(RECENT, await desk.read(matches.recent))


def _asked(desk: Desk, query: str, wanted: Filters) -> Ahead | None:
    """What the page looks up; None when no word is asked for."""
    asked = letters_found.asked(
        tokens.read_number(query) or query,
        desk.viewer,
        wanted,
        before=ids.read(desk.asked("before")),
        recent=desk.site.recent.get(RECENT) or "",
        here=desk.site.db.is_sqlite,
    )
    return Ahead(*asked) if asked else None


def _ahead(desk: Desk) -> Ahead | None:
    """On SQLite it waits for its thread: others go on while many rows are read."""
    return None if desk.site.db.is_sqlite else _asked(desk, *_query(desk))


def _query(desk: Desk) -> tuple[str, Filters]:
    """The words, and the filters, which ask for no words of their own."""
    wanted = filters.asked(desk)
    return desk.asked("q").strip(), wanted._replace(text="") if wanted.text else wanted


def _hits(desk: Desk, found: letters_found.Found, names: Mapping[int, str], query: str) -> list[Hit]:
    rows = queues.rows(desk, found.lines, names)
    return [
        _hit(row, line.language, found.texts.get(line.id, ()), query)
        for row, line in zip(rows, found.lines, strict=True)
    ]


def _hit(row: queues.Row, language: str, texts: Iterable[str], query: str) -> Hit:
    excerpt = next((piece for text in texts if (piece := hits.piece_with(text, query))), hits.NOTHING)
    return Hit(row, hits.marked(row.subject, query), excerpt, queues.tag(_language(excerpt, language)))


def _total(desk: Desk, count: int | None) -> str:
    if count is None:
        return say(desk.lang, "More than 100 letters, the newest first. Add a word or a filter to find fewer.")
    return say_many(desk.lang, "%(count)s letter", "%(count)s letters", count)


doors = [hang("GET", PATH, show, _ahead)]
