"""Against abuse, without a riddle: who is too fast or very many is asked to look once more, then there is an end."""

from __future__ import annotations

import time
from datetime import timedelta

import pytest
from sqlmodel import select

from mailbox_service.base import claim, clock, tokens
from mailbox_service.base.tables import RateWindow
from mailbox_service.web.public.write_send import HOUR_SECONDS
from tests.doors.public.conftest import LETTER, open_citizen, words_of
from tests.doors.public.test_write_steps import form_of, press


@pytest.fixture
def at(database_url, tmp_path):
    """Opens the service with these settings."""
    return lambda **settings: open_citizen(database_url, tmp_path, **settings)


async def sent_before(citizen, count):
    """So many letters have come from this address within the hour."""
    mark, now = tokens.client_mark(citizen.site.settings.secret, "127.0.0.1"), clock.now()
    await citizen.site.db.writing(
        lambda session: [claim.count_try(session, "letter", mark, HOUR_SECONDS, now) for _ in range(count)]
    )


async def counted(citizen):
    with citizen.rows() as session:
        return sum(session.exec(select(RateWindow.count).where(RateWindow.rule == "letter")))


async def send(citizen, n):
    """Send a letter, over the check page where it is asked for; the last answer, and whether it was asked for."""
    answer = await citizen.write(subject=f"Letter {n}")
    if answer.status_code != 200:
        return answer, False
    assert "Many letters are coming from your network" in words_of(answer)
    assert f"Letter {n}" in words_of(answer)
    return await press(citizen, answer, "send"), True


async def test_after_fifty_letters_in_an_hour_the_check_page_is_asked_for(at):
    async with at() as citizen:
        await sent_before(citizen, 48)

        asked = [(await send(citizen, n))[1] for n in range(4)]

        assert asked == [False, False, True, True]
        assert citizen.count() == 4
        assert await counted(citizen) == 52


async def test_a_school_of_three_hundred_passes(at):
    async with at() as citizen:
        await sent_before(citizen, 290)

        answers = [(await send(citizen, n))[0].status_code for n in range(12)]

        assert set(answers) == {303}
        assert await counted(citizen) == 302


async def test_three_hundred_letters_sent_one_after_the_other_are_three_hundred_letters(sqlite_url, tmp_path):
    async with open_citizen(sqlite_url, tmp_path) as citizen:
        form = await citizen.fill("/en/write", **LETTER)

        for n in range(300):
            answer = await citizen.web.post("/en/write", data=form | {"once": f"{n:032}", "subject": f"Letter {n}"})
            if n >= 50:
                answer = await press(citizen, answer, "send")
            assert answer.status_code == 303, n

        assert citizen.count() == await counted(citizen) == 300


async def test_three_thousand_do_not(at):
    async with at() as citizen:
        await sent_before(citizen, 598)

        answers = [(await send(citizen, n))[0] for n in range(4)]

        assert [answer.status_code for answer in answers] == [303, 303, 429, 429]  # too_many
        assert 0 < int(answers[-1].headers["retry-after"]) <= 3600
        assert "Letter 3" in answers[-1].text
        assert LETTER["text"] in answers[-1].text  # nothing typed is lost
        assert "Error:" in answers[-1].text.partition("</title>")[0]
        assert citizen.count() == 2
        await sent_before(citizen, 2_400)
        assert (await send(citizen, 5))[0].status_code == 429


async def test_the_next_hour_begins_anew(at):
    async with at(letters_per_address_per_hour=2) as citizen:
        mark = tokens.client_mark(citizen.site.settings.secret, "127.0.0.1")
        before = clock.now() - timedelta(hours=1)
        await citizen.site.db.writing(
            lambda session: [claim.count_try(session, "letter", mark, HOUR_SECONDS, before) for _ in range(9)]
        )

        assert (await citizen.write()).status_code == 303


async def test_a_mark_of_the_check_page_is_good_for_its_own_letter_alone(at):
    async with at(letters_before_check_page=1) as citizen:
        await citizen.receipt()
        asked = await citizen.write(subject="Second")
        mark = form_of(asked)["checked"]

        other = await citizen.write(subject="Third", checked=mark)

        assert other.status_code == 200
        assert "Not sent yet" in words_of(other)
        assert citizen.count() == 1


async def test_a_letter_sent_twice_at_the_border_leads_to_its_receipt(at):
    async with at(letters_before_check_page=1) as citizen:
        form = await citizen.fill("/en/write", **LETTER)

        answers = [await citizen.web.post("/en/write", data=form) for _ in range(2)]

        assert [answer.status_code for answer in answers] == [303, 303]
        assert citizen.count() == 1


async def test_who_is_faster_than_people_is_shown_the_letter_and_sends_it_from_there(at):
    async with at(form_min_seconds=2) as citizen:
        answer = await citizen.write()

        assert answer.status_code == 200
        assert "That was very fast" in words_of(answer)
        assert LETTER["subject"] in words_of(answer)
        assert citizen.count() == 0
        assert (await press(citizen, answer, "send")).status_code == 303
        assert citizen.count() == 1


async def test_who_takes_time_is_not_asked(at, monkeypatch):
    async with at(form_min_seconds=2) as citizen:
        form = await citizen.fill("/en/write", **LETTER)
        then = time.time
        monkeypatch.setattr("mailbox_service.web.csrf.time.time", lambda: then() + 3)

        assert (await citizen.web.post("/en/write", data=form)).status_code == 303


async def test_a_form_mended_in_a_second_is_not_asked_again(at, monkeypatch):
    """The time counts from the first page, not from the one with the error."""
    async with at(form_min_seconds=2) as citizen:
        form = await citizen.fill("/en/write", **(LETTER | {"subject": ""}))
        then = time.time
        monkeypatch.setattr("mailbox_service.web.csrf.time.time", lambda: then() + 3)
        wrong = await citizen.web.post("/en/write", data=form)

        answer = await press(citizen, wrong, "send", **{name: LETTER[name] for name in LETTER if name != "act"})

        assert (wrong.status_code, answer.status_code) == (422, 303)


@pytest.mark.parametrize("begun", ["", "nonsense", "1700000000-" + "0" * 40, "9" * 300])
async def test_a_forged_time_counts_as_too_fast(at, begun):
    async with at(form_min_seconds=2) as citizen:
        answer = await citizen.write(begun=begun, checked=begun)

        assert answer.status_code == 200
        assert "Not sent yet" in words_of(answer)
        assert citizen.count() == 0
