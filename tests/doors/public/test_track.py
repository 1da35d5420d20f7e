"""Number and code open a letter, and so do the links of its mails; nothing else does."""

from __future__ import annotations

import re
import statistics
import string
import time
import unicodedata
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy
from pydantic import SecretStr
from sqlmodel import select

from mailbox_service.base import clock, tokens
from mailbox_service.tickets.tables import Event, Ticket
from tests.doors.public.conftest import words_of


@pytest.fixture
def citizen_secret():
    return SecretStr("a secret of more than thirty-two characters")


def link(citizen, purpose="ticket", generation=1, now=None, **more):
    with citizen.rows() as session:
        ticket_id = session.exec(select(Ticket.id)).one()
    return tokens.sign_link(citizen.site.settings.secret, purpose, ticket_id, generation, now=now, **more)


async def test_number_and_code_open_the_letter_however_they_are_typed(citizen):
    number, code = await citizen.receipt()

    answer = await citizen.send("/en/track", number=number.replace("-", " "), code=code.lower().replace("-", ""))

    assert answer.headers["location"] == f"/en/letters/{number}"
    assert "dark for three days" in (await citizen.get(answer.headers["location"])).text


@pytest.mark.parametrize(
    "retype",
    [
        lambda text: unicodedata.normalize("NFKC", text).translate({ord(c): ord(c) + 0xFEE0 for c in string.digits}),
        lambda text: text.lower().replace("0", "o").replace("1", "l"),
        lambda text: text.replace("0", "O").replace("1", "I").replace("-", "—"),
        lambda text: f"  {' '.join(text)}\u3000",
        lambda text: text.replace("-", ""),
    ],
    ids=["full-width", "small o and l", "O, I and long dashes", "spaces", "no dashes"],
)
async def test_number_and_code_are_taken_as_people_type_them(citizen, retype):
    number, code = await citizen.receipt()

    answer = await citizen.send("/en/track", number=retype(number), code=retype(code))

    assert answer.headers["location"] == f"/en/letters/{number}"


async def test_a_wrong_number_and_a_wrong_code_read_alike(citizen):
    number, code = await citizen.receipt()

    pairs = [(number, "AAAA-AAAA-AAAA-AAAA"), ("2026-0000099-1", code), ("nonsense", code), ("", "")]
    answers = [await citizen.send("/en/track", number=n, code=c) for n, c in pairs]

    assert {answer.status_code for answer in answers} == {422}
    assert all(words_of(answer).count("Number and code don't match. Check both.") == 2 for answer in answers)
    assert all(code not in answer.text for answer in answers)


async def test_a_wrong_number_and_a_wrong_code_take_the_same_work_and_give_the_same_page(citizen):
    number, code = await citizen.receipt()
    missing = tokens.number_for(2026, 99)
    tries = {
        "code": (number, "AAAA-AAAA-AAAA-AAAA"),
        "number": (missing, code),
        "both": (missing, "nonsense"),
        "nothing": ("2026-1", ""),
    }

    seen = {name: await _tried(citizen, *typed) for name, typed in tries.items()}

    assert {len(statements) for statements, _ in seen.values()} == {len(seen["code"][0])}
    assert {tuple(statements) for statements, _ in seen.values()} == {tuple(seen["code"][0])}
    assert len({page for _, page in seen.values()}) == 1


async def _tried(citizen, number, code):
    """The statements one try takes, and its page without the token and the number that was typed."""
    form = await citizen.fill("/en/track", number=number, code=code)
    database: Any = citizen.site.db
    engine, statements = database._engine, []

    def note(*arguments: Any) -> None:
        statements.append(arguments[2])

    sqlalchemy.event.listen(engine, "before_cursor_execute", note)
    answer = await citizen.web.post("/en/track", data=form)
    sqlalchemy.event.remove(engine, "before_cursor_execute", note)
    page = re.sub(r'(name="csrf" value=")[^"]*', r"\1", answer.text).replace(f'value="{number}"', 'value=""')
    return statements, page


def test_to_check_a_wrong_code_takes_as_long_with_a_letter_as_without(citizen_secret):
    right = tokens.access_code(citizen_secret, 7, 1)

    def seconds(ticket_id: int | None, typed: str) -> float:
        rounds = []
        for _ in range(15):
            begun = time.process_time()
            for _ in range(200):
                assert not tokens.code_matches(citizen_secret, ticket_id, 1, typed)
            rounds.append(time.process_time() - begun)
        return statistics.median(rounds)

    wrong_code, wrong_number = seconds(7, "A" * 16), seconds(None, right)

    assert 0.5 < wrong_code / wrong_number < 2


