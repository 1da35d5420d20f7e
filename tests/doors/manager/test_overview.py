"""The managers' overview."""

# mypy: no-check-untyped-defs
from __future__ import annotations

from datetime import timedelta

from mailbox_service.base import clock
from mailbox_service.base.language import short_day
from mailbox_service.tickets.life import route
from mailbox_service.tickets.statistics import kept, state
from tests.doors.staff.house import words_of

MARCH = "/manager?period=2026-03"


async def test_todays_numbers_lead_to_their_letters(house):
    number = await house.letter("new")
    await house.counted()
    mina = await house.member("mina")

    page = await mina.get("/manager")

    assert '<a href="/staff?queue=all&amp;status=received">1' in page.text
    assert number in (await mina.get("/staff?queue=all&status=received")).text


async def test_a_filter_narrows_todays_numbers_and_their_ways(house):
    await house.letter("new")
    await house.letter("passed on", ("karl", route.route, house.town.offices["roads"]))
    await house.counted()
    mina = await house.member("mina")
    roads = house.town.offices["roads"]

    page = words_of(await mina.get(f"/manager?office={roads}"))

    assert "0 New, not passed on yet 1 Open Open" in page
    assert f"/staff?queue=all&amp;office={roads}" in (await mina.get(f"/manager?office={roads}")).text


async def test_an_empty_month_says_that_nothing_was_due(house):
    mina = await house.member("mina")

    page = words_of(await mina.get(MARCH))

    assert "Nothing was due" in page
    assert "%" not in page


async def test_promises_about_to_break_are_listed_with_office_and_days(house):
    calendar = (await house.site.db.reading(house.town.book.open)).calendar
    today = calendar.day_of(clock.now())
    now = clock.now() - timedelta(days=(today - calendar.before(today, 4)).days)
    number = await house.site.db.writing(lambda session: house.town.letter(session, "soon late", now=now))
    await house.act(number, "karl", route.route, house.town.offices["roads"])
    mina, otto = await house.member("mina"), await house.member("otto")

    page, hidden = words_of(await mina.get("/manager")), words_of(await otto.get("/manager"))

    assert f"{number} soon late Enquiry Roads Bureau" in page
    assert short_day(calendar.after(calendar.before(today, 4), 5), "en") in page
    assert "Promises about to break" not in hidden
    assert number not in hidden


async def test_the_running_month_has_no_next_one(house):
    mina = await house.member("mina")

    assert 'rel="next"' not in (await mina.get("/manager")).text
    assert 'rel="next"' in (await mina.get(MARCH)).text


async def test_a_period_that_is_none_is_answered(house):
    mina = await house.member("mina")

    for period in ("x", "2026-13", "0001-01", "9999-12", "2026-02-30--2026-03-01"):
        assert (await mina.get("/manager", params={"period": period})).status_code == 200


async def test_it_says_when_figures_and_letters_do_not_agree_or_many_wait(house):
    mina = await house.member("mina")
    before = words_of(await mina.get("/manager"))

    def spoilt(session):
        state.remember(session, state.CHECK, {"difference": "all: due is 1, counted anew 2"})
        kept.mark(session, range(1_000))

    await house.site.db.writing(spoilt)

    page = words_of(await mina.get("/manager"))
    assert "sums and letters do not agree" in page
    assert "1,000 letters wait to be looked at" in page
    assert "agree" not in before
    assert "counted anew" not in page
