"""The calendar is changed: a day, a year, by whom and from where; refused when it can't be; looked at beforehand."""

# mypy: no-check-untyped-defs
from __future__ import annotations

from datetime import date
from functools import partial

import pytest

from mailbox_service.base.refusals import Refused
from mailbox_service.city import calendars, find, official_calendar, setup
from mailbox_service.city.tables import Way
from mailbox_service.tickets.find import calendar as letters
from tests.cast import ZONE
from tests.rooms.calendars import DAY, DAYS, DECEMBER, MOVED, WHOLE, YEAR, bring_in, changes, follow, moves, ticket
from tests.rooms.post import a_town


async def test_one_day_is_corrected_and_only_what_it_touches_moves(db):
    post = await a_town(db, 1)
    touched, not_touched = await post.letter(now=DECEMBER - 40 * DAY), await post.letter(now=DECEMBER - 50 * DAY)
    day = calendars.Draft(2026, {date(2026, 11, 20): False}, Way.TYPED, "Water works", whole=False)

    await bring_in(post, day, now=DECEMBER - 40 * DAY)
    await follow(post, DECEMBER - 40 * DAY)

    assert len(await moves(post, touched)) == 1
    assert (await ticket(post, touched)).due_on == date(2026, 11, 27)
    assert await moves(post, not_touched) == []


@pytest.mark.parametrize(
    ("draft", "code"),
    [
        (calendars.Draft(2027, DAYS, Way.FILE, " "), "calendar.source"),
        (calendars.Draft(2027, DAYS, Way.FILE, "x" * 201), "calendar.source"),
        (calendars.Draft(1999, {}, Way.FILE, "Old"), "calendar.year"),
        (calendars.Draft(2200, {}, Way.FILE, "Far"), "calendar.year"),
        (calendars.Draft(2026, {date(2026, 3, 9): True}, Way.TYPED, "Monday", whole=False), "calendar.nothing"),
    ],
)
async def test_what_cannot_be_is_refused(db, draft, code):
    post = await a_town(db, 1)

    with pytest.raises(Refused, match=code):
        await bring_in(post, draft)

    assert await changes(post) == []


async def test_nobody_else_changes_the_calendar_and_not_over_a_newer_one(db):
    post = await a_town(db, 1)
    with pytest.raises(Refused, match="not_yours"):
        await bring_in(post, by="karl")
    await bring_in(post, seen_no=0)

    with pytest.raises(Refused, match="conflict"):
        await bring_in(post, seen_no=0)


async def test_a_package_that_brings_a_year_moves_letters_as_an_import_does(db, monkeypatch):
    post = await a_town(db, 1)
    number = await post.letter(now=DECEMBER)
    typed = calendars.Draft(2027, {date(2027, 1, 5): False}, Way.TYPED, "Snow", whole=False)
    await bring_in(post, typed)
    newer = [*official_calendar.entries(), *(official_calendar.Entry(day, works, "x") for day, works in DAYS.items())]
    monkeypatch.setattr(official_calendar, "known_years", lambda: frozenset(range(2004, 2028)))
    monkeypatch.setattr(official_calendar, "entries", lambda: iter(newer))

    years = await db.writing(partial(setup.add_calendar, now=DECEMBER + DAY))
    again = await db.writing(partial(setup.add_calendar, now=DECEMBER + DAY))
    await follow(post)

    made = (await changes(post))[-1]
    assert (made.way, made.source, made.made_by, again) == (Way.PACKAGE, "chinesecalendar", None, 0)
    assert years >= 1
    assert (await ticket(post, number)).due_on == date(2027, 1, 8), "the typed day stands"


# --- A look beforehand


async def test_a_look_beforehand_says_what_would_move_and_shows_what_one_may_see(db):
    post = await a_town(db, 1)
    number = await post.letter(now=DECEMBER)
    await post.letter("Early", now=DECEMBER - 8 * DAY)
    await post.letter("Quiet", kind="report", now=DECEMBER)

    def look(session, who):
        calendar = find.calendar(session, ZONE)
        viewer = post.town.actor(session, who, DECEMBER.date())
        return letters.would_move(session, viewer, calendar, YEAR.applied(calendar), WHOLE)

    ada = await db.reading(partial(look, who="ada"))
    karl = await db.reading(partial(look, who="karl"))
    rita = await db.reading(partial(look, who="rita"))

    assert (ada.count, [one.number for one in ada.letters], ada.is_all) == (1, [""], True)
    assert (karl.count, [one.number for one in karl.letters]) == (1, [number])
    assert (karl.letters[0].was_on, karl.letters[0].due_on) == (date(2027, 1, 5), MOVED)
    assert rita.count == 2, "the restricted desk sees the restricted letter, too"
