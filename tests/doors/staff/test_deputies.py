"""Heads and approvers name who stands in for them."""

from __future__ import annotations

from datetime import timedelta

import pytest

from mailbox_service.base import clock
from mailbox_service.city.tables import RoleName
from tests.doors.staff.house import says, words_of

PATH = "/staff/deputies"


def day(house, days=0):
    return (clock.now().astimezone(house.site.zone).date() + timedelta(days=days)).isoformat()


async def heads(house, who):
    """For whom somebody stands in as a head today."""
    today = clock.now().astimezone(house.site.zone).date()
    actor = await house.site.db.reading(lambda session: house.town.actor(session, who, today))
    return [role.stands_for for role in actor.roles if role.name is RoleName.HEAD]


async def name(member, house, who, first=0, last=7):
    return await member.send(
        PATH, deputy=str(house.town.people[who]), from_on=day(house, first), until_on=day(house, last)
    )


async def test_a_head_names_somebody_of_the_office_who_may_then_approve_and_ends_it_again(house):
    fang = await house.member("fang")
    before = await heads(house, "finn")

    named = await name(fang, house, "finn")
    during = await heads(house, "finn")
    page = await fang.get(PATH)
    end = page.text.split('name="end" value="')[1].split('"')[0]
    ended = await fang.send(PATH, end=end)

    assert named.headers["location"].endswith("?done=named")
    assert "Finn" in words_of(page)
    assert (before, during) == ([], [house.town.people["fang"]])
    assert ended.headers["location"].endswith("?done=ended")
    assert await heads(house, "finn") == []
    assert (await fang.send(PATH, end=end)).status_code == 404


@pytest.mark.parametrize(
    ("who", "first", "last", "said"),
    [
        ("dora", 0, 7, "deputy.unknown"),
        ("fang", 0, 7, "deputy.unknown"),
        ("finn", 7, 0, "deputy.days"),
        ("finn", -9, -2, "deputy.days"),
        ("finn", 0, 400, "deputy.days"),
    ],
)
async def test_the_wrong_person_or_the_wrong_days_are_refused(house, who, first, last, said):
    fang = await house.member("fang")

    answer = await name(fang, house, who, first, last)

    assert answer.status_code == 422
    assert says(answer, said)


async def test_one_deputy_at_a_time(house):
    fang = await house.member("fang")
    await name(fang, house, "finn")

    answer = await name(fang, house, "finn", 7, 9)

    assert says(answer, "deputy.twice")
    assert (await name(fang, house, "finn", 8, 9)).status_code == 303


async def test_an_approver_may_name_a_head(house):
    assert (await name(await house.member("anna"), house, "hugo")).status_code == 303


@pytest.mark.parametrize("who", ["karl", "dora", "vera", "mina", "rita", "ada", "otto"])
async def test_nobody_else_names_one_a_deputy_neither(house, who):
    member = await house.member(who)  # vera stands in for hugo
    token = (await member.fill("/staff"))["csrf"]

    assert (await member.get(PATH)).status_code == 403
    fields = {"csrf": token, "deputy": str(house.town.people["dora"]), "from_on": day(house), "until_on": day(house)}
    assert (await member.web.post(PATH, data=fields)).status_code == 403
    assert f'href="{PATH}"' not in (await member.get("/staff")).text
