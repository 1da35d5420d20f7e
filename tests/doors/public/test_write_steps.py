"""The same letter in short steps, and the page where it is checked before it is sent."""

from __future__ import annotations

import asyncio
import re
from html import unescape

import pytest
from sqlmodel import select

from mailbox_service.tickets.tables import Message, Ticket
from tests.doors.public.conftest import CODE, HIDDEN, LETTER, words_of

STEPS = {
    "kind": ("kind", "topic"),
    "letter": ("subject", "text"),
    "files": (),
    "you": ("identity", "name", "email", "phone", "language", "wants_reply"),
}


def form_of(page, **fields):
    """What the page's form would send: what it carries unseen, and these fields."""
    return {name: unescape(value) for name, value in HIDDEN.findall(page.text)} | fields


async def press(citizen, page, act, **fields):
    return await citizen.web.post("/en/write", data=form_of(page, act=act, **fields))


async def walk(citizen, **changes):
    """Go through the steps to the check page."""
    letter = LETTER | changes
    page = await citizen.get("/en/write/steps")
    for names in STEPS.values():
        page = await press(citizen, page, "next", **{name: letter[name] for name in names})
        assert page.status_code == 200, words_of(page)
    return page


async def test_steps_lead_to_a_check_page_and_the_letter_is_sent_from_there(citizen):
    page = await walk(citizen)

    assert "Not sent yet" in words_of(page)
    assert LETTER["subject"] in words_of(page)
    assert citizen.count() == 0
    answer = await press(citizen, page, "send")
    assert answer.status_code == 303
    with citizen.rows() as session:
        assert session.exec(select(Message.text)).one() == LETTER["text"]
        assert session.exec(select(Ticket.wants_reply)).one() is True


async def test_each_step_has_its_number_and_checks_its_own_fields(citizen):
    first = await citizen.get("/en/write/steps")
    wrong = await press(citizen, first, "next")
    second = await press(citizen, first, "next", kind="help")

    assert "Step 1 of 5" in words_of(first)
    assert wrong.status_code == 422
    assert words_of(wrong).count("Choose what kind") == 2
    assert "Write your letter" not in words_of(wrong)
    assert "Step 2 of 5" in words_of(second)


async def test_the_privacy_notice_stands_before_the_first_field_both_ways(citizen):
    for path in ("/en/write", "/en/write/steps"):
        text = (await citizen.get(path)).text

        assert 0 < text.index("What happens to your data") < text.index('name="kind"')


async def test_back_keeps_what_the_step_held(citizen):
    first = await citizen.get("/en/write/steps")
    second = await press(citizen, first, "next", kind="help")

    back = await press(citizen, second, "back", subject="Half a subject", text="Half a thought")
    again = await press(citizen, back, "next", kind="praise")

    assert "Half a thought" in again.text
    assert 'value="Half a subject"' in again.text


async def test_the_one_page_becomes_steps_and_steps_one_page_with_all_that_was_typed(citizen):
    form = await citizen.fill("/en/write", **(LETTER | {"act": "steps"}))

    steps = await citizen.web.post("/en/write", data=form)
    page = await press(citizen, steps, "back", kind="help")

    assert "Step 1 of 5" in words_of(steps)
    assert "It has been dark for three days." in page.text
    assert 'value="carl@example.org"' in page.text
    assert "Step" not in words_of(page).partition("What happens")[0]


async def test_change_in_steps_comes_back_to_the_check_page(citizen):
    check = await walk(citizen)

    step = await citizen.web.post("/en/write/steps", data=form_of(check, change="email"))
    again = await press(citizen, step, "next", email="new@example.org", name="Carl", identity="named", language="en")

    assert "Step 4 of 5" in words_of(step)
    assert "Not sent yet" in words_of(again)
    assert "new@example.org" in words_of(again)


