"""What the public sees of letters: every SELECT that starts at a publication. It never looks at a ticket.

What has been taken down is not there; `letter` alone tells it apart from what never was.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlmodel import Session, col, select

from mailbox_service.base import ids
from mailbox_service.tickets import public_search
from mailbox_service.tickets.tables import Publication, PublicText

PAGE = 20
FEED = 50
SITEMAP = 10_000
MOST_MONTHS = 240
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

Condition = sa.ColumnElement[bool]


class Line(NamedTuple):
    """A published letter in a list."""

    id: int
    public_id: str
    language: str
    letter_language: str
    month: date
    topic_id: int | None
    department_id: int | None
    subject: str
    published_at: datetime

    @property
    def key(self) -> str:
        """Where it stands in the list, for `older` and `newer`."""
        return f"{(self.published_at - _EPOCH) // timedelta(microseconds=1)}.{self.id}"


@dataclass(frozen=True, slots=True)
class Lines:
    """A page of a list, newest first. `newer` and `older` are keys to go on from, "" at the ends."""

    lines: Sequence[Line]
    newer: str = ""
    older: str = ""


@dataclass(frozen=True, slots=True)
class Filters:
    """What the list is narrowed to; None asks for anything. Several topics are those of one area."""

    topic_ids: Collection[int] | None = None
    department_id: int | None = None
    month: date | None = None
    language: str | None = None

    def conditions(self) -> list[Condition]:
        """As conditions on `Publication`."""
        asked: list[tuple[object, Condition]] = [
            (self.topic_ids, col(Publication.topic_id).in_(self.topic_ids or ())),
            (self.department_id, col(Publication.department_id) == self.department_id),
            (self.month, col(Publication.month) == self.month),
            (self.language, col(Publication.language) == self.language),
        ]
        return [condition for value, condition in asked if value is not None]


@dataclass(frozen=True, slots=True)
class Found:
    """A page of a search. `count` is exact up to 1,000, None for more; `before` goes on, None at the end."""

    lines: Sequence[Line]
    count: int | None
    before: int | None = None


def newest(session: Session, limit: int) -> Sequence[Line]:
    """The letters published last."""
    return _lines(session, _LIST.order_by(*_NEWEST).limit(limit))


def published(session: Session, filters: Filters, *, older: str = "", newer: str = "", limit: int = PAGE) -> Lines:
    """A page of the public list, newest first. A key that is none begins at the start."""
    after, before = _read_key(older), _read_key(newer)
    wanted = _LIST.where(*filters.conditions())
    at, id_ = col(Publication.published_at), col(Publication.id)
    if before is not None:
        wanted = wanted.where(sa.or_(at > before[0], sa.and_(at == before[0], id_ > before[1])))
        found = _lines(session, wanted.order_by(at, id_).limit(limit + 1))
    else:
        if after is not None:
            wanted = wanted.where(sa.or_(at < after[0], sa.and_(at == after[0], id_ < after[1])))
        found = _lines(session, wanted.order_by(*_NEWEST).limit(limit + 1))
    more, found = len(found) > limit, found[:limit]
    if before is not None:
        found.reverse()
    has_newer, has_older = (more, True) if before is not None else (after is not None, more)
    return Lines(found, found[0].key if found and has_newer else "", found[-1].key if found and has_older else "")


def search(session: Session, query: str, filters: Filters, *, before_id: int | None = None, limit: int = PAGE) -> Found:
    """The published letters with every word of the query, newest first."""
    of = sa.exists().where(col(Publication.id) == col(PublicText.of_id), *filters.conditions())
    among = of if filters.conditions() else None
    letters = (public_search.LETTER,)
    found = public_search.find(session, query, kinds=letters, among=among, limit=limit + 1, before_id=before_id)
    hits = found.hits[:limit]
    lines = by_ids(session, [hit.of_id for hit in hits])
    return Found(lines, found.count, hits[-1].id if len(found.hits) > limit else None)


def by_ids(session: Session, ids: Sequence[int]) -> Sequence[Line]:
    """The published letters of these ids, in their order."""
    found = {line.id: line for line in _lines(session, _LIST.where(col(Publication.id).in_(ids)))} if ids else {}
    return [found[id_] for id_ in ids if id_ in found]


def letter(session: Session, public_id: str) -> Publication | None:
    """The copy that is or was public under this id; None when there never was one."""
    wanted = select(Publication).where(
        col(Publication.public_id) == public_id, col(Publication.published_at).is_not(None)
    )
    return session.exec(wanted).first()


def feed(session: Session, *, limit: int = FEED) -> Sequence[Publication]:
    """The newest copies that search engines and feed readers may list, with their texts."""
    wanted = select(Publication).where(*_PUBLIC, col(Publication.listed)).order_by(*_NEWEST)
    return session.exec(wanted.limit(limit)).all()


def listed(session: Session, *, limit: int = SITEMAP) -> Sequence[Line]:
    """What the list of addresses for search engines names."""
    return _lines(session, _LIST.where(col(Publication.listed)).order_by(*_NEWEST).limit(limit))


def months(session: Session) -> list[date]:
    """From the newest month of a published letter back to the oldest, each first day; at most twenty years."""
    public = select(col(Publication.month)).where(*_PUBLIC)
    first = session.exec(public.order_by(col(Publication.month)).limit(1)).first()
    month = session.exec(public.order_by(col(Publication.month).desc()).limit(1)).first()
    found: list[date] = []
    while first and month and month >= first and len(found) < MOST_MONTHS:
        found.append(month)
        month = (month - timedelta(days=1)).replace(day=1)
    return found


_PUBLIC = (col(Publication.published_at).is_not(None), col(Publication.revoked_at).is_(None))
_NEWEST = (col(Publication.published_at).desc(), col(Publication.id).desc())
_LIST: sa.Select[Any] = sa.select(*(getattr(Publication, name) for name in Line._fields)).where(*_PUBLIC)


def _lines(session: Session, wanted: sa.Select[Any]) -> list[Line]:
    return [Line(*row) for row in session.connection().execute(wanted)]


def _read_key(key: str) -> tuple[datetime, int] | None:
    moment, _, last = key[:60].partition(".")
    if (at := ids.read(moment)) is None or (id_ := ids.read(last)) is None:
        return None
    try:
        return _EPOCH + timedelta(microseconds=at), id_
    except OverflowError:
        return None
