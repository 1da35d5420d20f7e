"""After the reply, and instead of it: rate, close, handle again, review, withdraw."""

from __future__ import annotations

from datetime import datetime

from mailbox_service.base.refusals import Refused
from mailbox_service.tickets import deadlines, history, rights
from mailbox_service.tickets.actor import SYSTEM, Actor
from mailbox_service.tickets.acts import Act
from mailbox_service.tickets.case import Case
from mailbox_service.tickets.life import clock, decide, merge, publish, reply, take_step, together, translate, written
from mailbox_service.tickets.tables import Proposal, Rating
from mailbox_service.tickets.tables.words import (
    Outcome,
    Part,
    ProposalKind,
    RoundReason,
    Satisfaction,
    Share,
    Status,
)

REMEDY_DAYS = 30
DISSATISFIED_TWICE = 2


def rate(
    case: Case,
    satisfaction: Satisfaction,
    *,
    solved: bool | None = None,
    reason: str = "",
    by: Actor,
    now: datetime,
) -> None:
    """Say how satisfied one is with this round's reply; changeable until the letter is closed.

    Satisfied or partly closes it. Dissatisfaction takes a reason; the second one brings supervision.

    Raises:
        Refused: as `rights.require`; "reason.missing" when dissatisfied.
    """
    rights.require(Act.RATE, case, by)
    said = written(reason, "reason.missing") if satisfaction == Satisfaction.DISSATISFIED else reason.strip()
    rating = next((r for r in case.ratings if r.round_no == case.ticket.round_no), None)
    if rating is None:
        rating = Rating(ticket_id=case.ticket.id, round_no=case.ticket.round_no, satisfaction=satisfaction, at=now)
        case.add(rating)
    rating.satisfaction, rating.solved, rating.reason, rating.at = satisfaction, solved, said, now
    if satisfaction == Satisfaction.DISSATISFIED:
        history.add(case, Act.RATE, by=by, now=now, satisfaction=satisfaction)
        _watch(case, now)
        return
    take_step(case, Act.RATE, Status.CLOSED, by=by, now=now, satisfaction=satisfaction)
    clock.mirror(case)


def _watch(case: Case, now: datetime) -> None:
    """A second dissatisfaction, in another round, puts the letter under supervision."""
    times = sum(rating.satisfaction == Satisfaction.DISSATISFIED for rating in case.ratings)
    if times >= DISSATISFIED_TWICE and case.ticket.supervised_at is None:
        case.ticket.supervised_at = now
        history.add(case, Act.SUPERVISE, by=SYSTEM, now=now)


def close(case: Case, *, by: Actor, now: datetime) -> None:
    """Close after 14 days without a rating.

    Raises:
        Refused: as `rights.require`; "not_yet" before they are over.
    """
    rights.require(Act.CLOSE, case, by)
    answered = case.today(case.ticket.answered_at or now)
    if case.today(now) < deadlines.close_on(answered):
        raise Refused("not_yet")
    take_step(case, Act.CLOSE, Status.CLOSED, by=by, now=now)
    clock.mirror(case)


def ask_reopening(case: Case, reason: str, *, by: Actor, now: datetime) -> None:
    """The citizen asks the office to handle the letter again: once, within 30 days of the reply.

    Raises:
        Refused: as `rights.require`; "reopen.once"; "remedy.too_late"; "reason.missing"; "proposal.waiting".
    """
    rights.require(Act.ASK_REOPENING, case, by)
    _once_and_in_time(case, ProposalKind.REOPEN, "reopen.once", now)
    decide.propose(case, Act.ASK_REOPENING, ProposalKind.REOPEN, reason, by=by, now=now)


def _once_and_in_time(case: Case, kind: ProposalKind, used_up: str, now: datetime) -> None:
    if any(proposal.kind == kind and proposal.outcome is not None for proposal in case.proposals):
        raise Refused(used_up)
    ended = case.today(case.round.ended_at or now)
    if case.today(now) > deadlines.last_day(ended, REMEDY_DAYS):
        raise Refused("remedy.too_late")


