"""Who acts or looks: a member of staff with their roles, the citizen of one ticket, or the service itself."""

from __future__ import annotations

from typing import NamedTuple

from mailbox_service.city.tables import RoleName
from mailbox_service.tickets.tables.words import ActorKind


class Role(NamedTuple):
    """A role somebody holds; `stands_for` names the person whose deputy they are in it."""

    name: RoleName
    department_id: int | None = None
    stands_for: int | None = None


class Actor(NamedTuple):
    """Somebody at the door. A citizen holds one ticket's code or link and is nobody elsewhere.

    `shortcuts` is whether a member of staff works with single keys.
    """

    kind: ActorKind
    person_id: int | None = None
    roles: tuple[Role, ...] = ()
    ticket_id: int | None = None
    name: str = ""
    shortcuts: bool = True

    def __hash__(self) -> int:
        """Short, since what is kept for a viewer is asked for often; two alike in it are still told apart by all."""
        return hash((self.person_id, self.ticket_id, len(self.roles)))

    def has(self, name: RoleName) -> bool:
        """Whether they hold the role anywhere."""
        return any(role.name is name for role in self.roles)

    def departments(self, *names: RoleName) -> frozenset[int]:
        """The departments in which they hold one of these roles (any role when none is named)."""
        return frozenset(
            role.department_id
            for role in self.roles
            if role.department_id is not None and (not names or role.name in names)
        )


SYSTEM = Actor(ActorKind.SYSTEM)


def the_citizen_of(ticket_id: int) -> Actor:
    """The citizen who has shown the code or a link of this ticket."""
    return Actor(ActorKind.CITIZEN, ticket_id=ticket_id)
