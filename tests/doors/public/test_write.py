"""A letter is written, sent once, and acknowledged with number and code."""

from __future__ import annotations

import asyncio
import re

import pytest
from sqlmodel import select

from mailbox_service.base import tokens
from mailbox_service.tickets.tables import Citizen as Writer
from mailbox_service.tickets.tables import Event, Message, Round, SearchText, Ticket
from tests.doors.public.conftest import CODE, LETTER, words_of


async def test_a_letter_is_stored_and_its_receipt_shows_number_and_code(citizen):
    number, code = await citizen.receipt()

    assert tokens.read_number(number) == number
    with citizen.rows() as session:
        ticket = session.exec(select(Ticket)).one()
        assert (ticket.number, ticket.subject, ticket.language) == (number, LETTER["subject"], "en")
        assert session.exec(select(Message.text)).one() == LETTER["text"]
        assert session.get(Writer, ticket.id).email == "carl@example.org"
        assert session.exec(select(Event.act)).one() == "submit"
        assert tokens.code_matches(citizen.site.settings.secret, ticket.id, 1, code)
    assert citizen.count(Round) == citizen.count(SearchText) == 1


async def test_the_receipt_shows_the_code_once(citizen):
    await citizen.receipt()

    again = await citizen.get("/en/receipt")

    assert CODE.findall(again.text) == []
    assert "Track your letter" in words_of(again)


async def test_a_form_sent_three_times_is_one_letter(citizen):
    form = await citizen.fill("/en/write", **LETTER)

    answers = [await citizen.web.post("/en/write", data=form) for _ in range(3)]

    assert [answer.status_code for answer in answers] == [303, 303, 303]
    assert citizen.count() == 1
    assert len(CODE.findall((await citizen.get("/en/receipt")).text)) == 2


async def test_a_double_click_is_one_letter(citizen):
    form = await citizen.fill("/en/write", **LETTER)

    answers = await asyncio.gather(*(citizen.web.post("/en/write", data=form) for _ in range(4)))

    assert {answer.status_code for answer in answers} == {303}
    assert citizen.count() == 1


async def test_another_visitor_with_the_same_mark_gets_nobody_elses_receipt(citizen):
    form = await citizen.fill("/en/write", **LETTER)
    await citizen.web.post("/en/write", data=form)
    citizen.web.cookies.clear()
    stolen = await citizen.fill("/en/write", **LETTER) | {"once": form["once"]}

    await citizen.web.post("/en/write", data=stolen)

    assert citizen.count() == 2


async def test_a_letter_changed_after_going_back_is_kept_and_can_be_sent_as_a_new_one(citizen):
    form = await citizen.fill("/en/write", **LETTER)
    await citizen.web.post("/en/write", data=form)

    changed = await citizen.web.post("/en/write", data=form | {"text": "Something else entirely."})

    assert changed.status_code == 409
    assert "Something else entirely." in changed.text
    (fresh,) = re.findall(r'name="once" value="([^"]+)"', changed.text)
    again = await citizen.web.post("/en/write", data=form | {"text": "Something else entirely.", "once": fresh})
    assert again.status_code == 303
    assert citizen.count() == 2


async def test_every_problem_is_named_at_once_and_nothing_typed_is_lost(citizen):
    answer = await citizen.write(kind="", subject=" ", text="", email="carl at home", phone="call me", name="")

    assert answer.status_code == 422
    said = words_of(answer)
    for sentence in ("Choose what kind", "Write a subject", "Write your letter", "Write the mail address",
                     "Write the phone number", "Write your name"):  # fmt: skip
        assert said.count(sentence) == 2, sentence  # in the summary and beside the field
    assert 'value="carl at home"' in answer.text
    assert "Error:" in answer.text.partition("</title>")[0]
    assert citizen.count() == 0


async def test_too_long_texts_are_told_the_limit(citizen):
    answer = await citizen.write(subject="x" * 201, text="y" * 10_001)

    assert answer.status_code == 422
    assert "at most 200 characters" in words_of(answer)
    assert "at most 10,000 characters" in words_of(answer)
    assert "y" * 10_001 in answer.text


async def test_an_anonymous_letter_keeps_no_name(citizen):
    await citizen.receipt(identity="anonymous", email="", name="Carl")

    assert citizen.count(Writer) == 0


async def test_full_width_digits_and_letters_are_put_right(citizen):
    await citizen.receipt(email="ｃａｒｌ＠ｅｘａｍｐｌｅ．ｏｒｇ", phone="０９０－１２３４－５６７８")

    with citizen.rows() as session:
        writer = session.exec(select(Writer)).one()
    assert (writer.email, writer.phone) == ("carl@example.org", "090-1234-5678")


async def test_the_letters_own_language_is_told_from_its_script(citizen):
    await citizen.receipt(text="街灯が消えています。", language="en")

    with citizen.rows() as session:
        assert session.exec(select(Message.language)).one() == "ja"


@pytest.mark.parametrize("lang", ["zh", "ja", "ko"])
async def test_another_language_keeps_what_was_typed(citizen, lang):
    form = await citizen.fill("/en/write", **(LETTER | {"text": "half a thought", "switch": f"lang:{lang}"}))

    led = await citizen.web.post("/en/write", data=form)
    there = await citizen.web.post(led.headers["location"], data=form)

    assert (led.status_code, led.headers["location"]) == (307, f"/{lang}/write")
    assert there.status_code == 200
    assert "half a thought" in there.text
    assert 'aria-invalid="true"' not in there.text
    assert citizen.count() == 0


async def test_another_size_keeps_what_was_typed(citizen):
    form = await citizen.fill("/en/write", **(LETTER | {"text": "half a thought", "switch": "size:l"}))

    answer = await citizen.web.post("/en/write", data=form)

    assert answer.status_code == 200
    assert "half a thought" in answer.text
    assert 'data-size="l"' in answer.text
    assert 'data-size="l"' in (await citizen.get("/en")).text


async def test_a_program_that_fills_in_the_hidden_field_is_stopped_and_a_person_told(citizen):
    answer = await citizen.write(website="http://spam.example")

    assert answer.status_code == 422
    assert "Leave the last field empty" in words_of(answer)
    assert LETTER["subject"] in answer.text
    assert citizen.count() == 0


async def test_a_topic_that_is_not_there_is_a_problem_of_its_field(citizen):
    answer = await citizen.write(topic="999999999999999999")

    assert answer.status_code == 422
    assert "Choose a subject area" in words_of(answer)


async def test_a_page_that_is_too_old_keeps_the_letter_and_can_be_sent_again(citizen):
    form = await citizen.fill("/en/write", **LETTER)

    answer = await citizen.web.post("/en/write", data=form | {"csrf": "1700000000-" + "0" * 40})

    assert answer.status_code == 403
    assert "It has been dark for three days." in answer.text
    (fresh,) = re.findall(r'name="csrf" value="([^"]+)"', answer.text)
    assert (await citizen.web.post("/en/write", data=form | {"csrf": fresh})).status_code == 303


async def test_a_form_from_another_site_is_not_even_shown_again(citizen):
    form = await citizen.fill("/en/write", **LETTER)

    answer = await citizen.web.post("/en/write", data=form, headers={"Sec-Fetch-Site": "cross-site"})

    assert answer.status_code == 403
    assert LETTER["subject"] not in answer.text
    assert citizen.count() == 0
