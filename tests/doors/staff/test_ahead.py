"""What a page looks up together with who is signed in: one statement, and nothing for somebody they no longer are."""

from __future__ import annotations

import pytest
from sqlmodel import col, select, update

from mailbox_service.base import clock
from mailbox_service.base.tables import Session as StaffSession
from mailbox_service.city.tables import HeldRole
from mailbox_service.tickets.life import handle, route
from tests.databases import rows
from tests.doors.staff.test_statements import counted


@pytest.fixture
async def number(house):
    steps = ("karl", route.route, house.town.offices["roads"]), ("dora", handle.sign_for)
    return await house.letter("A lamp is dark", *steps)


@pytest.mark.parametrize(
    "page", ["/staff?queue=my_office", "/staff/tickets/{number}/propose_return", "/staff/tickets/{number}"]
)
async def test_who_is_signed_in_costs_no_statement_of_its_own(house, number, page):
    dora, page = await house.member("dora"), page.format(number=number)
    await dora.get(page)  # what is remembered for a while

    with counted() as statements:
        answer = await dora.get(page)

    assert answer.status_code == 200
    assert "A lamp is dark" in answer.text or number in answer.text
    asking_who = [statement for statement in statements if "staff_session" in statement]
    assert len(asking_who) == 1
    assert "ticket" in asking_who[0]
    assert len(statements) == 1


async def test_a_role_that_ended_a_moment_ago_shows_nothing_more(house, number):
    dora = await house.member("dora")
    assert number in (await dora.get("/staff?queue=my_office")).text
    assert (await dora.get(f"/staff/tickets/{number}")).status_code == 200

    with rows(house.url) as session:
        theirs = col(HeldRole.person_id) == house.town.people["dora"]
        session.exec(update(HeldRole).where(theirs).values(ended_at=clock.now()))

    assert number not in (await dora.get("/staff?queue=my_office")).text
    assert (await dora.get(f"/staff/tickets/{number}")).status_code == 404


async def test_whoever_signed_out_elsewhere_is_asked_to_sign_in(house, number):
    dora = await house.member("dora")
    assert (await dora.get("/staff?queue=my_office")).status_code == 200

    with rows(house.url) as session:
        for row in session.exec(select(StaffSession)):
            session.delete(row)

    for page in ("/staff?queue=my_office", f"/staff/tickets/{number}", "/staff/tickets/nonsense"):
        answer = await dora.get(page)
        assert answer.status_code == 303
        assert answer.headers["location"].startswith("/staff/sign-in")


async def test_a_number_that_is_none_is_not_found(house):
    dora = await house.member("dora")
    for _ in range(2):
        assert (await dora.get("/staff/tickets/nonsense")).status_code == 404
