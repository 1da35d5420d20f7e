"""The letters whose writer's address doesn't work: what a clerk corrects or clears; of restricted ones their desk."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col

from mailbox_service.city.tables import RoleName
from mailbox_service.tickets.actor import Actor
from mailbox_service.tickets.find import sight
from mailbox_service.tickets.find.proposals import at_desk
from mailbox_service.tickets.tables import Citizen, Ticket
from mailbox_service.tickets.tables.words import Status

PER_PAGE = 25


@dataclass(frozen=True, slots=True)
class Unreachable:
    """A letter of the list; nothing in it says who wrote."""

    ticket_id: int
    number: str
    subject: str
    language: str
    bounced_at: datetime
    has_phone: bool


def listed(session: Session, viewer: Actor, *, after: int = 0) -> Sequence[Unreachable]:
    """Oldest letter first, one more than a page holds; from the letter after `after`.

    A letter whose mails were stopped, whose text is gone, or that is spam waits for nothing.
    """
    ways = [at_desk(viewer)]
    if viewer.has(RoleName.CLERK):
        ways.append(~col(Ticket.restricted))
    columns = (col(Ticket.id), col(Ticket.number), col(Ticket.subject), col(Ticket.language), col(Citizen.bounced_at))
    wanted = (
        sa.select(*columns, col(Citizen.phone) != "")
        .select_from(sa.join(Citizen, Ticket, col(Citizen.ticket_id) == col(Ticket.id)))
        .where(col(Citizen.bounced_at).is_not(None), col(Citizen.email) != "", col(Citizen.ticket_id) > after)
        .where(col(Ticket.mail_stopped_at).is_(None), col(Ticket.emptied_at).is_(None))
        .where(col(Ticket.status) != Status.SPAM, sa.or_(*ways), sight.visible_to(viewer))
        .order_by(col(Citizen.ticket_id))
        .limit(PER_PAGE + 1)
    )
    rows: Any = session.connection().execute(wanted)
    return [Unreachable(*row) for row in rows]
