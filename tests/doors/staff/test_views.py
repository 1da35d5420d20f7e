"""Saved views: a queue with its filters under a name, one's own or shared with one's office."""

from __future__ import annotations

import pytest

from mailbox_service.desk.views import MOST
from mailbox_service.tickets.life import route
from tests.doors.staff.house import words_of

PATH = "/staff/views"


async def post(member, **fields):
    token = (await member.fill(PATH))["csrf"]
    return await member.web.post(PATH, data={"csrf": token} | fields)


async def saved(member, name="Lamps", query="queue=all&text=lamp"):
    """Save a view and answer its id."""
    answer = await post(member, act="save", name=name, query=query)
    assert answer.status_code == 303, words_of(answer)
    return (await member.get(PATH)).text.split('name="view" value="')[1].split('"')[0]


async def test_a_view_is_saved_opened_renamed_and_deleted(house):
    roads = house.town.offices["roads"]
    lamp, tree = await house.letter("lamp", ("karl", route.route, roads)), await house.letter("tree")
    karl = await house.member("karl")

    view = await saved(karl, query="queue=all&office=" + str(roads))
    listed = await karl.get("/staff?queue=all&office=" + str(roads))
    await post(karl, act="rename", view=view, name="Roads only")

    assert lamp in listed.text
    assert tree not in listed.text
    assert "Roads only" in (await karl.get(PATH)).text
    assert "Roads only" in (await karl.get("/staff")).text
    await post(karl, act="delete", view=view)
    assert "Roads only" not in (await karl.get(PATH)).text


async def test_a_shared_view_is_opened_by_the_office_and_changed_by_its_owner_alone(house):
    dora, hugo, karl = await house.member("dora"), await house.member("hugo"), await house.member("karl")
    view = await saved(dora)

    assert "Lamps" not in (await hugo.get(PATH)).text
    await post(dora, act="share", view=view, office=str(house.town.offices["roads"]))

    assert "Lamps" in (await hugo.get(PATH)).text
    assert "Lamps" not in (await karl.get(PATH)).text
    for fields in ({"act": "rename", "name": "Mine"}, {"act": "delete"}, {"act": "share", "office": ""}):
        assert (await post(hugo, view=view, **fields)).status_code == 404
    assert "Lamps" in (await dora.get(PATH)).text


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"act": "save", "name": " ", "query": "queue=all"}, "view.name"),
        ({"act": "save", "name": "x" * 61, "query": "queue=all"}, "view.name"),
        ({"act": "save", "name": "x", "query": "queue=all&text=" + "%E5%9C%B0" * 190}, "view.too_long"),
        ({"act": "rename", "name": "Trees"}, "view.there"),
        ({"act": "share", "office": "1"}, "view.office"),
    ],
)
async def test_what_cannot_be_is_refused_in_words(house, fields, code):
    dora = await house.member("dora")
    await saved(dora, name="Trees")
    view = await saved(dora)
    views = (await dora.get(PATH)).text.split('name="view" value="')
    view = next(part.split('"')[0] for part in views[1:] if 'value="Lamps"' in part)

    answer = await post(dora, view=view, **fields)

    assert answer.status_code == 422, code
    assert 'id="problems"' in answer.text


async def test_nobody_keeps_more_than_fits(house):
    dora = await house.member("dora")
    for one in range(MOST):
        await post(dora, act="save", name=f"view {one}", query="queue=all")

    more = await post(dora, act="save", name="one more", query="queue=all")
    again = await post(dora, act="save", name="view 3", query="queue=mine")

    assert more.status_code == 422, "view.too_many"
    assert again.status_code == 303


async def test_only_a_queue_and_its_filters_are_kept(house):
    dora = await house.member("dora")

    answer = await post(dora, act="save", name="Mine", query="queue=mine&older=1~2&evil=//elsewhere.example")

    assert answer.headers["location"] == "/staff?queue=mine&view=saved"
