"""By when a letter is to be passed on, then accepted: said in words in lists, on its page, and to the manager."""

# mypy: no-check-untyped-defs
from __future__ import annotations

import re
from datetime import datetime, time

import pytest

from mailbox_service.base import clock
from mailbox_service.base.language import short_day
from mailbox_service.city.tables import Policy
from mailbox_service.tickets.life import handle, route
from tests.doors.staff.house import words_of
from tests.doors.staff.town import ZONE


async def days(house):
    """The calendar, and the city's day."""
    calendar = (await house.site.db.reading(house.town.book.open)).calendar
    return calendar, calendar.day_of(clock.now())


def noon(day):
    return datetime.combine(day, time(12), ZONE).astimezone(clock.now().tzinfo)


async def received(house, subject, day, **more):
    return await house.site.db.writing(lambda s: house.town.letter(s, subject, now=noon(day), **more))


def step(page, number=""):
    """What a page, or the row of a letter in it, says of the next step: the sentence, and whether it is a mark."""
    text = page.text.partition(f'data-key="{number}"')[2] if number else page.text
    said = re.search(r"(To be|Should have been) (passed on|accepted)[^<]*", text)
    marked = text[: said.start()].endswith("</svg><span>") if said else False
    return (said[0], marked) if said else None


@pytest.mark.parametrize(("ago", "late"), [(2, "1 working day late"), (3, "2 working days late")])
async def test_what_should_have_been_passed_on_says_since_when_with_a_mark(house, ago, late):
    calendar, today = await days(house)
    day = calendar.before(today, ago)
    number = await received(house, "dark", day)
    karl = await house.member("karl")

    said = f"Should have been passed on by {short_day(calendar.after(day, 1), 'en')}: {late}", True

    assert step(await karl.get("/staff?queue=to_route"), number) == said
    assert step(await karl.get(f"/staff/tickets/{number}")) == said


async def test_what_came_today_says_plainly_by_when_and_on_its_last_day_today(house):
    calendar, today = await days(house)
    new, last = await house.letter("new"), await received(house, "last day", calendar.before(today, 1))
    karl = await house.member("karl")

    page = await karl.get("/staff?queue=to_route")

    assert step(page, new) == (f"To be passed on by {short_day(calendar.after(today, 1), 'en')}", False)
    assert step(page, last) == (
        ("To be passed on today", True)
        if calendar.is_working(today)
        else (f"To be passed on by {short_day(calendar.after(today, 1), 'en')}", False)
    )


async def test_an_office_reads_by_when_it_accepts_until_it_has(house):
    calendar, today = await days(house)
    begun = calendar.before(today, 2)
    number = await received(house, "dark", begun)
    await house.site.db.writing(
        lambda s: house.town.act(s, number, "karl", route.route, house.town.offices["roads"], now=noon(begun))
    )
    dora = await house.member("dora")

    lists, page = await dora.get("/staff?queue=my_office"), await dora.get(f"/staff/tickets/{number}")
    await house.act(number, "dora", handle.sign_for)
    after = await dora.get("/staff?queue=my_office"), await dora.get(f"/staff/tickets/{number}")

    day = short_day(calendar.after(begun, 1), "en")
    assert step(lists, number) == step(page) == (f"Should have been accepted by {day}: 1 working day late", True)
    assert [step(each) for each in after] == [None, None]


async def test_the_manager_counts_what_waits_too_long_and_finds_the_letters(house):
    calendar, today = await days(house)
    begun = calendar.before(today, 3)
    waits, routed = await received(house, "waits", begun), await received(house, "routed", begun)
    await house.letter("new")
    await house.site.db.writing(
        lambda s: house.town.act(s, routed, "karl", route.route, house.town.offices["roads"], now=noon(begun))
    )
    await house.counted()
    mina, otto = await house.member("mina"), await house.member("otto")

    page = await mina.get("/manager")
    behind = [await mina.get(f"/staff?queue=all&late={stage}") for stage in ("routing", "signing")]

    for word, name in (("routing", "Not passed on in time"), ("signing", "Not accepted by the office in time")):
        assert f'<a href="/staff?queue=all&amp;late={word}">1<span class="unseen"> {name}' in page.text
        assert words_of(await otto.get("/manager")).count(f"1 {name}") == 1
    assert "working days set for their kind, counted from receipt" in words_of(page)
    assert [re.findall(r'data-key="([^"]+)"', each.text) for each in behind] == [[waits], [routed]]
    assert "Remove Not passed on in time" in words_of(behind[0])
    assert "late=routing" not in (await otto.get("/manager")).text


async def test_a_stage_that_is_none_narrows_nothing(house):
    number, karl = await house.letter("new"), await house.member("karl")

    assert number in (await karl.get("/staff?queue=all&late=soon")).text


async def test_a_promise_of_more_days_counts_at_once_for_what_waits(house):
    calendar, today = await days(house)
    number = await received(house, "dark", calendar.before(today, 3))
    karl = await house.member("karl")

    def promise(session):
        session.get(Policy, "enquiry").triage_days = 4

    await house.site.db.writing(promise)
    house.site.book.forget()
    page = await karl.get(f"/staff/tickets/{number}")

    assert step(page)[0].startswith("To be passed on by ")
