"""Facts and sums from scratch: to be compared with those that are kept, and to take their place (`mailbox figures`).

Letters are walked in the order of their ids, a piece at a time; sums are counted from facts, a month and a dimension
at a time. Each step is one short transaction, so that it can be stopped anywhere and the service goes on meanwhile.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, SQLModel, col

from mailbox_service.base import claim
from mailbox_service.city.workdays import Calendar
from mailbox_service.tickets.acts import OPEN
from mailbox_service.tickets.stages import Stage
from mailbox_service.tickets.statistics import adding, counting, facts, kept, sums
from mailbox_service.tickets.statistics.adding import (
    ALL,
    ANY_DAY,
    MIX,
    MONTH,
    NOW,
    RUNNING,
    STAGE,
    STATUS,
    YEAR,
    Deltas,
    Place,
)
from mailbox_service.tickets.statistics.fact_rows import Row
from mailbox_service.tickets.statistics.measures import COHORTS, SIGNING
from mailbox_service.tickets.statistics.measures import OPEN as STILL
from mailbox_service.tickets.statistics.period import Month, Period
from mailbox_service.tickets.statistics.slices import EVERYTHING, NONE, Dimension
from mailbox_service.tickets.tables import FactMark, FigureSum, LeadFact, RoundFact, Ticket
from mailbox_service.tickets.tables.words import Status

PIECE = 500
DIMENSIONS = (ALL, *(each.value for each in Dimension), MIX)
_sums = SQLModel.metadata.tables[str(FigureSum.__tablename__)]


def letters(session: Session, after: int, limit: int = PIECE) -> Sequence[int]:
    """The next letters by id."""
    wanted = sa.select(col(Ticket.id)).where(col(Ticket.id) > after).order_by(col(Ticket.id)).limit(limit)
    return list(session.connection().execute(wanted).scalars())


def uncounted(session: Session, after: int, limit: int) -> Sequence[int]:
    """The next letters that have no facts at all, by id: such as were not written by acts."""
    has_facts = sa.exists().where(col(RoundFact.ticket_id) == col(Ticket.id))
    wanted = sa.select(col(Ticket.id)).where(col(Ticket.id) > after, ~has_facts).order_by(col(Ticket.id)).limit(limit)
    return list(session.connection().execute(wanted).scalars())


# --- Facts -------------------------------------------------------------------------------------


def put_facts(session: Session, calendar: Calendar, ids: Sequence[int], today: date) -> int:
    """Bring the facts of these letters, and the sums with them, to what they say now; answers how many were others."""
    claim.alone(session, kept.ALONE, wait=True)
    return kept.put(session, calendar, ids, today)


def suspects(session: Session, calendar: Calendar, ids: Sequence[int], today: date) -> dict[int, str]:
    """The letters whose kept facts are not what they say now, each with its first difference."""
    now = facts.of_letters(session, calendar, ids, today)
    found: dict[int, str] = {}
    for table, rows in ((kept.ROUNDS, now.rounds), (kept.LEADS, now.leads)):
        old, new = kept.changed(session, table, ids, rows)
        key = next(iter(table.primary_key)).name
        by_id = {row[key]: row for row in new}
        for row in old:
            found.setdefault(row["ticket_id"], _difference(table.name, row, by_id.get(row[key], {})))
        for row in new:
            found.setdefault(row["ticket_id"], f"{table.name} {row[key]} is missing")
    return found


def _difference(table: str, old: Row, new: Row) -> str:
    name = next((name for name in old if name not in new or old[name] != new[name]), "")
    key = next(iter(old.values()))
    return f"{table} {key}: {name} is {old[name]}, counted anew {new[name]}" if new else f"{table} {key} is too many"


def proven(session: Session, calendar: Calendar, ids: Sequence[int], today: date) -> str:
    """The first difference among suspected letters that is one: that nobody has just changed. "" for none."""
    claim.alone(session, kept.ALONE, wait=True)
    found = suspects(session, calendar, ids, today)  # before the marks: who changes a letter now has left one by then
    marked = sa.select(col(FactMark.ticket_id)).where(col(FactMark.ticket_id).in_(ids))
    waiting = set(session.connection().execute(marked).scalars()) | kept.overdue(session, ids, today)
    real = {id_: said for id_, said in found.items() if id_ not in waiting}
    if not real:
        return ""
    first = min(real)
    number = session.connection().execute(sa.select(col(Ticket.number)).where(col(Ticket.id) == first)).scalar_one()
    return f"letter {number}: {real[first]}"


# --- Sums --------------------------------------------------------------------------------------


def months(session: Session) -> list[Month]:
    """Every month that a fact or a sum belongs to, oldest first."""
    days: set[date] = set()
    for cohort in COHORTS:
        day = cohort.column(cohort.day)
        least, most = session.connection().execute(sa.select(sa.func.min(day), sa.func.max(day))).one()
        days |= {each for each in (least, most) if each}
    stored = sa.select(sa.func.min(_sums.c.since), sa.func.max(_sums.c.since)).where(_sums.c.span == MONTH)
    days |= {each for each in session.connection().execute(stored).one() if each}
    return list(Period(min(days), max(days)).months) if days else []


def counted(session: Session, dimension: str, month: Month) -> Deltas:
    """The sums of a month as its facts have them."""
    period = Period.of_months(month, month)
    found: Deltas = {}
    if dimension == MIX:
        for (office, kind), number in counting.mix(session, period).items():
            found[Place(MIX, MONTH, month.first, f"{office}|{kind}")] = {"due": number}
        return found
    by = None if dimension == ALL else Dimension(dimension)
    for key, figures in counting.by_facts(session, period, EVERYTHING, by, counting.SEPARATE).items():
        value = "" if by and by.has_ids and key == NONE else str(key)
        found[Place(dimension, MONTH, month.first, value)] = sums.flat(figures)
    return found


def counted_year(session: Session, dimension: str, year: int) -> Deltas:
    """The sums of a year as its months have them."""
    of_months = _stored(session, dimension, MONTH, date(year, 1, 1), date(year, 12, 31))
    return {place: counts for place, counts in adding.with_years(of_months).items() if place.span == YEAR}


def counted_now(session: Session) -> Deltas:
    """What stands now as the facts have it."""
    found: Deltas = {}
    status, due = col(RoundFact.status), col(RoundFact.due_on)
    in_hand = sa.select(status, sa.func.count()).where(STILL, status.in_(OPEN)).group_by(status)
    for value, number in session.connection().execute(in_hand):
        found[Place(STATUS, NOW, ANY_DAY, str(value))] = {"n": number}
    running = sa.select(due, sa.func.count()).where(STILL, col(RoundFact.running)).group_by(due)
    for day, number in session.connection().execute(running):
        found[Place(RUNNING, NOW, ANY_DAY, str(day))] = {"n": number}
    found |= _waiting(session, Stage.ROUTING, RoundFact, sa.and_(STILL, status == Status.RECEIVED))
    return found | _waiting(session, Stage.SIGNING, LeadFact, SIGNING)


def _waiting(session: Session, stage: Stage, model: Any, waits: sa.ColumnElement[bool]) -> Deltas:
    key = (model.kind, model.begun_on, model.due_on)
    counted = sa.select(*key, sa.func.count()).where(waits).group_by(*key)
    return {
        Place(STAGE, NOW, ANY_DAY, adding.waits(stage, *of)): {"n": number}
        for *of, number in session.connection().execute(counted)
    }


def _stored(session: Session, dimension: str, span: str, first: date, last: date) -> Deltas:
    within = (_sums.c.dimension == dimension, _sums.c.span == span, _sums.c.since.between(first, last))
    rows = session.connection().execute(sa.select(_sums).where(*within))
    return {Place(row.dimension, row.span, row.since, row.value): row.counts for row in rows}


Part = tuple[str, str, date]  # dimension, span, first day


def parts(session: Session) -> Iterator[Part]:
    """All that sums are made of, in an order in which years come after their months."""
    found = months(session)
    for dimension in DIMENSIONS:
        yield from ((dimension, MONTH, month.first) for month in found)
        yield from ((dimension, YEAR, date(year, 1, 1)) for year in dict.fromkeys(each.first.year for each in found))
    yield from ((dimension, NOW, ANY_DAY) for dimension in adding.STANDING)


def compared(session: Session, part: Part) -> tuple[Deltas, Deltas]:
    """One part of the sums as it is stored, and as it is when counted. In one view of the database."""
    dimension, span, since = part
    stored = _stored(session, dimension, span, since, since)
    match span:
        case "month":
            return stored, counted(session, dimension, Month(since))
        case "year":
            return stored, counted_year(session, dimension, since.year)
    now = counted_now(session)
    return stored, {place: counts for place, counts in now.items() if place.dimension == dimension}


def sum_difference(session: Session, part: Part) -> str:
    """The first difference in one part of the sums; "" for none."""
    claim.alone(session, kept.ALONE, wait=True)
    stored, anew = compared(session, part)
    for place in sorted({*stored, *anew}):
        old, new = stored.get(place, {}), anew.get(place, {})
        for name in sorted({*old, *new}):
            if old.get(name, 0) != new.get(name, 0):
                said = f"{place.dimension} {place.value or '-'} of the {place.span} {place.since}: {name}"
                return f"{said} is {old.get(name, 0)}, counted anew {new.get(name, 0)}"
    return ""


def put_sums(session: Session, part: Part) -> int:
    """Put one part of the sums right; answers how many rows were others."""
    claim.alone(session, kept.ALONE, wait=True)
    stored, anew = compared(session, part)
    others: Deltas = defaultdict(dict)
    for place in {*stored, *anew}:
        if stored.get(place) != anew.get(place):
            others[place] = anew.get(place, {})
    sums.put(session, others)
    return len(others)
