"""Letters like one letter, and the writer's other ones, as far as the viewer may see them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, SQLModel, col, select

from mailbox_service.base.looks import Looks
from mailbox_service.tickets import similar
from mailbox_service.tickets.actor import Actor
from mailbox_service.tickets.case import Case
from mailbox_service.tickets.find.lists import STATEMENTS
from mailbox_service.tickets.find.sight import visible_to
from mailbox_service.tickets.tables import Citizen, Likeness, Message, NotAlike, Ticket
from mailbox_service.tickets.tables.words import Identity, MessageKind, Status

MOST = 50
BY_BAND = 10  # newest letters that share one band: of a campaign of thousands no page reads them all
WRITERS = 10
COMPARED = 1_024  # pairs of texts whose likeness is kept in mind


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


def alike(session: Session, case: Case, viewer: Actor, *, most: int = MOST) -> list[Alike]:
    """The letters most like this one first; those that were said to be different matters last. One statement."""
    ticket = case.ticket
    rows = _looks(viewer).look(session, {"own": ticket.id, "most": most})
    apart = {row.other for row in rows("apart")}
    own, found = text_of(ticket.subject, case.letter.text), []
    for *facts, text in rows("alike"):
        share = _share(own, text_of(facts[3], text))
        if share >= similar.ALIKE:
            values: list[Any] = [*facts, share, facts[0] in apart]
            found.append(Alike(*values))
    return sorted(found, key=lambda one: (one.apart, -one.likeness, -one.id))


@lru_cache(maxsize=COMPARED)
def _share(one: str, other: str) -> float:
    """How alike two texts are. A letter's page is looked at again and again, and its likes stay the same."""
    return similar.likeness(similar.pieces(one), similar.pieces(other))


def text_of(subject: str, text: str) -> str:
    """What is compared of a letter."""
    return f"{subject}\n{text}"


_OWN = sa.bindparam("own", type_=sa.BigInteger)
_SHOWN: tuple[Any, ...] = (
    *(Ticket.id, Ticket.number, Ticket.version, Ticket.subject, Ticket.language, Ticket.status),
    *(Ticket.lead_department_id, Ticket.received_at, Ticket.merged_into_id),
)


@lru_cache(maxsize=STATEMENTS)
def _looks(viewer: Actor) -> Looks:
    letter = sa.and_(col(Message.ticket_id) == col(Ticket.id), col(Message.kind) == MessageKind.LETTER)
    found: sa.Select[Any] = sa.select(*_SHOWN, col(Message.text)).join(Message, letter)
    seen = (col(Ticket.id).in_(_sharing_a_band()), visible_to(viewer), col(Ticket.status) != Status.SPAM)
    lower: sa.Select[Any] = sa.select(col(NotAlike.other_id).label("other")).where(col(NotAlike.ticket_id) == _OWN)
    upper: sa.Select[Any] = sa.select(col(NotAlike.ticket_id).label("other")).where(col(NotAlike.other_id) == _OWN)
    either = sa.union_all(lower, upper).subquery()
    return Looks(alike=found.where(*seen).order_by(col(Ticket.id).desc()).limit(MOST), apart=sa.select(either.c.other))


def _sharing_a_band() -> sa.Select[Any]:
    """The letters that share a band with this one, the newest of them: one look at the index for each band."""
    each = []
    for band in range(similar.BANDS):
        place = (col(Likeness.ticket_id) == _OWN, col(Likeness.band) == band)
        own = sa.select(col(Likeness.hash)).where(*place).scalar_subquery()
        same = (_other.c.band == band, _other.c.hash == own, _other.c.ticket_id != _OWN)
        newest = sa.select(_other.c.ticket_id).where(*same).order_by(_other.c.ticket_id.desc()).limit(BY_BAND)
        each.append(sa.select(newest.subquery().c.ticket_id))
    some = sa.union(*each).subquery()
    return sa.select(some.c.ticket_id).order_by(some.c.ticket_id.desc()).limit(sa.bindparam("most", type_=sa.Integer))


_other = SQLModel.metadata.tables["likeness"].alias("other")


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
