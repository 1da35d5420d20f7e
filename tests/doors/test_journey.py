"""One letter's whole way, over HTTP alone: from a writer's form to the manager's figures."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from mailbox_service.tickets.statistics import Rate, read
from mailbox_service.tickets.statistics.figures import Figure
from mailbox_service.tickets.statistics.period import Period
from tests.doors.staff.house import House, Member, open_house, words_of
from tests.rooms.counted import count_at_once

CODE = re.compile(r'class="code"[^>]*>([^<]+)<')


@pytest.fixture
async def house(database_url: str, tmp_path: Path) -> AsyncIterator[House]:
    async with open_house(database_url, tmp_path) as opened:
        yield opened


async def write(citizen: Member, text: str, lang: str) -> tuple[str, str]:
    answer = await citizen.done(
        f"/{lang}/write",
        kind="enquiry",
        subject="Visa",
        text=text,
        identity="named",
        name="Carl",
        email="carl@example.org",
        language=lang,
        wants_reply="yes",
        act="send",
    )
    number, code = CODE.findall((await citizen.get(answer.headers["location"])).text)[:2]
    return number, code


async def test_a_letter_goes_its_whole_way(house):
    carl = await house.visitor()
    number, code = await write(carl, "When does the office open?", "en")

    page = f"/staff/tickets/{number}"
    karl = await house.member("karl")
    assert number in (await karl.get("/staff")).text
    await karl.done(f"{page}/route", office=str(house.town.offices["foreign"]), kind="enquiry")

    finn = await house.member("finn")
    assert number in (await finn.get("/staff?queue=my_office")).text
    await finn.done(f"{page}/sign_for")
    await finn.done(f"{page}/reply", text="上午九点开门。", own_text="It opens at nine.", act="save")
    assert "It opens at nine." in (await finn.get(f"{page}/reply")).text
    await finn.done(f"{page}/reply", act="submit")

    fang = await house.member("fang")
    assert number in (await fang.get("/staff?queue=to_approve")).text
    await fang.done(f"{page}/approve", act="approve")

    tracked = await carl.done("/en/track", number=number, code=code)
    letter = tracked.headers["location"]
    assert "It opens at nine." in (await carl.get(letter)).text
    await carl.done(f"{letter}/rate", satisfaction="satisfied", solved="yes")

    case = await house.case(number)
    assert case.ticket.status == "closed"
    mina = await house.member("mina")
    assert (await mina.get("/manager")).status_code == 200
    assert await kept(house, case.round.due_on) == Rate(1, 1)


async def kept(house, due):
    """The on-time rate of the month, as it is counted on the day after it was due."""

    def count(session):
        count_at_once(session, house.town.book, due + timedelta(days=1))
        return read.read(session, Period.of_month(due)).total.of(Figure.ON_TIME)

    return await house.site.db.writing(count)


async def test_a_letter_in_another_language_is_translated_both_ways(house):
    carl = await house.visitor("ja")
    number, code = await write(carl, "街灯が消えています。\n\n直してください。", "ja")

    page = f"/staff/tickets/{number}"
    karl = await house.member("karl")
    await karl.done(f"{page}/route", office=str(house.town.offices["roads"]), kind="help")
    finn = await house.member("finn")
    assert number in (await finn.get("/staff?queue=to_translate")).text
    await finn.done(f"{page}/translate", p0="路灯不亮。", p1="请修理。")
    dora = await house.member("dora")
    assert "请修理。" in (await dora.get(page)).text
    await dora.done(f"{page}/reply", text="已经修好。", act="submit")
    hugo = await house.member("hugo")
    await hugo.done(f"{page}/approve", act="approve")
    assert (await house.case(number)).ticket.status == "in_review"
    await finn.done(f"{page}/translate", p0="修理しました。")

    tracked = await carl.done("/ja/track", number=number, code=code)
    shown = words_of(await carl.get(tracked.headers["location"]))
    assert "修理しました。" in shown
    assert "已经修好。" in shown
