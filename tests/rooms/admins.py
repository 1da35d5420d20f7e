"""A town with administrators, for the tests of what they change."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from sqlmodel import Session, col, select

from mailbox_service.base.tables import AuditRow
from mailbox_service.city import offices, people
from mailbox_service.city.tables import Department, HeldRole, Person, RoleName
from mailbox_service.tickets import work
from mailbox_service.tickets.actor import SYSTEM
from mailbox_service.tickets.find import offices as letters
from mailbox_service.tickets.life import succeed
from tests.doors.staff.town import Town

NOW = datetime(2026, 3, 6, 2, tzinfo=UTC)
NAMES = {"en": "Water Bureau", "zh": "水务局", "ja": "水道局", "ko": "수도국"}


def second_administrator(session: Session, town: Town, name: str = "abel") -> int:
    """Somebody who may confirm what Ada gives."""
    email = f"{name}@qinghe.example"
    role = (RoleName.ADMINISTRATOR, None)
    added = people.add(session, email=email, name=name.title(), language="en", password_hash="", roles=[role], now=NOW)
    town.people[name] = added.id
    return added.id


def logged(session: Session, act: str) -> list[dict[str, Any]]:
    """The facts of each row of the log with that act, oldest first."""
    found = session.exec(select(AuditRow).where(AuditRow.act == act).order_by(col(AuditRow.id)))
    return [row.facts for row in found]


def version_of(session: Session, table: type[Any], id_: int) -> int:
    """The version a form would carry now."""
    row = session.get(table, id_, populate_existing=True)
    assert row is not None
    return int(row.version)


def one_more(session: Session, town: Town, name: str = "nina") -> int:
    """Somebody without a role."""
    person = Person(email=f"{name}@qinghe.example", name=name.title(), added_at=NOW)
    session.add(person)
    session.flush()
    town.people[name] = person.id
    return person.id


def merge(session: Session, town: Town, gone: str = "roads", into: str = "parks") -> list[HeldRole]:
    """Merge one office into the other, its letters included, as the administrator's page does."""
    gone_id, into_id = town.offices[gone], town.offices[into]
    left = letters.count_open(session, gone_id)
    seen = version_of(session, Department, gone_id)
    given = offices.close(session, gone_id, into_id, seen, open_letters=left, by=town.people["ada"], now=NOW)
    town.book.forget()
    for number in letters.following(session, gone_id, into_id, 100):
        work.act(session, town.book, number, SYSTEM, succeed.follow_office, gone_id, into_id, now=NOW)
    return given
