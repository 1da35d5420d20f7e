"""One office takes over from another that is merged into it: its letters follow, clocks and people as they stand."""

from __future__ import annotations

from datetime import datetime

from mailbox_service.tickets import history, rights
from mailbox_service.tickets.actor import Actor
from mailbox_service.tickets.acts import Act
from mailbox_service.tickets.case import Case
from mailbox_service.tickets.life import clock, together
from mailbox_service.tickets.tables import Assignment
from mailbox_service.tickets.tables.words import AssignmentEnd, Share


def follow_office(case: Case, former_id: int, into_id: int, *, by: Actor, now: datetime) -> None:
    """Let the office's part in the letter go over to the one that it was merged into. Ended rounds stay as they were.

    A restricted letter that complains about the successor stays where it is: its handlers are named, person by person.

    Raises:
        Refused: as `rights.require`.
    """
    rights.require(Act.FOLLOW_OFFICE, case, by)
    if any(party.department_id == into_id for party in case.parties):
        return
    _lead(case, former_id, into_id, now)
    _co_handling(case, former_id, into_id, now)
    _owed(case, former_id, into_id, now)
    for text in case.translations:
        if text.department_id == former_id and text.done_at is None and not text.stale:
            text.department_id = into_id
    leads = case.lead is not None and case.lead.department_id == into_id
    history.add(case, Act.FOLLOW_OFFICE, by=by, now=now, department_id=into_id, former=former_id, leads=leads)
    clock.mirror(case)


def _lead(case: Case, former_id: int, into_id: int, now: datetime) -> None:
    """The lead goes over with its clock; what the successor did beside it as co-handling office ends."""
    lead = case.lead
    if lead is None or lead.ended_at is not None or lead.department_id != former_id:
        return
    beside = [a for a in case.co_handling if a.ended_at is None and a.department_id == into_id]
    for co in beside:
        clock.end_assignment(case, co, AssignmentEnd.REROUTED, now)
    if beside:  # its row still stands in the way of another one in that office's name: the lead begins a new one
        clock.end_assignment(case, lead, AssignmentEnd.REROUTED, now)
        _go_on(case, lead, clock.begin_assignment(case, into_id, Share.LEAD, now))
    lead.department_id = former_id if beside else into_id
    case.round.lead_department_id = case.ticket.lead_department_id = into_id


def _go_on(case: Case, former: Assignment, new: Assignment) -> None:
    for name in ("due_on", "original_due_on", "remaining", "person_id", "signed_at", "reminded_for", "late_for"):
        setattr(new, name, getattr(former, name))
    clock.count(case, new)
    new.original_days = new.days


def _co_handling(case: Case, former_id: int, into_id: int, now: datetime) -> None:
    """What it did beside the lead goes over, unless the successor has a part in the letter already."""
    has_part = any(a.ended_at is None and a.department_id == into_id for a in case.assignments)
    for co in case.co_handling:
        if co.ended_at is None and co.department_id == former_id and has_part:
            clock.end_assignment(case, co, AssignmentEnd.REROUTED, now)
        elif co.ended_at is None and co.department_id == former_id:
            co.department_id = into_id


def _owed(case: Case, former_id: int, into_id: int, now: datetime) -> None:
    """What the lead asked of the office, its successor owes; nobody answers their own question."""
    leads = case.lead is not None and case.lead.department_id == into_id
    for contribution in together.owed(case):
        if contribution.department_id == former_id:
            contribution.department_id = into_id
        if leads and contribution.department_id == into_id:
            contribution.waived_at = now
