"""From the outbox to a real mail server: every mail once, whatever the server, the worker or the city does."""

from __future__ import annotations

import asyncio
from collections import Counter
from datetime import timedelta

from sqlmodel import col

from mailbox_service.base import claim, tokens
from mailbox_service.jobs import deliver
from mailbox_service.mail import outbox, smtp
from mailbox_service.mail.smtp import Answer
from mailbox_service.mail.tables import Mail
from mailbox_service.tickets.life import handle, route
from tests.rooms.post import HOUR, NOW, a_town, settings_for

DAYS = timedelta(days=1)


async def test_each_mail_of_a_letters_life_arrives_once(db, smtp_server):
    post = await a_town(db, smtp_server.port)
    number = await post.answered()
    await post.act(number, "citizen", handle.add, "Thank you")

    await post.notify()
    while await post.deliver():
        await post.notify()

    mails = await post.mails()
    delivered = Counter(mail["Message-ID"] for mail in smtp_server.mails)
    assert delivered == Counter(mail.message_id for mail in mails)
    assert set(delivered.values()) == {1}
    assert len({(mail.event_id, mail.notice, mail.to_address) for mail in mails}) == len(mails)
    assert {mail.sent_at for mail in mails} == {NOW}


async def test_the_receipt_that_arrives_has_the_code_and_links_that_work(db, smtp_server):
    post = await a_town(db, smtp_server.port)
    number = await post.letter(language="en", name="Carl Zhang")
    ticket_id = (await post.citizen(number)).ticket_id

    await post.notify()
    await post.deliver()
    (mail,) = smtp_server.mails
    text, html = (mail.get_body((kind,)).get_content() for kind in ("plain", "html"))

    assert mail["From"].addresses[0].addr_spec == "mailbox@qinghe.example"
    assert mail["From"].addresses[0].display_name == "General Office of the City Government, Qinghe City"
    assert mail["To"] == "carl@example.org"
    assert mail["Subject"] == f"Mayor’s Mailbox {number}: received"
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail["Content-Language"] == "en"
    assert "Dear Carl Zhang," in text
    assert "\ue000" not in text + html
    code = tokens.show_code(tokens.access_code(post.settings.secret, ticket_id, 1))
    assert code in text
    assert code in html
    for purpose, path in (("ticket", "/en/link/"), ("stop", "/en/stop/")):
        token = text.split(f"https://mailbox.example{path}")[1].split()[0]
        assert f"{path}{token}" in html
        signed = tokens.read_link(post.settings.secret, token, purpose, 3600)
        assert signed is not None
        assert (signed.ticket_id, signed.generation) == (ticket_id, 1)


async def test_a_temporary_refusal_is_tried_again_later(db, smtp_server):
    post = await a_town(db, smtp_server.port)
    await post.letter()
    await post.notify()
    smtp_server.answers["carl@example.org"] = "451 try later"

    assert await post.deliver() == 0
    assert await post.deliver(NOW + timedelta(seconds=30)) == 0
    (waiting,) = await post.mails()
    smtp_server.answers.clear()
    assert await post.deliver(NOW + HOUR) == 1

    assert (waiting.tries, waiting.failure) == (1, "451")
    (mail,) = await post.mails()
    assert (mail.tries, mail.failure) == (2, "")
    assert len(smtp_server.mails) == 1


async def test_after_two_days_of_temporary_refusals_it_is_given_up(db, smtp_server):
    post = await a_town(db, smtp_server.port)
    await post.letter()
    await post.notify()
    smtp_server.answers["carl@example.org"] = "451 try later"

    at = NOW
    while (mail := (await post.mails())[0]).failed_at is None:
        at = mail.next_try_at
        await post.deliver(at)

    assert timedelta(days=1.5) < at - NOW < timedelta(days=2.5)
    assert mail.failure == "gave up: 451"


async def test_an_address_that_does_not_exist_gets_nothing_more_until_it_is_corrected(db, smtp_server):
    post = await a_town(db, smtp_server.port)
    number = await post.letter()
    await post.notify()
    smtp_server.answers["carl@example.org"] = "550 no such user"

    await post.deliver()
    await post.act(number, "karl", route.route, post.town.offices["roads"])
    await post.notify()

    await post.deliver()
    receipt, passed_on = [mail for mail in await post.mails() if mail.recipient == "citizen"]
    assert (receipt.failed_at, receipt.failure, receipt.tries) == (NOW, "550", 1)
    assert (passed_on.failed_at, passed_on.failure) == (NOW, "bounced")
    assert (await post.citizen(number)).bounced_at == NOW

    await post.act(number, "citizen", handle.correct_contact, "Carl", "carl@example.net", "")
    await post.notify()
    while await post.deliver():
        pass

    theirs = [mail for mail in smtp_server.mails if "carl" in mail["To"]]
    assert [mail["To"] for mail in theirs] == ["carl@example.net"] * 2
    assert [mail["Message-ID"] for mail in theirs] == [receipt.message_id, passed_on.message_id]


async def test_a_mail_refused_for_its_text_does_not_spoil_the_address(db, smtp_server, monkeypatch):
    post = await a_town(db, smtp_server.port)
    number = await post.letter()
    await post.notify()

    async def refuse(*_):
        return "554 looks like spam"

    monkeypatch.setattr(smtp_server, "handle_DATA", refuse)
    await post.deliver()

    (mail,) = await post.mails()
    assert (mail.failed_at, mail.failure) == (NOW, "554")
    assert (await post.citizen(number)).bounced_at is None


