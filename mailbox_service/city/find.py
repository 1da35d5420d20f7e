"""Every SELECT that starts at the city's rows: its calendar, offices, topics and policies, people and their roles."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlmodel import Session, col, select

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


def names(session: Session, ids: Sequence[int]) -> dict[int, str]:
    """The names of these people."""
    if not ids:
        return {}
    rows = session.exec(select(Person.id, Person.name).where(col(Person.id).in_(ids)))
    return dict(rows.all())


def roles_of(session: Session, person_id: int, today: date) -> list[Held]:
    """What somebody may act as today: (role, department, the person they are deputy of or None).

    A role in an office counts in the offices that were merged into it, too: what they ended stays in sight.
    """
    own = session.exec(select(HeldRole).where(HeldRole.person_id == person_id, HELD).order_by(col(HeldRole.id))).all()
    standing_in = select(HeldRole).join(Deputy, col(Deputy.person_id) == col(HeldRole.person_id))
    others = session.exec(
        standing_in.where(
            Deputy.deputy_id == person_id,
            Deputy.from_on <= today,
            Deputy.until_on >= today,
            col(HeldRole.role).in_(DEPUTISED),
            HELD,
        )
    ).all()
    mine: list[Held] = [(role.role, role.department_id, None) for role in own]
    mine += [(role.role, role.department_id, role.person_id) for role in others]
    return mine + _in_merged_offices(session, mine)


def _in_merged_offices(session: Session, roles: Sequence[Held]) -> list[Held]:
    """The same roles in the offices that were merged into theirs, however many times over."""
    if all(department_id is None for _, department_id, _ in roles):
        return []
    into = merged(session)
    chains = {former: successors(into, former) for former in into}
    return [
        (role, former, stands_for)
        for role, department_id, stands_for in roles
        for former, chain in chains.items()
        if department_id in chain
    ]


def merged(session: Session) -> dict[int, int | None]:
    """Into which office each was merged that is no more."""
    gone = select(Department.id, Department.merged_into_id).where(col(Department.merged_into_id).is_not(None))
    return dict(session.exec(gone).all())


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
    at_work = col(HeldRole.role).in_([RoleName.OFFICER, RoleName.HEAD])
    rows = select(Person).join(HeldRole, col(HeldRole.person_id) == col(Person.id))
    wanted = rows.where(HeldRole.department_id == department_id, at_work, HELD, col(Person.left_at).is_(None))
    return session.exec(wanted.distinct().order_by(col(Person.name), col(Person.id)).limit(500)).all()


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