async def test_check_first_from_the_one_page_and_change_there(citizen):
    form = await citizen.fill("/en/write", **(LETTER | {"act": "check"}))

    check = await citizen.web.post("/en/write", data=form)
    page = await citizen.web.post("/en/write", data=form_of(check, change="subject"))

    assert re.findall(r'name="change" value="(\w+)" formaction="/en/write#f-\1"', check.text)[0] == "kind"
    assert "Change Subject" in words_of(check)
    assert "Not given" in words_of(check)  # the phone
    assert LETTER["subject"] in page.text
    assert "Check first" in words_of(page)


async def test_a_letter_with_problems_is_not_checked_but_mended(citizen):
    answer = await citizen.write(act="check", subject="", email="carl at home")

    assert answer.status_code == 422
    assert words_of(answer).count("Write a subject") == 2
    assert "Not sent yet" not in words_of(answer)


async def test_a_forged_check_page_leads_to_the_first_step_that_has_a_problem(citizen):
    check = await walk(citizen)

    answer = await press(citizen, check, "send", subject="", email="nowhere")

    assert answer.status_code == 422
    assert "Step 2 of 5" in words_of(answer)
    assert words_of(answer).count("Write a subject") == 2
    assert citizen.count() == 0


async def test_sent_twice_from_the_check_page_is_one_letter(citizen):
    form = form_of(await walk(citizen), act="send")

    answers = await asyncio.gather(*(citizen.web.post("/en/write", data=form) for _ in range(3)))

    assert {answer.status_code for answer in answers} == {303}
    assert citizen.count() == 1
    assert len(CODE.findall((await citizen.get("/en/receipt")).text)) == 2


async def test_sent_from_the_page_and_then_from_the_check_page_is_one_letter(citizen):
    form = await citizen.fill("/en/write", **LETTER)
    check = await citizen.web.post("/en/write", data=form | {"act": "check"})

    first = await citizen.web.post("/en/write", data=form)
    second = await press(citizen, check, "send")

    assert (first.status_code, second.status_code) == (303, 303)
    assert citizen.count() == 1


async def test_who_left_nothing_is_told_before_sending_that_the_code_is_the_only_way_back(citizen):
    nobody = await citizen.write(act="check", email="", identity="anonymous", name="")
    somebody = await citizen.write(act="check")

    assert "the only way back to your letter" in words_of(nobody)
    assert "the only way back" not in words_of(somebody)
    assert "the only way back" in words_of(await citizen.get("/en/write"))


@pytest.mark.parametrize("switch", ["lang:ja", "size:l"])
@pytest.mark.parametrize("step", [0, 1, 2, 3, 4])
async def test_a_switch_keeps_step_and_words(citizen, switch, step):
    page = await citizen.get("/en/write/steps")
    for names in list(STEPS.values())[:step]:
        page = await press(citizen, page, "next", **{name: LETTER[name] for name in names})
    form = form_of(page, switch=switch)

    answer = await citizen.web.post("/en/write/steps", data=form)
    if answer.status_code == 307:
        assert answer.headers["location"] == "/ja/write/steps"
        answer = await citizen.web.post("/ja/write/steps", data=form)

    assert answer.status_code == 200
    assert 'aria-invalid="true"' not in answer.text
    carried = form_of(answer)
    assert carried["step"] == (*STEPS, "check")[step]
    if step > 1:
        assert carried["subject"] == LETTER["subject"]


async def test_an_old_page_keeps_its_step(citizen):
    check = await walk(citizen)

    answer = await press(citizen, check, "send", csrf="nonsense")

    assert answer.status_code == 403
    assert "This page is too old" in words_of(answer)
    assert (await press(citizen, answer, "send")).status_code == 303


async def test_strange_steps_and_changes_are_the_page_again(citizen):
    for wrong in ({"step": "nonsense"}, {"change": "nonsense", "act": ""}, {"way": "x", "step": "check"}):
        answer = await citizen.write(**({"act": "check"} | wrong))

        assert answer.status_code == 200
        assert LETTER["subject"] in unescape(answer.text)
    assert citizen.count() == 0
