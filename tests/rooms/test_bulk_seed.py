"""A large city's letters: whole, found, counted as the product counts, and never twice."""

from __future__ import annotations

import asyncio
import sys
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa
from pydantic import SecretStr
from sqlmodel import Session, SQLModel, col, select

from mailbox_service.base import tokens
from mailbox_service.base.db import Database
from mailbox_service.base.settings import Settings
from mailbox_service.demo import bulk, bulk_figures, seed
from mailbox_service.demo.bulk_stories import KEY
from mailbox_service.jobs import figures
from mailbox_service.tickets import grouping
from mailbox_service.tickets.find.city import CityBook
from mailbox_service.tickets.life.translate import text_hash
from mailbox_service.tickets.tables import (
    Citizen,
    Event,
    Likeness,
    Message,
    Reply,
    Round,
    SearchText,
    Ticket,
    Translation,
)
from mailbox_service.tickets.tables.words import MessageKind, Status
from tests.cast import ZONE
from tests.rooms.finding import matching

MONDAY = datetime(2026, 11, 23, 2, tzinfo=UTC)
LETTERS, BATCH, SMALL = 1_500, 300, 50
SETTINGS = Settings(secret=SecretStr("s" * 40))


def a_book() -> CityBook:
    return CityBook(ZONE, "zh")


def quiet(_done: int, _total: int) -> None:
    """Nobody watches."""


def stopped_half_way(done: int, _total: int) -> None:
    if done >= BATCH:
        raise KeyboardInterrupt


SEEDING = """
import asyncio, sys
from tests.rooms import test_bulk_seed as test

async def seed():
    db = test.Database(sys.argv[1])
    await test.bulk.seed(db, test.a_book(), test.LETTERS, now=test.MONDAY, progress=test.quiet, batch=test.SMALL)

asyncio.run(seed())
"""


async def killed_half_way(db: Database) -> int:
    """How many letters are there after a process that adds them was killed; before it was, all it said were first."""
    process = await asyncio.create_subprocess_exec(sys.executable, "-c", SEEDING, db.url)
    try:
        while len(places := await db.reading(stored_places)) < 2 * SMALL:
            assert places == list(range(len(places)))
            assert len(places) in ENDS
            assert process.returncode is None
            await asyncio.sleep(0.02)
    finally:
        process.kill()
        await process.wait()
    return len(await db.reading(stored_places))


ENDS = {0, *(order.stop for order in bulk.orders_of(0, LETTERS, SMALL))}  # of batches, which are stored whole


def stored_places(session: Session) -> list[int]:
    keys = session.exec(select(Ticket.once_key).where(col(Ticket.once_key).like(f"{KEY}%")))
    return sorted(int((key or "").removeprefix(KEY)) for key in keys)


async def test_a_bulk_that_was_interrupted_goes_on_and_is_never_doubled(db: Database) -> None:
    await seed.seed(db, a_book(), "welcome-to-qinghe", now=MONDAY, progress=quiet)
    told = await db.reading(all_letters)
    killed = await killed_half_way(db)
    with pytest.raises(KeyboardInterrupt):
        await bulk.seed(db, a_book(), LETTERS, now=MONDAY, progress=stopped_half_way, batch=BATCH)
    stopped = await db.reading(stored_places)

    added = await bulk.seed(db, a_book(), LETTERS, now=MONDAY + timedelta(hours=1), progress=quiet, batch=BATCH)

    assert killed in ENDS
    assert killed < len(stopped)
    assert stopped == list(range(len(stopped)))
    assert added == LETTERS - len(stopped)
    assert await db.reading(all_letters) == told + LETTERS
    assert await bulk.seed(db, a_book(), LETTERS, now=MONDAY, progress=quiet) == 0
    assert await bulk_figures.count(db, a_book(), now=MONDAY, progress=quiet) == told + LETTERS
    assert await bulk_figures.count(db, a_book(), now=MONDAY, progress=quiet) == 0
    verdict = await figures.verify(db, SETTINGS, a_book(), progress=quiet, now=MONDAY)
    assert (verdict.letters, verdict.difference) == (told + LETTERS, "")
    for holds in (
        *(
            rows_name_rows,
            no_trigger_was_missed,
            vectors_are_as_if_read_from_text,
            numbers_are_real,
            letters_come_in_order,
            texts_are_found,
            likes_are_found,
        ),
        *(histories_are_whole, nothing_is_left_to_tell),
    ):
        await db.reading(holds)


def all_letters(session: Session) -> int:
    return session.exec(select(sa.func.count(col(Ticket.id)))).one()


def of_the_bulk(session: Session) -> list[Ticket]:
    return list(session.exec(select(Ticket).where(col(Ticket.once_key).like(f"{KEY}%"))))


