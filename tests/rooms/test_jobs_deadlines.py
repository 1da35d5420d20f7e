"""The sweep over a real city: each level once, exact after days of standing still, on any number of nodes."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta

from sqlmodel import col, select

from mailbox_service.base.refusals import Refused
from mailbox_service.jobs.deadlines import deadlines
from mailbox_service.tickets.life import handle, overdue, route
from mailbox_service.tickets.tables import Event, Ticket
from mailbox_service.tickets.tables.words import Status
from tests.rooms.post import a_town

DAY = timedelta(days=1)
RECEIVED = datetime(2026, 3, 2, 2, tzinfo=UTC)  # a Monday; an enquiry is due on Monday 9 March


async def sweep(post, now):
    return await deadlines(post.db, post.settings, post.town.book, now=now)


async def acts(post, number):
    wanted = select(Event.act).join(Ticket, col(Ticket.id) == col(Event.ticket_id)).where(Ticket.number == number)
    return await post.db.reading(lambda s: list(s.exec(wanted.order_by(col(Event.id)))))


async def status(post, number):
    return await post.db.reading(lambda s: s.exec(select(Ticket.status).where(Ticket.number == number)).one())


async def test_a_letter_nobody_touches_brings_each_level_once_on_its_day(db):
    post = await a_town(db, 1)
    number = await post.letter()

    told: dict[int, list[str]] = {}
    for day in range(20):
        for _ in range(2):
            await sweep(post, RECEIVED + day * DAY)
        before = sum(map(len, told.values()))
        told[day] = (await acts(post, number))[1 + before :]

    assert {day: found for day, found in told.items() if found} == {
        4: ["remind"],  # Friday, the working day before
        8: ["mark_late", "tell_late"],  # Tuesday
        14: ["supervise"],  # Monday, the fifth working day late
    }


async def test_after_days_of_standing_still_the_same_has_happened(db):
    post = await a_town(db, 1)
    number = await post.letter()

    await sweep(post, RECEIVED + 30 * DAY)

    assert sorted(await acts(post, number)) == ["mark_late", "submit", "supervise", "tell_late"]


async def test_silence_closes_an_answered_letter_and_ends_a_question(db):
    post = await a_town(db, 1)
    answered, asked = await post.answered(), await post.letter("Another")
    await post.act(asked, "karl", route.route, post.town.offices["roads"])
    await post.act(asked, "dora", handle.ask, "Which street?")

    await sweep(post, RECEIVED + 13 * DAY)
    before = await status(post, answered), await status(post, asked)
    await sweep(post, RECEIVED + 20 * DAY)
    after = await status(post, answered), await status(post, asked)

    assert before == (Status.ANSWERED, Status.AWAITING_CITIZEN)
    assert after[0] == Status.CLOSED
    assert after[1] == Status.IN_PROGRESS


async def test_several_nodes_sweep_each_letter_once(db):
    post = await a_town(db, 1)
    numbers = [await post.letter(f"Letter {n}") for n in range(12)]
    late = RECEIVED + 9 * DAY

    await asyncio.gather(*(sweep(post, late) for _ in range(3)))
    await sweep(post, late)

    for number in numbers:
        assert sorted(await acts(post, number)) == ["mark_late", "submit", "tell_late"]


async def test_what_is_not_due_is_not_touched(db):
    post = await a_town(db, 1)
    await post.letter()

    assert [await sweep(post, RECEIVED), await sweep(post, RECEIVED + 4 * DAY)] == [0, 1]


async def test_a_letter_that_cannot_be_swept_is_left_alone_for_a_while_and_holds_up_nobody(db, monkeypatch, caplog):
    post = await a_town(db, 1)
    broken, sound = await post.letter("Broken"), await post.letter("Sound")
    late, held, tried = RECEIVED + 9 * DAY, dict[int, datetime](), list[str]()
    swept = overdue.sweep

    def sweep_or_fail(case, *, now):
        tried.append(case.ticket.number)
        if case.ticket.number == broken:
            raise LookupError("what the letter says")
        swept(case, now=now)

    monkeypatch.setattr(overdue, "sweep", sweep_or_fail)
    for minutes in (0, 1, 2, 31):
        now = late + timedelta(minutes=minutes)
        await deadlines(post.db, post.settings, post.town.book, now=now, failing=held)

    assert tried == [broken, sound, broken], "once, and again after half an hour"
    assert "LookupError" in caplog.text
    assert "what the letter says" not in caplog.text
    monkeypatch.setattr(overdue, "sweep", swept)
    await deadlines(post.db, post.settings, post.town.book, now=late + timedelta(hours=2), failing=held)
    assert sorted(await acts(post, broken)) == ["mark_late", "submit", "tell_late"]
    assert held == {}


async def test_a_letter_that_a_rule_does_not_let_go_is_tried_again_later(db, monkeypatch):
    post, held = await a_town(db, 1), dict[int, datetime]()
    await post.letter()

    def refuse(_case, *, now):
        raise Refused("not_now", at=now)

    monkeypatch.setattr(overdue, "sweep", refuse)
    assert await deadlines(post.db, post.settings, post.town.book, now=RECEIVED + 9 * DAY, failing=held) == 0

    assert set(held.values()) == {RECEIVED + 9 * DAY + timedelta(minutes=30)}
