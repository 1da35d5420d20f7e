"""My letters: one answer for every address; a mail with a link for those that have letters; nothing opens by a GET."""

from __future__ import annotations

import re
from datetime import timedelta
from html import unescape

import pytest
from sqlmodel import col, select

from mailbox_service.base import clock, tokens
from mailbox_service.base.language import LANGUAGES
from mailbox_service.mail.tables import Mail
from mailbox_service.tickets.life import handle
from mailbox_service.tickets.tables import Citizen as Writer
from mailbox_service.tickets.tables import Ticket
from tests.doors.public.conftest import words_of
from tests.doors.public.mails import delivered, links_of, text_of, to

PAGE = "/en/my-letters"


async def ask(citizen, address, lang="en"):
    return await citizen.send(f"/{lang}/my-letters", email=address)


async def list_link(citizen, smtp_server, address="carl@example.org", lang="en"):
    await ask(citizen, address, lang)
    mail = (await delivered(citizen, smtp_server))[-1]
    return next(path for path in links_of(mail) if "/my-letters/" in path)


def change(citizen, number, **values):
    with citizen.rows() as session:
        ticket = session.exec(select(Ticket).where(Ticket.number == number)).one()
        writer = session.get(Writer, ticket.id)
        for name, value in values.items():
            setattr(ticket if hasattr(ticket, name) else writer, name, value)
        session.commit()


def asked_for(citizen):
    with citizen.rows() as session:
        return session.exec(select(Mail).where(Mail.notice == "my_letters").order_by(col(Mail.id))).all()


async def test_the_answer_and_the_work_are_the_same_for_any_address(citizen, smtp_server):
    await citizen.receipt()

    known = await ask(citizen, "carl@example.org")
    stranger = await ask(citizen, "nobody@example.org")

    assert known.headers["location"] == stranger.headers["location"] == f"{PAGE}?sent=1"
    assert "If letters were written with this address" in words_of(await citizen.get(known.headers["location"]))
    one, other = asked_for(citizen)
    assert (one.subject, one.text, one.html) == (other.subject, other.text, other.html)


async def test_a_stranger_gets_no_mail_and_their_address_is_forgotten(citizen, smtp_server):
    await ask(citizen, "nobody@example.org")

    mails = await delivered(citizen, smtp_server)

    assert mails == []
    (row,) = asked_for(citizen)
    assert (row.failure, row.to_address, row.text, row.html) == ("no-letters", "", "", "")


@pytest.mark.parametrize("lang", LANGUAGES)
async def test_the_link_lists_every_letter_and_a_button_opens_it(citizen, smtp_server, lang):
    first, _ = await citizen.receipt(email="Carl@Example.org")
    second, _ = await citizen.receipt(subject="Another lamp")
    await delivered(citizen, smtp_server)

    link = await list_link(citizen, smtp_server, "cARL@example.ORG", lang)
    listed = await citizen.get(link)
    unopened = await citizen.get(f"/{lang}/letters/{second}")
    opened = await citizen.send(link, open=second)

    assert link.startswith(f"/{lang}/my-letters/")
    assert words_of(listed).index(second) < words_of(listed).index(first)
    assert "Another lamp" in words_of(listed)
    assert unopened.headers["location"].startswith(f"/{lang}/track")
    assert opened.headers["location"] == f"/{lang}/letters/{second}"
    assert (await citizen.get(opened.headers["location"])).status_code == 200


async def test_the_mail_goes_to_the_address_the_letters_have_and_holds_no_secret_until_it_leaves(citizen, smtp_server):
    await citizen.receipt(email="Carl@example.org")
    await delivered(citizen, smtp_server)

    await ask(citizen, "carl@EXAMPLE.org")
    stored = asked_for(citizen)[0]
    (mail,) = await delivered(citizen, smtp_server)

    assert "/my-letters/" not in stored.text + stored.html
    assert to(smtp_server, mail) == ["Carl@example.org"]
    assert mail["Subject"].endswith("your letters")
    assert "lamp" not in text_of(mail)
    assert links_of(mail)[0] in unescape(text_of(mail, "html"))


async def test_a_restricted_letter_is_number_and_status(citizen, smtp_server):
    number, _ = await citizen.receipt(kind="report", subject="He asked for money")
    await delivered(citizen, smtp_server)

    page = await citizen.get(await list_link(citizen, smtp_server))

    assert number in words_of(page)
    assert "Received" in words_of(page)
    assert "money" not in page.text
    assert "Reply due" not in page.text


async def test_a_disowned_letter_is_on_nobodys_list(citizen, smtp_server):
    kept, _ = await citizen.receipt()
    disowned, _ = await citizen.receipt(subject="Not mine")
    await citizen.life(disowned, ("citizen", handle.stop_mail))
    await delivered(citizen, smtp_server)

    link = await list_link(citizen, smtp_server)
    page, opened = await citizen.get(link), await citizen.send(link, open=disowned)

    assert kept in page.text
    assert disowned not in page.text
    assert opened.status_code == 200


