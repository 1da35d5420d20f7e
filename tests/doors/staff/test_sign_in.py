"""Signing in and out."""

from __future__ import annotations

import pytest
from sqlmodel import col, select

from mailbox_service.base.tables import AuditRow
from mailbox_service.base.tables import Session as StaffSession
from tests.databases import rows
from tests.doors.staff.house import open_house, words_of
from tests.doors.staff.town import PASSWORD

KARL = "karl@qinghe.example"
WRONG = "Address and password don't match. Check both."


async def test_signing_in_leads_back_to_where_one_was(house):
    number = await house.letter()
    visitor = await house.visitor()
    asked = await visitor.get(f"/staff/tickets/{number}?x=1")

    answer = await visitor.done(asked.headers["location"], email=KARL, password=PASSWORD)

    assert answer.headers["location"] == f"/staff/tickets/{number}?x=1"
    assert (await visitor.get(answer.headers["location"])).status_code == 200


@pytest.mark.parametrize("elsewhere", ["https://evil.example/", "//evil.example", "/\\evil.example", "staff"])
async def test_signing_in_never_leads_elsewhere(house, elsewhere):
    visitor = await house.visitor()

    answer = await visitor.done("/staff/sign-in", email=KARL, password=PASSWORD, back=elsewhere)

    assert answer.headers["location"] == "/staff"


@pytest.mark.parametrize(
    ("email", "password"), [(KARL, "wrong"), ("nobody@qinghe.example", PASSWORD), ("", ""), (KARL, "x" * 5000)]
)
async def test_every_mistake_gets_the_same_sentence(house, email, password):
    visitor = await house.visitor()

    answer = await visitor.send("/staff/sign-in", email=email, password=password)

    assert answer.status_code == 422
    assert WRONG in words_of(answer)
    assert "staff" not in answer.cookies


async def test_too_many_tries_from_one_address_are_refused(database_url, tmp_path):
    async with open_house(database_url, tmp_path, sign_in_tries_per_address_per_hour=2) as house:
        visitor = await house.visitor()
        answers = [await visitor.send("/staff/sign-in", email=KARL, password="wrong") for _ in range(3)]

    assert [answer.status_code for answer in answers] == [422, 422, 429]
    assert "retry-after" in answers[-1].headers


async def test_who_signs_in_rightly_uses_up_no_try(database_url, tmp_path):
    async with open_house(database_url, tmp_path, sign_in_tries_per_address_per_hour=2) as house:
        for name in ("karl", "kim", "dora", "hugo"):
            await house.member(name)
        answer = await (await house.visitor()).send("/staff/sign-in", email=KARL, password="wrong")

    assert answer.status_code == 422


async def test_a_session_is_drawn_anew_and_the_old_one_ends(house):
    karl = await house.member("karl")
    first = karl.web.cookies["staff"]
    page = await karl.get("/staff")
    karl.web.cookies.delete("staff")
    visitor_form = await karl.fill("/staff/sign-in", email=KARL, password=PASSWORD)
    karl.web.cookies.set("staff", first, domain="127.0.0.1", path="/")

    await karl.web.post("/staff/sign-in", data=visitor_form)

    with rows(house.url) as session:
        sessions = session.exec(select(StaffSession)).all()
    assert page.status_code == 200
    assert karl.web.cookies["staff"] != first
    assert len(sessions) == 1
    assert first not in {row.token for row in sessions}


async def test_who_is_signed_in_is_led_on(house):
    karl = await house.member("karl")

    answer = await karl.get("/staff/sign-in?back=/staff/search")

    assert answer.headers["location"] == "/staff/search"


async def test_signing_out_ends_the_session(house):
    karl = await house.member("karl")
    token = karl.web.cookies["staff"]
    form = await karl.fill("/staff/search")

    answer = await karl.web.post("/staff/sign-out", data={"csrf": form["csrf"]})

    assert answer.headers["location"] == "/staff/sign-in"
    karl.web.cookies.set("staff", token, domain="127.0.0.1", path="/")
    assert (await karl.get("/staff")).status_code == 303


async def test_sign_ins_are_written_down_and_failed_ones_too(house):
    await house.member("karl")
    await (await house.visitor()).send("/staff/sign-in", email=KARL, password="wrong")

    with rows(house.url) as session:
        assert [row.act for row in session.exec(select(AuditRow).order_by(col(AuditRow.id)))] == [
            "signed_in",
            "sign_in.failed",
        ]


async def test_pages_are_in_the_persons_language_and_can_be_switched(house):
    visitor = await house.visitor()
    visitor.web.cookies.clear()

    await visitor.done("/staff/sign-in", email=KARL, password=PASSWORD)

    assert 'lang="zh-Hans"' in (await visitor.get("/staff")).text
    answer = await visitor.get("/staff/language/ko?back=/staff/search")
    assert answer.headers["location"] == "/staff/search"
    assert 'lang="ko"' in (await visitor.get("/staff/search")).text
    assert (await visitor.get("/staff/language/fr")).status_code == 404


async def test_the_language_is_the_one_chosen_last_however_often_it_changes(house):
    karl = await house.member("karl", "en")
    found = []

    for code in (wanted := ["en", "zh", "ja", "zh", "en", "ko", "zh", "en"]):
        await karl.get(f"/staff/language/{code}?back=/staff")
        found.append((await karl.get("/staff")).text.split('<html lang="')[1][:2])

    assert found == wanted
