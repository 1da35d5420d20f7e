"""Who gets a letter that has come to an office which shares its letters out by load (`Department.shares_by_load`).

Whoever has the fewest open letters; of several, who got one longest ago. Not who is away (their deputy stands in),
has recused themselves or is complained about. On a restricted letter its desk names the handlers.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col, select

from mailbox_service.city.find import HELD
from mailbox_service.city.tables import Deputy, HeldRole, Person, RoleName
from mailbox_service.tickets import history
from mailbox_service.tickets.actor import SYSTEM
from mailbox_service.tickets.case import Case
from mailbox_service.tickets.life import clock
from mailbox_service.tickets.tables import Assignment
from mailbox_service.tickets.tables.words import Share

SHARE = "share"


def share(session: Session, case: Case, *, now: datetime) -> None:
    """Give the letter to somebody of the office that has just got it, if that office shares by load."""
    lead = case.lead
    if lead is None or lead.person_id is not None or case.ticket.restricted or not any(r is lead for r in case.new):
        return
    office = case.city.offices.get(lead.department_id)
    if office is None or not office.shares_by_load:
        return
    person_id = next_one(session, office.id, case.persons_apart(), case.today(now))
    if person_id is None:
        return
    lead.person_id = person_id
    clock.mirror(case)
    history.add(case, SHARE, by=SYSTEM, now=now, department_id=office.id, to=person_id)


def next_one(session: Session, department_id: int, apart: Collection[int], today: date) -> int | None:
    """The officer whose turn it is; None when nobody is there."""
    load = _of_theirs(sa.func.count(), col(Assignment.ended_at).is_(None), Assignment.share == Share.LEAD)
    last = _of_theirs(sa.func.max(col(Assignment.begun_at)))
    away = sa.exists().where(
        col(Deputy.person_id) == col(Person.id), col(Deputy.from_on) <= today, col(Deputy.until_on) >= today
    )
    wanted = (
        select(Person.id)
        .join(HeldRole, col(HeldRole.person_id) == col(Person.id))
        .where(HeldRole.department_id == department_id, HeldRole.role == RoleName.OFFICER, HELD)
        .where(col(Person.left_at).is_(None), ~away, col(Person.id).not_in(apart))
        .order_by(load, last.asc().nulls_first(), col(Person.id))
    )
    return session.exec(wanted.limit(1)).first()


def _of_theirs(counted: Any, *which: Any) -> Any:
    """A figure over the person's parts in letters, read along an index of those that have a person."""
    return (
        sa.select(counted)
        .where(col(Assignment.person_id) == col(Person.id), *which)
        .correlate(Person)
        .scalar_subquery()
    )
