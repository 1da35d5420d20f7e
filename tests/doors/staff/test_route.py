"""Passing letters on one after the other: what is proposed and why, one press each, the letter that comes next."""

from __future__ import annotations

import re

from mailbox_service.base import clock
from mailbox_service.city.tables import RoutingRule
from mailbox_service.tickets.life import handle, route
from mailbox_service.tickets.tables.words import Status
from tests.databases import rows
from tests.doors.staff.house import words_of


def add_rule(house, name: str, office: str, **more) -> None:
    with rows(house.url) as session:
        there = house.town.offices[office]
        session.add(RoutingRule(name=name, position=1, is_live=True, department_id=there, added_at=clock.now(), **more))


def keys_of(page) -> dict[str, str]:
    return {office: key for key, office in picks(page)}


def picks(page) -> list[tuple[str, str]]:
    """The offices that one press passes the letter to, with their keys."""
    found = re.findall(r'name="pick" value="(\d+)"(?: data-act="([^"]*)")?', page.text)
    return [(key, office) for office, key in found]


async def test_what_the_rule_and_the_subject_propose_stands_first(house):
    add_rule(house, "Lamps", "parks", words=["lamp"])
    karl, number = await house.member("karl"), await house.letter()

    page = await karl.get(f"/staff/tickets/{number}/route")

    assert picks(page)[0] == ("1", str(house.town.offices["parks"]))
    assert "Rule: Lamps" in words_of(page)
    assert len({key for key, _ in picks(page)}) == len(picks(page))


async def test_one_press_passes_a_letter_on_and_shows_the_next(house):
    karl = await house.member("karl")
    first, second = await house.letter("First"), await house.letter("Second")
    fields = await karl.fill(f"/staff/tickets/{first}/route")

    answer = await karl.send(f"/staff/tickets/{first}/route", **fields, pick=str(house.town.offices["roads"]))

    assert answer.headers["location"] == f"/staff/tickets/{second}/route?last={first}"
    assert (await house.case(first)).lead.department_id == house.town.offices["roads"]
    page = await karl.get(answer.headers["location"])
    assert f'<a href="/staff/tickets/{first}">' in page.text


async def test_after_the_last_letter_the_list_is_shown_again(house):
    karl, number = await house.member("karl"), await house.letter()
    fields = await karl.fill(f"/staff/tickets/{number}/route")

    answer = await karl.send(f"/staff/tickets/{number}/route", **fields, pick=str(house.town.offices["roads"]))

    assert answer.headers["location"] == "/staff?queue=to_route&done=route"


async def test_a_letter_can_be_left_for_later(house):
    karl = await house.member("karl")
    first, second = await house.letter("First"), await house.letter("Second")

    here = await karl.get(f"/staff/tickets/{first}/route")
    last = await karl.get(f"/staff/tickets/{second}/route")

    assert f'href="/staff/tickets/{second}/route" data-act="n"' in here.text
    assert f'href="/staff/tickets/{first}/route" data-act="n"' in last.text


async def test_a_letter_that_has_an_office_is_followed_by_no_other(house):
    karl = await house.member("karl")
    number, _ = await house.letter(), await house.letter("Another")
    await house.act(number, "karl", route.route, house.town.offices["roads"])
    fields = await karl.fill(f"/staff/tickets/{number}/route")

    answer = await karl.send(f"/staff/tickets/{number}/route", **fields, pick=str(house.town.offices["parks"]))

    assert answer.headers["location"] == "/staff?queue=to_route&done=route"
    assert (await house.case(number)).lead.department_id == house.town.offices["parks"]


async def test_a_press_that_is_refused_leaves_the_letter_and_says_why(house):
    karl, number = await house.member("karl"), await house.letter()
    fields = await karl.fill(f"/staff/tickets/{number}/route")

    answer = await karl.send(f"/staff/tickets/{number}/route", **fields, pick="12345")

    assert answer.status_code == 422
    assert 'id="problems"' in answer.text
    assert (await house.case(number)).ticket.status is Status.RECEIVED


async def test_an_office_has_the_same_letter_on_every_page(house):
    add_rule(house, "Lamps", "parks", words=["lamp"])
    karl = await house.member("karl")
    lamp, other = await house.letter("A lamp"), await house.letter("A tree", text="It fell.")

    of_lamp = keys_of(await karl.get(f"/staff/tickets/{lamp}/route"))
    of_other = keys_of(await karl.get(f"/staff/tickets/{other}/route"))

    same = {office for office in of_lamp if of_lamp[office].startswith("a") and of_other[office].startswith("a")}
    assert same
    assert {of_lamp[office] for office in same} == {of_other[office] for office in same}


async def test_where_letters_on_the_subject_went_is_proposed_with_its_share(house):
    karl = await house.member("karl")
    for _ in range(3):
        number = await house.letter(topic_id=house.town.topics["trees"])
        await house.act(number, "karl", route.route, house.town.offices["foreign"])
        await house.act(number, "fang", handle.sign_for)
    wanted = await house.letter(topic_id=house.town.topics["trees"])

    page = await karl.get(f"/staff/tickets/{wanted}/route")

    assert "100 in 100 of them" in words_of(page)


async def test_keys_are_listed_and_can_be_switched_off_for_oneself(house):
    karl, kim = await house.member("karl"), await house.member("kim")

    async def asleep(member) -> bool:
        return 'data-keys="off"' in (await member.get("/staff")).text

    assert not await asleep(karl)
    off = await karl.done("/staff/keys", act="off")
    assert (await asleep(karl), await asleep(kim)) == (True, False)
    assert "The keys are switched off for you." in words_of(await karl.get(off.headers["location"]))
    await karl.done("/staff/keys", act="on")
    assert not await asleep(karl)


async def test_a_switch_that_is_none_changes_nothing(house):
    karl = await house.member("karl")

    await karl.done("/staff/keys", act="sideways")

    assert 'data-keys="off"' not in (await karl.get("/staff")).text
