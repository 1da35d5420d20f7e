"""Proposals: one person asks, another decides. One mechanism for every kind; the ticket moves only on the decision."""

from __future__ import annotations

from datetime import datetime

from mailbox_service.base.refusals import Refused
from mailbox_service.tickets import history, rights
from mailbox_service.tickets.actor import Actor
from mailbox_service.tickets.acts import Act
from mailbox_service.tickets.case import Case
from mailbox_service.tickets.life import clock, written
from mailbox_service.tickets.tables import Proposal
from mailbox_service.tickets.tables.words import ProposalKind, ProposalOutcome


def propose(
    case: Case,
    act: Act,
    kind: ProposalKind,
    reason: str,
    details: dict[str, object] | None = None,
    *,
    by: Actor,
    now: datetime,
) -> Proposal:
    """Ask for a decision, once at a time per kind. The caller has asked `rights`.

    Raises:
        Refused: "reason.missing"; "proposal.waiting" while one of this kind is undecided.
    """
    said = written(reason, "reason.missing")
    if case.pending(kind):
        raise Refused("proposal.waiting")
    proposal = Proposal(
        ticket_id=case.ticket.id,
        round_no=case.ticket.round_no,
        kind=kind,
        reason=said,
        details=details or {},
        asked_by=by.person_id,
        asked_at=now,
    )
    case.add(proposal)
    history.add(case, act, by=by, now=now, proposal_id=proposal.id)
    clock.mirror(case)
    return proposal


def waiting(case: Case, act: Act, kind: ProposalKind, *, by: Actor) -> Proposal:
    """The proposal that they are to decide on. Asks `rights`, and that it is another's.

    Raises:
        Refused: as `rights.require`; "proposal.none" when nobody has asked.
    """
    proposal = case.pending(kind)
    rights.require(act, case, by, proposed_by=proposal.asked_by if proposal else None)
    if proposal is None:
        raise Refused("proposal.none")
    return proposal


def agree(proposal: Proposal, remark: str = "", *, by: Actor, now: datetime) -> None:
    """Note who agreed. The act that follows from it writes the event."""
    _settle(proposal, ProposalOutcome.AGREED, remark, by=by, now=now)


def refuse(case: Case, act: Act, proposal: Proposal, remark: str, *, by: Actor, now: datetime) -> None:
    """Note who refused and why; the ticket stays as it is.

    Raises:
        Refused: "reason.missing" when no reason is given.
    """
    _settle(proposal, ProposalOutcome.REFUSED, written(remark, "reason.missing"), by=by, now=now)
    history.add(case, act, by=by, now=now, proposal_id=proposal.id, outcome=proposal.outcome)
    clock.mirror(case)


def _settle(proposal: Proposal, outcome: ProposalOutcome, remark: str, *, by: Actor, now: datetime) -> None:
    proposal.outcome, proposal.remark = outcome, remark.strip()
    proposal.decided_by, proposal.decided_at = by.person_id, now


def let_lapse(proposal: Proposal, now: datetime) -> None:
    """Let one proposal go undecided, because what it asked for is gone."""
    proposal.outcome, proposal.decided_at = ProposalOutcome.LAPSED, now
