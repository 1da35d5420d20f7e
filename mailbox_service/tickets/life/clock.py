"""The two clocks on the rows: begun, stopped, gone on, moved, ended. The arithmetic stands in `deadlines`."""

from __future__ import annotations

from datetime import date, datetime

from mailbox_service.tickets import deadlines
from mailbox_service.tickets.case import Case
from mailbox_service.tickets.tables import Assignment, Round
from mailbox_service.tickets.tables.words import (
    AssignmentEnd,
    Outcome,
    ProposalOutcome,
    RoundReason,
    Share,
    Status,
)

RUNNING = frozenset({Status.RECEIVED, Status.ASSIGNED, Status.IN_PROGRESS, Status.IN_REVIEW, Status.MERGED})


def begin_round(case: Case, reason: RoundReason, now: datetime) -> None:
    """Begin the next round of an ended ticket, with its own due date."""
    days = case.policy.reply_days
    due = deadlines.citizen_due(case.city.calendar, case.today(now), days)
    case.ticket.round_no += 1
    case.ticket.calendar_no = case.city.calendar.no
    case.ticket.answered_at = None
    case.add(
        Round(
            ticket_id=case.ticket.id,
            no=case.ticket.round_no,
            kind=case.ticket.kind,
            reason=reason,
            begun_at=now,
            due_on=due,
            original_due_on=due,
            original_days=days,
            days=days,
        )
    )


def begin_assignment(case: Case, department_id: int, share: Share, begun: datetime) -> Assignment:
    """Start an office's clock, with the days promised when the round began. The round and the ticket name the lead."""
    assignment = Assignment(
        ticket_id=case.ticket.id,
        round_id=case.round.id,
        department_id=department_id,
        share=share,
        begun_at=begun,
        due_on=case.round.due_on,
        original_due_on=case.round.due_on,
    )
    case.add(assignment)
    if share == Share.LEAD:
        case.round.lead_department_id = case.ticket.lead_department_id = department_id
    assignment.due_on = assignment.original_due_on = deadlines.office_due(
        case.city.calendar,
        case.today(begun),
        case.round.original_days or case.policy.reply_days,
        case.round.due_on,
        translated=case.is_translated,
    )
    count(case, assignment)
    assignment.original_days = assignment.days
    return assignment


def count(case: Case, clock: Round | Assignment) -> None:
    """Keep how many working days the date was given, to count it anew from when the calendar changes."""
    clock.days = deadlines.counted_days(case.city.calendar, case.today(clock.begun_at), clock.due_on, pauses_of(clock))


def pauses_of(clock: Round | Assignment) -> list[tuple[date, date]]:
    """The first and last day of each pause that has ended."""
    return [(date.fromisoformat(stopped), date.fromisoformat(resumed)) for stopped, resumed in clock.pauses]


def end_assignment(case: Case, assignment: Assignment, end: AssignmentEnd, now: datetime) -> None:
    """Stop an office's clock for good."""
    assignment.ended_at, assignment.ended_on, assignment.end = now, case.today(now), end


def pause(case: Case, now: datetime) -> None:
    """Stop both clocks, keeping the working days that are left."""
    today, calendar = case.today(now), case.city.calendar
    case.round.paused_on = today
    case.round.remaining = deadlines.pause_remaining(calendar, today, case.round.due_on)
    for assignment in _open(case):
        assignment.remaining = deadlines.pause_remaining(calendar, today, assignment.due_on)


def resume(case: Case, now: datetime) -> None:
    """Let both clocks go on with the working days they had left: at the latest when the silence was over.

    The sweep may come late; nobody's date moves by the days that it stood still.
    """
    calendar, current = case.city.calendar, case.round
    if current.paused_on is None:
        return
    stopped = current.paused_on
    resumed = min(case.today(now), deadlines.silence_on(calendar, stopped))
    current.paused_days += calendar.between(stopped, resumed)
    for clock in _running(case):
        if clock.remaining is not None:
            clock.due_on = deadlines.resumed_due(calendar, resumed, clock.remaining)
            clock.pauses = [*clock.pauses, [stopped.isoformat(), resumed.isoformat()]]
            clock.remaining = None
            count(case, clock)
    current.paused_on = None
    mirror(case)


