"""How many letters wait longer than promised for their first steps, as counted a few seconds ago."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col

from mailbox_service.tickets.case import City
from mailbox_service.tickets.stages import STATUS, Overdue, Stage, overdue
from mailbox_service.tickets.statistics import counting
from mailbox_service.tickets.statistics.measures import DUE, OPEN
from mailbox_service.tickets.statistics.slices import EVERYTHING, Slice
from mailbox_service.tickets.tables import LeadFact, RoundFact

Condition = sa.ColumnElement[bool]


@dataclass(frozen=True, slots=True)
class Waiting:
    """Letters to be routed, and those routed that their office has not signed for, in working days of the promise."""

    routing: int
    signing: int


def now(session: Session, city: City, day: date, slice_: Slice = EVERYTHING) -> Waiting:
    """What waits longer than promised on that day, counted among the facts that are open."""
    since = {Stage.ROUTING: (col(RoundFact.begun_on), col(RoundFact.due_on))}
    since[Stage.SIGNING] = (col(LeadFact.begun_on), col(LeadFact.due_on))
    late = [_late(overdue(city, stage, day), *since[stage]) for stage in Stage]
    leads = sa.and_(col(LeadFact.ticket_id) == col(RoundFact.ticket_id), col(LeadFact.ended_on).is_(None))
    counted = (
        sa.select(*(sa.func.count(sa.case((condition, 1))) for condition in late))
        .select_from(RoundFact)
        .outerjoin(LeadFact, leads)
        .where(OPEN, col(RoundFact.status).in_(STATUS.values()))
        .where(*counting.narrowed(DUE, slice_, counting.families(session)))
    )
    row: Any = session.connection().execute(counted).one()
    return Waiting(*row)


def _late(wanted: Overdue, begun_on: Any, due_on: Any) -> Condition:
    early = [sa.and_(col(RoundFact.kind).in_(cut.kinds), begun_on < cut.day) for cut in wanted.cuts]
    return sa.and_(col(RoundFact.status) == STATUS[wanted.stage], sa.or_(due_on < wanted.today, *early))
