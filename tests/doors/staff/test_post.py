"""Replies that go by post: the list of those that wait, the day recorded, and who is told of it."""

from __future__ import annotations

from datetime import timedelta

import pytest

from mailbox_service.base import clock, tokens
from mailbox_service.tickets.life import handle, reply, route
from mailbox_service.tickets.tables.words import Channel, Kind
from tests.doors.staff.house import says, words_of

PATH = "/staff/post"


async def answered(house, subject="A lamp is dark", **more):
    roads = house.town.offices["roads"]
    steps = [("karl", route.route, roads), ("dora", handle.sign_for), ("dora", reply.submit_reply, "Mended.")]
    letter = {"channel": Channel.PAPER, "email": "", "address": "Lane 3, Qinghe"} | more
    return await house.letter(subject, *steps, ("hugo", reply.approve, 1), **letter)


def day(house, days=0):
    return (clock.now().astimezone(house.site.zone).date() + timedelta(days=days)).isoformat()


async def test_a_reply_waits_until_its_day_is_recorded_and_both_sides_read_it(house):
    number = await answered(house)
    await answered(house, "By mail too", email="carl@example.org")
    dora = await house.member("dora")

    page = await dora.get(PATH)
    done = await dora.done(PATH, number=number, posted_on=day(house))

    assert number in page.text
    assert "By mail too" not in page.text
    assert "No reply waits to be posted" in words_of(await dora.get(done.headers["location"]))
    assert "Reply posted" in words_of(await dora.get(f"/staff/tickets/{number}"))
    assert "Our reply was sent by post on" in words_of(await as_its_writer(house, number))


async def as_its_writer(house, number):
    case, carl = await house.case(number), await house.visitor()
    code = tokens.access_code(house.site.settings.secret, case.ticket.id, case.ticket.code_generation)
    await carl.send("/en/track", number=number, code=code)
    return await carl.get(f"/en/letters/{number}")


@pytest.mark.parametrize("days", [-1, 1, None])
async def test_the_day_lies_between_the_reply_and_today(house, days):
    number = await answered(house)
    karl = await house.member("karl")

    answer = await karl.send(PATH, number=number, posted_on="" if days is None else day(house, days))

    assert answer.status_code == 422
    assert says(answer, "dispatch.days")


async def test_it_is_recorded_once_and_only_after_a_reply(house):
    number, new = await answered(house), await house.letter("new", email="", address="Lane 3")
    karl = await house.member("karl")
    fields = await karl.fill(PATH, number=number, posted_on=day(house))

    await karl.web.post(PATH, data=fields)
    again = await karl.web.post(PATH, data=fields)
    too_soon = await karl.web.post(PATH, data=fields | {"number": new})

    assert says(again, "dispatch.there")
    assert says(too_soon, "dispatch.none")


async def test_who_may_not_see_a_letter_finds_it_neither_in_the_list_nor_by_its_number(house):
    number = await answered(house)
    secret = await house.letter("SECRET", kind=Kind.REPORT, email="", address="Lane 3")

    for who in ("paul", "fang", "rita"):
        member = await house.member(who)
        answer = await member.send(PATH, number=number, posted_on=day(house))
        assert number not in (await member.get(PATH)).text
        assert answer.status_code == 404
    karl = await house.member("karl")
    assert (await karl.send(PATH, number=secret, posted_on=day(house))).status_code == 404
    for who in ("mina", "anna", "ada", "otto"):
        assert (await (await house.member(who)).get(PATH)).status_code == 403
