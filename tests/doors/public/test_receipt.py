"""The receipt: number and code once, what happens next, and a sheet to keep."""

from __future__ import annotations

import re

import html5lib

from tests.doors.public.conftest import CODE, words_of


async def receipt(citizen, **changes):
    answer = await citizen.write(**changes)
    assert answer.status_code == 303, answer.text
    return await citizen.get(answer.headers["location"])


async def test_the_receipt_says_number_code_due_date_and_three_next_steps(citizen):
    page = await receipt(citizen)
    number, code = CODE.findall(page.text)

    assert re.fullmatch(r"\d{4}-\d{7}-\d", number)
    assert re.fullmatch(r"[0-9A-Z]{4}(-[0-9A-Z]{4}){3}", code)
    assert "You will have our reply by" in words_of(page)
    assert page.text.partition("What happens next")[2].partition("</ol>")[0].count("<li>") == 3


async def test_who_needs_no_reply_is_promised_none_and_told_where_the_outcome_stands(citizen):
    page = await receipt(citizen, wants_reply="")
    number, code = CODE.findall(page.text)
    opened = await citizen.send("/en/track", number=number, code=code)
    letter = await citizen.get(opened.headers["location"])

    assert "You will have our reply by" not in words_of(page)
    assert "We will have dealt with it by" in words_of(page)
    assert "You need no reply." in words_of(page)
    assert "You said that you need no reply." in words_of(letter)


async def test_mail_is_announced_to_who_gets_one_and_to_nobody_else(citizen):
    somebody = words_of(await receipt(citizen))
    nobody = words_of(await receipt(citizen, email="", subject="Another"))

    assert "on their way to your mail address" in somebody
    assert "on their way" not in nobody
    assert "the only way back to your letter" in nobody


async def test_the_qr_code_is_drawn_by_attributes_and_leads_to_the_number_without_the_code(citizen):
    page = await receipt(citizen)
    number, code = CODE.findall(page.text)
    tree = html5lib.parse(page.text, treebuilder="etree", namespaceHTMLElements=False)

    (drawn,) = tree.iterfind(".//*[@role='img']")
    assert number in drawn.get("aria-label")
    assert [child.tag.rpartition("}")[2] for child in drawn] == ["svg"]
    assert "style=" not in page.text
    assert f"http://127.0.0.1:8000/en/track?number={number}" in words_of(page)
    assert page.text.count(code) == 1
    track = await citizen.get(f"/en/track?number={number}")
    assert f'value="{number}"' in track.text


async def test_the_receipt_is_shown_once_and_then_tells_how_to_get_in(citizen):
    await receipt(citizen)

    again = await citizen.get("/en/receipt")

    assert CODE.findall(again.text) == []
    assert "<svg" not in again.text
    assert "they are in the mail we sent you" in words_of(again)
    assert again.headers["cache-control"] == "no-store"
