"""The cast and their letters, stored: for tests of a room with a real database."""

from __future__ import annotations

from sqlmodel import Session

from mailbox_service.city import official_calendar
from mailbox_service.city.tables import CalendarDay, CalendarYear, Deputy, HeldRole, Person
from mailbox_service.tickets import keep
from mailbox_service.tickets.case import Case
from mailbox_service.tickets.find.city import CityBook
from tests.cast import DAY, NOW, STAFF, ZONE, offices, policies


def settle(session: Session) -> None:
    """Store offices, people with their roles and deputies, policies and calendar."""
    session.add_all(offices())
    session.add_all(policies().values())
    session.add_all(CalendarDay(day=e.day, is_working=e.is_working) for e in official_calendar.entries())
    session.add_all(CalendarYear(year=y, source="test", imported_at=NOW) for y in official_calendar.known_years())
    for who in STAFF:
        session.add(
            Person(id=who.person_id or 0, email=f"{who.name.lower()}@city.example", name=who.name, added_at=NOW)
        )
    session.flush()
    for who in STAFF:
        for role in who.roles:
            if role.stands_for is None:
                session.add(
                    HeldRole(
                        person_id=who.person_id or 0,
                        role=role.name,
                        department_id=role.department_id,
                        given_at=NOW,
                        confirmed_at=NOW,
                    )
                )
            else:
                day = NOW.date()
                session.add(
                    Deputy(
                        person_id=role.stands_for, deputy_id=who.person_id or 0, from_on=day - DAY, until_on=day + DAY
                    )
                )
    session.flush()


def a_book() -> CityBook:
    return CityBook(ZONE, "zh")


def store(session: Session, *cases: Case) -> None:
    """Store letters that were brought somewhere without a database, each whole; leads before those merged into them."""
    for case in cases:
        case.texts_changed = True
        keep.keep_new(session, case)
