"""A small city for the staff's and managers' tests: four offices, a cast with every role, letters in every state.

Letters come about by the life's own verbs, so that they are what the service would have made of them.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo

from argon2 import PasswordHasher
from sqlmodel import Session

from mailbox_service.city import official_calendar
from mailbox_service.city.tables import (
    Approvals,
    CalendarDay,
    CalendarYear,
    Department,
    Deputy,
    HeldRole,
    Person,
    Policy,
    RoleName,
    Topic,
)
from mailbox_service.tickets import work
from mailbox_service.tickets.actor import SYSTEM, Actor, the_citizen_of
from mailbox_service.tickets.case import Case
from mailbox_service.tickets.find import actor as actors
from mailbox_service.tickets.find import case as cases
from mailbox_service.tickets.find.city import CityBook
from mailbox_service.tickets.life import arrive
from mailbox_service.tickets.tables.words import Kind

ZONE = ZoneInfo("Asia/Shanghai")
PASSWORD = "correct horse battery staple"
FOUNDED = datetime(2026, 1, 5, 1, tzinfo=UTC)
REPLY_DAYS = {"enquiry": 5, "help": 5, "suggestion": 10, "complaint": 10, "report": 15, "praise": 10}
OFFICES = {
    "general": ("General Office", "市政府办公室"),
    "foreign": ("Foreign Affairs Office", "外事办公室"),
    "roads": ("Roads Bureau", "道路局"),
    "parks": ("Parks Bureau", "园林局"),
}
CAST: dict[str, tuple[tuple[RoleName, str | None], ...]] = {
    "karl": ((RoleName.CLERK, "general"),),
    "kim": ((RoleName.CLERK, "general"),),
    "fang": ((RoleName.HEAD, "foreign"),),
    "finn": ((RoleName.OFFICER, "foreign"),),
    "dora": ((RoleName.OFFICER, "roads"),),
    "hugo": ((RoleName.HEAD, "roads"),),
    "paul": ((RoleName.OFFICER, "parks"),),
    "anna": ((RoleName.APPROVER, None),),
    "mina": ((RoleName.MANAGER, None),),
    "rita": ((RoleName.RESTRICTED_DESK, None),),
    "rolf": ((RoleName.RESTRICTED_DESK, None),),
    "sara": ((RoleName.SECOND_DESK, None),),
    "ada": ((RoleName.ADMINISTRATOR, None),),
    "otto": ((RoleName.AUDITOR, None),),
    "vera": ((RoleName.OFFICER, "parks"),),
}
LANGUAGES = {"fang": "en", "finn": "en"}


@dataclass
class Town:
    """The city's rows by the names the tests use."""

    book: CityBook
    offices: dict[str, int]
    people: dict[str, int]
    topics: dict[str, int]

    def actor(self, session: Session, name: str, on: date = date(2026, 3, 6)) -> Actor:
        """Somebody of the cast, with the roles they have that day."""
        found = actors.staff(session, self.people[name], on)
        assert found is not None
        return found

    def letter(self, session: Session, subject: str = "A lamp is broken", **more: Any) -> str:
        """A letter arrives; answers its number."""
        now = more.pop("now", datetime(2026, 3, 2, 2, tzinfo=UTC))
        facts: dict[str, Any] = {"kind": Kind.ENQUIRY, "text": f"{subject}. Please help.", "language": "zh"} | more
        facts = {"name": "Carl", "email": "carl@example.org"} | facts
        letter = arrive.Letter(subject=subject, **facts)
        return work.arrived(session, self.book, letter, once_key=None, by=None, now=now).ticket.number

    def act(self, session: Session, number: str, who: str, verb: Any, *arguments: Any, **more: Any) -> Case:
        """Somebody of the cast, "citizen" or "system" does something to a letter."""
        now = more.pop("now", datetime(2026, 3, 2, 3, tzinfo=UTC))
        by = SYSTEM if who == "system" else self.citizen(session, number) if who == "citizen" else None
        by = by or self.actor(session, who, now.astimezone(ZONE).date())
        return work.act(session, self.book, number, by, verb, *arguments, now=now, **more)

    def case(self, session: Session, number: str) -> Case:
        """A letter, whole, whoever asks."""
        return cases.case(session, self.book.open(session), number, SYSTEM)

    def citizen(self, session: Session, number: str) -> Actor:
        """Who wrote the letter."""
        return the_citizen_of(self.case(session, number).ticket.id)


@cache
def _hash() -> str:
    return PasswordHasher(time_cost=1, memory_cost=64, parallelism=1).hash(PASSWORD)


def found(session: Session) -> Town:
    """Put the city into an empty database."""
    offices = {code: _office(session, code) for code in OFFICES}
    people = {name: _person(session, name) for name in CAST}
    session.flush()
    for name, roles in CAST.items():
        for role, office in roles:
            department = offices[office] if office else None
            given = HeldRole(person_id=people[name], role=role, department_id=department, given_at=FOUNDED)
            given.confirmed_at = FOUNDED
            session.add(given)
    session.add(
        Deputy(person_id=people["hugo"], deputy_id=people["vera"], from_on=date(2026, 1, 1), until_on=date(2036, 1, 1))
    )
    topics = {}
    for code, office in (("streets", "roads"), ("trees", "parks")):
        topic = Topic(code=code, name={"en": code.title(), "zh": code}, department_id=offices[office])
        session.add(topic)
        topics[code] = topic.id
    for kind, days in REPLY_DAYS.items():
        asked = Approvals.HEAD_AND_APPROVER if kind == "complaint" else Approvals.HEAD
        session.add(Policy(kind=kind, reply_days=days, approvals=asked))
    _calendar(session)
    session.flush()
    return Town(CityBook(ZONE, "zh"), offices, people, topics)


def _office(session: Session, code: str) -> int:
    english, chinese = OFFICES[code]
    office = Department(code=code, name={"en": english, "zh": chinese, "ja": chinese, "ko": english})
    if code == "foreign":
        office.translates, office.masters = ["en", "ja", "ko"], ["zh", "en", "ja", "ko"]
    session.add(office)
    return office.id


def _person(session: Session, name: str) -> int:
    person = Person(
        email=f"{name}@qinghe.example",
        name=name.title(),
        language=LANGUAGES.get(name, "zh"),
        password_hash=_hash(),
        added_at=FOUNDED,
    )
    session.add(person)
    return person.id


def _calendar(session: Session) -> None:
    for entry in official_calendar.entries():
        if entry.day.year >= 2025:
            session.add(CalendarDay(day=entry.day, is_working=entry.is_working))
    for year in official_calendar.known_years():
        session.add(CalendarYear(year=year, source=official_calendar.SOURCE, imported_at=FOUNDED))
