"""The managers' overview."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from mailbox_service.base import clock
from mailbox_service.tickets.life import reply, route
from tests.doors.staff.house import words_of

MARCH = "/manager?month=2026-03"


async def answered_in_march(house, subject, day):
    def make(session):
        def at(day):
            return datetime(2026, 3, day, 3, tzinfo=UTC)

        town = house.town
        number = town.letter(session, subject, now=at(2))
        town.act(session, number, "karl", route.route, town.offices["roads"], now=at(2))
        town.act(session, number, "dora", reply.submit_reply, "Mended.", now=at(day))
        town.act(session, number, "hugo", reply.approve, 1, now=at(day))

    await house.site.db.writing(make)


async def test_todays_numbers_lead_to_their_letters(house):
    number = await house.letter("new")
    mina = await house.member("mina")

    page = await mina.get("/manager")

    assert '<a href="/staff?queue=all&amp;status=received">1' in page.text
    assert number in (await mina.get("/staff?queue=all&status=received")).text


async def test_the_months_promises_are_shown_with_their_n_and_their_meaning(house):
    await answered_in_march(house, "in time", 4)
    await answered_in_march(house, "late", 11)
    mina = await house.member("mina")

    page = words_of(await mina.get(MARCH))

    assert "50.0%" in page
    assert "1 of 2 due" in page
    assert "Roads Bureau 2 50.0% 1 of 2" in page
    assert "Rounds answered, declined or passed outside by their due date" in page


async def test_an_empty_month_says_that_nothing_was_due(house):
    mina = await house.member("mina")

    page = words_of(await mina.get(MARCH))

    assert "Nothing was due" in page
    assert "%" not in page


@pytest.mark.parametrize("month", ["", "x", "2026-13", "0001-01", "9999-12", "2026-03-01"])
async def test_a_month_that_is_none_is_answered(house, month):
    mina = await house.member("mina")

    assert (await mina.get("/manager", params={"month": month})).status_code == 200


async def test_the_running_month_has_no_next_one(house):
    mina = await house.member("mina")
    following = f"{clock.now():%Y}-{clock.now().month + 1:02d}"

    assert f"month={following}" not in (await mina.get("/manager")).text


@pytest.mark.parametrize(("name", "status"), [("mina", 200), ("otto", 200), ("karl", 403), ("dora", 403), ("ada", 403)])
async def test_only_managers_and_auditors_read_the_figures(house, name, status):
    member = await house.member(name)

    assert (await member.get("/manager")).status_code == status


@pytest.mark.parametrize("lang", ["zh", "ja", "ko"])
async def test_the_overview_is_in_every_language(house, lang):
    mina = await house.member("mina", lang)

    page = words_of(await mina.get("/manager"))

    assert "define." not in page
    assert "On-time" not in page
