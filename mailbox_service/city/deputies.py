"""Heads and approvers name who stands in for them for a period, and end it again."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from sqlmodel import Session, col, select

from mailbox_service.base import audit
from mailbox_service.base.refusals import Refused
from mailbox_service.city import find
from mailbox_service.city.tables import Deputy, HeldRole, Person, RoleName

LONGEST_DAYS = 366
MOST = 100


def may_name(session: Session, person_id: int) -> bool:
    """Whether they are a head or an approver in their own right."""
    return bool(_roles(session, person_id))


def candidates(session: Session, person_id: int) -> Sequence[Person]:
    """Who may stand in: a head's officers and fellow heads; for an approver the other approvers and the heads."""
    found: dict[int, Person] = {}
    for role in _roles(session, person_id):
        if role.department_id is not None:
            found |= {one.id: one for one in find.people_in(session, role.department_id)}
        if role.role is RoleName.APPROVER:
            holders = [h for name in (RoleName.APPROVER, RoleName.HEAD) for h in find.holders(session, name)]
            found |= {h.person_id: p for h in holders if (p := find.person(session, h.person_id)) and not p.left_at}
    found.pop(person_id, None)
    return sorted(found.values(), key=lambda one: (one.name, one.id))


def _roles(session: Session, person_id: int) -> Sequence[HeldRole]:
    own = select(HeldRole).where(HeldRole.person_id == person_id, col(HeldRole.role).in_(find.DEPUTISED), find.HELD)
    return session.exec(own.order_by(col(HeldRole.id))).all()


def of(session: Session, person_id: int, today: date) -> Sequence[Deputy]:
    """Who stands in for somebody, now and later, in order."""
    wanted = select(Deputy).where(Deputy.person_id == person_id, col(Deputy.until_on) >= today)
    return session.exec(wanted.order_by(col(Deputy.from_on), col(Deputy.id)).limit(MOST)).all()


def name(
    session: Session, deputy_id: int, from_on: date, until_on: date, *, by: int, today: date, now: datetime
) -> None:
    """Let somebody stand in for `by`, first and last day included.

    Raises:
        Refused: "not_yours" to who is neither head nor approver; "deputy.unknown" for who may not stand in;
            "deputy.days" when it ends before it begins, is over already, or lasts longer than a year;
            "deputy.twice" when somebody stands in for them on one of these days already.
    """
    if not may_name(session, by):
        raise Refused("not_yours")
    if deputy_id not in {one.id for one in candidates(session, by)}:
        raise Refused("deputy.unknown")
    if until_on < max(from_on, today) or until_on - from_on > timedelta(days=LONGEST_DAYS):
        raise Refused("deputy.days")
    if any(one.from_on <= until_on and from_on <= one.until_on for one in of(session, by, today)):
        raise Refused("deputy.twice")
    named = Deputy(person_id=by, deputy_id=deputy_id, from_on=from_on, until_on=until_on)
    session.add(named)
    first, last = from_on.isoformat(), until_on.isoformat()
    about = ("person", deputy_id)
    audit.record(session, "deputy.named", by=by, now=now, about=about, from_on=first, until_on=last)


def end(session: Session, deputy_row: int, *, by: int, today: date, now: datetime) -> None:
    """End it today: one that has not begun goes away, a running one ended yesterday.

    Raises:
        Refused: "not_found" for another person's, or one that is over.
    """
    named = session.get(Deputy, deputy_row)
    if named is None or named.person_id != by or named.until_on < today:
        raise Refused("not_found")
    if named.from_on >= today:
        session.delete(named)
    else:
        named.until_on = today - timedelta(days=1)
    audit.record(session, "deputy.ended", by=by, now=now, about=("person", named.deputy_id))
