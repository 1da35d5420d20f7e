"""Where a page of a list of letters goes on: written into an address as a key, and read from it strictly."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any, NamedTuple

import sqlalchemy as sa


class Place(NamedTuple):
    """A letter's place: among the urgent ones (0) or the others (1), then its due date or its arrival, then its id."""

    rank: int
    first: date
    id: int


def key_by_due(*, urgent: bool, due_on: date, id_: int) -> str:
    """Where a letter stands in the list by due date."""
    return f"{int(not urgent)}.{due_on:%Y%m%d}.{id_}"


def key_by_arrival(received_at: datetime, id_: int) -> str:
    """Where it stands in the list by arrival."""
    return f"n.{int(received_at.timestamp() * 1_000_000)}.{id_}"


def read(key: str, *, by_arrival: bool) -> Place | None:
    """The place that a key names; None for a key that is none."""
    return _by_arrival(key) if by_arrival else _by_due(key)


def _by_due(key: str) -> Place | None:
    urgent, _, rest = key[:60].partition(".")
    day, _, id_ = rest.partition(".")
    if urgent not in ("0", "1") or not (id_.isascii() and id_.isdigit() and int(id_) < 2**63):
        return None
    try:
        return Place(int(urgent), datetime.strptime(day, "%Y%m%d").date(), int(id_))
    except ValueError:
        return None


def _by_arrival(key: str) -> Place | None:
    kind, _, rest = key[:60].partition(".")
    at, _, id_ = rest.partition(".")
    if kind != "n" or not all(one.isascii() and one.isdigit() for one in (at, id_)) or int(id_) >= 2**63:
        return None
    if not 10**15 <= int(at) < 10**16:
        return None
    moment = datetime.fromtimestamp(int(at) // 1_000_000, UTC) + timedelta(microseconds=int(at) % 1_000_000)
    return Place(0, moment, int(id_))


def beyond(first: Any, second: Any, *, later: bool) -> sa.ColumnElement[bool]:
    """What stands after (or before) the place of the parameters `first` and `id` in the order of both columns.

    The first part bounds what is read of the index.
    """
    at, id_ = sa.bindparam("first", type_=first.type), sa.bindparam("id", type_=sa.BigInteger)
    if later:
        return sa.and_(first >= at, sa.or_(first > at, second > id_))
    return sa.and_(first <= at, sa.or_(first < at, second < id_))
