"""Whose look it is. All who hold the same roles share one look, in which their ids are left blank.

Putting a look together costs ten times what asking it does, and a city has hundreds of people, but few kinds of desks.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any, NamedTuple

from mailbox_service.base.looks import Blank
from mailbox_service.tickets.actor import Actor, Role

PEOPLE = 1_024


class Whose(NamedTuple):
    """Somebody as a look knows them: their kind of desk, with `Blank`s for ids, and `facts` that fill these in.

    Conditions made for `desk` serve looks alone: no driver takes a blank.
    """

    desk: Actor
    facts: Mapping[str, object]


@lru_cache(maxsize=PEOPLE)
def whose(viewer: Actor) -> Whose:
    """The kind of desk of a member of staff, the same for all who hold such roles, and who sits at this one."""
    blanks: dict[int, Blank] = {}

    def blank(id_: int | None) -> Any:
        return None if id_ is None else blanks.setdefault(id_, Blank(f"viewer_{len(blanks)}"))

    person = blank(viewer.person_id)
    roles = [
        Role(role.name, blank(role.department_id), blank(role.stands_for)) for role in sorted(viewer.roles, key=_rank)
    ]
    desk = Actor(viewer.kind, person, tuple(roles), blank(viewer.ticket_id))
    return Whose(desk, {each.name: id_ for id_, each in blanks.items()})


def _rank(role: Role) -> tuple[str, int, int]:
    return role.name, role.department_id or 0, role.stands_for or 0