def extend(case: Case, days: int) -> None:
    """Move both clocks by so many working days, as far as the longest promise allows."""
    current, calendar = case.round, case.city.calendar
    begun = case.today(current.begun_at)
    due = deadlines.extended_due(calendar, current.due_on, days, begun, current.paused_days)
    granted = calendar.between(current.due_on, due)
    current.due_on, current.extended_days = due, current.extended_days + granted
    if current.remaining is not None:
        current.remaining += granted
    for assignment in _open(case):
        later = deadlines.extended_office_due(calendar, assignment.due_on, granted, due, translated=case.is_translated)
        if assignment.remaining is not None:
            assignment.remaining += calendar.between(assignment.due_on, later)
        assignment.due_on = later
    for clock in _running(case):
        count(case, clock)
    mirror(case)


def end_round(case: Case, outcome: Outcome, now: datetime) -> None:
    """End the running round and every office's part in it; what was still proposed lapses."""
    resume(case, now)
    case.round.ended_at, case.round.ended_on, case.round.outcome = now, case.today(now), outcome
    for assignment in _open(case):
        end_assignment(case, assignment, AssignmentEnd.COMPLETED, now)
    lapse(case, now)
    mirror(case)


def lapse(case: Case, now: datetime) -> None:
    """Let every pending proposal go undecided: the ticket has ended without it."""
    for proposal in case.proposals:
        if proposal.outcome is None:
            proposal.outcome, proposal.decided_at = ProposalOutcome.LAPSED, now


def mirror(case: Case) -> None:
    """Repeat the round's and the lead's dates on the ticket, where queues and the sweep read them."""
    ticket, lead, calendar = case.ticket, case.lead, case.city.calendar
    ticket.due_on, ticket.remaining = case.round.due_on, case.round.remaining
    ticket.office_due_on = lead.due_on if lead else None
    ticket.handler_id = lead.person_id if lead else None
    ticket.provisional = case.round.ended_at is None and calendar.is_provisional_between(
        case.today(case.round.begun_at), case.round.due_on
    )
    ticket.sweep_on = _sweep_on(case)


def _sweep_on(case: Case) -> date | None:
    """The first day on which the sweep has something to do for this ticket."""
    status, calendar = case.ticket.status, case.city.calendar
    if status == Status.ANSWERED and case.ticket.answered_at is not None:
        if any(proposal.outcome is None for proposal in case.proposals):
            return None
        return deadlines.close_on(case.today(case.ticket.answered_at))
    if status == Status.AWAITING_CITIZEN and case.round.paused_on is not None:
        return deadlines.silence_on(calendar, case.round.paused_on)
    if status not in RUNNING or case.round.ended_at is not None:
        return None
    return deadlines.next_sweep(calendar, office_due=office_due(case), citizen_due=case.round.due_on, told=told(case))


def office_due(case: Case) -> date | None:
    """The lead's date while a lead has it."""
    return case.lead.due_on if case.lead and case.lead.ended_at is None else None


def told(case: Case) -> deadlines.Told:
    """For which due dates lateness was told already. Without an office the round remembers by the citizen's date."""
    lead = case.lead if case.lead and case.lead.ended_at is None else None
    return deadlines.Told(
        yellow=lead.reminded_for if lead else case.round.reminded_for,
        red=lead.late_for if lead else case.round.late_for,
        supervision=case.round.supervised_for,
        citizen=case.round.late_told_for,
    )


def _running(case: Case) -> list[Round | Assignment]:
    """The citizen's clock and those of the offices."""
    return [case.round, *_open(case)]


def _open(case: Case) -> list[Assignment]:
    return [assignment for assignment in case.assignments if assignment.ended_at is None]
