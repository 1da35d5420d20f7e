"""How many letters wait longer than promised for their first steps, as counted a few seconds ago."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col

from mailbox_service.tickets.case import City
from mailbox_service.tickets.stages import Overdue, Stage, is_overdue, overdue
from mailbox_service.tickets.statistics import counting, sums
from mailbox_service.tickets.statistics.adding import STAGE
from mailbox_service.tickets.statistics.measures import DUE, LED, OPEN, SIGNING, Cohort
from mailbox_service.tickets.statistics.slices import EVERYTHING, Slice
from mailbox_service.tickets.tables import LeadFact, RoundFact
from mailbox_service.tickets.tables.words import Status


@dataclass(frozen=True, slots=True)
class Waiting:
    """Letters to be routed, and those routed that their office has not signed for, in working days of the promise."""

    routing: int
    signing: int


def now(session: Session, city: City, day: date, slice_: Slice = EVERYTHING) -> Waiting:
    """What waits longer than promised on that day.

    Of the whole house it is read from what sums keep of it; of a part of it, fact by fact.
    """
    late = {stage: overdue(city, stage, day) for stage in Stage}
    if slice_.filters:
        return Waiting(*(_by_facts(session, late[stage], slice_) for stage in Stage))
    counts = dict.fromkeys(Stage, 0)
    for value, number in sums.standing(session, STAGE).items():
        name, kind, begun_on, due_on = value.split("|")
        stage = Stage(name)
        if is_overdue(late[stage], kind, date.fromisoformat(begun_on), date.fromisoformat(due_on)):
            counts[stage] += number
    return Waiting(counts[Stage.ROUTING], counts[Stage.SIGNING])


def _by_facts(session: Session, wanted: Overdue, slice_: Slice) -> int:
    facts, cohort, waits = _WAITS[wanted.stage]
    kind, begun_on, due_on = (col(getattr(facts, name)) for name in ("kind", "begun_on", "due_on"))
    early = [sa.and_(kind.in_(cut.kinds), begun_on < cut.day) for cut in wanted.cuts]
    late = sa.or_(due_on < wanted.today, *early)
    part = counting.narrowed(cohort, slice_, counting.families(session))
    counted = sa.select(sa.func.count()).select_from(facts).where(waits, late, *part)
    found: int = session.connection().execute(counted).scalar_one()
    return found


_WAITS: dict[Stage, tuple[type[Any], Cohort, sa.ColumnElement[bool]]] = {
    Stage.ROUTING: (RoundFact, DUE, sa.and_(OPEN, col(RoundFact.status) == Status.RECEIVED)),
    Stage.SIGNING: (LeadFact, LED, SIGNING),
}
