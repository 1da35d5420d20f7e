"""What lateness brings: reminder, red, the word to the citizen, supervision; and the ends of silence. For the sweep."""

from __future__ import annotations

from datetime import datetime

from mailbox_service.tickets import deadlines, history, rights
from mailbox_service.tickets.actor import SYSTEM
from mailbox_service.tickets.acts import Act
from mailbox_service.tickets.case import Case
from mailbox_service.tickets.deadlines import Lateness
from mailbox_service.tickets.life import after, clock, handle
from mailbox_service.tickets.tables.words import Status


def sweep(case: Case, *, now: datetime) -> None:
    """Do what is due for this ticket today; each step once per due date and level, however often this runs."""
    clock.mirror(case)  # what is not ripe after all waits for its day, and is not looked at until then
    if case.ticket.sweep_on is None or case.today(now) < case.ticket.sweep_on:
        return
    if case.ticket.status == Status.ANSWERED:
        after.close(case, by=SYSTEM, now=now)
    elif case.ticket.status == Status.AWAITING_CITIZEN:
        handle.end_silence(case, by=SYSTEM, now=now)
    if case.ticket.status in clock.RUNNING:
        _tell(case, now)
    clock.mirror(case)


def _tell(case: Case, now: datetime) -> None:
    calendar, today, told = case.city.calendar, case.today(now), clock.told(case)
    due, office = case.round.due_on, clock.office_due(case)
    for level in deadlines.to_tell(calendar, office_due=office, citizen_due=due, told=told, today=today):
        _STEPS[level](case, now)
    if deadlines.to_tell_citizen(calendar, citizen_due=due, told=told, today=today):
        rights.require(Act.TELL_LATE, case, SYSTEM)
        case.round.late_told_for = due
        history.add(case, Act.TELL_LATE, by=SYSTEM, now=now, due_on=due)


def _remind(case: Case, now: datetime) -> None:
    """One working day before the office's date: yellow."""
    rights.require(Act.REMIND, case, SYSTEM)
    due = clock.office_due(case)
    if case.lead and due:
        case.lead.reminded_for = due
    else:
        case.round.reminded_for = case.round.due_on
    history.add(case, Act.REMIND, by=SYSTEM, now=now, department_id=_lead(case), due_on=due or case.round.due_on)


def _mark_late(case: Case, now: datetime) -> None:
    """The first working day late: red, to head and clerk."""
    rights.require(Act.MARK_LATE, case, SYSTEM)
    due = clock.office_due(case)
    if case.lead and due:
        case.lead.late_for = due
    else:
        case.round.late_for = case.round.due_on
    history.add(case, Act.MARK_LATE, by=SYSTEM, now=now, department_id=_lead(case), due_on=due or case.round.due_on)


def _supervise(case: Case, now: datetime) -> None:
    """Five working days late by the citizen's clock: the manager takes it under supervision."""
    case.round.supervised_for = case.round.due_on
    case.ticket.supervised_at = case.ticket.supervised_at or now
    history.add(case, Act.SUPERVISE, by=SYSTEM, now=now, due_on=case.round.due_on)


def _lead(case: Case) -> int | None:
    return case.lead.department_id if case.lead else None


_STEPS = {Lateness.YELLOW: _remind, Lateness.RED: _mark_late, Lateness.SUPERVISION: _supervise}
