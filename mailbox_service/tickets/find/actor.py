"""Who somebody at a door is: their person row and the roles they may act in today."""

from __future__ import annotations

from datetime import date

from sqlmodel import Session

from mailbox_service.city import find
from mailbox_service.tickets.actor import Actor, Role
from mailbox_service.tickets.tables.words import ActorKind


def staff(session: Session, person_id: int, today: date) -> Actor | None:
    """The member of staff with today's roles, deputies' included; None for nobody, or somebody who has left."""
    person = find.person(session, person_id)
    if person is None or person.left_at is not None:
        return None
    roles = tuple(Role(*held) for held in find.roles_of(session, person_id, today))
    return Actor(ActorKind.STAFF, person_id=person.id, roles=roles, name=person.name, shortcuts=person.shortcuts)
