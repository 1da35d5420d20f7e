"""The letters that wait longer than promised to be routed or signed for, as a condition on `Ticket`."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlmodel import col

from mailbox_service.tickets.find.queues import IS_OPEN
from mailbox_service.tickets.stages import STATUS, Overdue, Stage
from mailbox_service.tickets.tables import Assignment, Ticket
from mailbox_service.tickets.tables.words import Status

Condition = sa.ColumnElement[bool]
# As the partial index says it: by a parameter SQLite would plan the statement anew at each asking.
OPEN_LEAD: Condition = sa.and_(
    col(Assignment.ticket_id) == col(Ticket.id),
    sa.literal_column("assignment.share = 'lead'"),
    col(Assignment.ended_at).is_(None),
)
# Since when the lead has had a letter that it has not signed for.
LEAD_SINCE: sa.ColumnElement[object] = sa.case(
    (col(Ticket.status) == Status.ASSIGNED, sa.select(col(Assignment.begun_at)).where(OPEN_LEAD).scalar_subquery())
).label("lead_since")


def too_long(late: Overdue) -> Condition:
    """Those of the stage that are late, in the open letters' index."""
    waits = sa.and_(IS_OPEN, col(Ticket.status) == STATUS[late.stage])
    if late.stage is Stage.ROUTING:
        return sa.and_(waits, sa.or_(col(Ticket.due_on) < late.today, *_began_early(late, col(Ticket.received_at))))
    past = sa.or_(col(Assignment.due_on) < late.today, *_began_early(late, col(Assignment.begun_at)))
    return sa.and_(waits, sa.exists().where(OPEN_LEAD, past))


def _began_early(late: Overdue, begun_at: Any) -> list[Condition]:
    return [sa.and_(col(Ticket.kind).in_(cut.kinds), begun_at < cut.at) for cut in late.cuts]
