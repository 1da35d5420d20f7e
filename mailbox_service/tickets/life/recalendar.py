"""The calendar has changed: the dates of a running round are counted anew. Ended rounds stay as they were.

What was promised are working days, and they stay; on which date they end follows from the calendar. A level of
lateness that was told for a date and is reached for the new one too is not told again.
"""

from __future__ import annotations

from datetime import date, datetime

from mailbox_service.tickets import deadlines, history, rights
from mailbox_service.tickets.actor import Actor
from mailbox_service.tickets.acts import Act
from mailbox_service.tickets.case import Case
from mailbox_service.tickets.life import clock, together, translate
from mailbox_service.tickets.tables import Assignment, Round


def is_behind(case: Case) -> bool:
    """Whether the running round's dates were last counted by an older calendar."""
    return case.round.ended_at is None and case.ticket.calendar_no < case.city.calendar.no


def recalendar(case: Case, *, by: Actor, now: datetime) -> None:
    """Count every date of the running round anew. Nothing is noted when none has moved.

    Raises:
        Refused: as `rights.require`.
    """
    rights.require(Act.RECALENDAR, case, by)
    before, citizen, office = _dates(case), case.round.due_on, _office(case)
    _round(case)
    for assignment in case.assignments:
        if assignment.ended_at is None:
            _assignment(case, assignment, citizen)
    _asked(case)
    case.ticket.calendar_no = case.city.calendar.no
    _follow(case, citizen, office, case.today(now))
    clock.mirror(case)
    if _dates(case) != before:
        history.add(case, Act.RECALENDAR, by=by, now=now, before=case.ticket.status, **_moved(case, citizen, office))


def _dates(case: Case) -> list[object]:
    """Everything that the calendar says of the letter."""
    dates: list[object] = [case.round.paused_days]
    clocks: list[Round | Assignment] = [case.round, *case.assignments]
    for one in clocks:
        dates += [one.due_on, one.original_due_on, one.remaining]
    dates += [owed.due_on for owed in case.contributions]
    return dates + [text.due_on for text in case.translations]


def _office(case: Case) -> date:
    """The date that lateness of the office is told by: the citizen's while no office has the letter."""
    return clock.office_due(case) or case.round.due_on


def _moved(case: Case, citizen: date, office: date) -> dict[str, object]:
    facts: dict[str, object] = {"change": case.city.calendar.no}
    if case.round.due_on != citizen:
        facts |= {"due_on": case.round.due_on, "was_on": citizen}
    if clock.office_due(case) not in (None, office):
        facts |= {"office_due_on": _office(case), "office_was_on": office}
    return facts


def _round(case: Case) -> None:
    current, pauses = case.round, clock.pauses_of(case.round)
    if pauses:
        current.paused_days = deadlines.paused_days(case.city.calendar, pauses)
    _put(case, current, _anew(case, current, current.days, pauses))


def _assignment(case: Case, part: Assignment, citizen: date) -> None:
    """The office's date; it comes no nearer to the citizen's, which was `citizen`, and leaves a working day."""
    pauses, calendar = clock.pauses_of(part), case.city.calendar
    due, apart = _anew(case, part, part.days, pauses), calendar.between(part.due_on, citizen)
    if due is not None and apart > 0:
        earliest = _anew(case, part, 1, pauses) or due
        due = min(due, max(calendar.before(case.round.due_on, apart), earliest))
    _put(case, part, due)


def _anew(case: Case, one: Round | Assignment, days: int, pauses: deadlines.Pauses = ()) -> date | None:
    return deadlines.recounted_due(case.city.calendar, case.today(one.begun_at), days, pauses)


def _put(case: Case, one: Round | Assignment, due: date | None) -> None:
    """The date, the one first promised, and what is left while the clock is stopped; None leaves all as it is."""
    if due is None:
        return
    one.due_on, one.original_due_on = due, _anew(case, one, one.original_days) or one.original_due_on
    if one.remaining is not None and case.round.paused_on is not None:
        one.remaining = max(0, case.city.calendar.between(case.round.paused_on, due))


def _asked(case: Case) -> None:
    """What co-handling offices and translators still owe, each by its own date."""
    calendar = case.city.calendar
    for owed in together.owed(case):
        owed.due_on = deadlines.recounted_due(calendar, case.today(owed.asked_at), owed.days) or owed.due_on
    for text in case.translations:
        if text.done_at is None and not text.stale:
            days = translate.LETTER_DAYS if text.message_id else translate.REPLY_DAYS
            text.due_on = calendar.after(case.today(text.asked_at), days)


def _follow(case: Case, citizen: date, office: date, today: date) -> None:
    """What was told for the former date counts for the new one, if that has come as far."""
    calendar, current, due = case.city.calendar, case.round, _office(case)
    holder = case.lead if case.lead and case.lead.ended_at is None else current
    if holder.reminded_for == office and today >= deadlines.reminder_on(calendar, due):
        holder.reminded_for = due
    if holder.late_for == office and today >= deadlines.red_on(calendar, due):
        holder.late_for = due
    if current.late_told_for == citizen and today >= deadlines.red_on(calendar, current.due_on):
        current.late_told_for = current.due_on
    if current.supervised_for == citizen and today >= deadlines.supervise_on(calendar, current.due_on):
        current.supervised_for = current.due_on
