"""Who somebody at a door is: their person row and the roles they may act in today."""

from __future__ import annotations

from datetime import date

import sqlalchemy as sa
from sqlmodel import Session

from mailbox_service.base.looks import Looks, Rows
from mailbox_service.city import find
from mailbox_service.tickets.actor import Actor, Role
from mailbox_service.tickets.tables.words import ActorKind

_SOMEBODY = Looks(**find.standing(sa.bindparam("person", type_=sa.BigInteger)))


def staff(session: Session, person_id: int, today: date) -> Actor | None:
    """The member of staff with today's roles, deputies' included; None for nobody, or somebody who has left."""
    return of(_SOMEBODY.look(session, {"person": person_id, "today": today}))


def of(rows: Rows) -> Actor | None:
    """The same from what `city.find.standing` has found."""
    person = next(iter(rows("person")), None)
    if person is None or person.left_at is not None:
        return None
    roles = tuple(Role(*held) for held in find.held(rows))
    return Actor(ActorKind.STAFF, person_id=person.id, roles=roles, name=person.name, shortcuts=person.shortcuts)