async def test_nothing_goes_to_an_address_that_bounced(citizen, smtp_server):
    number, _ = await citizen.receipt()
    await delivered(citizen, smtp_server)
    change(citizen, number, bounced_at=clock.now())

    await ask(citizen, "carl@example.org")

    assert await delivered(citizen, smtp_server) == []
    assert asked_for(citizen)[0].failure == "bounced"


async def test_an_address_that_does_not_exist_any_more_is_noted(citizen, smtp_server):
    await citizen.receipt()
    await delivered(citizen, smtp_server)
    smtp_server.answers["carl@example.org"] = "550 5.1.1 no such user"

    await ask(citizen, "carl@example.org")
    await delivered(citizen, smtp_server)

    with citizen.rows() as session:
        assert session.exec(select(Writer.bounced_at)).one() is not None


async def test_an_expired_link_says_so_and_one_button_sends_another(citizen, smtp_server):
    number, _ = await citizen.receipt()
    await delivered(citizen, smtp_server)
    await list_link(citizen, smtp_server)
    mail_id, before = asked_for(citizen)[0].id, clock.now() - timedelta(hours=2, minutes=5)
    old = tokens.sign_link(citizen.site.settings.secret, "my letters", mail_id, 0, now=before)

    page = await citizen.get(f"{PAGE}/{old}")
    opened = await citizen.send(f"{PAGE}/{old}", act="", open=number)
    again = await citizen.send(f"{PAGE}/{old}")
    (mail,) = await delivered(citizen, smtp_server)

    assert (page.status_code, opened.status_code) == (404, 404)
    assert "The link worked for two hours" in words_of(page)
    assert len(re.findall(r'<button class="first"', page.text)) == 1
    assert again.headers["location"] == f"{PAGE}?sent=1"
    assert number in (await citizen.get(links_of(mail)[0])).text


async def test_a_forged_link_and_one_for_something_else_list_nothing(citizen, smtp_server):
    await citizen.receipt()
    with citizen.rows() as session:
        ticket_id = session.exec(select(Ticket.id)).one()
    other = tokens.sign_link(citizen.site.settings.secret, "ticket", ticket_id, 1)
    wrong_row = tokens.sign_link(citizen.site.settings.secret, "my letters", ticket_id, 0)

    answers = [await citizen.get(f"{PAGE}/{token}") for token in (other, wrong_row, "x")]

    assert {answer.status_code for answer in answers} == {404}


async def test_a_link_opens_no_letter_of_another_address(citizen, smtp_server):
    await citizen.receipt()
    other, _ = await citizen.receipt(email="dana@example.org")
    await delivered(citizen, smtp_server)

    link = await list_link(citizen, smtp_server)
    answer = await citizen.send(link, open=other)

    assert answer.status_code == 200
    assert other not in answer.text


async def test_the_wish_is_limited_by_network_address(citizen):
    limit = citizen.site.settings.my_letters_per_address_per_hour

    answers = [await ask(citizen, f"a{n}@example.org") for n in range(limit + 1)]

    assert [answer.status_code for answer in answers] == [303] * limit + [429]
    assert len(asked_for(citizen)) == limit


async def test_past_the_limit_of_a_mail_address_nothing_is_sent_and_nothing_said(citizen):
    answers = [await ask(citizen, "Carl@example.org") for _ in range(4)]

    assert {answer.headers["location"] for answer in answers} == {f"{PAGE}?sent=1"}
    assert len(asked_for(citizen)) == 3


async def test_asking_again_and_again_takes_no_other_mail_away(citizen, smtp_server):
    await citizen.receipt()
    await delivered(citizen, smtp_server)
    for _ in range(3):
        await ask(citizen, "carl@example.org")

    sent = await delivered(citizen, smtp_server, mails_per_address_per_day=2)
    await citizen.receipt(subject="Another lamp")
    receipt = await delivered(citizen, smtp_server, mails_per_address_per_day=2)

    assert len(sent) == 2
    assert asked_for(citizen)[-1].failure == "too-many"
    assert len(receipt) == 1


@pytest.mark.parametrize("typed", ["", "nowhere", "a@b", "x" * 300 + "@example.org"])
async def test_what_is_no_address_is_said_beside_the_field(citizen, typed):
    answer = await ask(citizen, typed)

    assert answer.status_code == 422
    assert 'aria-invalid="true"' in answer.text
    assert asked_for(citizen) == []


async def test_the_page_keeps_the_address_through_a_switch(citizen):
    form = await citizen.fill(PAGE, email="carl@example.org", switch="lang:ko")

    led = await citizen.web.post(PAGE, data=form)
    there = await citizen.web.post(led.headers["location"], data=form)

    assert led.status_code == 307
    assert 'value="carl@example.org"' in there.text
