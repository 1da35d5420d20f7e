"""Every door behind the sign-in is guarded, and no form is taken that did not come from a page of ours."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from litestar.routes import HTTPRoute

from mailbox_service.base import tokens
from mailbox_service.web import admin, manager, staff
from tests.doors.staff.house import House, open_house

OPEN = {
    "/staff/sign-in",
    "/staff/second-step",
    "/staff/language/{code:str}",
    "/staff/password",
    "/staff/password/{token:str}",
    "/staff/digest/{token:str}",
    "/staff/reports/{token:str}",
}
BEHIND = ("/staff", "/manager", "/admin")
NUMBER = tokens.number_for(2026, 1)


@pytest.fixture
async def house(sqlite_url: str, tmp_path: Path) -> AsyncIterator[House]:
    async with open_house(sqlite_url, tmp_path) as opened:
        yield opened


def doors(app, method):
    """The addresses behind the sign-in that answer the method, with their parameters filled in."""
    for route in app.routes:
        behind = isinstance(route, HTTPRoute) and route.path_format.startswith(BEHIND) and route.path not in OPEN
        if behind and method in route.methods:
            yield route.path_format.replace("{number}", NUMBER).replace("{act}", "note").replace("{file}", "1")


async def test_no_page_is_shown_to_who_is_not_signed_in(house):
    visitor = await house.visitor()

    answers = {path: await visitor.get(path) for path in doors(house.app, "GET")}

    assert answers
    assert {path for path, answer in answers.items() if answer.status_code != 303} == set()
    assert all(answer.headers["location"].startswith("/staff/sign-in?back=/") for answer in answers.values())


async def test_no_form_is_taken_from_who_is_not_signed_in(house):
    visitor = await house.visitor()
    token = (await visitor.fill("/staff/sign-in"))["csrf"]

    answers = {path: await visitor.web.post(path, data={"csrf": token}) for path in doors(house.app, "POST")}

    assert answers
    assert {path for path, answer in answers.items() if answer.status_code != 403} == set()


async def test_no_form_is_taken_without_the_token_of_the_session(house):
    number = await house.letter()
    karl = await house.member("karl")
    token = (await (await house.visitor()).fill("/staff/sign-in"))["csrf"]

    for path in doors(house.app, "POST"):
        for data in ({}, {"csrf": token}, {"csrf": "x"}):
            answer = await karl.web.post(path.replace(NUMBER, number), data=data)
            assert answer.status_code in (400, 403, 415), path


def test_every_door_of_staff_managers_and_administrators_lies_where_its_guard_is_looked_for():
    paths = {path for door in (*staff.doors, *manager.doors, *admin.doors) for path in door.paths}

    assert {path for path in paths if not path.startswith(BEHIND)} == set()
