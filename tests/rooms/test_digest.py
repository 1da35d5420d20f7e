"""The digest: to whom chose it, on working mornings, once, with numbers their queues show too."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import partial

from mailbox_service.base import clock, tokens
from mailbox_service.city.tables import Person
from mailbox_service.jobs.digest import digest as job
from mailbox_service.mail import digest, leaving
from mailbox_service.mail.outbox import Outgoing
from mailbox_service.tickets.life import route
from tests.rooms.post import a_town

MORNING = datetime(2026, 3, 2, 0, tzinfo=UTC)  # a Monday, eight in the city
DAYS = timedelta(days=1)


async def a_town_with(db, **chosen):
    post = await a_town(db, 1)
    for name, how_often in chosen.items():
        await db.writing(partial(digest.choose, person_id=post.town.people[name], how_often=how_often))
    return post


async def morning(post, now=MORNING):
    await job(post.db, post.settings, post.town.book, now=now)
    return [mail.to_address.partition("@")[0] for mail in await post.mails("digest")]


async def test_who_chose_it_is_told_once_each_working_day_while_something_waits(db):
    post = await a_town_with(db, karl="daily", kim="weekly", dora="daily")
    await post.letter()

    assert await morning(post) == ["karl", "kim"]
    assert await morning(post) == ["karl", "kim"]
    assert await morning(post, MORNING + DAYS) == ["karl", "kim", "karl"]
    assert await morning(post, MORNING + 7 * DAYS) == ["karl", "kim", "karl", "karl", "kim"]


async def test_nothing_is_sent_before_work_begins_or_on_days_off(db):
    post = await a_town_with(db, karl="daily")
    await post.letter()

    assert await morning(post, MORNING - timedelta(hours=2)) == []
    assert await morning(post, MORNING + 5 * DAYS) == []


async def test_it_says_how_much_waits_and_names_no_letter(db):
    post = await a_town_with(db, karl="daily")
    number = await post.letter("A dark lamp")
    await post.letter("Bribes", kind="report")

    await morning(post)
    (mail,) = await post.mails("digest")

    assert "待转办" in mail.text or "1" in mail.text
    assert number not in mail.text + mail.html
    assert "lamp" not in mail.text + mail.html
    assert mail.ticket_id is None


async def test_a_restricted_letter_is_counted_for_its_desk_alone(db):
    post = await a_town_with(db, karl="daily", rita="daily")
    await post.letter("Bribes", kind="report")

    assert await morning(post) == ["rita"]


async def test_who_has_left_is_told_nothing(db):
    post = await a_town_with(db, karl="daily")
    await post.letter()
    await db.writing(partial(leave, post.town.people["karl"]))

    assert await morning(post) == []


def leave(person_id, session):
    session.get(Person, person_id).left_at = MORNING


async def test_it_can_be_ended_by_one_click_in_the_mail_program(db):
    post = await a_town_with(db, karl="daily")
    await post.letter()
    await post.act((await post.letter("B")), "karl", route.route, post.town.offices["roads"])
    await morning(post)
    (mail,) = await post.mails("digest")

    sending = leaving.sending(post.settings, Outgoing(mail))
    assert sending is not None
    sent = sending.message.content.replace(b"\r\n ", b"").decode()
    link = sent.partition("List-Unsubscribe: <")[2].partition(">")[0]
    token = link.rpartition("/")[2]

    assert "List-Unsubscribe-Post: List-Unsubscribe=One-Click" in sent
    assert digest.reader_of(post.settings, token, now=clock.now()) == post.town.people["karl"]
    assert (
        digest.reader_of(post.settings, tokens.sign_link(post.settings.secret, "stop", 1, 0), now=clock.now()) is None
    )
    assert post.settings.public_url in link
