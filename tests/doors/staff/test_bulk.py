"""One act on many letters of a list, and what each letter answers."""

from __future__ import annotations

import pytest

from mailbox_service.base.language import say_refusal
from mailbox_service.base.refusals import Refused
from mailbox_service.tickets.life import handle, route
from mailbox_service.tickets.tables.words import Channel, Kind, Status
from mailbox_service.web.staff import bulk as bulk_acts
from tests.doors.staff.house import words_of

LIST = "/staff?queue=all"


async def ticked(member, house, *numbers):
    """The list's form with these letters ticked as they stand now."""
    fields = await member.fill(LIST)
    letters = [f"{number}:{(await house.case(number)).ticket.version}" for number in numbers]
    return {"csrf": fields["csrf"], "query": "queue=all", "letter": letters}


async def bulk(member, house, *numbers, **fields):
    return await member.web.post("/staff/bulk", data=await ticked(member, house, *numbers) | fields)


async def test_many_letters_are_routed_at_once_and_each_refusal_has_its_line(house):
    roads = str(house.town.offices["roads"])
    first, second = await house.letter("one"), await house.letter("two")
    gone = await house.letter("three", ("karl", route.mark_spam))
    karl = await house.member("karl")

    page = await bulk(karl, house, first, second, gone, act="route", to_office=roads)

    assert [(await house.case(n)).ticket.status for n in (first, second, gone)] == [
        Status.ASSIGNED,
        Status.ASSIGNED,
        Status.SPAM,
    ]
    assert page.text.index(gone) < page.text.index(first), "what was refused is said first"
    assert words_of(page).count("Refused:") == 1
    assert f"again={gone}" in page.text


@pytest.mark.parametrize(
    ("who", "act", "status", "fields"),
    [
        ("dora", "sign_for", Status.IN_PROGRESS, {}),
        ("karl", "mark_spam", Status.SPAM, {}),
        ("karl", "tag", Status.ASSIGNED, {"word": "lamps"}),
    ],
)
async def test_an_act_reaches_every_letter_that_is_ticked(house, who, act, status, fields):
    roads = house.town.offices["roads"]
    steps = [] if act == "mark_spam" else [("karl", route.route, roads)]
    numbers = [await house.letter(f"lamp {one}", *steps) for one in range(3)]
    member = await house.member(who)

    page = await bulk(member, house, *numbers, act=act, **fields)

    assert "Refused:" not in words_of(page)
    assert {(await house.case(number)).ticket.status for number in numbers} == {status}
    if act == "tag":
        assert numbers[2] in (await member.get("/staff?queue=all&tag=lamps")).text


async def test_letters_are_merged_into_the_one_that_is_named(house):
    kept, moved = await house.letter("lamp"), await house.letter("lamp again")
    karl = await house.member("karl")

    page = await bulk(karl, house, moved, act="merge", into=kept)
    nowhere = await bulk(karl, house, kept, act="merge", into="no number")

    assert "Refused:" not in words_of(page)
    assert (await house.case(moved)).ticket.status is Status.MERGED
    assert "Refused:" in words_of(nowhere)


async def test_who_changed_it_meanwhile_is_not_overwritten(house):
    number = await house.letter("lamp")
    karl = await house.member("karl")
    fields = await ticked(karl, house, number)
    await house.act(number, "karl", route.route, house.town.offices["roads"])

    page = await karl.web.post("/staff/bulk", data=fields | {"act": "mark_spam"})

    assert "Refused:" in words_of(page)
    assert (await house.case(number)).ticket.status is Status.ASSIGNED


async def test_calls_that_were_made_are_ticked_off_once(house):
    number = await house.letter("a call", ("karl", route.route, house.town.offices["roads"]), channel=Channel.PHONE)
    karl = await house.member("karl")

    page = await bulk(karl, house, number, act="called")

    assert "No call is waiting" in words_of(page), "call.none"


@pytest.mark.parametrize("who", ["dora", "paul", "mina"])
async def test_the_wrong_role_changes_nothing(house, who):
    number = await house.letter("lamp")
    member = await house.member(who)

    page = await bulk(member, house, number, act="route", to_office=str(house.town.offices["roads"]))

    assert (await house.case(number)).ticket.status is Status.RECEIVED
    assert "Refused:" in words_of(page)


async def test_a_restricted_letter_is_as_one_that_is_not_there(house):
    number = await house.letter("bribe", kind=Kind.REPORT)
    karl = await house.member("karl")

    there = await bulk(karl, house, number, act="mark_spam")
    fields = await ticked(karl, house)
    nowhere = await karl.web.post("/staff/bulk", data=fields | {"act": "mark_spam", "letter": ["2026-0099999-1:1"]})

    assert f"/staff/tickets/{number}" not in there.text
    assert words_of(there).split("Refused:")[1] == words_of(nowhere).split("Refused:")[1]
    assert (await house.case(number)).ticket.status is Status.RECEIVED


async def test_nothing_ticked_and_strange_answers_are_said_plainly(house):
    number = await house.letter("lamp")
    karl = await house.member("karl")

    assert "No letter was selected" in words_of(await bulk(karl, house, act="mark_spam"))
    strange = [{"act": "route", "to_office": "x"}, {"act": "hand_over", "colleague": "9" * 30}, {"act": "sign_for"}]
    for fields in strange:
        assert "Refused:" in words_of(await bulk(karl, house, number, **fields))
    assert (await bulk(karl, house, number, act="erase")).status_code == 303
    assert (await house.case(number)).ticket.status is Status.RECEIVED


async def test_the_list_says_how_many_and_offers_what_the_role_may_do(house):
    await house.letter("lamp", ("karl", route.route, house.town.offices["roads"]), ("dora", handle.sign_for))
    karl, dora = await house.member("karl"), await house.member("dora")

    assert 'value="mark_spam"' in (await karl.get(LIST)).text
    assert 'value="mark_spam"' not in (await dora.get(LIST)).text


async def test_too_many_letters_are_refused_before_anything_is_done(house):
    number, karl = await house.letter(), await house.member("karl")
    form = await ticked(karl, house, number)
    form["letter"] += [f"2026-{nth:07}-0:1" for nth in range(bulk_acts.MOST)]

    page = await karl.web.post("/staff/bulk", data=form | {"act": "mark_spam"})

    assert page.status_code == 422
    assert say_refusal("en", Refused("bulk.too_many", count=81, limit=80)) in words_of(page)
    assert (await house.case(number)).ticket.status == Status.RECEIVED
