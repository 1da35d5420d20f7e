"""What is asked again when a mail leaves, and what becomes of it afterwards."""

from __future__ import annotations

from datetime import timedelta

import pytest

from mailbox_service.jobs import tidy
from mailbox_service.tickets.life import handle, protect, route
from tests.rooms.post import HOUR, NOW, a_town

DAYS = timedelta(days=1)


@pytest.mark.parametrize(
    ("changed", "why"),
    [
        ({"mail_stopped_at": NOW}, "stopped"),
        ({"bounced_at": NOW}, "bounced"),
        ({"emptied_at": NOW}, "erased"),
        ({"email": ""}, "no-address"),
    ],
)
async def test_what_has_changed_since_it_was_written_counts_when_it_leaves(db, smtp_server, changed, why):
    post = await a_town(db, smtp_server.port)
    number = await post.letter()
    await post.notify()
    await post.change(number, **changed)

    assert await post.deliver() == 0
    (mail,) = await post.mails()
    assert (mail.failed_at, mail.failure) == (NOW, why)


async def test_a_corrected_address_gets_what_still_waits(db, smtp_server):
    post = await a_town(db, smtp_server.port)
    number = await post.letter()
    await post.notify()
    await post.act(number, "citizen", handle.correct_contact, "Carl", "carl@example.net", "")

    await post.deliver()

    assert [mail["To"] for mail in smtp_server.mails] == ["carl@example.net"]


async def test_a_letter_restricted_meanwhile_leaves_as_its_number_and_only_to_the_desk(db, smtp_server):
    post = await a_town(db, smtp_server.port)
    number = await post.letter(name="Carl Zhang")
    await post.act(number, "karl", route.route, post.town.offices["roads"])
    await post.notify()
    await post.act(number, "karl", protect.restrict)
    await post.deliver()
    await post.deliver()

    assert {mail["To"] for mail in smtp_server.mails} == {"carl@example.org"}
    for mail in smtp_server.mails:
        text = mail.get_body(("plain",)).get_content()
        assert number in text
        assert "Zhang" not in text
        assert "道路局" not in text
    assert {mail.failure for mail in await post.mails() if mail.recipient == "staff"} == {"restricted"}


async def test_more_than_a_days_number_waits_for_the_next_day(db, smtp_server):
    post = await a_town(db, smtp_server.port, mails_per_address_per_day=3)
    for n in range(5):
        await post.letter(f"Letter {n}", email="carl@example.org")
    await post.notify()

    today = [await post.deliver(), await post.deliver(NOW + HOUR)]
    tomorrow = await post.deliver(NOW + DAYS)

    assert today == [3, 0]
    assert tomorrow == 2


@pytest.mark.parametrize("address", ["carl@example.org\nBcc: eve@example.org", "nobody", "a b@c", "<>", "@", "卡尔"])
async def test_an_address_that_is_none_ends_there(db, smtp_server, address):
    post = await a_town(db, smtp_server.port)
    await post.letter(email=address)
    await post.notify()

    await post.deliver()

    (mail,) = await post.mails()
    assert smtp_server.mails == []
    assert mail.failed_at == NOW


async def test_without_a_mail_server_mails_wait(db):
    post = await a_town(db, 1, smtp_host="")
    await post.letter()
    await post.notify()

    assert await post.deliver() == 0
    assert (await post.mails())[0].tries == 0


async def test_bodies_are_emptied_a_month_after_they_left(db, smtp_server):
    post = await a_town(db, smtp_server.port)
    await post.letter()
    await post.notify()
    await post.deliver()
    await post.letter("Waiting")
    await post.notify()

    await tidy.tidy(db, now=NOW + 29 * DAYS)
    before = await post.mails()
    await tidy.tidy(db, now=NOW + 31 * DAYS)
    sent, waiting = await post.mails()

    assert all(mail.text for mail in before)
    assert (sent.text, sent.html) == ("", "")
    assert sent.emptied_at is not None
    assert waiting.text
