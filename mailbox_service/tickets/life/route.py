"""The General Office passes a letter on, or decides that the city does not answer it: route, return, decline, spam."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from mailbox_service.base.refusals import Refused
from mailbox_service.tickets import deadlines, history, rights
from mailbox_service.tickets.actor import Actor
from mailbox_service.tickets.acts import Act
from mailbox_service.tickets.case import Case, has_completed
from mailbox_service.tickets.life import clock, decide, merge, protect, take_step, together, translate, written
from mailbox_service.tickets.tables.words import (
    AssignmentEnd,
    Kind,
    Outcome,
    ProposalKind,
    RoundReason,
    Share,
    Status,
)

SPAM_DAYS = 30


def route(case: Case, department_id: int, *, kind: Kind | None = None, by: Actor, now: datetime) -> None:
    """Give the ticket to its lead department, and fix its kind. Passing it on again ends the former lead's part.

    Raises:
        Refused: as `rights.require`; "route.unknown_office"; "route.same_office";
            "route.complained_about" when the letter complains about that office.
    """
    rights.require(Act.ROUTE, case, by)
    if case.lead and case.lead.department_id == department_id:
        raise Refused("route.same_office")
    _may_lead(case, department_id)
    _fix_kind(case, kind, by=by, now=now)
    _give_to(case, department_id, AssignmentEnd.REROUTED, now)
    take_step(case, Act.ROUTE, Status.ASSIGNED, by=by, now=now, department_id=department_id, kind=case.ticket.kind)
    translate.ask_for_letter(case, now)
    clock.mirror(case)


def _may_lead(case: Case, department_id: int) -> None:
    """Let the office lead, or say why not: a review goes to none that handled the letter before."""
    together.may_receive(case, department_id)
    before = {a.department_id for a in case.assignments if a.round_id != case.round.id and has_completed(a)}
    if case.round.reason == RoundReason.REVIEW and department_id in before:
        raise Refused("review.involved")


def _fix_kind(case: Case, kind: Kind | None, *, by: Actor, now: datetime) -> None:
    """The first routing fixes the kind, and with it the promise; a later change never lengthens a due date.

    A letter that turns out to be a report of misconduct is restricted.
    """
    current, calendar, former = case.round, case.city.calendar, case.ticket.kind
    begun, first = case.today(current.begun_at), not case.ticket.kind_fixed
    case.ticket.kind = current.kind = kind or former
    case.ticket.kind_fixed = True
    days = case.policy.reply_days
    if kind is None or kind == former:  # what was promised stands, whatever the policy has become since
        return
    if kind == Kind.REPORT and not case.ticket.restricted:
        protect.close_off(case, by=by, now=now)
    if first:
        current.due_on = current.original_due_on = deadlines.citizen_due(calendar, begun, days)
    else:
        current.due_on = deadlines.changed_kind_due(
            calendar, current.due_on, begun, days, current.paused_days + current.extended_days
        )
    clock.count(case, current)
    current.original_days = current.days if first else current.original_days


def _give_to(case: Case, department_id: int, former: AssignmentEnd, now: datetime) -> None:
    """End the former lead's part, or the new lead's part as a co-handling office, and begin its own as lead."""
    for assignment in case.assignments:
        if assignment.ended_at is None and assignment.share == Share.LEAD:
            clock.end_assignment(case, assignment, former, now)
        elif assignment.ended_at is None and assignment.department_id == department_id:
            clock.end_assignment(case, assignment, AssignmentEnd.REROUTED, now)
    for contribution in together.owed(case):
        if contribution.department_id == department_id:
            contribution.waived_at = now  # nobody answers their own question
    clock.begin_assignment(case, department_id, Share.LEAD, now)


def name_co_handling(case: Case, questions: Mapping[int, str], *, by: Actor, now: datetime) -> None:
    """Name offices that are also involved, each with what it is asked ("" when it only reads along).

    Raises:
        Refused: as `rights.require`; "route.no_lead" before a lead is named; "route.unknown_office";
            "route.complained_about"; "contribution.lead" for the lead itself; "contribution.waiting".
    """
    rights.require(Act.NAME_CO_HANDLING, case, by)
    if case.lead is None:
        raise Refused("route.no_lead")
    for department_id, question in questions.items():
        together.may_be_asked(case, department_id, question)
    for department_id, question in questions.items():
        together.involve(case, department_id, now)
        if question.strip():
            together.owe(case, department_id, question.strip(), by=by, now=now)
    history.add(case, Act.NAME_CO_HANDLING, by=by, now=now, departments=list(questions))


def propose_return(case: Case, reason: str, *, by: Actor, now: datetime) -> None:
    """Send the letter back as not the office's. Until it is agreed the office stays responsible.

    Raises:
        Refused: as `rights.require`; "reason.missing".
    """
    rights.require(Act.PROPOSE_RETURN, case, by)
    decide.propose(case, Act.PROPOSE_RETURN, ProposalKind.RETURN, reason, by=by, now=now)


def decide_return(case: Case, next_lead: int | None, *, remark: str = "", by: Actor, now: datetime) -> None:
    """Agree by naming the next lead, or refuse with None. After two agreed returns a manager names the office.

    Raises:
        Refused: as `rights.require`; "proposal.none"; "route.same_office"; "route.unknown_office";
            "route.complained_about"; "reason.missing" when refused without a word why.
    """
    proposal = decide.waiting(case, Act.DECIDE_RETURN, ProposalKind.RETURN, by=by)
    if next_lead is None:
        decide.refuse(case, Act.DECIDE_RETURN, proposal, remark, by=by, now=now)
        return
    if case.lead and case.lead.department_id == next_lead:
        raise Refused("route.same_office")
    _may_lead(case, next_lead)
    decide.agree(proposal, remark, by=by, now=now)
    _give_to(case, next_lead, AssignmentEnd.RETURNED, now)
    take_step(
        case, Act.DECIDE_RETURN, Status.ASSIGNED, by=by, now=now, department_id=next_lead, outcome=proposal.outcome
    )
    translate.ask_for_letter(case, now)
    clock.mirror(case)


def propose_decline(case: Case, reason: str, instead: str, *, by: Actor, now: datetime) -> None:
    """Propose not to accept the letter, saying why and where the citizen may turn.

    Raises:
        Refused: as `rights.require`; "reason.missing"; "decline.no_way_on".
    """
    rights.require(Act.PROPOSE_DECLINE, case, by)
    details: dict[str, object] = {"instead": written(instead, "decline.no_way_on")}
    decide.propose(case, Act.PROPOSE_DECLINE, ProposalKind.DECLINE, reason, details, by=by, now=now)


def decide_decline(case: Case, agreed: bool, *, remark: str = "", by: Actor, now: datetime) -> None:
    """Let the letter end as not accepted, or keep it.

    Raises:
        Refused: as `rights.require`; "proposal.none"; "reason.missing".
    """
    _decide_end(case, Act.DECIDE_DECLINE, ProposalKind.DECLINE, agreed, remark, by=by, now=now)


def propose_transfer(case: Case, reason: str, body: Mapping[str, str], *, by: Actor, now: datetime) -> None:
    """Propose to pass the letter to an outside body, named in the languages the citizen may read.

    Raises:
        Refused: as `rights.require`; "reason.missing"; "transfer.no_body".
    """
    rights.require(Act.PROPOSE_TRANSFER, case, by)
    names = {language: name.strip() for language, name in body.items() if name.strip()}
    if not names:
        raise Refused("transfer.no_body")
    decide.propose(case, Act.PROPOSE_TRANSFER, ProposalKind.TRANSFER, reason, {"body": names}, by=by, now=now)


def decide_transfer(case: Case, agreed: bool, *, remark: str = "", by: Actor, now: datetime) -> None:
    """Let the letter go to the outside body, or keep it.

    Raises:
        Refused: as `rights.require`; "proposal.none"; "reason.missing".
    """
    _decide_end(case, Act.DECIDE_TRANSFER, ProposalKind.TRANSFER, agreed, remark, by=by, now=now)


_ENDS = {
    ProposalKind.DECLINE: (Status.DECLINED, Outcome.DECLINED),
    ProposalKind.TRANSFER: (Status.TRANSFERRED, Outcome.TRANSFERRED),
}


def _decide_end(
    case: Case, act: Act, kind: ProposalKind, agreed: bool, remark: str, *, by: Actor, now: datetime
) -> None:
    proposal = decide.waiting(case, act, kind, by=by)
    if not agreed:
        decide.refuse(case, act, proposal, remark, by=by, now=now)
        return
    status, outcome = _ENDS[kind]
    decide.agree(proposal, remark, by=by, now=now)
    take_step(case, act, status, by=by, now=now, outcome=proposal.outcome)
    clock.end_round(case, outcome, now)
    merge.release_children(case, now)


def mark_spam(case: Case, *, by: Actor, now: datetime) -> None:
    """Put the letter away as spam; it can be restored for 30 days.

    Raises:
        Refused: as `rights.require`.
    """
    rights.require(Act.MARK_SPAM, case, by)
    case.ticket.spam_from, case.ticket.spam_at = case.ticket.status, now
    take_step(case, Act.MARK_SPAM, Status.SPAM, by=by, now=now)
    together.let_go(case, now)
    case.ticket.lead_department_id = case.round.lead_department_id = None
    clock.lapse(case, now)
    clock.mirror(case)
    merge.release_children(case, now)


def restore(case: Case, *, by: Actor, now: datetime) -> None:
    """Take a letter back out of the spam, as if it had never been there: its receipt and due date stand.

    Raises:
        Refused: as `rights.require`; "spam.too_late" after 30 days.
    """
    rights.require(Act.RESTORE, case, by)
    if case.ticket.spam_at and now > case.ticket.spam_at + timedelta(days=SPAM_DAYS):
        raise Refused("spam.too_late")
    case.ticket.spam_from = case.ticket.spam_at = None
    take_step(case, Act.RESTORE, Status.RECEIVED, by=by, now=now)
    clock.mirror(case)