async def test_tries_are_limited_by_network_address_and_not_by_number(citizen):
    number, code = await citizen.receipt()
    for _ in range(citizen.site.settings.tracking_tries_per_address_per_hour):
        await citizen.send("/en/track", number=number, code="AAAA-AAAA-AAAA-AAAA")

    answer = await citizen.send("/ja/track", number=number, code=code)

    assert answer.status_code == 429
    assert "試行回数の上限を超えました" in words_of(answer)
    assert int(answer.headers["retry-after"]) > 0


async def test_a_right_pair_is_no_try_so_a_whole_school_may_look_after_its_letters(citizen):
    number, code = await citizen.receipt()
    allowed = citizen.site.settings.tracking_tries_per_address_per_hour
    for _ in range(allowed + 1):
        await citizen.send("/en/track", number=number, code=code)
    for _ in range(allowed):
        await citizen.send("/en/track", number=number, code="AAAA-AAAA-AAAA-AAAA")

    answer = await citizen.send("/en/track", number=number, code="AAAA-AAAA-AAAA-AAAA")

    assert answer.status_code == 429


async def test_a_letter_that_is_not_open_asks_for_its_code(citizen):
    number, _ = await citizen.receipt()

    answer = await citizen.get(f"/en/letters/{number}")

    assert (answer.status_code, answer.headers["location"]) == (303, f"/en/track?number={number}")


async def test_one_open_letter_opens_no_other(citizen):
    other, _ = await citizen.receipt()
    await citizen.opened()

    answer = await citizen.get(f"/en/letters/{other}")

    assert answer.status_code == 303


async def test_a_link_of_a_mail_opens_the_letter_at_its_place(citizen):
    number, _ = await citizen.receipt()

    answer = await citizen.get(f"/ja/link/{link(citizen)}?to=rate&choice=partly")

    assert answer.headers["location"] == f"/ja/letters/{number}/rate?choice=partly"
    assert (await citizen.get(answer.headers["location"])).status_code == 200


async def test_a_link_that_is_old_forged_of_another_purpose_or_of_an_old_code_opens_nothing(citizen):
    await citizen.receipt()
    month_ago = clock.now() - timedelta(days=31)

    bad = [link(citizen, now=month_ago), link(citizen)[:-2] + "xx", link(citizen, "stop"), link(citizen, generation=2)]
    answers = [await citizen.get(f"/en/link/{token}") for token in bad]

    assert {answer.status_code for answer in answers} == {404}
    assert all("My letters" in words_of(answer) for answer in answers)
    assert all("set-cookie" not in answer.headers for answer in answers)


async def test_an_expired_link_says_so_and_leads_to_number_and_code_and_to_my_letters(citizen):
    number, _ = await citizen.receipt()

    page = await citizen.get(f"/en/link/{link(citizen, now=clock.now() - timedelta(days=31))}")

    assert "Links in our mails work for 30 days; this one is older." in words_of(page)
    assert f'href="/en/track?number={number}"' in page.text
    assert 'href="/en/my-letters"' in page.text
    assert f'value="{number}"' in (await citizen.get(f"/en/track?number={number}")).text


async def test_a_link_works_for_thirty_days(citizen):
    number, _ = await citizen.receipt()

    answer = await citizen.get(f"/en/link/{link(citizen, now=clock.now() - timedelta(days=29, hours=23))}")

    assert answer.headers["location"] == f"/en/letters/{number}"


async def test_a_link_from_before_a_new_code_says_why_it_stopped(citizen):
    await citizen.receipt()
    with citizen.rows() as session:
        session.exec(select(Ticket)).one().code_generation = 2
        session.commit()

    page = await citizen.get(f"/en/link/{link(citizen)}")

    assert "new query code" in words_of(page)


async def test_who_lost_the_code_is_led_to_my_letters(citizen):
    assert 'href="/ko/my-letters"' in (await citizen.get("/ko/track")).text


async def test_i_did_not_write_this_acts_by_its_button_alone_and_once(citizen):
    number, _ = await citizen.receipt()
    page = f"/en/stop/{link(citizen, 'stop')}"

    await citizen.get(page)
    assert "stop_mail" not in acts(citizen)
    for _ in range(2):
        answer = await citizen.send(page)

    assert answer.status_code == 200
    assert number in words_of(answer)
    assert acts(citizen).count("stop_mail") == 1


def acts(citizen):
    with citizen.rows() as session:
        return list(session.exec(select(Event.act)))
