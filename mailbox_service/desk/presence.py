"""Who looks at a letter or writes on it: rows that every node reads, believed for a minute."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col, select

from mailbox_service.base import claim
from mailbox_service.base.refusals import Refused
from mailbox_service.city.tables import Person
from mailbox_service.desk.tables import Presence
from mailbox_service.tickets.actor import Actor
from mailbox_service.tickets.find.sight import visible_to
from mailbox_service.tickets.tables import Ticket

BELIEVED = timedelta(seconds=60)
MOST = 20


@dataclass(frozen=True, slots=True)
class Colleague:
    """Somebody else who is at the letter."""

    name: str
    writing: bool


def seen(session: Session, number: str, *, by: Actor, writing: bool, now: datetime) -> list[Colleague]:
    """Note that they are here, and tell who else is.

    Raises:
        Refused: "not_found" when the letter isn't there for them.
    """
    ticket_id = _letter(session, number, by)
    values: dict[str, Any] = {"writing": writing, "seen_at": now}
    if not claim.claim(session, Presence, *_row(ticket_id, by), **values):
        session.add(Presence(ticket_id=ticket_id, person_id=by.person_id or 0, **values))
        session.flush()
    return others(session, ticket_id, by=by, now=now)


def others(session: Session, ticket_id: int, *, by: Actor, now: datetime) -> list[Colleague]:
    """Who else is at the letter, those who write first. Who asks may see the letter."""
    wanted = select(Person.name, Presence.writing).join(Person, col(Person.id) == col(Presence.person_id))
    here = (Presence.ticket_id == ticket_id, Presence.person_id != by.person_id, Presence.seen_at > now - BELIEVED)
    order = (col(Presence.writing).desc(), col(Person.name), col(Person.id))
    rows: Sequence[tuple[str, bool]] = session.exec(wanted.where(*here).order_by(*order).limit(MOST)).all()
    return [Colleague(name, writing) for name, writing in rows]


def gone(session: Session, number: str, *, by: Actor) -> None:
    """They have left the letter's pages.

    Raises:
        Refused: "not_found" when the letter isn't there for them.
    """
    session.connection().execute(sa.delete(Presence).where(*_row(_letter(session, number, by), by)))


def forget(session: Session, before: datetime) -> int:
    """Take away the rows of who was last seen earlier; answers how many."""
    return session.connection().execute(sa.delete(Presence).where(col(Presence.seen_at) < before)).rowcount


def _letter(session: Session, number: str, by: Actor) -> int:
    found = session.exec(select(Ticket.id).where(Ticket.number == number, visible_to(by))).first()
    if found is None:
        raise Refused("not_found")
    return found


def _row(ticket_id: int, by: Actor) -> tuple[sa.ColumnElement[bool], sa.ColumnElement[bool]]:
    return col(Presence.ticket_id) == ticket_id, col(Presence.person_id) == by.person_id