async def test_a_line_that_breaks_after_the_text_leads_to_a_repeat_with_the_same_id(db, smtp_server, monkeypatch):
    post = await a_town(db, smtp_server.port)
    await post.letter()
    await post.notify()
    keep = smtp_server.handle_DATA

    async def hang_up(server, visit, envelope):
        await keep(server, visit, envelope)
        server.transport.abort()
        return "250 kept, but nobody hears it"

    monkeypatch.setattr(smtp_server, "handle_DATA", hang_up)
    assert await post.deliver() == 0
    monkeypatch.setattr(smtp_server, "handle_DATA", keep)
    assert await post.deliver(NOW + HOUR) == 1

    assert len(smtp_server.mails) == 2
    assert len({mail["Message-ID"] for mail in smtp_server.mails}) == 1
    assert (await post.mails())[0].tries == 2


async def test_a_server_that_answers_nothing_holds_a_mail_no_longer_than_the_timeout(db, smtp_server, monkeypatch):
    post = await a_town(db, smtp_server.port, smtp_timeout_seconds=1)
    await post.letter()
    await post.notify()

    async def sleep(*_):
        await asyncio.sleep(2)
        return "250 too late"

    monkeypatch.setattr(smtp_server, "handle_DATA", sleep)
    await post.deliver()

    (mail,) = await post.mails()
    assert (mail.sent_at, mail.failure) == (None, "timeout")


async def test_while_the_server_is_away_mails_wait_and_lose_no_try(db, smtp_server):
    post = await a_town(db, 1)
    await post.letter()
    await post.letter("Another", email="dan@example.org")
    await post.notify()

    for minute in range(30):
        assert await post.deliver(NOW + timedelta(minutes=minute)) == 0
    waiting = await post.mails()
    post.settings = settings_for(smtp_server.port)
    assert await post.deliver(NOW + HOUR) == 2

    assert [mail.tries for mail in waiting] == [0, 0]
    assert all(mail.failure.startswith("server: ") for mail in waiting)


async def test_several_workers_never_send_the_same(db, smtp_server):
    post = await a_town(db, smtp_server.port)
    for n in range(60):
        await post.letter(f"Letter {n}", email=f"carl{n}@example.org")
    await post.notify()

    await asyncio.gather(*(post.deliver() for _ in range(4)))

    delivered = Counter(mail["Message-ID"] for mail in smtp_server.mails)
    assert len(delivered) == 60
    assert set(delivered.values()) == {1}
    assert all(mail.tries == 1 for mail in await post.mails())


async def test_what_a_dead_worker_held_goes_out_when_its_time_is_over(db, smtp_server):
    post = await a_town(db, smtp_server.port)
    await post.letter()
    await post.notify()

    taken = await db.writing(lambda s: outbox.take(s, post.settings, post.town.book, "dead", NOW))
    held = await post.deliver(NOW + timedelta(seconds=5))
    later = await post.deliver(NOW + outbox.lease(post.settings) + timedelta(seconds=1))

    assert len(taken) == 1
    assert (held, later) == (0, 1)


async def test_the_one_process_of_a_file_frees_what_it_held_before_it_died(db, smtp_server):
    post = await a_town(db, smtp_server.port)
    await post.letter()
    await post.notify()
    await db.writing(lambda s: outbox.take(s, post.settings, post.town.book, "dead", NOW))

    assert await db.writing(outbox.let_go) == 1
    assert await post.deliver() == 1


async def test_mails_about_a_letter_arrive_in_their_order(db, smtp_server):
    post = await a_town(db, smtp_server.port)
    number = await post.letter()
    await post.notify()
    smtp_server.answers["carl@example.org"] = "451 try later"
    await post.deliver()
    smtp_server.answers.clear()
    await post.act(number, "karl", route.route, post.town.offices["roads"])
    await post.notify()

    at_once = await post.deliver()  # the receipt still waits: only Hugo and his deputy get theirs
    await post.deliver(NOW + HOUR)

    assert at_once == 2
    subjects = [mail["Subject"] for mail in smtp_server.mails if mail["To"] == "carl@example.org"]
    assert [subject.rpartition("：")[2] for subject in subjects] == ["已收到", "已转办"]
    threads = {mail["References"] for mail in smtp_server.mails}
    assert threads == {f"<{number}.letter@qinghe.example>"}


async def test_nothing_is_recorded_twice(db, smtp_server):
    post = await a_town(db, smtp_server.port)
    await post.letter()
    await post.notify()
    await post.deliver()
    (mail,) = await post.mails()

    late = [(mail, smtp.Result(Answer.TEMPORARY, "451"))]
    await db.writing(lambda s: outbox.record(s, post.settings, late, mail.claimed_by, NOW + HOUR))

    assert (await post.mails())[0].sent_at == NOW
    assert await db.writing(lambda s: claim.claim(s, Mail, col(Mail.sent_at).is_(None), tries=9)) == 0


async def test_told_to_stop_a_worker_gives_back_what_it_has_not_sent(db, smtp_server, monkeypatch):
    post = await a_town(db, smtp_server.port, smtp_connections=1)
    for n in range(5):
        await post.letter(f"Letter {n}", email=f"carl{n}@example.org")
    await post.notify()
    keep, stop = smtp_server.handle_DATA, asyncio.Event()

    async def stop_then_keep(*mail):
        stop.set()
        return await keep(*mail)

    monkeypatch.setattr(smtp_server, "handle_DATA", stop_then_keep)
    first = await deliver.deliver(db, post.settings, post.town.book, now=NOW, stop=stop)
    monkeypatch.setattr(smtp_server, "handle_DATA", keep)
    rest = await post.deliver()

    assert (first, rest) == (1, 4)
    assert [mail.tries for mail in await post.mails()] == [1] * 5
