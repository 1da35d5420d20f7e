"""Every SELECT for the administrators' pages and verbs: people and roles, offices with what hangs on them, wording."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col, select

from mailbox_service.city.find import HELD
from mailbox_service.city.tables import (
    CalendarChange,
    CalendarDay,
    CalendarYear,
    CannedReply,
    Choice,
    Department,
    Deputy,
    FormerName,
    HeldRole,
    Person,
    RoleName,
    RoutingRule,
    Topic,
)


def administrators(session: Session) -> set[int]:
    """Who administers now, by their numbers."""
    held = select(HeldRole.person_id).join(Person, col(Person.id) == col(HeldRole.person_id))
    return set(session.exec(held.where(HeldRole.role == RoleName.ADMINISTRATOR, HELD, col(Person.left_at).is_(None))))


def anybody_by_email(session: Session, email: str) -> Person | None:
    """Somebody with this address, also who has left."""
    return session.exec(select(Person).where(Person.email == email)).first()


def open_role(session: Session, person_id: int, role: RoleName, department_id: int | None) -> HeldRole | None:
    """The same role, held or waiting to be confirmed."""
    same = (HeldRole.person_id == person_id, HeldRole.role == role, HeldRole.department_id == department_id)
    return session.exec(select(HeldRole).where(*same, col(HeldRole.ended_at).is_(None))).first()


def open_roles_of(session: Session, person_id: int) -> Sequence[HeldRole]:
    """What somebody holds, and what waits to be confirmed."""
    wanted = select(HeldRole).where(HeldRole.person_id == person_id, col(HeldRole.ended_at).is_(None))
    return session.exec(wanted.order_by(col(HeldRole.id))).all()


def open_roles_in(session: Session, department_id: int) -> Sequence[HeldRole]:
    """Everybody's roles in an office, confirmed or not."""
    wanted = select(HeldRole).where(HeldRole.department_id == department_id, col(HeldRole.ended_at).is_(None))
    return session.exec(wanted.order_by(col(HeldRole.id))).all()


def people(session: Session, words: str = "", *, after: int | None = None, limit: int = 50) -> list[Person]:
    """People by name, those who left too; `words` stand in the name or the address, `after` is the last one seen."""
    wanted = select(Person)
    if words:
        wanted = wanted.where(sa.or_(has(sa.func.lower(col(Person.name)), words), has(col(Person.email), words)))
    last = session.get(Person, after) if after is not None else None
    if last is not None:
        wanted = wanted.where(sa.tuple_(col(Person.name), col(Person.id)) > (last.name, last.id))
    return list(session.exec(wanted.order_by(col(Person.name), col(Person.id)).limit(limit)))


def has(column: Any, words: str) -> sa.ColumnElement[bool]:
    """The words stand in the column, whatever their case."""
    found: sa.ColumnElement[bool] = column.contains(words.lower(), autoescape=True)
    return found


def open_roles(session: Session, people_ids: Sequence[int]) -> dict[int, list[HeldRole]]:
    """What each of these people holds, and what waits to be confirmed."""
    wanted = select(HeldRole).where(col(HeldRole.person_id).in_(people_ids), col(HeldRole.ended_at).is_(None))
    found: dict[int, list[HeldRole]] = {}
    for held in session.exec(wanted.order_by(col(HeldRole.id))):
        found.setdefault(held.person_id, []).append(held)
    return found


def waiting_roles(session: Session, limit: int = 200) -> Sequence[HeldRole]:
    """The roles that wait for a second administrator, oldest first."""
    waits = (col(HeldRole.confirmed_at).is_(None), col(HeldRole.ended_at).is_(None))
    return session.exec(select(HeldRole).where(*waits).order_by(col(HeldRole.id)).limit(limit)).all()


def all_topics(session: Session) -> Sequence[Topic]:
    """Every subject area, retired ones too; parents before children."""
    order = (col(Topic.parent_id).is_not(None), col(Topic.position), col(Topic.id))
    return session.exec(select(Topic).order_by(*order)).all()


