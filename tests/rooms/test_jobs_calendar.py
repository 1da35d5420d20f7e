"""A year is brought in while letters run: each follows once, in small steps, on any number of nodes."""

# mypy: no-check-untyped-defs
from __future__ import annotations

import asyncio
from datetime import UTC, date, datetime, timedelta

from sqlmodel import col, select

from mailbox_service.base.tables import AuditRow
from mailbox_service.city import calendars
from mailbox_service.city.tables import CalendarDay, CalendarYear, Way
from mailbox_service.jobs.deadlines import deadlines
from mailbox_service.tickets import work
from mailbox_service.tickets.find import calendar as letters
from mailbox_service.tickets.life import handle, route
from mailbox_service.tickets.tables import Event, Ticket
from tests.cast import ZONE
from tests.rooms.calendars import DAY, DAYS, DECEMBER, MOVED, bring_in, changes, follow, moves, ticket
from tests.rooms.post import a_town


async def test_letters_with_a_provisional_date_follow_and_no_others(db):
    post = await a_town(db, 1)
    provisional, early = await post.letter(now=DECEMBER), await post.letter("Early", now=DECEMBER - 8 * DAY)
    before = await ticket(post, early)

    await bring_in(post)
    moved = await follow(post)

    assert moved == 1
    after = await ticket(post, provisional)
    assert (after.due_on, after.provisional, after.calendar_no) == (MOVED, False, 1)
    assert await moves(post, provisional) == [{"change": 1, "due_on": "2027-01-07", "was_on": "2027-01-05"}]
    assert (await ticket(post, early), await moves(post, early)) == (before, [])


async def test_a_letter_that_stops_being_provisional_without_moving_keeps_its_version(db):
    post = await a_town(db, 1)
    number = await post.letter(now=DECEMBER)
    before = await ticket(post, number)
    same = calendars.Draft(2027, {date(2027, 12, 31): False}, Way.FILE, "A short one")

    await bring_in(post, same)
    moved = await follow(post)

    after = await ticket(post, number)
    assert (moved, before.provisional, after.provisional, after.calendar_no) == (0, True, False, 1)
    assert (after.version, after.due_on) == (before.version, before.due_on)
    assert await moves(post, number) == []


async def test_the_change_the_year_and_who_made_it_are_kept(db):
    post = await a_town(db, 1)

    await bring_in(post)

    [change] = await changes(post)
    assert (change.no, change.year, change.way, change.made_by) == (1, 2027, Way.FILE, post.town.people["ada"])
    assert (change.first_on, change.last_on) == (date(2027, 1, 1), date(2027, 12, 31))
    assert change.days[0] == ["2027-01-01", None, False]
    audit = await db.reading(lambda s: s.exec(select(AuditRow).where(AuditRow.act == "calendar.changed")).one())
    assert (audit.subject_id, audit.person_id, audit.facts["year"]) == (1, post.town.people["ada"], 2027)
    known = await db.reading(lambda s: s.get(CalendarYear, 2027))
    assert (known.source, known.imported_at) == ("State Council notice", DECEMBER + DAY)
    days = await db.reading(lambda s: s.exec(select(CalendarDay).where(CalendarDay.day >= date(2027, 1, 1))).all())
    assert {entry.day: entry.is_working for entry in days} == DAYS


async def test_a_change_is_done_when_nothing_is_left_and_no_node_reads_the_old_calendar(db):
    post = await a_town(db, 1)
    await post.letter(now=DECEMBER)
    made = (await bring_in(post)).made_at

    await follow(post, made)
    first = [change.done_at for change in await changes(post)]
    await follow(post, made + timedelta(minutes=2))
    [change] = await changes(post)

    assert first == [None]
    assert (change.done_at, change.moved) == (made + timedelta(minutes=2), 1)


