"""The second step of signing in."""

# mypy: no-check-untyped-defs
from __future__ import annotations

import asyncio

from litestar.routes import HTTPRoute

from mailbox_service.city import second_factor
from tests.databases import rows
from tests.doors.staff.getting_in import (
    DORA,
    SECOND,
    acts,
    code,
    link_of,
    mails,
    person_id,
    sessions,
    sign_in,
    with_second,
)
from tests.doors.staff.house import open_house, words_of
from tests.doors.staff.town import PASSWORD

STEP = "/staff/second-step"
ADA = "ada@qinghe.example"


async def half(house, email=DORA):
    """Somebody who has given the password and not yet the code."""
    visitor = await house.visitor()
    answer = await sign_in(visitor, email, PASSWORD)
    assert answer.headers["location"].startswith(STEP)
    return visitor


async def test_after_the_password_the_code_is_asked_and_leads_back(house):
    await with_second(house, "dora")
    visitor = await house.visitor()

    answer = await visitor.done("/staff/sign-in", email=DORA, password=PASSWORD, back="/staff/search")
    first = visitor.web.cookies["staff"]
    done = await visitor.done(answer.headers["location"], code=code(house, DORA))

    assert done.headers["location"] == "/staff/search"
    assert visitor.web.cookies["staff"] != first
    assert (await visitor.get("/staff/search")).status_code == 200
    assert {"second_factor.on", "sign_in.half"} <= set(acts(house))


SIGNED = ("/staff/digest/", "/staff/reports/")  # links in mails, which end those mails without anybody signed in


async def test_half_a_session_reaches_no_page_of_staff_managers_or_administrators(house):
    await with_second(house, "ada")
    visitor = await half(house, ADA)
    token = (await visitor.fill(STEP))["csrf"]
    paths = [
        route.path_format
        for route in house.app.routes
        if isinstance(route, HTTPRoute)
        and route.path_format.startswith(("/staff", "/manager", "/admin"))
        and not route.path_format.startswith((STEP, "/staff/sign-in", "/staff/language", "/staff/password", *SIGNED))
    ]

    looked = {path: (await visitor.get(path)).headers.get("location", "") for path in paths}
    sent = {path: (await visitor.web.post(path, data={"csrf": token})).status_code for path in paths}

    assert len(paths) > 40
    assert {path for path, there in looked.items() if there and not there.startswith("/staff/sign-in?back=")} == set()
    assert set(sent.values()) <= {403, 405}
    assert sessions(house, ADA) == 2


async def test_no_code_works_twice(house):
    await with_second(house, "dora")
    now = code(house, DORA)
    first, second = await half(house), await half(house)

    await first.done(STEP, code=now)
    answer = await second.send(STEP, code=now)

    assert answer.status_code == 422, "second.wrong"
    assert "used already" in words_of(answer)
    assert "second_step.failed" in acts(house)


async def test_of_two_who_send_the_same_code_at_once_one_gets_in(house):
    await with_second(house, "dora")
    now = code(house, DORA)
    browsers = [await half(house), await half(house)]
    forms = [await browser.fill(STEP, code=now) for browser in browsers]

    answers = await asyncio.gather(
        *(browser.web.post(STEP, data=form) for browser, form in zip(browsers, forms, strict=True))
    )

    assert sorted(answer.status_code for answer in answers) == [303, 422]


async def test_a_code_of_another_time_is_refused(house):
    await with_second(house, "dora")
    visitor = await half(house)

    assert (await visitor.send(STEP, code=code(house, DORA, off=5))).status_code == 422
    assert (await visitor.send(STEP, code=code(house, DORA, off=-5))).status_code == 422
    assert (await visitor.send(STEP, code="")).status_code == 422
    assert (await visitor.done(STEP, code=code(house, DORA, off=1))).status_code == 303


