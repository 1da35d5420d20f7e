"""Number and code open a letter, and so do the links of its mails; nothing else does."""

from __future__ import annotations

from datetime import timedelta

from sqlmodel import select

from mailbox_service.base import clock, tokens
from mailbox_service.tickets.tables import Event, Ticket
from tests.doors.public.conftest import words_of


def link(citizen, purpose="ticket", generation=1, now=None, **more):
    with citizen.rows() as session:
        ticket_id = session.exec(select(Ticket.id)).one()
    return tokens.sign_link(citizen.site.settings.secret, purpose, ticket_id, generation, now=now, **more)


async def test_number_and_code_open_the_letter_however_they_are_typed(citizen):
    number, code = await citizen.receipt()

    answer = await citizen.send("/en/track", number=number.replace("-", " "), code=code.lower().replace("-", ""))

    assert answer.headers["location"] == f"/en/letters/{number}"
    assert "dark for three days" in (await citizen.get(answer.headers["location"])).text


async def test_a_wrong_number_and_a_wrong_code_read_alike(citizen):
    number, code = await citizen.receipt()

    pairs = [(number, "AAAA-AAAA-AAAA-AAAA"), ("2026-0000099-1", code), ("nonsense", code), ("", "")]
    answers = [await citizen.send("/en/track", number=n, code=c) for n, c in pairs]

    assert {answer.status_code for answer in answers} == {422}
    assert all(words_of(answer).count("Number and code don't match. Check both.") == 2 for answer in answers)
    assert all(code not in answer.text for answer in answers)


async def test_tries_are_limited_by_network_address_and_not_by_number(citizen):
    number, code = await citizen.receipt()
    for _ in range(citizen.site.settings.tracking_tries_per_address_per_hour):
        await citizen.send("/en/track", number=number, code="AAAA-AAAA-AAAA-AAAA")

    answer = await citizen.send("/ja/track", number=number, code=code)

    assert answer.status_code == 429
    assert "試行回数の上限を超えました" in words_of(answer)
    assert int(answer.headers["retry-after"]) > 0


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
    assert all("set-cookie" not in answer.headers for answer in answers)


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
