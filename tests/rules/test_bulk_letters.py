"""A large city's letters before they are stored: when they come, in which order, how many are open, what they say."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from mailbox_service.base import ids
from mailbox_service.base.load import BINARY
from mailbox_service.city.workdays import Calendar
from mailbox_service.demo import bulk_patterns
from mailbox_service.demo.bulk_forms import PostgreSQLForm, SQLiteForm
from mailbox_service.demo.bulk_maker import Maker, Order, Spread
from mailbox_service.demo.bulk_stories import Story
from mailbox_service.demo.bulk_words import Words
from mailbox_service.demo.run import Pace
from mailbox_service.tickets import search, similar
from mailbox_service.tickets.tables.words import Identity, MessageKind

MONDAY = datetime(2026, 11, 23, 2, tzinfo=UTC)
CALENDAR = Calendar({}, frozenset(), ZoneInfo("Asia/Shanghai"))
COLUMNS = {
    "ticket": ("id", "number", "once_key", "subject", "language", "received_at", "due_on", "urgent"),
    "event": ("id", "ticket_id", "at", "facts"),
    "message": ("id", "ticket_id", "text"),
}
TEXT = "路灯已经坏了两个星期。\t\\ 100 %"


def a_story(received_at: datetime, *, is_open: bool = False) -> Story:
    """A letter and what happened to it on the day it came and a week later."""
    first, later = ids.first_id_of(received_at), ids.first_id_of(received_at + timedelta(days=7))
    ticket = {"id": first, "number": "", "once_key": None, "subject": "路灯", "language": "zh", "urgent": False}
    ticket |= {"received_at": received_at, "due_on": received_at.date(), "identity": Identity.ANONYMOUS}
    facts = {"message_id": first + 1, "due_on": str(received_at.date()), "share": "5 %"}
    message = {"id": first + 1, "ticket_id": first, "kind": MessageKind.LETTER, "language": "zh", "text": TEXT}
    story = Story(open=is_open, ids=[first, first + 1, first + 2, later])
    story.rows["ticket"] = [ticket]
    story.rows["message"] = [message]
    story.rows["event"] = [
        {"id": first + 2, "ticket_id": first, "at": received_at, "facts": facts},
        {"id": later, "ticket_id": first, "at": received_at + timedelta(days=7), "facts": {}},
    ]
    return story


def a_maker(letters: int, *stories: Story, spread: Spread | None = None) -> Maker:
    told = stories or (a_story(MONDAY - timedelta(days=90)), a_story(MONDAY - timedelta(days=2), is_open=True))
    return Maker(SQLiteForm(), list(told), COLUMNS, letters, MONDAY, CALENDAR, spread or Spread.of(letters))


def made(maker: Maker, first: int, count: int) -> dict[str, list[dict[str, Any]]]:
    batch = maker.make(Order(first, list(range(first + 1, first + count + 1))))
    return {table: [dict(zip(columns, row, strict=True)) for row in rows] for table, columns, rows in batch}


@pytest.mark.parametrize(("letters", "years"), [(1_000, 1), (100_000, 1), (250_000, 2.5), (1_000_000, 10), (10**7, 10)])
def test_a_years_letters_come_within_a_year_and_more_of_them_in_up_to_ten(letters, years):
    assert Spread.of(letters).span == timedelta(days=365) * years


@pytest.mark.parametrize(("letters", "still_open"), [(1_000, 40), (100_000, 4_000), (1_000_000, 4_000)])
def test_as_many_are_open_as_came_in_a_fortnight(letters, still_open):
    assert letters - a_maker(letters).first_open == still_open


def test_all_may_have_come_to_their_end_and_over_another_time():
    maker = a_maker(100, spread=Spread(timedelta(days=400), open_share=0))

    moments = [ticket["received_at"] for ticket in made(maker, 0, 100)["ticket"]]

    assert maker.first_open == 100
    first, week = MONDAY - timedelta(days=400), timedelta(weeks=1)
    assert (first - week).isoformat(" ") < moments[0] < (first + week).isoformat(" ")


@pytest.mark.parametrize("letters", [100_000, 1_000_000])
def test_letters_come_one_after_the_other_from_the_first_day_to_the_last(letters):
    maker = a_maker(letters)

    moments = [made(maker, first, 1)["ticket"][0]["received_at"] for first in range(0, letters, letters // 50)]

    assert moments == sorted(moments)
    assert moments[0][:7] == ("2025-11" if letters == 100_000 else "2016-11")
    assert moments[-1] > "2026-08"


def test_ids_rise_with_their_moments_also_before_2020_and_no_two_tellings_share_one():
    old = [ids.first_id_of(MONDAY), ids.first_id_of(MONDAY) + 1, ids.first_id_of(MONDAY + timedelta(days=9))]
    weeks = [timedelta(weeks=-520 + n) for n in range(520)]

    found = [bulk_patterns.new_ids(old, nth, later) for nth, later in enumerate(weeks)]
    same_moment = [bulk_patterns.new_ids(old, nth, weeks[0]) for nth in range(5_000)]

    assert [first for first, *_ in found] == sorted({first for first, *_ in found})
    assert all(each == sorted(set(each)) and each[0] > 0 for each in found)
    assert len({id_ for each in same_moment for id_ in each}) == 15_000
    assert bulk_patterns.new_ids(old, 0, timedelta(0))[0] >> 22 == old[0] >> 22


def test_ids_and_days_follow_wherever_they_stand():
    rows = made(a_maker(1_000), 10, 5)

    for ticket, message, event in zip(rows["ticket"], rows["message"], rows["event"], strict=False):
        assert message["ticket_id"] == ticket["id"]
        assert event["facts"] == (f'{{"message_id": {message["id"]}, "due_on": "{ticket["due_on"]}", "share": "5 %"}}')
    assert sorted(ticket["once_key"] for ticket in rows["ticket"]) == [f"bulk-{n:09d}" for n in range(10, 15)]


def test_letters_are_found_by_the_words_and_the_likeness_the_product_would_find_them_by():
    rows = made(a_maker(1_000), 0, 20)

    for ticket, message, found in zip(rows["ticket"], rows["message"], rows["search_text"], strict=True):
        whole = search.index_text(ticket["number"], ticket["subject"], message["text"])
        bands = [row["hash"] for row in rows["likeness"] if row["ticket_id"] == ticket["id"]]
        assert sorted(found["words"].split()) == sorted(whole.split())
        assert bands == similar.bands(f"{ticket['subject']}\n{message['text']}")


def test_postgresql_is_given_its_rows_as_copy_reads_them():
    maker = a_maker(1_000)
    maker.form = PostgreSQLForm()

    batch = {table: rows for table, _columns, rows in maker.batch(Order(0, [1]))}

    assert batch["message"].count(b"\t") == 2
    assert b"\\t\\\\ 100 %\\n\\n" in batch["message"]
    assert batch["ticket"].endswith(b"\tf\n")
    assert len(batch["event"].splitlines()) == 2
    assert batch["search_text"].startswith(BINARY)


@pytest.mark.parametrize("language", ["en", "zh", "ja", "ko"])
def test_what_is_cut_once_and_filled_in_is_what_would_be_cut_each_time(language):
    rng = Random(4)

    for words in (Words.drawn(rng) for _ in range(200)):
        for saying in (words.detail(language), words.answer(language), words.subject("A lamp", language)):
            assert saying.words == search.index_text(saying.text)
            assert saying.signs == similar.plain(saying.text)


def test_progress_says_how_fast_it_goes_and_how_long_it_will_take():
    pace = Pace("letters added")

    assert (
        pace.said(120_000, 1_000_000, 60).strip()
        == "120,000 of 1,000,000 letters added, 2,000 a second, 7 min 20 s left"
    )
    assert pace.said(10, 1_000, 1).strip() == "10 of 1,000 letters added, 10 a second, 1 min 39 s left"
    assert pace.said(100, 100, 9).strip() == "100 of 100 letters added"
