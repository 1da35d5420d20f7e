"""`case`: the one loader for verbs. A ticket with everything its rules need, if it exists for the viewer."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlmodel import Session, SQLModel, col, select

from mailbox_service.base import claim
from mailbox_service.base.refusals import Refused
from mailbox_service.tickets import rights
from mailbox_service.tickets.actor import Actor
from mailbox_service.tickets.acts import Act
from mailbox_service.tickets.case import Case, City
from mailbox_service.tickets.tables import (
    Approval,
    Assignment,
    Attachment,
    Citizen,
    Contribution,
    Handler,
    Message,
    Party,
    Proposal,
    Publication,
    Rating,
    Recusal,
    Reply,
    Round,
    Ticket,
    Translation,
)

# Where each list of a case comes from. Events are written, not read: no rule looks at them.
PARTS: dict[str, type[SQLModel]] = {
    "rounds": Round,
    "assignments": Assignment,
    "messages": Message,
    "contributions": Contribution,
    "replies": Reply,
    "approvals": Approval,
    "translations": Translation,
    "proposals": Proposal,
    "ratings": Rating,
    "publications": Publication,
    "attachments": Attachment,
    "handlers": Handler,
    "parties": Party,
    "recusals": Recusal,
}


def case(session: Session, city: City, number: str, viewer: Actor, *, deciding: Act | None = None) -> Case:
    """The ticket of that number, whole.

    `deciding` lets in who may not see it but is asked to decide that: a manager, on lifting a restriction.

    Raises:
        Refused: "not_found" when there is none, or none for this viewer.
    """
    ticket = session.exec(select(Ticket).where(Ticket.number == number)).first()
    if ticket is None:
        raise Refused("not_found")
    found = whole(session, city, ticket)
    if not (rights.may_see(found, viewer) or (deciding and rights.may(deciding, found, viewer))):
        raise Refused("not_found")
    return found


def whole(session: Session, city: City, ticket: Ticket) -> Case:
    """Everything of a ticket, its merged letters included. Asks nobody's rights: for the sweep and the jobs."""
    (found,) = _cases(session, city, [ticket])
    merged = session.exec(select(Ticket).where(Ticket.merged_into_id == ticket.id).order_by(col(Ticket.id))).all()
    found.children = _cases(session, city, merged) if merged else []
    return found


def _cases(session: Session, city: City, tickets: Sequence[Ticket]) -> list[Case]:
    """All of them at once: as many statements for a campaign of thousands as for one letter."""
    found = {ticket.id: Case(city=city, ticket=ticket) for ticket in tickets}
    for citizen in session.exec(select(Citizen).where(claim.one_of(session, col(Citizen.ticket_id), found))):
        found[citizen.ticket_id].citizen = citizen
    for name, rows in PARTS.items():
        table: Any = rows
        theirs = select(table).where(claim.one_of(session, table.ticket_id, found)).order_by(table.id)
        for row in session.exec(theirs):
            getattr(found[row.ticket_id], name).append(row)
    return list(found.values())
