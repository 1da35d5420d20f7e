"""Who is trusted with what: an administrator gives a role, a second one confirms it, and only then it counts.

Where there is one administrator alone it counts at once, and the caller tells the auditors (`mail.role_given`).
Ending a role needs nobody else. The operator at the command line gives roles by `people.give_role`.
"""

from __future__ import annotations

from datetime import datetime

from sqlmodel import Session, col

from mailbox_service.base import claim
from mailbox_service.base.refusals import Refused
from mailbox_service.city import changing, lists
from mailbox_service.city.tables import Department, HeldRole, Person, RoleName

OF_AN_OFFICE = frozenset({RoleName.OFFICER, RoleName.HEAD})
MAY_HAVE_OFFICE = OF_AN_OFFICE | {RoleName.CLERK, RoleName.RESTRICTED_DESK, RoleName.SECOND_DESK}


def give(
    session: Session, person_id: int, role: RoleName, department_id: int | None, *, by: int, now: datetime
) -> HeldRole:
    """Give somebody a role. It waits for a second administrator; with no other one it counts at once.

    Raises:
        Refused: "not_yours"; "not_found" for nobody, or somebody who has left; "role.no_office"; "role.whole_city";
            "role.office" for one that is closed or not there; "role.held"; "role.own" to the only administrator;
            "role.nobody_confirms" when the only other administrator is the one it is given to.
    """
    changing.require(session, by)
    person: Person = changing.row_of(session, Person, person_id)
    if person.left_at is not None:
        raise Refused("not_found")
    _check_office(session, role, department_id)
    if lists.open_role(session, person_id, role, department_id) is not None:
        raise Refused("role.held")
    others = lists.administrators(session) - {by}
    alone = not others
    if alone and person_id == by:
        raise Refused("role.own")
    if not alone and not others - {person_id}:
        raise Refused("role.nobody_confirms")
    given = HeldRole(
        person_id=person_id,
        role=role,
        department_id=department_id,
        given_at=now,
        given_by=by,
        confirmed_at=now if alone else None,
    )
    session.add(given)
    session.flush()
    _record(session, "role.given", given, by, now, counts=alone)
    return given


def _check_office(session: Session, role: RoleName, department_id: int | None) -> None:
    if department_id is None:
        if role in OF_AN_OFFICE:
            raise Refused("role.no_office")
        return
    if role not in MAY_HAVE_OFFICE:
        raise Refused("role.whole_city")
    office = session.get(Department, department_id)
    if office is None or office.closed_at is not None:
        raise Refused("role.office")


def confirm(session: Session, held_id: int, *, by: int, now: datetime) -> HeldRole:
    """Let a role count that another administrator gave to another person.

    Raises:
        Refused: "not_yours"; "not_found"; "two_people" to who gave it and to who gets it; "role.decided" when it
            counts already or was taken back.
    """
    changing.require(session, by)
    held: HeldRole = changing.row_of(session, HeldRole, held_id)
    if by in (held.given_by, held.person_id):
        raise Refused("two_people")
    waits = (col(HeldRole.id) == held_id, col(HeldRole.confirmed_at).is_(None), col(HeldRole.ended_at).is_(None))
    if claim.claim(session, HeldRole, *waits, confirmed_by=by, confirmed_at=now) != 1:
        raise Refused("role.decided")
    session.expire(held)
    _record(session, "role.confirmed", held, by, now)
    return held


def end(session: Session, held_id: int, *, by: int, now: datetime) -> HeldRole:
    """End a role at once, or take one back that nobody has confirmed yet.

    Raises:
        Refused: "not_yours"; "not_found"; "role.ended" when it is already; "role.last_administrator".
    """
    changing.require(session, by)
    held: HeldRole = changing.row_of(session, HeldRole, held_id)
    if held.role is RoleName.ADMINISTRATOR:
        _one_stays(session, held, by)
    if claim.claim(session, HeldRole, col(HeldRole.id) == held_id, col(HeldRole.ended_at).is_(None), ended_at=now) != 1:
        raise Refused("role.ended")
    session.expire(held)
    _record(session, "role.ended" if held.confirmed_at else "role.taken_back", held, by, now)
    return held


def _one_stays(session: Session, held: HeldRole, by: int) -> None:
    """Of two administrators who end each other's role at once, the second waits, and is none any more."""
    claim.alone(session, "administrators", wait=True)
    changing.require(session, by)
    if held.confirmed_at and lists.administrators(session) == {held.person_id}:
        raise Refused("role.last_administrator")


def _record(session: Session, act: str, held: HeldRole, by: int, now: datetime, **facts: object) -> None:
    person: Person = changing.row_of(session, Person, held.person_id)
    said = {"role": held.role.value, "department_id": held.department_id, "held_role": held.id}
    changing.record(session, act, person, {**said, **facts}, by=by, now=now)