def decide_reopening(case: Case, agreed: bool, *, remark: str = "", by: Actor, now: datetime) -> None:
    """Let the office that answered handle the letter again, in a new round with its own due date.

    Whoever handled it does so again, unless they have left the office or may not see the letter any more.

    Raises:
        Refused: as `rights.require`; "proposal.none"; "reason.missing" when refused without a word why;
            "route.no_lead", "route.unknown_office", "route.complained_about" when that office can't take it.
    """
    proposal = decide.waiting(case, Act.DECIDE_REOPENING, ProposalKind.REOPEN, by=by)
    if not agreed:
        decide.refuse(case, Act.DECIDE_REOPENING, proposal, remark, by=by, now=now)
        return
    former = case.lead
    if former is None:
        raise Refused("route.no_lead")
    office = case.city.successor_of(former.department_id)
    together.may_receive(case, office)
    _next_round(case, proposal, RoundReason.REOPENING, remark, by=by, now=now)
    take_step(
        case,
        Act.DECIDE_REOPENING,
        Status.IN_PROGRESS,
        by=by,
        now=now,
        department_id=office,
        outcome=proposal.outcome,
    )
    again = clock.begin_assignment(case, office, Share.LEAD, now)
    again.signed_at, again.person_id = now, _still_theirs(case, office, former.person_id)
    translate.ask_for_letter(case, now)  # what came after the reply is read now, too
    clock.mirror(case)


def _still_theirs(case: Case, office: int, person_id: int | None) -> int | None:
    """Who handled it, if they still may: at work in the office, or named by the desk; None leaves it to the office."""
    named = (h.person_id for h in case.handlers if h.ended_at is None and h.part in (Part.OFFICER, Part.HEAD))
    here = set(named) if case.ticket.restricted else set(case.city.at_work.get(office, ()))
    return person_id if person_id in here - case.persons_apart() else None


def _next_round(case: Case, proposal: Proposal, reason: RoundReason, remark: str, *, by: Actor, now: datetime) -> None:
    decide.agree(proposal, remark, by=by, now=now)
    publish.drop_proposed(case, now)
    reply.give_up(case)
    clock.lapse(case, now)
    clock.begin_round(case, reason, now)


def ask_review(case: Case, reason: str, *, by: Actor, now: datetime) -> None:
    """The citizen asks somebody uninvolved to review reply or refusal: once, within 30 days.

    Raises:
        Refused: as `rights.require`; "review.once"; "remedy.too_late"; "reason.missing"; "proposal.waiting".
    """
    rights.require(Act.ASK_REVIEW, case, by)
    _once_and_in_time(case, ProposalKind.REVIEW, "review.once", now)
    decide.propose(case, Act.ASK_REVIEW, ProposalKind.REVIEW, reason, by=by, now=now)


def decide_review(
    case: Case,
    department_id: int | None,
    person_id: int | None = None,
    *,
    remark: str = "",
    by: Actor,
    now: datetime,
) -> None:
    """Name the office, or the person in an office, that reviews and did not handle the letter; None refuses.

    Raises:
        Refused: as `rights.require`; "proposal.none"; "reason.missing"; "route.unknown_office";
            "route.complained_about"; "review.involved"; "handover.other_office" for a person who works elsewhere.
    """
    proposal = decide.waiting(case, Act.DECIDE_REVIEW, ProposalKind.REVIEW, by=by)
    if department_id is None:
        decide.refuse(case, Act.DECIDE_REVIEW, proposal, remark, by=by, now=now)
        return
    _must_be_uninvolved(case, department_id, person_id)
    proposal.details = {"department_id": department_id, "person_id": person_id}
    _next_round(case, proposal, RoundReason.REVIEW, remark, by=by, now=now)
    take_step(
        case,
        Act.DECIDE_REVIEW,
        Status.ASSIGNED,
        by=by,
        now=now,
        department_id=department_id,
        outcome=proposal.outcome,
    )
    clock.begin_assignment(case, department_id, Share.LEAD, now).person_id = person_id
    translate.ask_for_letter(case, now)
    clock.mirror(case)


def _must_be_uninvolved(case: Case, department_id: int, person_id: int | None) -> None:
    together.may_receive(case, department_id)
    if person_id is None and department_id in case.offices_involved():
        raise Refused("review.involved")
    if person_id is None:
        return
    if person_id in case.persons_involved() | case.persons_apart():
        raise Refused("review.involved")
    if not case.ticket.restricted and person_id not in case.city.at_work.get(department_id, ()):
        raise Refused("handover.other_office")


def withdraw(case: Case, *, by: Actor, now: datetime) -> None:
    """The citizen takes the letter back.

    Raises:
        Refused: as `rights.require`.
    """
    rights.require(Act.WITHDRAW, case, by)
    take_step(case, Act.WITHDRAW, Status.WITHDRAWN, by=by, now=now)
    reply.give_up(case)
    clock.end_round(case, Outcome.WITHDRAWN, now)
    merge.release_children(case, now)
