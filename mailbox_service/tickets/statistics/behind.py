"""The way down from a number to the letters behind it: those that its reader may see, a page at a time."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col

from mailbox_service.tickets.actor import Actor
from mailbox_service.tickets.find.sight import visible_to
from mailbox_service.tickets.statistics.counting import families, narrowed
from mailbox_service.tickets.statistics.figures import Figure
from mailbox_service.tickets.statistics.measures import BEGUN, DUE, ENDED, LED, Cohort
from mailbox_service.tickets.statistics.period import Period
from mailbox_service.tickets.statistics.slices import Slice
from mailbox_service.tickets.tables import RoundFact, Ticket
from mailbox_service.tickets.tables.words import Kind, Status

Place = tuple[date, int]
Condition = sa.ColumnElement[bool]


@dataclass(frozen=True, slots=True)
class Behind:
    """One round behind a number, or one time that an office led. `day` is the one it counts by."""

    number: str
    subject: str
    status: Status
    kind: Kind
    office: int | None
    topic: int | None
    begun_on: date
    due_on: date
    ended_on: date | None
    day: date
    row: int

    @property
    def place(self) -> Place:
        """Where it stands in the list."""
        return self.day, self.row


def letters(
    session: Session,
    viewer: Actor,
    figure: Figure,
    period: Period,
    slice_: Slice,
    *,
    missed: bool = False,
    after: Place | None = None,
    limit: int = 50,
) -> list[Behind]:
    """What a figure of the period counts, by its day, as far as the viewer may see it.

    Of a rate what it counts (replied to in time, satisfied …); `missed` gives what it is short of (due, but not in
    time; rated, but not satisfied). Of days everything that has them; `missed` what has none yet.
    """
    cohort, wanted = _wanted(figure, missed, period.last)
    day, key = cohort.column(cohort.day), cohort.key
    where = [*wanted, *narrowed(cohort, slice_, families(session))]
    if figure not in _STOCK:
        where += [cohort.belongs, day >= period.first, day <= period.last]
    if after is not None:
        where.append(sa.tuple_(day, key) > sa.tuple_(*(sa.literal(each) for each in after)))
    query = (
        sa.select(
            *(col(Ticket.number), col(Ticket.subject), col(Ticket.status), cohort.column("kind")),
            *(cohort.column(name) for name in ("department_id", "topic_id", "begun_on", "due_on", "ended_on")),
            *(day.label("day"), key.label("row")),
        )
        .join(Ticket, col(Ticket.id) == cohort.column("ticket_id"))
        .where(*where, visible_to(viewer))
        .order_by(day, key)
        .limit(limit)
    )
    return [Behind(*row) for row in session.connection().execute(query)]


_STOCK = (Figure.BACKLOG, Figure.OVERDUE)
# Which facts a figure counts, and among which.
_COUNTS: dict[Figure, tuple[Cohort, str, str]] = {
    Figure.RECEIVED: (BEGUN, "received", ""),
    Figure.SPAM: (BEGUN, "spam", ""),
    Figure.DUPLICATES: (BEGUN, "duplicate", ""),
    Figure.TRANSLATIONS: (BEGUN, "translations", ""),
    Figure.ENDED: (ENDED, "ended", ""),
    Figure.DUE: (DUE, "due", ""),
    Figure.ON_TIME: (DUE, "kept", "due"),
    Figure.ON_TIME_ORIGINAL: (DUE, "kept_original", "due"),
    Figure.OFFICE_ON_TIME: (LED, "office_kept", "office_due"),
    Figure.RESPONSE: (DUE, "rated", "answered"),
    Figure.SOLVED: (DUE, "solved", "solved_said"),
    Figure.REOPENED: (DUE, "reopened", "answered"),
    Figure.RETURNED: (LED, "returned", "led"),
    Figure.EXTENDED: (DUE, "extended", "due"),
    Figure.DECLINED: (DUE, "declined", "due"),
    Figure.TRANSFERRED: (DUE, "transferred", "due"),
    Figure.REVIEWED: (DUE, "review_asked", "replied"),
    Figure.REVIEW_CHANGED: (DUE, "changed", "reviewed"),
    Figure.PUBLISHED: (DUE, "published", "consented"),
    Figure.MAIL_FAILED: (DUE, "mails_failed", "mails"),
}
_LENGTHS = {
    Figure.FIRST_RESPONSE: "first_days",
    Figure.RESOLUTION: "work_days",
    Figure.CALENDAR_DAYS: "calendar_days",
}


def _wanted(figure: Figure, missed: bool, last: date) -> tuple[Cohort, list[Condition]]:
    if figure in _LENGTHS:
        length = DUE.column(_LENGTHS[figure])
        return DUE, [length.is_(None) if missed else length.is_not(None)]
    if figure in _STOCK:
        began = sa.and_(col(RoundFact.begun) == 1, col(RoundFact.begun_on) <= last)
        still = sa.or_(col(RoundFact.ended_on).is_(None), col(RoundFact.ended_on) > last)
        late = [col(RoundFact.due) == 1, col(RoundFact.due_on) <= last] if figure is Figure.OVERDUE else []
        return DUE, [began, still, *late]
    if figure is Figure.VALID:
        return BEGUN, [_is(BEGUN, "received"), ~_is(BEGUN, "spam"), ~_is(BEGUN, "duplicate")]
    if figure is Figure.NET_FLOW:
        return BEGUN, [_is(BEGUN, "begun")]
    if figure is Figure.SATISFACTION:
        content: Any = sa.or_(_is(DUE, "satisfied"), _is(DUE, "partly"))
        return DUE, [_is(DUE, "rated"), ~content if missed else content]
    cohort, counted, among = _COUNTS[figure]
    return cohort, [_is(cohort, among), ~_is(cohort, counted)] if missed and among else [_is(cohort, counted)]


def _is(cohort: Cohort, name: str) -> Condition:
    counted: Condition = cohort.column(name) > 0
    return counted
