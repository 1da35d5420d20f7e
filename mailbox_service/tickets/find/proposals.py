"""What somebody proposed and another decides, and the letters that could be published: as conditions on `Ticket`."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased
from sqlmodel import col

from mailbox_service.city.tables import RoleName
from mailbox_service.tickets.actor import Actor
from mailbox_service.tickets.acts import ACTS, Act
from mailbox_service.tickets.rights import AFTER_TWO_RETURNS, SECOND_DESK
from mailbox_service.tickets.tables import Call, Contribution, Proposal, Publication, Reply, Ticket, Translation
from mailbox_service.tickets.tables.words import ProposalKind, ProposalOutcome, ReplyState

Condition = sa.ColumnElement[bool]

_BY_CLERK = (ProposalKind.DECLINE, ProposalKind.TRANSFER, ProposalKind.PUBLISH, ProposalKind.ERASE)
_BY_MANAGER = tuple(ProposalKind(kind) for kind in ("decline", "transfer", "extend", "reopen", "review"))
DECIDES: dict[ProposalKind, Act] = {
    ProposalKind.DECLINE: Act.DECIDE_DECLINE,
    ProposalKind.TRANSFER: Act.DECIDE_TRANSFER,
    ProposalKind.RETURN: Act.DECIDE_RETURN,
    ProposalKind.EXTEND: Act.DECIDE_EXTENSION,
    ProposalKind.REOPEN: Act.DECIDE_REOPENING,
    ProposalKind.REVIEW: Act.DECIDE_REVIEW,
    ProposalKind.PUBLISH: Act.DECIDE_PUBLICATION,
    ProposalKind.UNRESTRICT: Act.DECIDE_UNRESTRICT,
    ProposalKind.ERASE: Act.DECIDE_ERASURE,
}


def proposals(viewer: Actor) -> Condition:
    """Somebody else's proposal waits, the viewer may decide it, and the ticket stands where it can be decided."""
    ordinary, restricted = ~col(Ticket.restricted), at_desk(viewer)
    kinds: list[Condition] = [sa.and_(restricted, _can_be_decided(tuple(DECIDES)))]
    if viewer.has(RoleName.CLERK):
        returned = sa.and_(_can_be_decided((ProposalKind.RETURN,)), ~_returned_twice())
        kinds.append(sa.and_(ordinary, sa.or_(_can_be_decided(_BY_CLERK), returned)))
    if viewer.has(RoleName.MANAGER):
        returned = sa.and_(_can_be_decided((ProposalKind.RETURN,)), _returned_twice())
        kinds.append(sa.and_(ordinary, sa.or_(_can_be_decided(_BY_MANAGER), returned)))
    anothers = sa.or_(col(Proposal.asked_by).is_(None), col(Proposal.asked_by) != viewer.person_id)
    open_ = among(Proposal, col(Proposal.outcome).is_(None))
    return sa.and_(
        open_, is_there(Proposal, of_ticket(Proposal), col(Proposal.outcome).is_(None), anothers, sa.or_(*kinds))
    )


def to_publish(viewer: Actor) -> Condition:
    """Answered, with the writer's consent, and without a copy that is public or waits for its second person."""
    current = is_there(Publication, col(Publication.ticket_id) == col(Ticket.id), col(Publication.revoked_at).is_(None))
    corrected = is_there(Reply, of_ticket(Reply), col(Reply.state) == ReplyState.SUBMITTED)
    replied = is_there(Reply, of_ticket(Reply), col(Reply.state) == ReplyState.SENT)
    erased = sa.and_(col(Proposal.kind) == ProposalKind.ERASE, col(Proposal.outcome).is_(None))
    return sa.and_(
        sa.true() if viewer.has(RoleName.CLERK) else sa.false(),
        col(Ticket.publication_consent),
        ~col(Ticket.restricted),
        col(Ticket.emptied_at).is_(None),
        col(Ticket.status).in_(ACTS[Act.PROPOSE_PUBLICATION].on),
        ~current,
        ~corrected,
        replied,
        ~is_there(Proposal, of_ticket(Proposal), erased),
    )


def _can_be_decided(kinds: tuple[ProposalKind, ...]) -> Condition:
    return sa.or_(
        *(sa.and_(col(Proposal.kind) == kind, col(Ticket.status).in_(ACTS[DECIDES[kind]].on)) for kind in kinds)
    )


def _returned_twice() -> Condition:
    past = aliased(Proposal)
    agreed = sa.select(sa.func.count()).where(
        col(past.ticket_id) == col(Ticket.id),
        col(past.kind) == ProposalKind.RETURN,
        col(past.outcome) == ProposalOutcome.AGREED,
        col(past.round_no) == col(Ticket.round_no),
    )
    return agreed.correlate_except(past).scalar_subquery() >= AFTER_TWO_RETURNS


# --- What conditions are made of -------------------------------------------------------------


def at_desk(viewer: Actor) -> Condition:
    """Restricted, and the viewer sits at the desk that has it."""
    ways: list[Condition] = [sa.false()]
    if viewer.has(RoleName.RESTRICTED_DESK):
        ways.append(col(Ticket.desk) != SECOND_DESK)
    if viewer.has(RoleName.SECOND_DESK):
        ways.append(col(Ticket.desk) == SECOND_DESK)
    return sa.and_(col(Ticket.restricted), sa.or_(*ways))


def is_there(rows: Any, *where: Condition) -> Condition:
    """A row of that table meets the conditions, whatever other tables these speak of, however deep it stands."""
    return sa.exists().where(*where).correlate_except(rows)


def among(rows: type[Call | Contribution | Proposal | Reply | Translation], *where: Condition) -> Condition:
    """The ticket is one of those that these rows name: read from the rows, few as they are, not from the tickets.

    The rows are read by their partial index, which stands in the order of tickets: SQLite takes it for a range only.
    """
    return col(Ticket.id).in_(sa.select(col(rows.ticket_id)).where(*where, col(rows.ticket_id) > 0))


def submitted() -> Condition:
    """A reply waits for its steps; said as its index says it."""
    return sa.literal_column("reply.state = 'submitted'")  # untyped: SQLite would be asked `= 1` and not see its index


def of_ticket(rows: type[Contribution | Proposal | Reply | Translation]) -> Condition:
    return col(rows.ticket_id) == col(Ticket.id)
