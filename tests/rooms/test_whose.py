"""People with the same roles share a look; their ids are filled in, and conditions with blanks serve looks alone."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from sqlmodel import col

from mailbox_service.city.tables import RoleName
from mailbox_service.tickets.actor import Actor, Role
from mailbox_service.tickets.find.sight import visible_to
from mailbox_service.tickets.find.whose import whose
from mailbox_service.tickets.tables import Ticket
from mailbox_service.tickets.tables.words import ActorKind


def somebody(person_id: int, *roles: tuple[str, int | None, int | None], name: str = "") -> Actor:
    held = tuple(Role(RoleName(role), office, person) for role, office, person in roles)
    return Actor(ActorKind.STAFF, person_id, held, name=name)


def test_who_holds_the_same_roles_elsewhere_shares_the_look() -> None:
    dora = whose(somebody(7, ("officer", 3, None), ("head", 3, 9), name="Dora"))
    paul = whose(somebody(8, ("head", 5, 2), ("officer", 5, None), name="Paul"))

    assert dora.desk == paul.desk
    assert set(dora.facts.values()) == {7, 3, 9}
    assert {dora.facts[name]: paul.facts[name] for name in dora.facts} == {7: 8, 3: 5, 9: 2}


@pytest.mark.parametrize(
    "other",
    [
        somebody(7, ("officer", 3, None), ("head", 4, None)),  # another office's head
        somebody(7, ("officer", 3, None)),
        somebody(7, ("officer", 3, None), ("head", 3, 9)),  # as somebody's deputy
        somebody(7, ("officer", 3, None), ("head", 3, None), ("head", 3, 9)),
        somebody(7, ("clerk", None, None)),
        somebody(3, ("officer", 3, None), ("head", 3, None)),  # a person and an office of the same number
    ],
)
def test_who_holds_others_does_not(other: Actor) -> None:
    assert whose(other).desk != whose(somebody(7, ("officer", 3, None), ("head", 3, None))).desk


async def test_no_driver_takes_a_blank_for_an_id(db) -> None:
    desk = whose(somebody(7, ("officer", 3, None))).desk

    with pytest.raises(sa.exc.DBAPIError):
        await db.reading(lambda s: s.connection().execute(sa.select(col(Ticket.id)).where(visible_to(desk))).all())