def rows_name_rows(session: Session) -> None:
    for table in SQLModel.metadata.sorted_tables:
        for key in table.foreign_keys:
            other = key.column.table.alias()
            there = sa.exists().where(other.c[key.column.name] == key.parent)
            lost = sa.select(sa.func.count()).select_from(table).where(key.parent.is_not(None), ~there)
            assert session.connection().execute(lost).scalar_one() == 0, key


def no_trigger_was_missed(session: Session) -> None:
    """Those of foreign keys aside, which `rows_name_rows` answers for: PostgreSQL may have run none on what came in."""
    if session.connection().dialect.name == "postgresql":
        on_insert = "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal AND tgtype & 4 = 4"
        assert session.connection().execute(sa.text(on_insert)).all() == []


def vectors_are_as_if_read_from_text(session: Session) -> None:
    """They came in another form, in which nothing was sorted or checked."""
    if session.connection().dialect.name == "postgresql":
        for table in ("search_text", "staff_text", "public_text"):
            differ = f"SELECT count(*) FILTER (WHERE vector::text::tsvector <> vector), count(*) FROM {table}"
            differing, all_ = session.connection().execute(sa.text(differ)).one()
            assert differing == 0
            assert all_ > 0


def numbers_are_real(session: Session) -> None:
    letters = of_the_bulk(session)
    assert all(tokens.read_number(letter.number) == letter.number for letter in letters)
    assert {letter.language for letter in letters} == {"zh", "en", "ja", "ko"}
    assert {letter.status for letter in letters} >= set(Status) - {Status.MERGED}
    assert all(MONDAY - timedelta(days=380) < letter.received_at < MONDAY + timedelta(hours=1) for letter in letters)


def letters_come_in_order(session: Session) -> None:
    keys = select(Ticket.once_key).where(col(Ticket.once_key).like(f"{KEY}%")).order_by(col(Ticket.id))
    places = [int((key or "").removeprefix(KEY)) for key in session.exec(keys)]
    assert sum(abs(place - rank) for rank, place in enumerate(places)) / len(places) < LETTERS / 15


def texts_are_found(session: Session) -> None:
    letters = of_the_bulk(session)
    assert len(session.exec(select(col(SearchText.ticket_id))).all()) >= len(letters)
    for letter in letters[:: len(letters) // 40]:
        assert matching(session, letter.number).ids == [letter.id]
    busy = matching(session, "梧桐路", limit=1_000, before_id=2**63 - 1).ids
    assert 0 < len(busy) < len(letters) / 5


def likes_are_found(session: Session) -> None:
    """As the product itself would have had them found."""
    bands = {(like.ticket_id, like.band): like.hash for like in session.exec(select(Likeness))}
    texts = select(Message.ticket_id, Message.text).where(col(Message.kind) == MessageKind.LETTER)
    subjects = {letter.id: letter.subject for letter in of_the_bulk(session)}
    for ticket_id, text in session.exec(texts):
        if ticket_id in subjects:
            own = grouping.rows(ticket_id, subjects[ticket_id], text)
            assert [bands[ticket_id, band] for band in range(len(own))] == [row["hash"] for row in own]


def histories_are_whole(session: Session) -> None:
    letters = {letter.id: letter for letter in of_the_bulk(session)}
    begun = dict(session.exec(select(Event.ticket_id, sa.func.min(Event.at)).group_by(col(Event.ticket_id))).all())
    rounds = dict(session.exec(select(Round.ticket_id, sa.func.max(Round.no)).group_by(col(Round.ticket_id))).all())
    last = select(Event.ticket_id, Event.status_after).order_by(col(Event.ticket_id), col(Event.id))
    status = dict(session.exec(last).all())
    for letter in letters.values():
        assert begun[letter.id] == letter.entered_at
        assert rounds[letter.id] == letter.round_no
        assert status[letter.id] == letter.status
    for reply in session.exec(select(Reply).where(col(Reply.ticket_id).in_(list(letters)))):
        assert reply.text_hash == text_hash(reply.text)
    sources = {message.id: message.text for message in session.exec(select(Message))}
    for translation in session.exec(select(Translation).where(col(Translation.message_id).is_not(None))):
        if translation.ticket_id not in letters:
            continue
        assert translation.source_hash == text_hash(sources[translation.message_id or 0])
    assert len({citizen.name for citizen in session.exec(select(Citizen))}) > 100


def nothing_is_left_to_tell(session: Session) -> None:
    letters = {letter.id for letter in of_the_bulk(session)}
    assert not letters & set(session.exec(select(col(Event.ticket_id)).where(col(Event.told_at).is_(None))).all())
