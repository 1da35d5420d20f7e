"""A queue, a letter's page, its likes and a search ask the database equally often, however much they show."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import Engine

from mailbox_service.jobs import alike
from mailbox_service.tickets.find import matches
from mailbox_service.tickets.life import handle, route
from tests.doors.staff.house import House

FEW, MANY = 2, 22


@contextmanager
def counted() -> Iterator[list[str]]:
    """The statements that are asked meanwhile."""
    asked: list[str] = []

    def keep(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        asked.append(statement)

    sa.event.listen(Engine, "before_cursor_execute", keep)
    try:
        yield asked
    finally:
        sa.event.remove(Engine, "before_cursor_execute", keep)


async def fill(house: House, number: str, count: int) -> None:
    """So many letters like the one, and as many things that happened to it."""
    for at in range(count):
        await house.letter(
            "A lamp is dark", ("karl", route.route, house.town.offices["roads"]), text="It is dark. " * 9
        )
        await house.act(number, "dora", handle.inform, f"Wait, please: {at}.")
    await alike.find_likes(house.site.db)


@pytest.mark.parametrize(
    ("who", "path"),
    [
        ("karl", "/staff?queue=all&done=route"),
        ("dora", "/staff?queue=my_office&done=route"),
        ("karl", "/staff/tickets/{number}"),
        ("dora", "/staff/tickets/{number}"),
        ("karl", "/staff/tickets/{number}/similar"),
        ("karl", "/staff/search?q=lamp"),
        ("dora", "/staff/search?q=lamp"),
    ],
)
async def test_what_is_shown_costs_no_statement_more(house, who, path):
    steps = ("karl", route.route, house.town.offices["roads"]), ("dora", handle.sign_for)
    number = await house.letter("A lamp is dark", *steps, text="It is dark. " * 9)
    member, page = await house.member(who), path.format(number=number)
    sizes, asked = [], []
    for count in (FEW, MANY - FEW):
        await fill(house, number, count)
        await member.get(page)  # what is read once for all pages
        with counted() as statements:
            answer = await member.get(page)
        assert answer.status_code == 200
        sizes.append(len(answer.text))
        asked.append(len(statements))

    assert sizes[0] < sizes[1]
    assert asked[0] == asked[1]


async def test_a_search_looks_among_recent_letters_first_and_then_among_all(house, monkeypatch):
    monkeypatch.setattr(matches, "RECENT", 1)
    numbers = [await house.letter(f"A lamp is dark: {at}") for at in range(3)]
    karl = await house.member("karl")

    pages = [await karl.get("/staff/search?q=lamp") for _ in range(3)]  # the first learns which are recent

    for page in pages:
        assert [number for number in numbers if number in page.text] == numbers
        assert "3 letters" in page.text