async def test_a_recovery_code_works_once_however_it_is_typed(house):
    _, codes = await with_second(house, "dora")
    first, second = await half(house), await half(house)

    await first.done(STEP, code=codes[0].lower().replace("-", " "))
    answer = await second.send(STEP, code=codes[0])

    assert len(set(codes)) == 10
    assert answer.status_code == 422
    assert (await second.done(STEP, code=codes[1])).status_code == 303
    assert "recovery_code.used" in acts(house)


async def test_a_full_width_code_is_taken(house):
    await with_second(house, "dora")
    wide = "".join(chr(ord(digit) + 0xFEE0) for digit in code(house, DORA))

    assert (await (await half(house)).done(STEP, code=wide)).status_code == 303


async def test_tries_are_limited_by_account(database_url, tmp_path):
    async with open_house(database_url, tmp_path, sign_in_tries_per_account_per_hour=3) as house:
        await with_second(house, "dora")
        visitor = await half(house)
        answers = [await visitor.send(STEP, code="000000") for _ in range(4)]
        late = await visitor.send(STEP, code=code(house, DORA))

    assert [answer.status_code for answer in answers] == [422, 422, 422, 429]
    assert late.status_code == 429


async def test_who_must_have_one_and_has_not_sets_it_up_and_reaches_nothing_else(database_url, tmp_path):
    async with open_house(database_url, tmp_path, second_factor_for=("administrator",)) as house:
        ada = await half(house, ADA)
        page = await ada.get(STEP)

        assert "<svg" in page.text
        assert (await ada.get("/admin")).status_code == 303
        answer = await ada.send(STEP, code=code(house, ADA))
        assert answer.status_code == 200
        assert "only once" in words_of(answer)
        assert (await ada.get("/admin")).status_code == 200
        assert "only once" not in words_of(await ada.get(SECOND))
        refused = await ada.send(SECOND, act="off", code=code(house, ADA, off=1))
        assert refused.status_code == 422, "second.must"
        assert "asks for the second step" in words_of(refused)
        assert (await house.member("dora")).web.cookies["staff"]


async def test_without_a_password_there_is_no_second_step(house):
    visitor = await house.visitor()
    token = (await visitor.fill("/staff/sign-in"))["csrf"]

    assert (await visitor.get(STEP)).headers["location"] == "/staff/sign-in"
    answer = await visitor.web.post(STEP, data={"csrf": token, "code": "1"})
    assert answer.headers["location"] == "/staff/sign-in", "session.over"


async def test_an_administrator_takes_away_a_lost_one_and_the_person_is_told(house):
    await with_second(house, "dora")
    ada, _ = await with_second(house, "ada")

    await ada.send(f"/admin/people/{person_id(house, DORA)}", act="no_second")
    own = await ada.send(f"/admin/people/{person_id(house, ADA)}", act="no_second")

    assert own.status_code == 422, "second.own"
    assert "Turn your own" in words_of(own)
    assert [mail.to_address for mail in mails(house, "second_factor_removed")] == [DORA]
    assert "second_factor.reset" in acts(house)
    assert sessions(house, DORA) == 0
    dora = await house.member("dora")
    assert (await dora.get("/staff")).status_code == 200


async def test_a_new_password_by_mail_still_asks_for_the_second_step(house):
    await with_second(house, "dora")
    visitor = await house.visitor()
    await visitor.send("/staff/password", email=DORA)
    link = link_of(house, mails(house, "reset")[0])
    await visitor.done(link, password="four herons in the canal", again="four herons in the canal")

    answer = await sign_in(visitor, DORA, "four herons in the canal")

    assert answer.headers["location"].startswith(STEP)


async def test_the_database_holds_nothing_that_makes_codes(house):
    _, codes = await with_second(house, "dora")
    with rows(house.url) as session:
        factor = second_factor.of(session, person_id(house, DORA))
        secret = second_factor.app_secret(house.site.settings.secret, factor.person_id, factor.generation)
        stored = factor.model_dump_json()

    assert secret not in stored
    assert not any(one.replace("-", "") in stored for one in codes)
