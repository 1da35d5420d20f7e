"""Co-handling offices: what the lead asks of them, and what they say. The lead answers for all."""

from __future__ import annotations

from datetime import datetime

from mailbox_service.base.refusals import Refused
from mailbox_service.tickets import history, rights
from mailbox_service.tickets.actor import Actor
from mailbox_service.tickets.acts import Act
from mailbox_service.tickets.case import Case
from mailbox_service.tickets.life import clock, handle, written
from mailbox_service.tickets.tables import Contribution
from mailbox_service.tickets.tables.words import AssignmentEnd, Share

CONTRIBUTION_DAYS = 3


def may_receive(case: Case, department_id: int) -> None:
    """Let the office have the letter, or say why not.

    Raises:
        Refused: "route.unknown_office" for one that is closed, too; "route.complained_about".
    """
    office = case.city.offices.get(department_id)
    if office is None or office.closed_at is not None:
        raise Refused("route.unknown_office")
    if department_id in case.offices_apart():
        raise Refused("route.complained_about")


def may_be_asked(case: Case, department_id: int, question: str) -> None:
    """Let the office co-handle, or say why not.

    Raises:
        Refused: as `may_receive`; "contribution.lead" for the lead itself; "contribution.waiting" when asked
            while it owes an answer already.
    """
    may_receive(case, department_id)
    if case.lead and case.lead.department_id == department_id:
        raise Refused("contribution.lead")
    if question.strip() and any(c.department_id == department_id for c in owed(case)):
        raise Refused("contribution.waiting")


def owed(case: Case) -> list[Contribution]:
    """What co-handling offices still owe in this round."""
    return [c for c in case.contributions if c.is_open and c.round_no == case.ticket.round_no]


def involve(case: Case, department_id: int, now: datetime) -> None:
    """Let an office read along as co-handling, unless it does already. The caller has asked `may_be_asked`."""
    if not any(co.department_id == department_id and co.ended_at is None for co in case.co_handling):
        clock.begin_assignment(case, department_id, Share.CO, now)


def let_go(case: Case, now: datetime) -> None:
    """No office has the letter any more, nor owes anything for it."""
    for assignment in case.assignments:
        if assignment.ended_at is None:
            clock.end_assignment(case, assignment, AssignmentEnd.REROUTED, now)
    for contribution in owed(case):
        contribution.waived_at = now


def owe(case: Case, department_id: int, question: str, *, by: Actor, now: datetime) -> None:
    """Open a contribution, due in three working days and a day before the lead's date, if that is ahead."""
    calendar, today = case.city.calendar, case.today(now)
    due = calendar.after(today, CONTRIBUTION_DAYS)
    if case.lead:
        due = max(calendar.after(today, 1), min(due, calendar.before(case.lead.due_on, 1)))
    case.add(
        Contribution(
            ticket_id=case.ticket.id,
            round_no=case.ticket.round_no,
            department_id=department_id,
            question=question,
            asked_by=by.person_id,
            asked_at=now,
            due_on=due,
            days=calendar.between(today, due),
        )
    )


def ask_contribution(case: Case, department_id: int, question: str, *, by: Actor, now: datetime) -> None:
    """Ask another office for its part; being asked makes it co-handling.

    Raises:
        Refused: as `rights.require`; "contribution.no_question"; "contribution.lead";
            "contribution.waiting" while it owes one already; "route.unknown_office"; "route.complained_about".
    """
    rights.require(Act.ASK_CONTRIBUTION, case, by)
    asked = written(question, "contribution.no_question")
    may_be_asked(case, department_id, asked)
    handle.sign_on_the_way(case, by=by, now=now)
    involve(case, department_id, now)
    owe(case, department_id, asked, by=by, now=now)
    history.add(case, Act.ASK_CONTRIBUTION, by=by, now=now, department_id=department_id)


def contribute(case: Case, contribution_id: int, text: str, *, by: Actor, now: datetime) -> None:
    """Give what the office was asked for.

    Raises:
        Refused: as `rights.require`; "contribution.none"; "contribution.empty"; "not_yours" for another office's.
    """
    rights.require(Act.CONTRIBUTE, case, by)
    contribution = _open(case, contribution_id)
    if not rights.contributes_for(case, by, contribution.department_id):
        raise Refused("not_yours")
    contribution.text = written(text, "contribution.empty")
    contribution.given_by, contribution.given_at = by.person_id, now
    history.add(case, Act.CONTRIBUTE, by=by, now=now, department_id=contribution.department_id)


def waive(case: Case, contribution_id: int, reason: str, *, by: Actor, now: datetime) -> None:
    """Do without a contribution, and say why.

    Raises:
        Refused: as `rights.require`; "contribution.none"; "reason.missing".
    """
    rights.require(Act.WAIVE, case, by)
    contribution = _open(case, contribution_id)
    said = written(reason, "reason.missing")
    handle.sign_on_the_way(case, by=by, now=now)
    contribution.waiver = said
    contribution.waived_by, contribution.waived_at = by.person_id, now
    history.add(case, Act.WAIVE, by=by, now=now, department_id=contribution.department_id)


def _open(case: Case, contribution_id: int) -> Contribution:
    for contribution in owed(case):
        if contribution.id == contribution_id:
            return contribution
    raise Refused("contribution.none")
