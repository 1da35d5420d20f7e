"""What a page offers is not refused once it is filled in."""

# mypy: no-check-untyped-defs
from __future__ import annotations

import re

import pytest

from mailbox_service.base.language import say_refusal
from mailbox_service.base.refusals import Refused
from mailbox_service.tickets.life import after, handle
from tests.doors.staff.house import words_of
from tests.doors.staff.test_acts import answered, page, with_roads


async def asked_twice(house):
    number = await with_roads(house)
    for _ in range(2):
        await house.act(number, "dora", handle.ask, "Which street?")
        await house.act(number, "citizen", handle.answer, "The long one")
    return number


async def extension_asked(house):
    number = await with_roads(house)
    await house.act(number, "dora", handle.propose_extension, "Parts are missing")
    return number


async def extended(house):
    number = await extension_asked(house)
    await house.act(number, "mina", handle.decide_extension, True)
    return number


@pytest.mark.parametrize(
    ("letter", "act", "why"),
    [
        (asked_twice, "ask", "ask.twice"),
        (extension_asked, "propose_extension", "proposal.waiting"),
        (extended, "propose_extension", "extension.once"),
    ],
)
async def test_what_can_not_be_done_again_says_so_before_it_is_written(house, letter, act, why):
    number = await letter(house)
    dora = await house.member("dora")

    seen, form = await dora.get(page(number)), await dora.get(page(number, act))

    assert f'href="{page(number, act)}"' not in seen.text
    assert say_refusal("en", Refused(why)) in words_of(seen)
    assert "<textarea" not in form.text


async def test_a_review_is_offered_to_offices_that_did_not_handle_the_letter(house):
    number = await answered(house)
    await house.act(number, "citizen", after.ask_review, "Still dark")
    mina = await house.member("mina")

    form = (await mina.get(page(number, "decide_review"))).text

    offered = set(re.findall(r'<option value="([0-9]+)"', form))
    assert offered == {str(house.town.offices[name]) for name in ("general", "foreign", "parks")}
