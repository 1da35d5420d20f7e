"""A clerk enters what somebody said by phone, at the counter, or brought on paper."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from sqlmodel import col, select

from mailbox_service.base import clock
from mailbox_service.tickets.tables import Attachment, Citizen, Signatory, Ticket
from mailbox_service.tickets.tables.words import Channel
from tests import samples
from tests.doors.staff.house import words_of

PATH = "/staff/enter"
LETTER = {"kind": "help", "subject": "The lamp is dark", "text": "It has been dark for a week.", "name": "Old Wang"}


async def enter(member, **fields):
    return await member.send(PATH, act="send", **LETTER | {"channel": "phone", "phone": "0512 1234567"} | fields)


async def newest(house):
    return await house.site.db.reading(lambda s: s.exec(select(Ticket).order_by(col(Ticket.id).desc())).first())


async def contact(house, ticket):
    return await house.site.db.reading(lambda s: s.get(Citizen, ticket.id))


def today(house, days=0):
    return (clock.now().astimezone(house.site.zone).date() - timedelta(days=days)).isoformat()


async def test_a_letter_by_phone_is_taken_in_without_a_mail_address_and_gives_a_receipt_once(house):
    karl = await house.member("karl")

    answer = await enter(karl, language="ko")
    receipt, again = await karl.get("/staff/enter/receipt"), await karl.get("/staff/enter/receipt")

    ticket = await newest(house)
    assert answer.headers["location"] == "/staff/enter/receipt"
    assert (ticket.channel, ticket.subject) == (Channel.PHONE, "The lamp is dark")
    assert (await contact(house, ticket)).phone == "0512 1234567"
    assert ticket.number in receipt.text
    assert "조회번호" in words_of(receipt)  # the code's name, in the writer's language
    assert re.search(r"(?:[0-9A-Z]{4}[ -]){3}[0-9A-Z]{4}", words_of(receipt))
    assert ticket.number not in again.text


async def test_the_promise_counts_from_the_day_of_receipt(house):
    karl = await house.member("karl")

    await enter(karl, channel="paper", received=today(house, 7))

    ticket = await newest(house)
    received = ticket.received_at.astimezone(house.site.zone).date()
    assert received.isoformat() == today(house, 7)
    assert ticket.entered_at - ticket.received_at > timedelta(days=6)
    assert ticket.due_on < clock.now().date() + timedelta(days=5)


@pytest.mark.parametrize(("received", "said"), [("", 303), ("soon", 422), ("2999-01-01", 422)])
async def test_the_day_of_receipt_is_a_day_and_not_in_the_future(house, received, said):
    karl = await house.member("karl")

    answer = await enter(karl, received=received)

    assert answer.status_code == said
    if received == "2999-01-01":
        assert "lies in the future" in words_of(answer)  # letter.not_yet
        assert "It has been dark for a week." in answer.text


async def test_what_is_wrong_is_said_and_nothing_typed_is_lost(house):
    karl = await house.member("karl")

    answer = await enter(karl, subject="", channel="web", phone="none", topic="17", signatories="x" * 101)

    assert answer.status_code == 422
    for field in ("subject", "channel", "phone", "topic", "signatories"):
        assert f'id="f-{field}-error"' in answer.text
    assert "Old Wang" in answer.text


async def test_a_scan_comes_with_a_letter_on_paper(house):
    karl = await house.member("karl")
    fields = await karl.fill(PATH, act="send", **LETTER, channel="paper", address="Lane 3, Qinghe")

    sent = await karl.web.post(PATH, data=fields, files={"files": ("scan.jpg", samples.picture(), "image/jpeg")})

    ticket = await newest(house)
    files = await house.site.db.reading(
        lambda s: s.exec(select(Attachment).where(Attachment.ticket_id == ticket.id)).all()
    )
    assert sent.status_code == 303
    assert [file.name for file in files] == ["scan.jpg"]
    assert (await contact(house, ticket)).address == "Lane 3, Qinghe"


async def test_others_sign_and_somebody_may_speak_for_another(house):
    karl = await house.member("karl")

    await enter(
        karl,
        on_behalf_of="Grandma Li",
        signatories="Zhao Liu, 0512 7654321\n\n孙七，孙七@example.org\nAn Na; Lane 4\n山田花子、090-1234-5678",
    )

    ticket = await newest(house)
    signed = await house.site.db.reading(
        lambda s: [(one.name, one.contact) for one in s.exec(select(Signatory).order_by(col(Signatory.id)))]
    )
    assert signed == [
        ("Zhao Liu", "0512 7654321"),
        ("孙七", "孙七@example.org"),
        ("An Na", "Lane 4"),
        ("山田花子", "090-1234-5678"),
    ]
    assert (await contact(house, ticket)).on_behalf_of == "Grandma Li"


async def test_the_same_form_sent_twice_is_one_letter(house):
    karl = await house.member("karl")
    fields = await karl.fill(PATH, act="send", **LETTER, channel="counter")

    first, second = [await karl.web.post(PATH, data=fields) for _ in range(2)]
    number = (await newest(house)).number
    other = await karl.web.post(PATH, data=fields | {"text": "Another matter"})

    assert first.status_code == second.status_code == 303
    assert number in (await karl.get("/staff/enter/receipt")).text
    assert other.status_code == 409
    assert number in other.text
    assert "Another matter" in other.text
    assert (await newest(house)).number == number


async def test_a_report_is_restricted_from_the_first_moment_and_its_receipt_is_given_all_the_same(house):
    karl = await house.member("karl")

    await enter(karl, kind="report")

    ticket = await newest(house)
    assert ticket.restricted
    assert ticket.number in (await karl.get("/staff/enter/receipt")).text
    assert (await karl.get(f"/staff/tickets/{ticket.number}")).status_code == 404


@pytest.mark.parametrize("who", ["dora", "hugo", "fang", "anna", "mina", "rita", "ada", "otto"])
async def test_only_clerks_enter_letters(house, who):
    member = await house.member(who)
    token = (await member.fill("/staff"))["csrf"]

    for path in (PATH, "/staff/enter/receipt"):
        assert (await member.get(path)).status_code == 403
    assert (await member.web.post(PATH, data={"csrf": token} | LETTER)).status_code == 403
    assert 'href="/staff/enter"' not in (await member.get("/staff")).text
