"""The managers' first page: what waits today, and which promises of a month were kept.

Each function's docstring is the definition that is printed beside its number, in the reader's language.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased
from sqlmodel import Session, col

from mailbox_service.city import find
from mailbox_service.city.tables import RoleName
from mailbox_service.city.workdays import Calendar
from mailbox_service.tickets.actor import Actor
from mailbox_service.tickets.acts import OPEN
from mailbox_service.tickets.find import queues
from mailbox_service.tickets.find.sight import visible_to
from mailbox_service.tickets.statistics import Rate
from mailbox_service.tickets.statistics.period import Month
from mailbox_service.tickets.tables import Assignment, Citizen, Round, Ticket
from mailbox_service.tickets.tables.words import AssignmentEnd, Outcome, Share, Status

Condition = sa.ColumnElement[bool]
REPLIED = (Outcome.ANSWERED, Outcome.DECLINED, Outcome.TRANSFERRED)


@dataclass(frozen=True, slots=True)
class Today:
    """What stands in the house now."""

    new: int
    open: int
    due_today: int
    due_tomorrow: int
    late: int
    in_review: int


@dataclass(frozen=True, slots=True)
class Promises:
    """The rounds that were due in a month: kept by the date that held at the end, and by the one first given."""

    extended: Rate
    original: Rate


def scope(viewer: Actor) -> Condition:
    """The letters whose figures somebody reads: a manager those they may see, an auditor all but restricted ones."""
    if viewer.has(RoleName.MANAGER) or not viewer.has(RoleName.AUDITOR):
        return visible_to(viewer)
    return ~col(Ticket.restricted)


def today(session: Session, viewer: Actor, day: date, calendar: Calendar) -> Today:
    """New: received and not passed on yet. Open: received, but not ended. Due today or on the next working day, and
    late: by the citizen's clock, while it runs. Being checked: a reply waits for approval or translation."""
    tomorrow = calendar.after(day, 1)

    def count(condition: Condition) -> sa.ColumnElement[int]:
        return sa.func.count(sa.case((condition, 1)))

    row = session.connection().execute(
        sa.select(
            count(col(Ticket.status) == Status.RECEIVED),
            sa.func.count(),
            count(sa.and_(queues.RUNNING, col(Ticket.due_on) == day)),
            count(sa.and_(queues.RUNNING, col(Ticket.due_on) == tomorrow)),
            count(queues.late(day)),
            count(col(Ticket.status) == Status.IN_REVIEW),
        ).where(col(Ticket.status).in_(OPEN), scope(viewer))
    )
    return Today(*row.one())


def promises(session: Session, viewer: Actor, month: Month, day: date) -> Promises:
    """On-time rate: rounds replied to by their due date ÷ all rounds due in the month whose date is past.

    Replied is answered, declined or transferred. Open rounds past their date are in the denominator. Left out:
    spam, letters withdrawn before they were due, duplicates by the same writer, and rounds whose clock is stopped.
    `original` compares the same rounds with the date first given, before extensions and pauses.
    """
    replied = col(Round.outcome).in_(REPLIED)
    in_time = sa.and_(replied, col(Round.ended_on) <= col(Round.due_on))
    in_first_time = sa.and_(replied, col(Round.ended_on) <= col(Round.original_due_on))
    found = session.connection().execute(
        sa.select(sa.func.count(), _times(in_time), _times(in_first_time))
        .select_from(Round)
        .join(Ticket, col(Ticket.id) == col(Round.ticket_id))
        .where(_due_in(month, day, col(Round.due_on)), ~_is_stopped(), *_valid(), scope(viewer))
    )
    n, kept, kept_first = found.one()
    return Promises(Rate(kept, n), Rate(kept_first, n))


def by_office(session: Session, viewer: Actor, month: Month, day: date) -> dict[int, Rate]:
    """The same on each office's own clock: of the times it led a letter and owed its reply in the month, past its date.

    In time is ended by the date; still open or ended after it is late. What was sent back with agreement, or passed
    on to another office before it was due, leaves the office's figure.
    """
    in_time = col(Assignment.ended_on) <= col(Assignment.due_on)
    passed_on = sa.and_(col(Assignment.end) == AssignmentEnd.REROUTED, in_time)
    left = sa.func.coalesce(sa.or_(col(Assignment.end) == AssignmentEnd.RETURNED, passed_on), sa.false())
    rows = session.connection().execute(
        sa.select(col(Assignment.department_id), _times(in_time), sa.func.count())
        .join(Ticket, col(Ticket.id) == col(Assignment.ticket_id))
        .join(Round, col(Round.id) == col(Assignment.round_id))
        .where(
            col(Assignment.share) == Share.LEAD,
            _due_in(month, day, col(Assignment.due_on)),
            sa.or_(col(Assignment.ended_on).is_not(None), ~_is_stopped()),
            ~left,
            *_valid(),
            scope(viewer),
        )
        .group_by(col(Assignment.department_id))
    )
    return _with_merged(session, {department_id: Rate(kept, n) for department_id, kept, n in rows})


def _with_merged(session: Session, rates: dict[int, Rate]) -> dict[int, Rate]:
    into = find.merged(session)
    joined: dict[int, Rate] = {}
    for department_id, rate in rates.items():
        office = (find.successors(into, department_id) or [department_id])[-1]
        so_far = joined.get(office, Rate(0, 0))
        joined[office] = Rate(so_far.kept + rate.kept, so_far.n + rate.n)
    return joined


def _times(condition: Condition) -> sa.ColumnElement[int]:
    return sa.func.count(sa.case((condition, 1)))


def _due_in(month: Month, day: date, due: Any) -> Condition:
    """Due in the month, and past: on the due day itself nothing is late yet."""
    return sa.and_(due >= month.first, due < month.next.first, due < day)


def _is_stopped() -> Condition:
    """The clock stands still: its date moves when the citizen answers."""
    return sa.and_(col(Round.ended_on).is_(None), col(Round.paused_on).is_not(None), col(Round.remaining).is_not(None))


def _valid() -> list[Condition]:
    taken_back = sa.and_(col(Round.outcome) == Outcome.WITHDRAWN, col(Round.ended_on) <= col(Round.due_on))
    return [col(Ticket.status) != Status.SPAM, ~sa.func.coalesce(taken_back, sa.false()), ~_is_duplicate()]


def _is_duplicate() -> Condition:
    """Merged into another letter of the same writer, known by mail or phone."""
    own, leads = aliased(Citizen), aliased(Citizen)
    same = sa.or_(
        sa.and_(col(own.email) != "", col(own.email) == col(leads.email)),
        sa.and_(col(own.phone) != "", col(own.phone) == col(leads.phone)),
    )
    return sa.exists().where(
        col(own.ticket_id) == col(Ticket.id), col(leads.ticket_id) == col(Ticket.merged_into_id), same
    )
