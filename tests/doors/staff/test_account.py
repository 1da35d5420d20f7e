"""One's own account."""

# mypy: no-check-untyped-defs
from __future__ import annotations

import pytest
from sqlmodel import select

from mailbox_service.city.tables import Person
from tests.databases import rows
from tests.doors.staff.getting_in import DORA, GOOD, SECOND, acts, code, sessions, sign_in, with_second
from tests.doors.staff.house import words_of
from tests.doors.staff.town import PASSWORD

PATH = "/staff/account"


@pytest.mark.parametrize("lang", ["en", "zh", "ja", "ko"])
async def test_the_account_shows_who_one_is(house, lang):
    dora = await house.member("dora", lang)

    page = await dora.get(PATH)

    assert page.status_code == 200
    assert DORA in page.text


async def test_the_language_of_ones_pages_and_mails_is_chosen(house):
    dora = await house.member("dora")

    answer = await dora.done(PATH, language="ja")

    assert 'lang="ja"' in (await dora.get(answer.headers["location"])).text
    with rows(house.url) as session:
        assert session.exec(select(Person.language).where(Person.email == DORA)).one() == "ja"


async def test_a_new_password_ends_all_other_sessions_and_renames_this_one(house):
    other, dora = await house.member("dora"), await house.member("dora")
    first = dora.web.cookies["staff"]

    answer = await dora.done(f"{PATH}/password", current=PASSWORD, password=GOOD, again=GOOD)

    assert "password is changed" in words_of(await dora.get(answer.headers["location"]))
    assert dora.web.cookies["staff"] != first
    assert (await other.get("/staff")).status_code == 303
    assert sessions(house, DORA) == 1
    assert "password.changed" in acts(house)
    assert (await sign_in(await house.visitor(), DORA, GOOD)).status_code == 303


@pytest.mark.parametrize(
    ("current", "password", "again", "said", "code"),
    [
        ("wrong", GOOD, GOOD, "not your password until now", "password.not_yours"),
        (PASSWORD, "short", "short", "At least 12", "password.short"),
        (PASSWORD, "x" * 300, "x" * 300, "at most 200", "password.long"),
        (PASSWORD, DORA, DORA, "name or address", "password.yours"),
        (PASSWORD, "password1234", "password1234", "easy to guess", "password.common"),
        (PASSWORD, GOOD, "four herons", "two passwords differ", "password.differs"),
    ],
)
async def test_a_password_is_not_changed_without_the_old_one_or_to_a_weak_one(
    house, current, password, again, said, code
):
    dora = await house.member("dora")

    answer = await dora.send(f"{PATH}/password", current=current, password=password, again=again)

    assert answer.status_code == 422, code
    assert said.casefold() in words_of(answer).casefold()
    assert (await sign_in(await house.visitor(), DORA, PASSWORD)).status_code == 303


async def test_a_wrong_first_code_turns_nothing_on(house):
    dora = await house.member("dora")

    answer = await dora.send(SECOND, code="000000")

    assert answer.status_code == 422
    assert (await sign_in(await house.visitor(), DORA, PASSWORD)).headers["location"] == "/staff"


async def test_new_recovery_codes_end_the_old_ones_and_the_second_step_is_turned_off(house):
    dora, old = await with_second(house, "dora")

    renewed = await dora.send(SECOND, act="codes", code=code(house, DORA))
    refused = await dora.send(SECOND, act="off", code=old[0])
    off = await dora.done(SECOND, act="off", code=code(house, DORA, off=1))

    assert renewed.status_code == 200
    assert not any(one in renewed.text for one in old)
    assert refused.status_code == 422
    assert off.headers["location"] == f"{PATH}?done=second_off"
    assert (await sign_in(await house.visitor(), DORA, PASSWORD)).headers["location"] == "/staff"
    assert {"recovery_codes.renewed", "second_factor.off"} <= set(acts(house))
