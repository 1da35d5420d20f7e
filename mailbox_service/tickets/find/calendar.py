"""Which letters a change of the calendar is about: for the job that counts them anew, and for a look beforehand."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time

import sqlalchemy as sa
from sqlalchemy.orm import aliased
from sqlmodel import Session, col, select

from mailbox_service.city.tables import CalendarChange
from mailbox_service.city.workdays import DAY, Calendar
from mailbox_service.tickets import deadlines
from mailbox_service.tickets.actor import Actor
from mailbox_service.tickets.find.sight import Condition, visible_to
from mailbox_service.tickets.tables import Assignment, Contribution, Round, Ticket, Translation
from mailbox_service.tickets.tables.ticket import UNFINISHED_NOW

MOST = 20_000  # letters that a look beforehand reads
SHOWN = 100


@dataclass(frozen=True, slots=True)
class Moving:
    """A letter whose date would move. `number` is "" unless the viewer may see the letter."""

    number: str
    received_on: date
    lead_department_id: int | None
    was_on: date
    due_on: date


@dataclass(frozen=True, slots=True)
class Preview:
    """What a change would move: how many of the letters it is about, the first of them, and whether all were read."""

    count: int
    letters: Sequence[Moving]
    is_all: bool = True


def unfinished_changes(session: Session) -> Sequence[CalendarChange]:
    """The changes for which letters may still have to be counted, oldest first."""
    wanted = select(CalendarChange).where(col(CalendarChange.done_at).is_(None))
    return session.exec(wanted.order_by(col(CalendarChange.no)).limit(100)).all()


def behind(
    session: Session, change: CalendarChange, calendar: Calendar, *, after: int = 0, limit: int = 200
) -> Sequence[int]:
    """The ids of unfinished letters that the change is about and that were last counted before it, in their order."""
    wanted = select(Ticket.id).where(
        sa.text(UNFINISHED_NOW),
        col(Ticket.calendar_no) < change.no,
        col(Ticket.id) > after,
        _about(change.first_on, change.last_on, calendar),
    )
    return session.exec(wanted.order_by(col(Ticket.id)).limit(limit)).all()


def count_behind(session: Session, change: CalendarChange, calendar: Calendar) -> int:
    """How many letters are still to be counted anew."""
    wanted = (
        sa.select(sa.func.count())
        .select_from(Ticket)
        .where(
            sa.text(UNFINISHED_NOW),
            col(Ticket.calendar_no) < change.no,
            _about(change.first_on, change.last_on, calendar),
        )
    )
    return session.connection().execute(wanted).scalar_one()


def _about(first: date, last: date, calendar: Calendar) -> Condition:
    """Letters whose round began before the last changed day, and with a date on or after the first."""
    ends = datetime.combine(last + DAY, time.min, calendar.zone)
    running = aliased(Round)
    began = sa.exists().where(
        col(running.ticket_id) == col(Ticket.id), col(running.no) == col(Ticket.round_no), col(running.begun_at) < ends
    )
    part = sa.exists().where(
        col(Assignment.ticket_id) == col(Ticket.id), col(Assignment.ended_at).is_(None), col(Assignment.due_on) >= first
    )
    asked = sa.exists().where(
        col(Contribution.ticket_id) == col(Ticket.id),
        col(Contribution.given_at).is_(None),
        col(Contribution.waived_at).is_(None),
        col(Contribution.due_on) >= first,
    )
    text = sa.exists().where(
        col(Translation.ticket_id) == col(Ticket.id),
        col(Translation.done_at).is_(None),
        col(Translation.due_on) >= first,
    )
    return sa.and_(began, sa.or_(col(Ticket.due_on) >= first, col(Ticket.sweep_on) >= first, part, asked, text))


def would_move(session: Session, viewer: Actor, before: Calendar, after: Calendar, span: tuple[date, date]) -> Preview:
    """The letters whose citizen's date the change would move, the next due first.

    A restricted letter is neither listed nor counted unless the viewer may see it.
    """
    seen = visible_to(viewer)
    wanted = (
        sa.select(
            col(Ticket.number), seen.label("seen"), col(Ticket.lead_department_id), col(Ticket.due_on),
            col(Ticket.received_at), col(Round.begun_at), col(Round.days), col(Round.pauses),
        )
        .join(Round, sa.and_(col(Round.ticket_id) == col(Ticket.id), col(Round.no) == col(Ticket.round_no)))
        .where(sa.text(f"ticket.{UNFINISHED_NOW}"), sa.or_(~col(Ticket.restricted), seen), _about(*span, before))
        .order_by(col(Ticket.due_on), col(Ticket.id))
        .limit(MOST + 1)
    )  # fmt: skip
    rows = session.connection().execute(wanted).all()
    known: dict[object, date | None] = {}
    found: list[Moving] = []
    count = 0
    for row in rows[:MOST]:
        key = (after.day_of(row.begun_at), row.days, tuple(map(tuple, row.pauses)))
        if key not in known:
            known[key] = deadlines.recounted_due(after, key[0], row.days, _pauses(row.pauses))
        if (due := known[key]) is not None and due != row.due_on:
            count += 1
            if len(found) < SHOWN:
                number, received = row.number if row.seen else "", after.day_of(row.received_at)
                found.append(Moving(number, received, row.lead_department_id, row.due_on, due))
    return Preview(count, found, len(rows) <= MOST)


def _pauses(said: Sequence[Sequence[str]]) -> deadlines.Pauses:
    return [(date.fromisoformat(stopped), date.fromisoformat(resumed)) for stopped, resumed in said]
