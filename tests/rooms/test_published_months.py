"""Publishing months: once, some working days after their end, on any number of nodes; corrections beside them."""

# mypy: no-check-untyped-defs
from __future__ import annotations

import asyncio
import json
import re
from datetime import UTC, date, datetime
from functools import partial

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError
from sqlmodel import select

from mailbox_service.base.refusals import Refused
from mailbox_service.base.tables import AuditRow
from mailbox_service.jobs.publish import publish
from mailbox_service.tickets.life import route
from mailbox_service.tickets.statistics import published
from mailbox_service.tickets.statistics.period import Month
from mailbox_service.tickets.tables import PublishedMonth
from mailbox_service.tickets.tables.published import Correction
from mailbox_service.tickets.tables.words import Kind
from tests.doors.staff import town as towns
from tests.rooms import counted
from tests.rooms.post import settings_for

MARCH = Month(date(2026, 3, 1))
SETTINGS = settings_for(25)
CANARY = "zqkwrenzq"


def at(month, day):
    return datetime(2026, month, day, 3, tzinfo=UTC)


@pytest.fixture
async def town(db):
    """The city counted by hand, in April; some letters about misconduct beside it."""

    def peopled(session):
        town = towns.found(session)
        counted.letters(session, town)
        for nth in range(3):
            town.letter(session, f"{CANARY} {nth}", kind=Kind.REPORT, now=counted.at(2))
        return town

    built = await db.writing(peopled)
    await counted.count(db, built, date(2026, 4, 20))
    return built


async def publish_at(db, town, now):
    return await publish(db, SETTINGS, town.book, now=now)


async def march(db, version=None):
    return await db.reading(lambda session: published.of(session, MARCH.first, version))


async def test_a_month_is_published_once_five_working_days_after_its_end_whoever_does_it(db, town):
    before = await publish_at(db, town, at(4, 7))  # 6 April is a holiday: 1, 2, 3, 7 and 8 are the five days
    both = await asyncio.gather(*(publish_at(db, town, at(4, 8)) for _ in range(2)))
    after = await publish_at(db, town, at(4, 21))

    rows = await db.reading(lambda session: published.versions(session, MARCH.first))
    assert (before, sum(both), after) == (0, 1, 0)
    assert [row.version for row in rows] == [1]


async def test_what_is_published_is_rounded_without_rates_of_few_and_without_restricted_letters(db, town):
    await publish_at(db, town, at(4, 20))

    row = await march(db)

    offices = {line["code"]: line for line in row.parts if line["dimension"] == "office"}
    told = json.dumps([row.whole, row.parts], ensure_ascii=False)
    assert (row.whole["received"], row.whole["due"]) == (25, 25)
    assert (row.whole["on_time_rate"], row.whole["on_time_n"]) == (0.62, 25)  # 15 of 24
    assert row.whole["satisfaction_rate"] is None  # three have rated
    assert {code: (line["due"], line["on_time_rate"]) for code, line in offices.items()} == {
        "roads": (15, None),
        "none": (5, None),
    }
    assert CANARY not in told
    assert "report" not in {line["code"] for line in row.parts if line["dimension"] == "kind"}
    for change in (sa.update(PublishedMonth).values(version=9), sa.delete(PublishedMonth)):
        with pytest.raises((DBAPIError, Refused)):
            await db.writing(lambda session, change=change: session.connection().execute(change))


async def test_what_happens_later_changes_nothing_until_a_manager_says_so_with_a_reason(db, town):
    await publish_at(db, town, at(4, 20))
    first = await march(db)
    await late_letters(db, town)

    assert (await march(db)).id == first.id
    for refused, words in REFUSED.items():
        with pytest.raises(Refused, match=re.escape(refused)):
            await db.writing(partial(correct, town=town, **words))
    await db.writing(partial(correct, town=town))
    with pytest.raises(Refused, match="conflict"):
        await db.writing(partial(correct, town=town))
    with pytest.raises(Refused, match=re.escape("correction.same")):
        await db.writing(partial(correct, town=town, seen=2))

    second = await march(db)
    assert (second.version, second.why, second.remark) == (2, Correction.LATE, "came later")
    assert second.whole["received"] == first.whole["received"] + 5
    assert (await march(db, 1)).whole == first.whole
    assert await acts(db) == [("figures.published", None), ("figures.corrected", town.people["mina"])]


REFUSED = {
    "not_yours": {"who": "otto"},
    "conflict": {"seen": 7},
    "correction.reason": {"why": Correction.FIRST},
    "correction.remark": {"remark": "x" * 1001},
}


async def late_letters(db, town):
    """Five letters of March that were entered in April."""

    def enter(session):
        for nth in range(5):
            number = town.letter(session, f"late {nth}", now=counted.at(9))
            town.act(session, number, "karl", route.route, town.offices["roads"], now=counted.at(9))

    await db.writing(enter)
    await counted.count(db, town, date(2026, 5, 4))


async def acts(db):
    def look(session):
        rows = session.exec(select(AuditRow).order_by(AuditRow.id)).all()
        return [(row.act, row.person_id) for row in rows if row.act.startswith("figures.")]

    return await db.reading(look)


async def test_a_letter_that_is_not_counted_yet_keeps_a_month_back(db):
    town = await db.writing(towns.found)
    await db.writing(lambda session: town.letter(session, now=counted.at(2)))

    before = await publish_at(db, town, at(4, 20))
    await counted.count(db, town, date(2026, 4, 20))

    assert (before, await publish_at(db, town, at(4, 20))) == (0, 1)
    with pytest.raises(Refused, match="not_found"):
        await db.writing(lambda session: correct(session, town, month=MARCH.before))


def correct(session, town, who="mina", seen=1, why=Correction.LATE, remark="came later", month=MARCH):
    by = town.actor(session, who)
    published.correct(session, month, seen, why, remark, by=by, now=at(5, 4))
