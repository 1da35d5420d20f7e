"""Reports that come by mail: who wants which, and when one is due. The mail itself is written in `mail.report`."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

import sqlalchemy as sa
from sqlmodel import Session, col, select

from mailbox_service.base import claim
from mailbox_service.base.refusals import Refused
from mailbox_service.city.find import HELD
from mailbox_service.city.tables import HeldRole, Person, RoleName
from mailbox_service.city.workdays import Calendar
from mailbox_service.desk.tables import ReportOrder, Span
from mailbox_service.tickets.actor import Actor

READERS = (RoleName.MANAGER, RoleName.AUDITOR)
MORNING = time(8)  # when it leaves, in the city
MONTHS = {Span.MONTH: 1, Span.QUARTER: 3}
BATCH = 200


@dataclass(frozen=True, slots=True)
class Due:
    """A report somebody is to get now, of the period that begins on that day."""

    person_id: int
    every: Span
    first: date


def last_whole(every: Span, day: date) -> date:
    """The first day of the last whole month or quarter before the day."""
    months = MONTHS[every]
    running = day.year * 12 + (day.month - 1) // months * months
    before = running - months
    return date(before // 12, before % 12 + 1, 1)


def end_of(every: Span, first: date) -> date:
    """The last day of the period that begins on that day."""
    after = first.year * 12 + first.month - 1 + MONTHS[every]
    return date(after // 12, after % 12 + 1, 1) - timedelta(days=1)


def ready(every: Span, calendar: Calendar, now: datetime) -> date:
    """The newest period whose report may leave: its first working day after has come, and the morning.

    The first day of that period; the one before it until then.
    """
    here = now.astimezone(calendar.zone)
    first = last_whole(every, here.date())
    opens = calendar.after(end_of(every, first), 1)
    if (here.date(), here.time()) >= (opens, MORNING):
        return first
    return last_whole(every, first)


def comes_on(every: Span, calendar: Calendar, now: datetime) -> date:
    """The day on which the next report leaves."""
    told = ready(every, calendar, now)
    following = end_of(every, told) + timedelta(days=1)
    return calendar.after(end_of(every, following), 1)


# --- Who wants which -------------------------------------------------------------------------


def wanted(session: Session, person_id: int) -> set[Span]:
    """What they have ordered."""
    mine = select(ReportOrder).where(ReportOrder.person_id == person_id).limit(len(Span))
    return {one.every for one in session.exec(mine)}


def address(session: Session, person_id: int) -> str:
    """Where their mail goes."""
    person = session.get(Person, person_id)
    return person.email if person else ""


def order(session: Session, spans: Iterable[Span], *, by: Actor, calendar: Calendar, now: datetime) -> None:
    """Let these reports come from now on, and no others; periods whose report could have left already don't.

    Raises:
        Refused: "not_yours" to who may not read figures.
    """
    if by.person_id is None or not any(by.has(role) for role in READERS):
        raise Refused("not_yours")
    had = wanted(session, by.person_id)
    wants = set(spans)
    stop(session, by.person_id, had - wants)
    for every in sorted(wants - had):
        told = ready(every, calendar, now)
        session.add(ReportOrder(person_id=by.person_id, every=every, told_for=told, ordered_at=now))


def stop(session: Session, person_id: int, spans: Collection[Span]) -> int:
    """Let these no longer come; answers how many came until now."""
    gone = sa.delete(ReportOrder).where(col(ReportOrder.person_id) == person_id, col(ReportOrder.every).in_(spans))
    return session.connection().execute(gone).rowcount


# --- Which are due ---------------------------------------------------------------------------


def due(session: Session, calendar: Calendar, now: datetime) -> Sequence[Due]:
    """The reports to be sent now, of people who are here and may still read figures."""
    newest = {every: ready(every, calendar, now) for every in Span}
    every, told_for = col(ReportOrder.every), col(ReportOrder.told_for)
    waits = [sa.and_(every.in_([one]), told_for < first) for one, first in newest.items()]
    theirs = col(HeldRole.person_id) == col(ReportOrder.person_id)
    may = sa.exists().where(theirs, HELD, col(HeldRole.role).in_(READERS))
    found = (
        select(ReportOrder)
        .join(Person, col(Person.id) == col(ReportOrder.person_id))
        .where(sa.or_(*waits), may, col(Person.left_at).is_(None))
        .order_by(col(ReportOrder.person_id), col(ReportOrder.every))
        .limit(BATCH)
    )
    return [Due(one.person_id, one.every, newest[one.every]) for one in session.exec(found)]


def take(session: Session, report: Due) -> bool:
    """Whether it is ours to send: whoever comes second, on another node, changes nothing."""
    untold = col(ReportOrder.told_for) < report.first
    theirs = [col(ReportOrder.person_id) == report.person_id, col(ReportOrder.every).in_([report.every]), untold]
    return claim.claim(session, ReportOrder, *theirs, told_for=report.first) == 1
