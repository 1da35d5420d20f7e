"""A bounce that comes later marks the mail and the address, and nothing but those."""

from __future__ import annotations

from datetime import timedelta

from sqlmodel import col, select

from mailbox_service.mail import undeliverable
from mailbox_service.mail.tables import Mail
from mailbox_service.tickets.life import handle
from mailbox_service.tickets.tables import Ticket
from tests.rooms.post import NOW, a_town

LATER = NOW + timedelta(hours=3)


async def came_back(post, message_id, code="5.1.1"):
    def work(session):
        mail = undeliverable.mail_of(session, message_id)
        return undeliverable.reached_nobody(session, mail, code, now=LATER) if mail else None

    return await post.db.writing(work)


async def test_a_mail_that_comes_back_marks_every_letter_of_its_address(db, smtp_server):
    post = await a_town(db, smtp_server.port)
    number = await post.letter(email="carl@example.org")
    other = await post.letter("B", email="Carl@Example.org")
    somebody = await post.letter("C", email="mei@example.org")
    await post.notify()
    await post.deliver()
    mail = await receipt_of(post, number)

    assert await came_back(post, mail.message_id) is True
    assert await came_back(post, mail.message_id) is False

    again = await receipt_of(post, number)
    assert (again.sent_at, again.bounced_at, again.failed_at, again.failure) == (NOW, LATER, None, "5.1.1")
    assert (await post.citizen(number)).bounced_at == LATER
    assert (await post.citizen(other)).bounced_at == LATER
    assert (await post.citizen(somebody)).bounced_at is None


async def test_a_bounce_that_overtakes_our_own_record_ends_the_mail(db, smtp_server):
    post = await a_town(db, smtp_server.port)
    number = await post.letter()
    await post.notify()
    mail = await receipt_of(post, number)

    await came_back(post, mail.message_id)
    await post.deliver()

    again = await receipt_of(post, number)
    assert (again.sent_at, again.failed_at, again.failure) == (None, LATER, "5.1.1")
    assert smtp_server.mails == []


async def test_an_address_corrected_meanwhile_is_left_alone(db, smtp_server):
    post = await a_town(db, smtp_server.port)
    number = await post.letter()
    await post.notify()
    await post.deliver()
    mail = await receipt_of(post, number)
    await post.act(number, "citizen", handle.correct_contact, "Carl", "carl@example.net", "")

    await came_back(post, mail.message_id)

    assert (await post.citizen(number)).bounced_at is None


async def test_a_message_id_that_is_none_of_ours_finds_no_mail(db, smtp_server):
    post = await a_town(db, smtp_server.port)

    assert await came_back(post, "<1.mail@elsewhere.example>") is None


async def test_a_new_letter_from_an_address_that_does_not_work_gets_no_mail_either(db, smtp_server):
    post = await a_town(db, smtp_server.port)
    await post.letter()
    await post.notify()
    smtp_server.answers["carl@example.org"] = "550 5.1.1 no such user"
    await post.deliver()
    smtp_server.answers.clear()

    number = await post.letter("Another", email="Carl@example.org")
    await post.notify()
    await post.deliver()

    assert smtp_server.mails == []
    assert [mail.failure for mail in await post.mails()] == ["550 5.1.1", "bounced"]
    assert (await post.citizen(number)).bounced_at == NOW


async def receipt_of(post, number):
    about = select(Ticket.id).where(Ticket.number == number)
    wanted = select(Mail).where(col(Mail.ticket_id).in_(about), Mail.notice == "receipt")
    return await post.db.reading(lambda session: session.exec(wanted).one())
