"""The steps of the database with letters in it: taken back and again, nothing but the newest step's rows is lost."""

from __future__ import annotations

from datetime import datetime

import pytest
import sqlalchemy as sa
from alembic.script import ScriptDirectory
from sqlalchemy.exc import DatabaseError
from sqlmodel import Session, col, select

from mailbox_service import migrations
from mailbox_service.base import audit, clock
from mailbox_service.base.db import Database
from mailbox_service.base.ids import new_id
from mailbox_service.city import setup
from mailbox_service.city.tables import Person
from mailbox_service.desk.tables import Note
from mailbox_service.jobs import index
from mailbox_service.tables import metadata
from mailbox_service.tickets import search, work
from mailbox_service.tickets.actor import SYSTEM
from mailbox_service.tickets.find.city import CityBook
from mailbox_service.tickets.life import arrive, handle
from mailbox_service.tickets.tables import Ticket
from mailbox_service.tickets.tables.words import Kind
from tests.cast import ZONE
from tests.databases import rows
from tests.rooms.finding import matching

TABLES = (
    *("translation_draft", "mention", "dispatch", "signatory", "presence", "not_alike", "likeness", "draft_version"),
    *("canned_reply", "staff_link", "second_factor", "saved_view", "routing_rule", "recovery_code", "former_name"),
    *("choice", "draft_aside", "phone_call", "staff_text"),
)  # of the step named below
BEFORE = "0003_citizens_site"


@pytest.fixture
def letters(database_url: str) -> str:
    """A database with a city, three letters, their search text, a line in the audit log and a draft's table."""
    now = clock.now()
    with rows(database_url) as session:
        setup.fill(session, now=now)
        session.flush()
        book = CityBook(ZONE, "zh")
        for subject in ("路灯坏了", "Broken lamp", "버스가 오지 않습니다"):
            came = arrive.Letter(kind=Kind.HELP, subject=subject, text=subject * 3, language="en", name="Carl")
            number = work.arrived(session, book, came, once_key=None, by=None, now=now).ticket.number
            work.act(session, book, number, SYSTEM, handle.supervise, now=now)
        ticket = session.exec(select(Ticket).order_by(col(Ticket.id)).limit(1)).one()
        note = Note(ticket_id=ticket.id, person_id=_somebody(session, now), text="灯杆编号三十七", at=now)
        session.add(note)
        search.put_for_staff(session, search.NOTE, note.id, ticket.id, note.text)
        audit.record(session, "settings.changed", by=None, now=now)
    return database_url


def _somebody(session: Session, now: datetime) -> int:
    person = Person(name="Ada", email="ada@city.example", language="zh", added_at=now)
    session.add(person)
    session.flush()
    return person.id


def steps_back() -> int:
    """How many steps have been taken since the one called BEFORE."""
    return [step.revision for step in ScriptDirectory.from_config(migrations.config("")).walk_revisions()].index(BEFORE)


def everything(url: str) -> dict[str, int]:
    with rows(url) as session:
        there = set(sa.inspect(session.connection()).get_table_names()) & set(metadata.tables)
        count = sa.func.count()
        return {name: session.scalar(sa.select(count).select_from(metadata.tables[name])) or 0 for name in there}


def test_a_step_is_taken_back_and_again_with_letters_in_the_database(letters):
    before = everything(letters)

    migrations.downgrade(letters, steps_back())
    without = everything(letters)
    migrations.upgrade(letters)

    gone = before.keys() - without.keys()
    assert before["ticket"] == 3
    assert gone >= set(TABLES)
    assert without == {name: count for name, count in before.items() if name not in gone}
    emptied = {name: 0 if name in gone else count for name, count in before.items()}
    assert everything(letters) == emptied | {"fact_mark": 3}  # every letter is to be counted again
    assert before["staff_text"] == 4


def test_letters_are_found_after_a_step_was_taken_back_and_again(letters):
    migrations.downgrade(letters, steps_back())
    migrations.upgrade(letters)

    with rows(letters) as session:
        for words in ("路灯", "lamps", "버스"):
            assert matching(session, words).count == 1


async def test_staff_find_names_and_notes_of_before_once_they_are_indexed(letters):
    migrations.downgrade(letters, steps_back())
    migrations.upgrade(letters)
    told: list[tuple[int, int]] = []
    db = Database(letters)

    done = await index.rebuild(db, CityBook(ZONE, "zh"), progress=lambda *how_far: told.append(how_far[:2]))

    await db.close()
    assert (done, told) == (3, [(3, 3)])
    with rows(letters) as session:
        assert matching(session, "灯杆", named=sa.false()).count == 1
        assert [matching(session, "Carl", named=named).count for named in (sa.false(), sa.true())] == [0, 3]


async def test_indexing_goes_on_after_a_letter(letters):
    with rows(letters) as session:
        first = session.exec(select(Ticket.number).order_by(col(Ticket.id)).limit(1)).one()
    db = Database(letters)

    done = [
        await index.rebuild(db, CityBook(ZONE, "zh"), after=after, progress=lambda *_: None)
        for after in (first, "none")
    ]

    await db.close()
    assert done == [2, 3]


def test_everything_is_taken_back_though_there_are_letters(letters):
    migrations.downgrade(letters, steps_back() + 3)

    assert everything(letters) == {}


@pytest.mark.parametrize(
    "statement",
    [
        "update event set act = 'other'",
        "delete from event",
        "update audit_row set act = 'other'",
        "delete from audit_row",
    ],
)
def test_what_happened_can_be_neither_changed_nor_taken_away(letters, statement):
    with pytest.raises(DatabaseError, match="append-only"), rows(letters) as session:
        session.connection().exec_driver_sql(statement)


def test_an_event_can_be_marked_as_told(letters):
    with rows(letters) as session:
        marked = session.connection().exec_driver_sql("update event set told_at = at")

        assert marked.rowcount == 6


def test_the_database_refuses_a_second_open_round(letters):
    with rows(letters) as session:
        ticket_id = session.scalar(select(Ticket.id).limit(1))

    begun = clock.now()
    second: dict[str, object] = {
        "id": new_id(),
        "ticket_id": ticket_id,
        "no": 2,
        "reason": "review",
        "begun_at": begun,
        "asked": 0,
    }
    second |= {"due_on": begun.date(), "original_due_on": begun.date(), "extended_days": 0, "paused_days": 0}

    with pytest.raises(DatabaseError, match=r"uq_round_open|round\.ticket_id"), rows(letters) as session:
        session.connection().execute(sa.insert(metadata.tables["round"]).values(second))
