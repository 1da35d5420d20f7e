"""What mails say of a due date: provisional while it is, no reply to whom wants none, nothing while it is stopped."""

# mypy: no-check-untyped-defs
from __future__ import annotations

from datetime import timedelta

from mailbox_service.tickets.life import handle, route
from tests.rooms.calendars import DECEMBER, bring_in, follow
from tests.rooms.post import a_town

HOUR = timedelta(hours=1)


async def test_a_provisional_date_says_so_to_citizens_and_staff_until_the_year_is_brought_in(db):
    post = await a_town(db, 1)
    number = await post.letter(now=DECEMBER)
    await post.act(number, "karl", route.route, post.town.offices["roads"], now=DECEMBER + HOUR)
    await post.notify(DECEMBER + HOUR)
    before = [await post.mails(notice) for notice in ("receipt", "passed_on", "assigned")]
    await bring_in(post)
    await follow(post)
    await post.act(number, "dora", handle.sign_for, now=DECEMBER + timedelta(days=2))
    await post.act(number, "mina", handle.supervise, now=DECEMBER + timedelta(days=2))
    await post.act(number, "dora", handle.inform, "We are coming", now=DECEMBER + timedelta(days=2))
    await post.notify(DECEMBER + timedelta(days=2))

    assert all(before)
    for mail in (mail for mails in before for mail in mails):
        assert "2027" in mail.text
        assert "（暂定）" in mail.text or "(provisional)" in mail.text
    [news] = await post.mails("message")
    assert "2027年1月7日" in news.text
    assert "暂定" not in news.text
    assert not [mail for mail in await post.mails() if mail.notice == "recalendar"]


async def test_whoever_wants_no_reply_is_not_promised_one(db):
    post = await a_town(db, 1)
    await post.letter(now=DECEMBER, wants_reply=False)

    await post.notify(DECEMBER)

    [receipt] = await post.mails("receipt")
    assert "办理期限" in receipt.text
    assert "答复期限" not in receipt.text


async def test_while_the_clock_stands_staff_are_told_no_date(db):
    post = await a_town(db, 1)
    number = await post.letter(now=DECEMBER)
    await post.act(number, "karl", route.route, post.town.offices["roads"], now=DECEMBER + HOUR)
    await post.act(number, "dora", handle.ask, "Which street?", now=DECEMBER + 2 * HOUR)

    await post.notify(DECEMBER + 3 * HOUR)

    for mail in await post.mails("assigned"):
        assert "2027" not in mail.text
