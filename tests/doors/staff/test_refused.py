"""What only a door can refuse: a number that is none, a colleague who isn't there, too many tries."""

from __future__ import annotations

import re
from datetime import UTC, datetime

import pytest
from sqlmodel import select

from mailbox_service.base.language import say_refusal
from mailbox_service.base.refusals import Refused
from mailbox_service.tickets.tables import Ticket
from tests.databases import rows
from tests.doors.staff.house import words_of
from tests.doors.staff.test_acts import page, with_roads


def sentence(code: str, **facts: object) -> str:
    return say_refusal("en", Refused(code, **facts))


async def test_a_letter_is_merged_only_into_one_that_exists(house):
    number = await house.letter()
    karl = await house.member("karl")

    answer = await karl.send(page(number, "merge"), into="what?")

    assert answer.status_code == 422
    assert sentence("merge.unknown") in words_of(answer)


async def test_a_letter_is_handed_over_only_to_somebody_who_is_there(house):
    number = await with_roads(house)
    dora = await house.member("dora")

    answer = await dora.send(page(number, "hand_over"), colleague="77")

    assert answer.status_code == 422
    assert sentence("person.unknown") in words_of(answer)


def test_too_many_tries_name_the_moment_when_to_try_again():
    again = datetime(2026, 3, 6, 6, 5, tzinfo=UTC)

    assert "06:05" in sentence("too_many", at=again)


@pytest.mark.parametrize("path", ["/admin/outbox", "/manager", "/staff/tickets/2026-0000001-0", "/staff/nowhere"])
async def test_a_refused_page_leads_back_to_the_letters_in_any_language(house, path):
    dora = await house.member("dora")

    page = await dora.get(path)

    assert page.status_code in (403, 404)
    links = set(re.findall(r'href="([^"]+)"', page.text))
    assert "/staff" in links
    assert f"/staff/language/ko?back={path}" in links
    assert not {"/en", "/en/write", "/en/track"} & links


async def test_an_act_that_is_refused_leads_back_to_its_letter(house):
    number, karl = await house.letter("A lamp"), await house.member("karl")

    refused, missing = [await karl.get(f"/staff/tickets/{one}/sign_for") for one in (number, "2026-0000001-0")]

    assert (refused.status_code, missing.status_code) == (403, 404)
    assert f'href="/staff/tickets/{number}"' in refused.text
    assert 'href="/staff/tickets/2026-0000001-0"' not in missing.text


async def test_a_split_sent_twice_makes_one_letter(house):
    number, karl = await house.letter("Lamp and bus"), await house.member("karl")
    path = f"/staff/tickets/{number}/split"
    form = await karl.fill(path, subject="The bus", text="The bus is late.", kind="complaint")

    first, second = [await karl.web.post(path, data=form) for _ in range(2)]

    assert (first.status_code, second.status_code) == (303, 409)
    assert "The bus is late." in second.text
    with rows(house.url) as session:
        assert len(session.exec(select(Ticket.id).where(Ticket.subject == "The bus")).all()) == 1
