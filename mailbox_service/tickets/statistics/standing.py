"""What stands in the house now, as counted a few seconds ago: today's due dates are tomorrow's broken promises."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa
from sqlmodel import Session, col

from mailbox_service.city.workdays import Calendar
from mailbox_service.tickets.acts import OPEN as IN_HAND
from mailbox_service.tickets.statistics import counting, sums
from mailbox_service.tickets.statistics.adding import RUNNING, STATUS
from mailbox_service.tickets.statistics.measures import DUE, OPEN
from mailbox_service.tickets.statistics.slices import EVERYTHING, Slice
from mailbox_service.tickets.tables import RoundFact
from mailbox_service.tickets.tables.words import Status

Condition = sa.ColumnElement[bool]


@dataclass(frozen=True, slots=True)
class Standing:
    """New: received and not passed on yet. Due and late by the citizen's clock, while it runs."""

    new: int
    open: int
    due_today: int
    due_next: int
    late: int
    in_review: int


def now(session: Session, calendar: Calendar, day: date, slice_: Slice = EVERYTHING) -> Standing:
    """What is open on that day: due on it, due on the next working day, late, and waiting for approval.

    Of the whole house it is read from what sums keep of it; of a part of it, fact by fact.
    """
    following = calendar.after(day, 1)
    if slice_.filters:
        return _by_facts(session, day, following, slice_)
    status, running = sums.standing(session, STATUS), sums.standing(session, RUNNING)
    return Standing(
        new=status.get(Status.RECEIVED.value, 0),
        open=sum(status.values()),
        due_today=running.get(f"{day}", 0),
        due_next=running.get(f"{following}", 0),
        late=sum(n for due_on, n in running.items() if due_on < f"{day}"),
        in_review=status.get(Status.IN_REVIEW.value, 0),
    )


def _by_facts(session: Session, day: date, following: date, slice_: Slice) -> Standing:
    running, due_on, status = col(RoundFact.running).is_(True), col(RoundFact.due_on), col(RoundFact.status)

    def count(*conditions: Condition) -> sa.ColumnElement[int]:
        return sa.func.count(sa.case((sa.and_(*conditions), 1)))

    counted = sa.select(
        count(status == Status.RECEIVED),
        count(status.in_(IN_HAND)),
        count(running, due_on == day),
        count(running, due_on == following),
        count(running, due_on < day),
        count(status == Status.IN_REVIEW),
    ).where(OPEN, *counting.narrowed(DUE, slice_, counting.families(session)))
    return Standing(*session.connection().execute(counted).one())