def former_names(session: Session, department_id: int) -> Sequence[FormerName]:
    """What an office was called, oldest first."""
    wanted = select(FormerName).where(FormerName.department_id == department_id)
    return session.exec(wanted.order_by(col(FormerName.until))).all()


def topics_of(session: Session, department_id: int) -> Sequence[Topic]:
    """The subject areas an office usually leads."""
    return session.exec(select(Topic).where(Topic.department_id == department_id).order_by(col(Topic.id))).all()


def rules(session: Session) -> Sequence[RoutingRule]:
    """The rules of routing in their order, those switched off too."""
    there = select(RoutingRule).where(col(RoutingRule.retired_at).is_(None))
    return session.exec(there.order_by(col(RoutingRule.position), col(RoutingRule.id))).all()


def live_rules(session: Session) -> list[RoutingRule]:
    """The rules that new letters are asked about, in their order."""
    return [rule for rule in rules(session) if rule.is_live]


def rules_naming(session: Session, department_id: int) -> list[RoutingRule]:
    """The rules that give letters to an office, or let it co-handle them."""
    rules = session.exec(select(RoutingRule).where(col(RoutingRule.retired_at).is_(None)).order_by(col(RoutingRule.id)))
    return [rule for rule in rules if department_id in (rule.department_id, *rule.co_department_ids)]


def canned_of(session: Session, department_id: int) -> Sequence[CannedReply]:
    """The canned replies that are an office's own."""
    wanted = select(CannedReply).where(CannedReply.department_id == department_id)
    return session.exec(wanted.order_by(col(CannedReply.id))).all()


def canned_replies(session: Session) -> Sequence[CannedReply]:
    """Every canned reply, retired ones last."""
    order = (col(CannedReply.retired_at).is_not(None), col(CannedReply.name), col(CannedReply.id))
    return session.exec(select(CannedReply).order_by(*order).limit(1000)).all()


def deputies(session: Session, today: date) -> Sequence[Deputy]:
    """Who stands in for whom, now and later; then what is over, newest first, as far as a year back."""
    wanted = select(Deputy).where(Deputy.until_on >= today - timedelta(days=365))
    order = (col(Deputy.until_on) < today, col(Deputy.from_on), col(Deputy.id))
    return session.exec(wanted.order_by(*order).limit(500)).all()


def calendar_years(session: Session) -> Sequence[CalendarYear]:
    """The years whose official calendar is in, newest first."""
    return session.exec(select(CalendarYear).order_by(col(CalendarYear.year).desc())).all()


def calendar_days(session: Session, year: int) -> Sequence[CalendarDay]:
    """The year's days that differ from Monday to Friday."""
    begins, ends = date(year, 1, 1), date(year, 12, 31)
    wanted = select(CalendarDay).where(col(CalendarDay.day).between(begins, ends))
    return session.exec(wanted.order_by(col(CalendarDay.day))).all()


def calendar_changes(session: Session, year: int | None = None) -> Sequence[CalendarChange]:
    """The changes of the calendar, or of one year's, newest first."""
    wanted = select(CalendarChange) if year is None else select(CalendarChange).where(CalendarChange.year == year)
    return session.exec(wanted.order_by(col(CalendarChange.no).desc()).limit(1000)).all()


def choices(session: Session) -> dict[str, Choice]:
    """What the city has set, by the name of the setting it stands before."""
    return {choice.name: choice for choice in session.exec(select(Choice))}


def office_by_code(session: Session, code: str) -> Department | None:
    """The office of that word."""
    return session.exec(select(Department).where(Department.code == code)).first()


def topic_by_code(session: Session, code: str) -> Topic | None:
    """The subject area of that word."""
    return session.exec(select(Topic).where(Topic.code == code)).first()


def parts_of(session: Session, topic_id: int) -> Sequence[Topic]:
    """The parts of a subject area that are in use."""
    wanted = select(Topic).where(Topic.parent_id == topic_id, col(Topic.retired_at).is_(None))
    return session.exec(wanted.order_by(col(Topic.position), col(Topic.id))).all()
