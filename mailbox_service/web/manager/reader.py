"""Who reads which figures: managers and auditors the whole house's, a head those of their own offices.

An auditor is led to no letter: they read statistics and the audit log (DOMAIN §2). What a list behind a number shows
is asked again there, letter by letter.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from mailbox_service.base.refusals import Refused
from mailbox_service.city.tables import RoleName
from mailbox_service.web.desk import Desk

WHOLE_HOUSE = (RoleName.MANAGER, RoleName.AUDITOR)
SEES_LETTERS = (RoleName.MANAGER, RoleName.HEAD)


@dataclass(frozen=True, slots=True)
class Reader:
    """Whose figures they read: `offices` are all they may choose from, () the whole house."""

    desk: Desk
    offices: Sequence[int]
    sees_letters: bool

    @property
    def is_head(self) -> bool:
        """Whether they read their own offices' figures only."""
        return bool(self.offices)


def at(desk: Desk) -> Reader:
    """Who sits here.

    Raises:
        Refused: "not_yours" to who reads no figures.
    """
    roles = {role.name for role in desk.viewer.roles}
    own = desk.viewer.departments(RoleName.HEAD)
    whole = any(name in roles for name in WHOLE_HOUSE)
    if not whole and not own:
        raise Refused("not_yours")
    offices = () if whole else tuple(office for office in desk.city.offices if office in own and _is_open(desk, office))
    return Reader(desk, offices or tuple(sorted(own)) if not whole else (), any(name in roles for name in SEES_LETTERS))


def _is_open(desk: Desk, office: int) -> bool:
    return desk.city.offices[office].closed_at is None
