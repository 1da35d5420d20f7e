"""Letters like one letter, and the writer's other ones, as far as the viewer may see them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col, select

from mailbox_service.tickets import similar
from mailbox_service.tickets.actor import Actor
from mailbox_service.tickets.case import Case
from mailbox_service.tickets.find.sight import visible_to
from mailbox_service.tickets.tables import Citizen, Likeness, Message, NotAlike, Ticket
from mailbox_service.tickets.tables.words import Identity, MessageKind, Status

MOST = 50
BY_BAND = 10  # newest letters that share one band: of a campaign of thousands no page reads them all
WRITERS = 10


@dataclass(frozen=True, slots=True)
class Alike:
    """A letter and how alike it is: 0.6 to 1. `apart`: somebody has said that it is a different matter."""

    id: int
    number: str
    version: int
    subject: str
    language: str
    status: Status
    lead_department_id: int | None
    received_at: datetime
    merged_into_id: int | None
    likeness: float
    apart: bool = False


_SHOWN: tuple[Any, ...] = (
    *(Ticket.id, Ticket.number, Ticket.version, Ticket.subject, Ticket.language, Ticket.status),
    *(Ticket.lead_department_id, Ticket.received_at, Ticket.merged_into_id),
)


def alike(session: Session, case: Case, viewer: Actor, *, most: int = MOST) -> list[Alike]:
    """The letters most like this one first; those that were said to be different matters last.

    At most four statements.
    """
    ticket = case.ticket
    ids = _sharing_a_band(session, ticket.id)[:most]
    if not ids:
        return []
    apart = _said_apart(session, ticket.id)
    own = similar.pieces(text_of(ticket.subject, case.letter.text))
    letter = sa.and_(col(Message.ticket_id) == col(Ticket.id), col(Message.kind) == MessageKind.LETTER)
    wanted: sa.Select[Any] = (
        sa.select(*_SHOWN, col(Message.text))
        .join(Message, letter)
        .where(col(Ticket.id).in_(ids), visible_to(viewer), col(Ticket.status) != Status.SPAM)
    )
    found = []
    for row in session.connection().execute(wanted.order_by(col(Ticket.id).desc()).limit(most)):
        *facts, text = row
        share = similar.likeness(own, similar.pieces(text_of(facts[3], text)))
        if share >= similar.ALIKE:
            values: list[Any] = [*facts, share, facts[0] in apart]
            found.append(Alike(*values))
    return sorted(found, key=lambda one: (one.apart, -one.likeness, -one.id))


def text_of(subject: str, text: str) -> str:
    """What is compared of a letter."""
    return f"{subject}\n{text}"


def _sharing_a_band(session: Session, ticket_id: int) -> list[int]:
    """The letters that share a band with this one, newest first."""
    bands = session.exec(select(Likeness.band, Likeness.hash).where(Likeness.ticket_id == ticket_id)).all()
    if not bands:
        return []
    facts = {"own": ticket_id, "most": BY_BAND} | {f"hash_{band}": hash_ for band, hash_ in bands}
    return sorted(set(session.connection().execute(_SHARING, facts).scalars()), reverse=True)


# One look at the index for each band. Written out: putting sixteen parts together costs more than asking them.
_SHARING = sa.text(
    " UNION ALL ".join(
        f"SELECT * FROM (SELECT ticket_id FROM likeness WHERE band = {band} AND hash = :hash_{band}"
        " AND ticket_id <> :own ORDER BY ticket_id DESC LIMIT :most) AS band_" + str(band)
        for band in range(similar.BANDS)
    )
)


def _said_apart(session: Session, ticket_id: int) -> set[int]:
    lower = select(NotAlike.other_id).where(NotAlike.ticket_id == ticket_id)
    upper = select(NotAlike.ticket_id).where(NotAlike.other_id == ticket_id)
    return set(session.connection().execute(sa.union(lower, upper)).scalars())


def of_writer(session: Session, case: Case, viewer: Actor) -> Sequence[tuple[str, str]]:
    """Number and subject of the writer's other letters by the same address or telephone, newest first.

    Only what the viewer may see, and no letter whose writer is hidden: asking for this one's writer names no other's.
    """
    citizen = case.citizen
    ways = []
    if citizen and citizen.email:
        ways.append(sa.func.lower(Citizen.email) == citizen.email.lower())
    if citizen and citizen.phone:
        ways.append(sa.and_(col(Citizen.phone) == citizen.phone, col(Citizen.phone) != ""))
    if not ways:
        return []
    same = sa.union(*(sa.select(col(Citizen.ticket_id)).where(way) for way in ways))
    wanted = select(Ticket.number, Ticket.subject).where(
        col(Ticket.id).in_(same),
        Ticket.id != case.ticket.id,
        Ticket.identity == Identity.NAMED,
        col(Ticket.emptied_at).is_(None),
        visible_to(viewer),
    )
    return session.exec(wanted.order_by(col(Ticket.id).desc()).limit(WRITERS)).all()