async def test_a_node_with_yesterdays_calendar_loses_no_letter(db):
    post, other = await a_town(db, 1), None
    number = await post.letter(now=DECEMBER)
    other = type(post.town.book)(ZONE, "zh")
    await db.reading(other.open)
    await bring_in(post)
    await follow(post)
    fresh, post.town.book = post.town.book, other

    late = await post.letter("From the other node", now=DECEMBER)
    await post.act(number, "karl", route.route, post.town.offices["roads"], now=DECEMBER + DAY)
    post.town.book = fresh
    moved = await follow(post, DECEMBER + DAY)

    assert (await ticket(post, late)).due_on == MOVED
    found = await ticket(post, number)
    assert (found.due_on, found.office_due_on, found.calendar_no) == (MOVED, date(2027, 1, 6), 1)
    assert (moved, len(await moves(post, number)), len(await moves(post, late))) == (1, 1, 1)


async def test_several_nodes_move_each_letter_once(db):
    post = await a_town(db, 1)
    numbers = [await post.letter(f"Letter {n}", now=DECEMBER) for n in range(12)]
    await bring_in(post)

    await asyncio.gather(*(follow(post) for _ in range(3)))
    await follow(post)

    assert [len(await moves(post, number)) for number in numbers] == [1] * 12
    assert [change.moved for change in await changes(post)] == [12]


async def test_what_was_interrupted_goes_on(db, monkeypatch):
    post = await a_town(db, 1)
    numbers = [await post.letter(f"Letter {n}", now=DECEMBER) for n in range(5)]
    await bring_in(post)
    behind = letters.behind

    def only_two(*arguments, **more):
        monkeypatch.setattr(letters, "behind", lambda *_a, **_m: [])
        return behind(*arguments, **more | {"limit": 2})

    monkeypatch.setattr(letters, "behind", only_two)
    first = await follow(post)
    monkeypatch.setattr(letters, "behind", behind)
    second = await follow(post)

    assert (first, second) == (2, 3)
    assert [len(await moves(post, number)) for number in numbers] == [1] * 5


async def test_whoever_acts_on_a_letter_first_finds_its_new_date(db):
    post = await a_town(db, 1)
    number = await post.letter(now=DECEMBER)
    await bring_in(post)

    await post.act(number, "karl", route.route, post.town.offices["roads"], now=DECEMBER + DAY)
    assert await follow(post) == 0

    found = await ticket(post, number)
    assert (found.due_on, found.office_due_on) == (MOVED, date(2027, 1, 6))
    assert len(await moves(post, number)) == 1
    assert [change.moved for change in await changes(post)] == [1]


async def test_merged_letters_follow_each_by_its_own_date(db):
    post = await a_town(db, 1)
    lead, child = await post.letter(now=DECEMBER), await post.letter("The same", now=DECEMBER + DAY)
    await post.act(lead, "karl", route.route, post.town.offices["roads"], now=DECEMBER + DAY)
    karl = await db.reading(lambda s: post.town.actor(s, "karl"))
    await db.writing(lambda s: work.merge_into(s, post.town.book, child, lead, karl, now=DECEMBER + DAY))

    await bring_in(post)
    await post.act(lead, "dora", handle.sign_for, now=DECEMBER + DAY)
    await follow(post)

    assert (await ticket(post, lead)).due_on == MOVED
    assert (await ticket(post, child)).due_on == date(2027, 1, 8)
    assert [len(await moves(post, number)) for number in (lead, child)] == [1, 1]


async def test_the_sweep_never_tells_what_an_older_calendar_says(db):
    post = await a_town(db, 1)
    number = await post.letter(now=DECEMBER)
    await bring_in(post)

    await deadlines(post.db, post.settings, post.town.book, now=datetime(2027, 1, 4, 2, tzinfo=UTC))

    wanted = select(Event.act).join(Ticket, col(Ticket.id) == col(Event.ticket_id)).where(Ticket.number == number)
    acts = await db.reading(lambda s: list(s.exec(wanted.order_by(col(Event.id)))))
    assert acts == ["submit", "recalendar"]
    assert (await ticket(post, number)).sweep_on == date(2027, 1, 6)
