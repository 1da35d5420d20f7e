"""However many letters are stored, no look of the staff's walks over all of them."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from functools import partial
from typing import Any

import pytest
import sqlalchemy as sa
from sqlmodel import Session, SQLModel

from mailbox_service.base.db import Database
from mailbox_service.demo import bulk, seed
from mailbox_service.demo.city import the_cast
from mailbox_service.tickets import sharing
from mailbox_service.tickets.find import lists, queues, routing, similar, staff
from mailbox_service.tickets.find.city import CityBook
from mailbox_service.tickets.find.lists import Filters
from mailbox_service.tickets.stages import Stage, overdue
from mailbox_service.tickets.statistics import (
    ages,
    anew,
    behind,
    kept,
    mails,
    read,
    standing,
    state,
    translations,
    waiting,
)
from mailbox_service.tickets.statistics.figures import Figure
from mailbox_service.tickets.statistics.period import Period
from mailbox_service.tickets.statistics.slices import Dimension, Slice
from mailbox_service.tickets.tables import FactMark
from mailbox_service.tickets.tables.words import Kind
from tests import shown
from tests.cast import ZONE
from tests.rooms.finding import letters
from tests.rooms.many import multiply

MONDAY = datetime(2026, 11, 23, 2, tzinfo=UTC)
TODAY = MONDAY.date()
LETTERS = 100_000
MADE = 1_500  # of which the others are copies
VIEWERS = ("kai", "dora", "henry", "fang", "shen", "mina", "ruth")
WORDS = ("梧桐路", "路", "bus", "A0", "市")
Statement = tuple[str, Any]
# What a city has many of.
MANY = (
    *("ticket", "message", "event", "reply", "approval", "translation", "publication", "assignment", "round"),
    *("citizen", "likeness", "round_fact", "lead_fact", "figure_sum"),
)
# What is copied with the letters: figures are sums, of which there are no more for more letters.
COPIED = {*MANY, "search_text", "staff_text"} - {"figure_sum"}
# What PostgreSQL may read once into a hash, when it expects to ask for very many of its rows one by one.
HASHED = ("translation", "assignment", "reply")
# Indexes that hold only rows which something is still to be done with: walking along one is no walk over all.
PARTIAL = {
    index.name
    for table in MANY
    for index in SQLModel.metadata.tables[table].indexes
    if index.dialect_options["sqlite"]["where"] is not None
}


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def large_city(request: pytest.FixtureRequest) -> Iterator[str]:
    """The URL of a city with very many letters; nobody changes it."""
    places = request.getfixturevalue("sqlite_files" if request.param == "sqlite" else "postgresql")
    url: str = places.fresh()
    asyncio.run(_fill(url))
    multiply(url, LETTERS, COPIED)
    yield url
    places.drop(url)


async def _fill(url: str) -> None:
    db, book = Database(url), CityBook(ZONE, "zh")
    await seed.seed(db, book, "welcome-to-qinghe", now=MONDAY, progress=lambda _done, _total: None)
    await bulk.seed(db, book, MADE, now=MONDAY, progress=lambda _done, _total: None)
    await db.writing(lambda session: session.exec(sa.delete(FactMark)))
    calendar, after = (await db.reading(book.open)).calendar, 0
    while ids := await db.reading(partial(anew.letters, after=after, limit=2_000)):
        await db.writing(partial(anew.put_facts, calendar=calendar, ids=ids, today=TODAY))
        after = ids[-1]
    await db.close()


@pytest.mark.parametrize("who", VIEWERS)
async def test_no_tab_walks_over_all_letters(large_city: str, who: str) -> None:
    def look(session: Session) -> None:
        viewer, calendar = the_cast(session, TODAY).people[who], CityBook(ZONE, "zh").open(session).calendar
        staff.counts(session, viewer, TODAY, calendar)
        for queue in queues.of(viewer):
            for newest in (False, True):
                page = lists.lines(session, queue, viewer, TODAY, calendar, newest_first=newest)
                lists.lines(session, queue, viewer, TODAY, calendar, newest_first=newest, older=page.older)

    assert await walks(large_city, look) == []


@pytest.mark.parametrize("stage", Stage)
async def test_no_list_of_what_waits_too_long_walks_over_all_letters(large_city: str, stage: Stage) -> None:
    def look(session: Session) -> None:
        cast, city = the_cast(session, TODAY), CityBook(ZONE, "zh").open(session)
        late = Filters(late=overdue(city, stage, TODAY))
        for who in ("kai", "dora", "mina"):
            for newest in (False, True):
                asked = partial(lists.lines, session, queues.Queue.ALL, cast.people[who], TODAY, city.calendar)
                asked(filters=late, newest_first=newest)

    assert await walks(large_city, look) == []


@pytest.mark.parametrize("who", VIEWERS)
async def test_no_search_walks_over_all_letters(large_city: str, who: str) -> None:
    def look(session: Session) -> None:
        viewer = the_cast(session, TODAY).people[who]
        for words in WORDS:
            letters(session, words, viewer)
            letters(session, words, viewer, before_id=2**63 - 1)

    assert await walks(large_city, look) == []


async def test_no_letters_page_walks_over_all_letters(large_city: str) -> None:
    def look(session: Session) -> None:
        cast, city = the_cast(session, TODAY), CityBook(ZONE, "zh").open(session)
        line = lists.lines(session, queues.Queue.ALL, cast.people["kai"], TODAY, city.calendar).lines[0]
        found = shown.letter(session, city, line.number, cast.people["kai"]).case
        similar.alike(session, found, cast.people["kai"])
        similar.of_writer(session, found, cast.people["kai"])
        routing.went(session, found.ticket.topic_id)
        staff.number_of(session, [line.id], cast.people["kai"])

    assert await walks(large_city, look) == []


MONTH, CUT = Period(date(2026, 10, 1), date(2026, 10, 31)), Period(date(2026, 10, 8), date(2026, 11, 2))
NARROWED = (Slice(), Slice(kind=Kind.ENQUIRY), Slice(kind=Kind.ENQUIRY, language="zh"))


async def test_no_figure_walks_over_all_letters(large_city: str) -> None:
    def look(session: Session) -> None:
        calendar = CityBook(ZONE, "zh").open(session).calendar
        for period in (MONTH, CUT):
            for slice_ in NARROWED:
                read.read(session, period, slice_)
            for by in Dimension:
                read.read(session, period, by=by)
        read.by_month(session, MONTH)
        read.mix(session, MONTH)
        ages.ages(session, calendar, MONTH.last)
        standing.now(session, calendar, TODAY)
        for slice_ in NARROWED:
            waiting.now(session, CityBook(ZONE, "zh").open(session), TODAY, slice_)
        kept.is_waiting(session, TODAY)
        state.of(session)
        mails.failures(session, MONTH, ZONE, Slice())
        for slice_ in NARROWED:
            translations.load(session, calendar, MONTH, slice_)

    assert await walks(large_city, look) == []


async def test_no_list_behind_a_figure_walks_over_all_letters(large_city: str) -> None:
    def look(session: Session) -> None:
        for who in ("mina", "henry"):
            viewer = the_cast(session, TODAY).people[who]
            for figure in Figure:
                place = (MONTH.first, 1)
                behind.letters(session, viewer, figure, MONTH, Slice(language="zh"), after=place, limit=20)

    assert await walks(large_city, look) == []


async def walks(url: str, look: Callable[[Session], None]) -> list[str]:
    """The plans of the statements that go over all letters."""
    return [f"{said}\n{line}" for said, lines in await plans(url, look) for line in lines if is_walk(line)]


async def plans(url: str, look: Callable[[Session], None]) -> list[tuple[str, list[str]]]:
    """Each statement of a look, and what the database does for it."""
    db, said = Database(url), list[Statement]()

    def keep(_connection: Any, _cursor: Any, statement: str, parameters: Any, _context: Any, _many: bool) -> None:
        said.append((statement, parameters))

    def asked(session: Session) -> list[tuple[str, list[str]]]:
        engine = session.get_bind()
        session.info.clear()  # looks go the session's way: these statements can be explained there
        sa.event.listen(engine, "before_cursor_execute", keep)
        look(session)
        sa.event.remove(engine, "before_cursor_execute", keep)
        ways = {statement: parameters for statement, parameters in said if statement.startswith(("SELECT", "WITH"))}
        assert ways
        return [(statement, plan(session, statement, parameters)) for statement, parameters in ways.items()]

    found = await db.reading(asked)
    await db.close()
    return found


def plan(session: Session, statement: str, parameters: Any) -> list[str]:
    """What the database would do, step by step."""
    connection = session.connection()
    if connection.dialect.name == "sqlite":
        rows = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters)
        return [row[3] for row in rows]
    return [row[0] for row in connection.exec_driver_sql(f"EXPLAIN {statement}", parameters)]


def is_walk(line: str) -> bool:
    """Whether a step reads all rows that belong to letters, from a table or along an index that holds all of them."""
    tables = "|".join(MANY)
    if scanned := re.search(rf"Seq Scan on ({tables})\b", line):
        return scanned[1] not in HASHED
    if not re.match(rf"SCAN ({tables})(_\d+)?\b", line):
        return False
    index = re.search(r"USING (?:COVERING )?INDEX (\w+)", line)
    return index is None or index[1] not in PARTIAL


async def test_whose_turn_it_is_takes_no_walk_over_what_they_ever_had(large_city: str) -> None:
    def turn(session: Session) -> None:
        assert sharing.next_one(session, the_cast(session, TODAY).offices["roads"], (), TODAY) is not None

    assert await walks(large_city, turn) == []
    ways = " ".join(line for _, lines in await plans(large_city, turn) for line in lines)
    assert {"ix_assignment_in_hand", "ix_assignment_in_turn"} <= set(re.findall(r"ix_\w+", ways))
    assert not re.search(r"\bticket\b|Seq Scan on assignment|SCAN assignment", ways)
