"""Every SELECT that starts at the city's rows: its calendar, offices, topics and policies, people and their roles."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlmodel import Session, col, select

from mailbox_service.base.looks import Looks, Rows
from mailbox_service.city.tables import (
    CalendarChange,
    CalendarDay,
    CalendarYear,
    Department,
    Deputy,
    FormerName,
    HeldRole,
    Person,
    Policy,
    RoleName,
    Topic,
)
from mailbox_service.city.workdays import Calendar

AT_WORK = (RoleName.OFFICER, RoleName.HEAD)
DEPUTISED = frozenset({RoleName.HEAD, RoleName.APPROVER})
HELD = sa.and_(col(HeldRole.confirmed_at).is_not(None), col(HeldRole.ended_at).is_(None))  # a role that counts now
Held = tuple[RoleName, int | None, int | None]


def calendar(session: Session, zone: ZoneInfo, *, since: int = 2000) -> Calendar:
    """The working days from that year on."""
    no = session.exec(select(sa.func.max(CalendarChange.no))).one() or 0  # before the days: never newer than they are
    days = session.exec(select(CalendarDay).where(CalendarDay.day >= date(since, 1, 1)))
    years = session.exec(select(CalendarYear.year))
    return Calendar({entry.day: entry.is_working for entry in days}, frozenset(years), zone, no)


def offices(session: Session) -> Sequence[Department]:
    """Every department, closed ones too, in the order they were added."""
    return session.exec(select(Department).order_by(col(Department.id))).all()


def topics(session: Session) -> Sequence[Topic]:
    """The subject areas in use, parents before children, in their own order."""
    used = select(Topic).where(col(Topic.retired_at).is_(None))
    return session.exec(used.order_by(col(Topic.parent_id).is_not(None), col(Topic.position), col(Topic.id))).all()


def policies(session: Session) -> dict[str, Policy]:
    """The promises, by kind of letter."""
    return {policy.kind: policy for policy in session.exec(select(Policy))}


def person_by_email(session: Session, email: str) -> Person | None:
    """Somebody who may sign in with this address."""
    wanted = select(Person).where(Person.email == email.strip().lower(), col(Person.left_at).is_(None))
    return session.exec(wanted).first()


def person(session: Session, person_id: int) -> Person | None:
    """A member of staff, also one who has left."""
    return session.get(Person, person_id)


def names(session: Session, ids: Collection[int], known: Mapping[int, str] | None = None) -> Mapping[int, str]:
    """The names of these people; nobody is asked for whom `known` holds already."""
    if known is not None and known.keys() >= set(ids):
        return known
    if not ids:
        return {}
    rows = session.exec(select(Person.id, Person.name).where(col(Person.id).in_(ids)))
    return dict(rows.all())


def standing(somebody: Any) -> dict[str, Any]:
    """The looks that tell who somebody is on the day `today`: name, roles, whose deputy they are, merged offices.

    `held` reads what they find.
    """
    role = (col(HeldRole.role), col(HeldRole.department_id), col(HeldRole.person_id))
    today = sa.bindparam("today", type_=sa.Date)
    names_them = (col(Deputy.deputy_id) == somebody, col(Deputy.from_on) <= today, col(Deputy.until_on) >= today)
    return {
        "person": sa.select(col(Person.id), col(Person.name), col(Person.left_at), col(Person.shortcuts)).where(
            col(Person.id) == somebody
        ),
        "own": sa.select(*role).where(col(HeldRole.person_id) == somebody, HELD).order_by(col(HeldRole.id)),
        "as_deputy": sa.select(*role)
        .join(Deputy, col(Deputy.person_id) == col(HeldRole.person_id))
        .where(*names_them, col(HeldRole.role).in_(DEPUTISED), HELD),
        "merged": _MERGED,
    }


_MERGED = sa.select(col(Department.id), col(Department.merged_into_id)).where(
    col(Department.merged_into_id).is_not(None)
)
_STANDING = Looks(**standing(sa.bindparam("person", type_=sa.BigInteger)))


def roles_of(session: Session, person_id: int, today: date) -> list[Held]:
    """What somebody may act as today: (role, department, the person they are deputy of or None).

    A role in an office counts in the offices that were merged into it, too: what they ended stays in sight.
    """
    return held(_STANDING.look(session, {"person": person_id, "today": today}))


def held(rows: Rows) -> list[Held]:
    """The same from what `standing` has found."""
    mine: list[Held] = [(role.role, role.department_id, None) for role in rows("own")]
    mine += [(role.role, role.department_id, role.person_id) for role in rows("as_deputy")]
    return mine + _in_merged_offices(dict(rows("merged")), mine)


def _in_merged_offices(into: Mapping[int, int | None], roles: Sequence[Held]) -> list[Held]:
    """The same roles in the offices that were merged into theirs, however many times over."""
    chains = {former: successors(into, former) for former in into}
    return [
        (role, former, stands_for)
        for role, department_id, stands_for in roles
        for former, chain in chains.items()
        if department_id in chain
    ]


def merged(session: Session) -> dict[int, int | None]:
    """Into which office each was merged that is no more."""
    return {row.id: row.merged_into_id for row in session.connection().execute(_MERGED)}


def successors(into: Mapping[int, int | None], office: int) -> list[int]:
    """The offices that one was merged into, one after the other; the last one is there now."""
    chain: list[int] = []
    following = into.get(office)
    while following is not None and following not in chain:
        chain.append(following)
        following = into.get(following)
    return chain


def people_in(session: Session, department_id: int) -> Sequence[Person]:
    """Officers and heads of an office, by name."""
    rows = select(Person).join(HeldRole, col(HeldRole.person_id) == col(Person.id))
    wanted = rows.where(
        HeldRole.department_id == department_id, col(HeldRole.role).in_(AT_WORK), HELD, col(Person.left_at).is_(None)
    )
    return session.exec(wanted.distinct().order_by(col(Person.name), col(Person.id)).limit(500)).all()


def everybody(session: Session) -> Mapping[int, str]:
    """The names of all who work for the city or have, by their ids."""
    return dict(session.exec(select(Person.id, Person.name)).all())


def at_work(session: Session) -> Mapping[int, Sequence[int]]:
    """The officers and heads of each office, by name."""
    rows = sa.select(col(HeldRole.department_id), col(Person.id)).join(
        Person, col(HeldRole.person_id) == col(Person.id)
    )
    theirs = rows.where(col(HeldRole.role).in_(AT_WORK), HELD, col(Person.left_at).is_(None))
    found: dict[int, dict[int, None]] = {}
    for office, person_id in session.connection().execute(theirs.order_by(col(Person.name), col(Person.id))):
        found.setdefault(office or 0, {})[person_id] = None
    return {office: list(people) for office, people in found.items()}


def holders(session: Session, role: RoleName) -> Sequence[HeldRole]:
    """Who holds a role now, anywhere."""
    held = select(HeldRole).where(HeldRole.role == role, HELD)
    return session.exec(held.order_by(col(HeldRole.id)).limit(1000)).all()


def former_names(session: Session) -> dict[int, list[tuple[datetime, Mapping[str, str]]]]:
    """What each office was called, and until when; oldest first."""
    found: dict[int, list[tuple[datetime, Mapping[str, str]]]] = {}
    for former in session.exec(select(FormerName).order_by(col(FormerName.until)).limit(5000)):
        found.setdefault(former.department_id, []).append((former.until, former.name))
    return found
