"""Replies that go by post: the list of those that wait, the day recorded, and who is told of it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlmodel import select

from mailbox_service.base import clock, tokens
from mailbox_service.base.tables import AuditRow
from mailbox_service.tickets.life import handle, reply, route
from mailbox_service.tickets.tables.words import Channel, Identity, Kind
from tests.databases import rows
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


async def on_paper(house, who, number, lang="en"):
    member = await house.member(who, lang)
    csrf = (await member.fill("/staff"))["csrf"]
    return await member.web.post(f"/staff/tickets/{number}/on_paper", data={"csrf": csrf})


def looks_written_down(house):
    with rows(house.url) as session:
        seen = session.exec(select(AuditRow.facts).where(AuditRow.act == "identity.seen"))
        return [facts["reason"] for facts in seen]


async def test_the_reply_on_paper_is_a_letter_in_the_writers_language_and_the_look_is_written_down(house):
    number = await answered(house, "街灯が消えています", language="ja", name="田中花子")
    finn = await house.member("finn")
    for text in ("路灯坏了。", "直しました。"):  # of the letter, then of the reply
        await finn.done(f"/staff/tickets/{number}/translate", p0=text, act="submit")

    page = await on_paper(house, "karl", number)

    assert page.status_code == 200
    said = words_of(page)
    assert "田中花子" in said
    assert "Lane 3, Qinghe" in said
    assert f"お手紙（受付番号：{number}）への回答" in said
    assert "Mended." in said
    assert "直しました。" in said
    assert f"/ja/track?number={number}" in said
    assert looks_written_down(house) == ["打印并邮寄答复"]


@pytest.mark.parametrize(
    ("who", "identity", "status"),
    [
        ("dora", "named", 200),
        ("dora", "hidden", 403),
        ("karl", "hidden", 200),
        ("paul", "named", 404),
        ("ada", "named", 404),
    ],
)
async def test_who_may_print_it_is_who_may_know_the_writer(house, who, identity, status):
    number = await answered(house, identity=Identity(identity))

    page = await on_paper(house, who, number)

    assert page.status_code == status
    assert ("Lane 3" in page.text) is (status == 200)
    assert len(looks_written_down(house)) == (status == 200)


async def test_a_clerk_is_asked_for_what_the_office_may_not_print(house):
    number = await answered(house, identity=Identity.HIDDEN)

    of_office, of_clerk = [(await (await house.member(who)).get(PATH)).text for who in ("dora", "karl")]

    assert f"{number}/on_paper" not in of_office
    assert "a clerk prints and posts it" in of_office
    assert f"{number}/on_paper" in of_clerk


async def test_nothing_is_printed_before_a_reply_and_without_an_address(house):
    unanswered = await house.letter("A lamp is dark", channel=Channel.PAPER, email="", address="Lane 3, Qinghe")
    by_mail = await answered(house, address="", email="carl@example.org")

    assert says(await on_paper(house, "karl", unanswered), "dispatch.none")
    assert (await on_paper(house, "karl", by_mail)).status_code == 403
    assert looks_written_down(house) == []
