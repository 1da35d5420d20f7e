"""The story of `tests.cast` in a database: its offices and people, who can sign in, and its letters as they stand.

A SQLite file is put back to what it was in a few milliseconds, so that a walk of thousands of acts begins each
of them on the same letter.
"""

from __future__ import annotations

import sqlite3
from collections.abc import AsyncIterator, Iterable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cache
from pathlib import Path

import httpx
from argon2 import PasswordHasher
from pydantic import SecretStr
from sqlmodel import Session, SQLModel

from mailbox_service.base import clock
from mailbox_service.base.settings import Settings
from mailbox_service.city import official_calendar
from mailbox_service.city.tables import CalendarDay, CalendarYear, Deputy, HeldRole, Person
from mailbox_service.tickets import keep
from mailbox_service.tickets.actor import Actor, Role
from mailbox_service.tickets.case import Case
from mailbox_service.tickets.tables import Ticket
from tests.cases import copied
from tests.cast import STAFF, a_letter, offices, policies
from tests.databases import rows
from tests.doors.hung import open_app
from tests.doors.staff.house import House, Member
from tests.doors.staff.token import token_of
from tests.doors.staff.town import PASSWORD, Town

FOUNDED = datetime(2026, 1, 5, 1, tzinfo=UTC)


def a_day_ago() -> datetime:
    """When the letters of the story arrive, so that nothing is overdue at the doors."""
    return clock.now().replace(microsecond=0) - timedelta(days=1)


@dataclass
class Story:
    """The open house, and everybody who has signed in to it, by name."""

    house: House
    members: dict[str, Member]
    tokens: dict[str, str]
    kept: sqlite3.Connection | None = None

    def copied(self) -> sqlite3.Connection:
        """The database as it is now."""
        copy = sqlite3.connect(":memory:")
        with self._file() as file:
            file.backup(copy)
        return copy

    def begin_with(self, case: Case, before: sqlite3.Connection) -> None:
        """What the database was then, and this letter in it; `put_back` leads to here from now on."""
        self.kept = before
        self.put_back()
        with rows(self.house.url) as session:
            store(session, case)
        self.kept = self.copied()

    def put_back(self) -> None:
        """Make the database what it was."""
        assert self.kept is not None
        with self._file() as file:
            self.kept.backup(file)

    def _file(self) -> sqlite3.Connection:
        file = sqlite3.connect(self.house.url.removeprefix("sqlite:///"))
        file.execute("pragma synchronous=off")
        return file

    async def post(self, who: Actor, path: str, fields: dict[str, str]) -> httpx.Response:
        """Send a form with the token of somebody's session, without opening its page first."""
        return await self.members[who.name].web.post(path, data={"csrf": self.tokens[who.name]} | fields)


@cache
def _hash() -> str:
    return PasswordHasher(time_cost=1, memory_cost=64, parallelism=1).hash(PASSWORD)


def _stands(person_id: int, role: Role) -> HeldRole | Deputy:
    if role.stands_for is not None:
        days = (date(2026, 1, 1), date(2036, 1, 1))
        return Deputy(person_id=role.stands_for, deputy_id=person_id, from_on=days[0], until_on=days[1])
    office = role.department_id
    return HeldRole(person_id=person_id, role=role.name, department_id=office, given_at=FOUNDED, confirmed_at=FOUNDED)


def found(session: Session) -> None:
    """Put offices, people, roles and calendar of the cast into an empty database."""
    session.add_all([*offices(), *policies().values()])
    for one in STAFF:
        assert one.person_id
        email = f"{one.name.lower()}@qinghe.example"
        session.add(Person(id=one.person_id, email=email, name=one.name, password_hash=_hash(), added_at=FOUNDED))
    session.flush()
    for one in STAFF:
        assert one.person_id
        for role in one.roles:
            session.add(_stands(one.person_id, role))
    for entry in official_calendar.entries():
        if entry.day.year >= 2025:
            session.add(CalendarDay(day=entry.day, is_working=entry.is_working))
    for year in official_calendar.known_years():
        session.add(CalendarYear(year=year, source=official_calendar.SOURCE, imported_at=FOUNDED))


def store(session: Session, case: Case) -> None:
    """Put a letter into the database as it stands; a merged one with a letter that it is answered with."""
    case = copied(case)
    if case.ticket.merged_into_id is not None:
        into = Ticket(**(a_letter().ticket.model_dump() | {"id": case.ticket.merged_into_id}))
        keep.insert(session, [into])
    new: list[SQLModel] = list(case.rows())
    case.new = new
    keep.keep_new(session, case)


@asynccontextmanager
async def told(url: str, folder: Path, who: Iterable[Actor], letters: Iterable[Case]) -> AsyncIterator[Story]:
    """The service over the cast's database, with these letters, and these people signed in."""
    with rows(url) as session:
        found(session)
        for case in letters:
            store(session, case)
    app = open_app(
        Settings(
            database_url=url,
            data_dir=folder,
            secret=SecretStr("a secret of more than thirty-two characters"),
            second_factor_for=(),
        )
    )
    house = House(app, url, _nowhere(), AsyncExitStack())
    async with house.browsers:
        members = {one.name: await house.member(one.name.lower()) for one in who}
        yield Story(house, members, {name: await token_of(member) for name, member in members.items()})
    await house.site.db.close()


def _nowhere() -> Town:
    return Town(None, {}, {}, {})  # type: ignore[arg-type]
