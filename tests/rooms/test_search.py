"""Letters are found by the same words on both databases."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
import sqlalchemy as sa
from sqlmodel import Session, SQLModel, col

from mailbox_service.base.db import Database
from mailbox_service.base.ids import new_id
from mailbox_service.city import tables as _city  # noqa: F401 - the tables that a ticket names
from mailbox_service.tickets import search
from mailbox_service.tickets.find import matches
from mailbox_service.tickets.tables import Ticket
from mailbox_service.tickets.tables.search import POSTGRESQL_INDEX, SQLITE_INDEX
from mailbox_service.tickets.tables.words import Kind
from tests.rooms.finding import Matches, matching

NOW = datetime(2026, 3, 6, 9, tzinfo=UTC)


def prepare(session: Session) -> None:
    connection = session.connection()
    if not sa.inspect(connection).has_table("search_text"):
        SQLModel.metadata.create_all(connection)
        for statement in SQLITE_INDEX if connection.dialect.name == "sqlite" else POSTGRESQL_INDEX:
            connection.exec_driver_sql(statement)


def a_letter(session: Session, *texts: str, restricted: bool = False) -> int:
    id_ = new_id()
    session.add(
        Ticket(
            id=id_,
            number=str(id_),
            kind=Kind.ENQUIRY,
            subject=texts[0][:200],
            language="zh",
            received_at=NOW,
            entered_at=NOW,
            due_on=date(2026, 3, 13),
            restricted=restricted,
        )
    )
    search.put(session, id_, *texts)
    return id_


LETTERS = {
    "zh": ("地铁站的电梯坏了", "二号线地铁站的电梯坏了三个月，没有人修理。"),
    "rail": ("铁路噪音", "高铁经过时噪音很大"),
    "ja": ("地下鉄のエレベーター", "バス停の案内をﾆﾎﾝ語で書いてください。"),
    "ko": ("버스 정류장 안내", "지하철역 엘리베이터가 고장났습니다."),
    "en": ("Street lamps", "The lamps on Linden Street were reported broken; two buses couldn't stop. 地铁"),
    "mixed": ("Lift at 3号线", "Café's lift isn't working"),
}
QUERIES = {
    "地铁": {"zh", "en"},
    "铁": {"zh", "rail", "en"},
    "鉄": {"ja"},
    "地铁站": {"zh"},
    "铁站": {"zh"},
    "铁地": set(),
    "站地": set(),
    "电梯 地铁": {"zh"},
    "噪音": {"rail"},
    "修": {"zh"},
    "大": {"rail"},
    "バス停": {"ja"},
    "ﾊﾞｽ": {"ja"},
    "ニホン語": {"ja"},
    "エレベーター": {"ja"},
    "버스": {"ko"},
    "정류장": {"ko"},
    "정": {"ko"},
    "고장": {"ko"},
    "lamp": {"en"},
    "LAMPS": {"en"},
    "reporting": {"en"},
    "bus": {"en"},
    "ｌａｍｐ": {"en"},
    "broken lamp": {"en"},
    "lamp lift": set(),
    "couldn't": {"en"},
    "café": {"mixed"},
    "works": {"mixed"},
    "3号线": {"mixed"},
    "l": set(),
    '\' OR "1"="1': set(),
    "lamp AND NOT -lift*": set(),
}


@pytest.fixture
async def letters(db: Database) -> dict[int, str]:
    await db.writing(prepare)
    return await db.writing(lambda s: {a_letter(s, *texts): name for name, texts in LETTERS.items()})


async def test_the_same_letters_are_found_on_both_databases(db, letters):
    for query, names in QUERIES.items():
        matches = await db.reading(lambda s, query=query: matching(s, query))

        assert {letters[id_] for id_ in matches.ids} == names, query
        assert matches.count == len(names), query
        assert matches.ids == sorted(matches.ids, reverse=True)


@pytest.mark.parametrize("query", ["", " ", "?!", "'", '"', "*", "\x00"])
async def test_a_query_without_a_word_finds_nothing(db, letters, query):
    matches = await db.reading(lambda s: matching(s, query))

    assert (matches.ids, matches.count) == ([], 0)


async def test_a_changed_text_is_found_by_its_new_words_only(db, letters):
    id_ = next(iter(letters))
    await db.writing(lambda s: search.put(s, id_, "公园的长椅"))
    await db.writing(lambda s: search.put(s, id_, "公园的长椅", "A bench in the park"))

    def found(query):
        return db.reading(lambda s: matching(s, query).ids)

    assert await found("长椅") == await found("bench") == [id_]
    assert id_ not in await found("电梯")


async def test_a_text_is_put_where_there_was_none(db, letters):
    def later(session):
        id_ = a_letter(session, "")
        search.remove(session, id_)
        search.put(session, id_, "A zebra crossing")
        return id_

    id_ = await db.writing(later)

    assert (await db.reading(lambda s: matching(s, "zebra"))).ids == [id_]


async def test_a_removed_text_is_found_no_more_and_leaves_no_word_behind(db, letters):
    def remove_all(session):
        for id_ in letters:
            search.remove(session, id_)

    await db.writing(remove_all)

    for query in QUERIES:
        assert (await db.reading(lambda s, q=query: matching(s, q))).ids == []
    assert await db.reading(lambda s: s.connection().execute(sa.text("SELECT count(*) FROM search_text")).scalar()) == 0


async def test_who_may_not_see_a_letter_neither_finds_nor_counts_it(db, letters):
    await db.writing(lambda s: a_letter(s, "Bribe for a lamp", restricted=True))
    unrestricted = ~col(Ticket.restricted)

    open_eyes = await db.reading(lambda s: matching(s, "lamp"))
    matches = await db.reading(lambda s: matching(s, "lamp", visible=unrestricted))
    bribes = await db.reading(lambda s: matching(s, "bribe", visible=unrestricted))

    assert open_eyes.count == 2
    assert [letters[id_] for id_ in matches.ids] == ["en"]
    assert matches.count == 1
    assert (bribes.ids, bribes.count) == ([], 0)


async def test_pages_follow_each_other_newest_first(db, letters):
    ids = await db.writing(lambda s: [a_letter(s, "Potholes everywhere") for _ in range(7)])

    def page(before):
        return db.reading(lambda s: matching(s, "pothole", limit=3, before_id=before))

    first = await page(None)
    second = await page(first.ids[-1])
    third = await page(second.ids[-1])
    assert first.ids + second.ids + third.ids == ids[::-1]
    assert first.count == second.count == third.count == 7
    assert (await page(third.ids[-1])).ids == []


async def test_more_than_a_hundred_are_not_counted_but_still_paged(db, letters, monkeypatch):
    monkeypatch.setattr(matches, "COUNTED", 5)
    ids = await db.writing(lambda s: [a_letter(s, "Potholes everywhere") for _ in range(6)])

    def page(**more):
        return db.reading(lambda s: matching(s, "pothole", limit=4, **more))

    first, second = await page(), await page(before_id=ids[2])
    assert (first.ids, first.count) == (ids[:1:-1], None)
    assert (second.ids, second.count) == (ids[1::-1], None)


async def test_a_letter_with_many_notes_counts_once(db, letters, monkeypatch):
    monkeypatch.setattr(matches, "COUNTED", 3)
    first, second = list(letters)[:2]

    def note(session):
        for _ in range(5):
            search.put_for_staff(session, search.NOTE, new_id(), second, "Called the ferryman")
        search.put_for_staff(session, search.NAME, first, first, "Ferryman")

    await db.writing(note)

    def found(**seen):
        return db.reading(lambda s: matching(s, "ferryman", **seen))

    assert await found() == Matches(sorted((first, second), reverse=True), 2)
    assert await found(named=sa.false()) == Matches([second], 1)
    assert await found(visible=col(Ticket.id) != second) == Matches([first], 1)
    assert await found(visible=sa.false()) == Matches([], 0)


async def test_what_may_not_be_seen_takes_no_place_of_what_may(db, letters, monkeypatch):
    monkeypatch.setattr(matches, "COUNTED", 3)
    seen = await db.writing(lambda s: [a_letter(s, "Potholes everywhere") for _ in range(3)])
    await db.writing(lambda s: [a_letter(s, "Potholes bribed for", restricted=True) for _ in range(9)])
    unrestricted = ~col(Ticket.restricted)

    first = await db.reading(lambda s: matching(s, "pothole", visible=unrestricted, limit=2))
    second = await db.reading(lambda s: matching(s, "pothole", visible=unrestricted, limit=2, before_id=seen[1]))

    assert first == Matches(seen[:0:-1], 3)
    assert second == Matches([seen[0]], 3)


@pytest.mark.parametrize("counted", [2, 4, 100])
async def test_who_looks_among_recent_letters_first_finds_the_same(db, letters, monkeypatch, counted):
    monkeypatch.setattr(matches, "COUNTED", counted)
    ids = [await db.writing(lambda s, n=n: a_letter(s, "pothole", restricted=n % 3 == 0)) for n in range(9)]
    unrestricted = ~col(Ticket.restricted)

    def found(**more):
        return db.reading(lambda s: matching(s, "pothole", visible=unrestricted, limit=3, **more))

    for before in (None, ids[5], ids[0]):
        wanted = await found(before_id=before)
        for recent in (ids[0], ids[4], ids[8], ids[8] + 1):
            assert await found(before_id=before, recent=str(recent)) == wanted


async def test_letters_are_recent_when_there_are_more_than_these(db, letters, monkeypatch):
    assert await db.reading(matches.recent) == ""

    monkeypatch.setattr(matches, "RECENT", 2)

    assert await db.reading(matches.recent) == str(sorted(letters)[-3])


async def test_the_longest_letter_is_stored_whole(db, letters):
    id_ = await db.writing(lambda s: a_letter(s, "".join(chr(0x4E00 + n) for n in range(20_000))))

    early, late = chr(0x4E00 + 10) + chr(0x4E00 + 11), chr(0x4E00 + 15_998) + chr(0x4E00 + 15_999)
    beyond = chr(0x4E00 + 16_001) + chr(0x4E00 + 16_002)
    for query, ids in ((early, [id_]), (late, [id_]), (beyond, [])):
        assert (await db.reading(lambda s, q=query: matching(s, q))).ids == ids
