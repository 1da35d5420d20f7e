"""The sums by month: changed together with the facts they come from, and read for any whole months."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Session, SQLModel, col

from mailbox_service.tickets.statistics.adding import ANY_DAY, MONTH, NOW, YEAR, Counts, Deltas
from mailbox_service.tickets.statistics.figures import Figures
from mailbox_service.tickets.statistics.period import Month, Period
from mailbox_service.tickets.tables import FigureSum

_sums = SQLModel.metadata.tables[str(FigureSum.__tablename__)]
PIECE = 500  # rows asked for by one list


def apply(session: Session, deltas: Deltas) -> None:
    """Add the changes to the rows there are. Whoever calls it is alone at it (`claim.alone`)."""
    stored: dict[str, Counts] = {}
    ids = sorted(place.id for place in deltas)
    for first in range(0, len(ids), PIECE):
        wanted = sa.select(_sums.c.id, _sums.c.counts).where(_sums.c.id.in_(ids[first : first + PIECE]))
        stored |= {row.id: row.counts for row in session.connection().execute(wanted)}
    put(session, {place: _added(stored.get(place.id, {}), counts) for place, counts in deltas.items()})


def _added(counts: Counts, more: Counts) -> Counts:
    added = dict(counts)
    for name, number in more.items():
        added[name] = added.get(name, 0) + number
    return {name: number for name, number in added.items() if number}


def put(session: Session, rows: Deltas) -> None:
    """Store these rows as they are; those without any count go."""
    connection = session.connection()
    if empty := [place.id for place, counts in rows.items() if not counts]:
        for first in range(0, len(empty), PIECE):
            connection.execute(sa.delete(_sums).where(_sums.c.id.in_(empty[first : first + PIECE])))
    full = [{"id": p.id, **p._asdict(), "counts": counts} for p, counts in sorted(rows.items()) if counts]
    if full:
        insert: Any = (sqlite if connection.dialect.name == "sqlite" else postgresql).insert(_sums)
        connection.execute(
            insert.on_conflict_do_update(index_elements=["id"], set_={"counts": insert.excluded.counts}), full
        )


# --- Reading -----------------------------------------------------------------------------------


def of_period(
    session: Session, dimension: str, period: Period, values: Sequence[str] | None = None
) -> dict[str, Figures]:
    """What whole months add up to, by value; years are read as years, so that ten cost little more than one."""
    found: dict[str, Counts] = defaultdict(lambda: defaultdict(int))
    for value, counts in _rows(session, dimension, spans(period), values):
        row = found[value]
        for name, number in counts.items():
            row[name] += number
    return {value: figures(counts) for value, counts in found.items()}


def of_months(
    session: Session, dimension: str, period: Period, values: Sequence[str] | None = None
) -> dict[Month, Figures]:
    """The same month by month."""
    since = (_sums.c.dimension == dimension, _sums.c.span == MONTH, _sums.c.since.between(period.first, period.last))
    query = sa.select(_sums.c.since, _sums.c.counts).where(*since, *_among(values))
    found: dict[Month, Counts] = defaultdict(lambda: defaultdict(int))
    for first, counts in session.connection().execute(query):
        for name, number in counts.items():
            found[Month(first)][name] += number
    return {month: figures(counts) for month, counts in found.items()}


def standing(session: Session, dimension: str) -> dict[str, int]:
    """What stands now, by value."""
    rows = _rows(session, dimension, [(NOW, ANY_DAY, ANY_DAY)], None)
    return {value: counts["n"] for value, counts in rows}


def _rows(
    session: Session, dimension: str, wanted: Iterable[tuple[str, date, date]], values: Sequence[str] | None
) -> Iterable[tuple[str, Counts]]:
    for span, first, last in wanted:
        within = (_sums.c.dimension == dimension, _sums.c.span == span, _sums.c.since.between(first, last))
        query = sa.select(_sums.c.value, _sums.c.counts).where(*within, *_among(values))
        yield from (tuple(row) for row in session.connection().execute(query))


def _among(values: Sequence[str] | None) -> list[sa.ColumnElement[bool]]:
    return [] if values is None else [col(FigureSum.value).in_(values)]


def spans(period: Period) -> list[tuple[str, date, date]]:
    """The whole years in a period of whole months, and the months before and after them: span, first and last day."""
    first_year = period.first.year + (period.first.month > 1)
    last_year = period.last.year - (period.last.month < 12)
    if first_year > last_year:
        return [(MONTH, period.first, period.last)]
    found = [(YEAR, date(first_year, 1, 1), date(last_year, 12, 31))]
    if period.first.year < first_year:
        found.append((MONTH, period.first, date(period.first.year, 12, 31)))
    if period.last.year > last_year:
        found.append((MONTH, date(period.last.year, 1, 1), period.last))
    return found


def figures(counts: Counts) -> Figures:
    """The counts by name, and how often each length occurs."""
    plain: Counts = {}
    days: dict[str, dict[int, int]] = defaultdict(dict)
    for name, number in counts.items():
        kind, _, length = name.partition(":")
        if length:
            days[kind][int(length)] = number
        else:
            plain[name] = number
    return Figures(plain, dict(days))


def flat(figures: Figures) -> Counts:
    """The way back."""
    lengths = {f"{name}:{length}": n for name, each in figures.days.items() for length, n in each.items() if n}
    return {name: number for name, number in figures.counts.items() if number} | lengths
