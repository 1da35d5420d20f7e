"""What a search finds: how many letters, the newest with what is written in them and about them, in one statement."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

import sqlalchemy as sa

from mailbox_service.base.looks import Looks, Rows
from mailbox_service.desk import notes
from mailbox_service.tickets import search
from mailbox_service.tickets.actor import Actor
from mailbox_service.tickets.find import matches, staff
from mailbox_service.tickets.find.lists import STATEMENTS, Filters, Line
from mailbox_service.tickets.find.sight import visible_to
from mailbox_service.tickets.find.whose import whose


class Shape(NamedTuple):
    """What a page of a search asks, but for the words: alike pages share a statement.

    `desk` is the viewer's kind of desk (`find.whose`). `filters` ask for no words of their own.
    """

    desk: Actor
    filters: Filters
    how: matches.Asking


@dataclass(frozen=True, slots=True)
class Found:
    """How many (None: more than `matches.COUNTED`), the lines of a page, newest first, and by letter what it holds.

    Texts come first, then remarks.
    """

    count: int | None
    lines: Sequence[Line]
    texts: Mapping[int, Sequence[str]]


NOTHING = Found(0, (), {})


def asked(
    query: str, viewer: Actor, filters: Filters, *, before: int | None, recent: str, here: bool
) -> tuple[Looks, dict[str, object]] | None:
    """The look for a page and its facts; None when no word is asked for.

    `before` is the last letter of the page before, `recent` as `matches.recent` says ("" looks at all letters at once).
    """
    words = search.asked(query, here=here)
    if words is None:
        return None
    desk, theirs = whose(viewer)
    shape = Shape(desk, filters, matches.Asking(here, before is not None, bool(recent)))
    more = {name: value for name, value in (("before", before), ("recent", recent)) if value}
    return _looks(shape), {**theirs, **words, **more}


@lru_cache(maxsize=STATEMENTS)
def _looks(shape: Shape) -> Looks:
    seen = sa.and_(visible_to(shape.desk), *shape.filters.conditions())
    named = staff.named(shape.desk)
    count, page = matches.hits(seen, named, shape.how, limit=staff.FOUND)
    ids = sa.select(page.c.ticket_id)
    return Looks(count=count, lines=staff.of_found(ids), texts=staff.texts(ids), notes=notes.texts(ids))


def read(rows: Rows) -> Found:
    """What was found."""
    texts = defaultdict[int, list[str]](list)
    for row in rows("texts"):
        texts[row.ticket_id] += filter(None, (row.text, row.own_text))
    for row in rows("notes"):
        texts[row.ticket_id].append(row.text)
    (counted,) = rows("count")
    lines = [Line._make(row) for row in rows("lines")]
    return Found(counted.count if counted.count <= matches.COUNTED else None, lines, texts)
