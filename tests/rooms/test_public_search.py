"""What is public is found by the same words on both databases, and offered to who writes something like it."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from sqlmodel import col

from mailbox_service.base.ids import new_id
from mailbox_service.tickets import public_search
from mailbox_service.tickets.public_search import ARTICLE, LETTER
from mailbox_service.tickets.tables import PublicText

TEXTS = {
    "lift": (LETTER, "zh", "地铁站的电梯坏了", "二号线地铁站的电梯坏了三个月，没有人修理。"),
    "tax": (ARTICLE, "zh", "怎样缴纳房产税", "税务局在周一至周五办理。地铁可到。"),
    "ja": (LETTER, "ja", "地下鉄のエレベーター", "バス停の案内をﾆﾎﾝ語で書いてください。"),
    "ko": (LETTER, "ko", "지하철에서 넘어졌습니다", "지하철역 엘리베이터가 고장났습니다."),
    "en": (LETTER, "en", "Street lamps", "The lamps on Linden Street were reported broken; two buses couldn't stop."),
    "card": (ARTICLE, "en", "How to get a bus card", "Bring a photo to the bus company's office on Linden Street."),
}
QUERIES = {
    "税": {"tax"},
    "地铁": {"lift", "tax"},
    "电梯": {"lift"},
    "地铁站": {"lift"},
    "铁地": set(),
    "地下鉄": {"ja"},
    "バス停": {"ja"},
    "ニホン": {"ja"},
    "지하철": {"ko"},
    "엘리베이터": {"ko"},
    "역": {"ko"},
    "lamp": {"en"},
    "reporting": {"en"},
    "BUS": {"en", "card"},
    "linden bus": {"en", "card"},
    "linden photo": {"card"},
    '" OR 1=1 --': set(),
    "' & !": set(),
}


@pytest.fixture
async def ids(db):
    def store(session):
        known = {name: new_id() for name in TEXTS}
        for name, (kind, language, *parts) in TEXTS.items():
            public_search.put(session, kind, known[name], language, *parts)
        return known

    return await db.writing(store)


async def found(db, query, **more):
    matches = await db.reading(lambda s: public_search.find(s, query, **more))
    return matches


@pytest.fixture
async def names(ids):
    return {id_: name for name, id_ in ids.items()}


async def test_the_same_texts_are_found_on_both_databases(db, names):
    for query, expected in QUERIES.items():
        matches = await found(db, query)

        assert {names[hit.of_id] for hit in matches.hits} == expected, query
        assert matches.count == len(expected), query
        assert [hit.id for hit in matches.hits] == sorted((hit.id for hit in matches.hits), reverse=True)


async def test_a_search_keeps_to_kinds_language_and_a_further_condition(db, ids, names):
    letters = await found(db, "地铁", kinds=[LETTER])
    english = await found(db, "bus", language="en", kinds=[ARTICLE])
    among = await found(db, "地铁", among=col(PublicText.of_id) == ids["tax"])

    assert [names[hit.of_id] for hit in letters.hits] == ["lift"]
    assert [(names[hit.of_id], hit.of_kind, hit.language) for hit in english.hits] == [("card", ARTICLE, "en")]
    assert [names[hit.of_id] for hit in among.hits] == ["tax"]


@pytest.mark.parametrize("query", ["", " ", "?!", "'", '"', "*", "\x00"])
async def test_a_query_without_a_word_finds_nothing(db, ids, query):
    matches = await found(db, query)

    assert (matches.hits, matches.count) == ([], 0)


async def test_a_changed_text_is_found_by_its_new_words_only(db, ids):
    await db.writing(lambda s: public_search.put(s, LETTER, ids["lift"], "zh", "公园的长椅"))

    assert [hit.of_id for hit in (await found(db, "长椅")).hits] == [ids["lift"]]
    assert (await found(db, "电梯")).hits == []


async def test_a_removed_text_is_found_no_more_and_others_of_its_id_stay(db, ids):
    await db.writing(lambda s: public_search.remove(s, ARTICLE, ids["lift"]))
    assert len((await found(db, "电梯")).hits) == 1

    await db.writing(lambda s: public_search.remove(s, LETTER, ids["lift"]))

    assert (await found(db, "电梯")).hits == []


async def test_pages_follow_each_other_newest_first(db, monkeypatch):
    of = [new_id() for _ in range(7)]

    def store(session):
        for id_ in of:
            public_search.put(session, LETTER, id_, "en", "Potholes everywhere")

    await db.writing(store)

    for counted, count in ((1_000, 7), (5, None)):
        monkeypatch.setattr(public_search, "COUNTED", counted)
        first = await found(db, "pothole", limit=4)
        second = await found(db, "pothole", limit=4, before_id=first.hits[-1].id)

        assert [hit.of_id for hit in first.hits + second.hits] == of[::-1]
        assert first.count == second.count == count


# --- What fits a letter that is being written ------------------------------------------------


async def offered(db, names, text, lang):
    hits = await db.reading(lambda s: public_search.like(s, text, lang=lang))
    return [names[hit.of_id] for hit in hits]


@pytest.mark.parametrize(
    ("text", "lang", "expected"),
    [
        ("我家附近的地铁站电梯又坏了，请修理", "zh", ["lift"]),
        ("请问房产税怎样缴纳？", "zh", ["tax"]),
        ("I lost my bus card and need a new photo", "en", ["card"]),
        ("地下鉄のエレベーターが動きません", "ja", ["ja"]),
        ("지하철 엘리베이터 고장", "ko", ["ko"]),
        ("完全无关的内容", "zh", []),
        ("我家附近的地铁站电梯又坏了", "en", []),
        ("", "zh", []),
        ("?!", "en", []),
    ],
)
async def test_what_shares_its_rarer_words_is_offered(db, names, text, lang, expected):
    assert await offered(db, names, text, lang) == expected


async def test_words_that_half_of_all_hold_offer_nothing(db, ids, names):
    def many(session):
        for n in range(20):
            public_search.put(session, LETTER, n + 1, "en", f"Dear mayor, thank you for reading number{n}")

    await db.writing(many)

    assert await offered(db, names, "Dear mayor, thank you for everything", "en") == []


async def test_a_long_letter_is_looked_at_only_at_its_beginning(db, ids, names):
    rest = "".join(chr(0x4E00 + n % 20_000) for n in range(50_000))

    assert await offered(db, names, "地铁站的电梯坏了，没有人修理。" + rest, "zh") == ["lift"]
    assert await offered(db, names, rest[:5_000] + "地铁站的电梯坏了，没有人修理。", "zh") == []


# --- The index is used -----------------------------------------------------------------------


async def test_both_databases_look_into_their_index(db, ids):
    def plan(session):
        connection = session.connection()
        if connection.dialect.name == "postgresql":
            connection.execute(sa.text("SET enable_seqscan = off"))
        explain = "EXPLAIN QUERY PLAN " if connection.dialect.name == "sqlite" else "EXPLAIN "
        made = (
            public_search._found(session, "地铁")
            .limit(10)
            .compile(dialect=connection.dialect, compile_kwargs={"render_postcompile": True})
        )
        facts = {name: getattr(value, "value", value) for name, value in made.params.items()}
        given = facts if made.positiontup is None else tuple(facts[name] for name in made.positiontup)
        return connection.dialect.name, " ".join(str(r) for r in connection.exec_driver_sql(explain + str(made), given))

    name, steps = await db.writing(plan)

    if name == "sqlite":
        assert "public_index VIRTUAL TABLE INDEX" in steps
        assert "SEARCH public_text USING INTEGER PRIMARY KEY" in steps
    else:
        assert "ix_public_text_vector" in steps
