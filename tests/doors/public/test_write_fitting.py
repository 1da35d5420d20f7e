"""What fits a letter is offered while it is written, and on the check page; never for a report of misconduct."""

from __future__ import annotations

import pytest

from mailbox_service.base.tables import RateWindow
from mailbox_service.guidance import write as guidance
from mailbox_service.guidance.tables import Section
from mailbox_service.tickets.find import actor as actors
from tests.doors.public.conftest import LETTER, words_of
from tests.doors.public.test_write_steps import form_of

WORDS = {"subject": "Bus card for my child", "text": "Where do I get a bus card with a photo?"}
OTHERS = {"lamps": "Who repairs street lamps", "taxes": "When taxes are due", "water": "What water costs"}


@pytest.fixture
async def town(citizen):
    """A citizen in a town that explains some things."""

    def publish(session):
        karl = actors.staff(session, citizen.town.people["karl"], citizen.now().date())
        assert karl
        card = guidance.Written("How to get a bus card", "Bring a photo to the bus company.")
        guidance.add(session, "bus-card", Section.HOW_TO, "en", card, by=karl, now=citizen.now())
        for slug, title in OTHERS.items():
            guidance.add(session, slug, Section.LAWS, "en", guidance.Written(title, "In short."), by=karl,
                         now=citizen.now())  # fmt: skip

    await citizen.site.db.writing(publish)
    return citizen


async def ask(citizen, lang="en", **fields):
    form = form_of(await citizen.get(f"/{lang}/write"))
    return await citizen.web.post(f"/{lang}/write/fitting", data={"csrf": form["csrf"], **fields})


async def test_what_fits_is_a_part_of_a_page(town):
    answer = await ask(town, kind="enquiry", **WORDS)

    assert answer.status_code == 200
    assert "How to get a bus card" in answer.text
    assert 'href="/en/guidance/how_to/bus-card"' in answer.text
    assert "<html" not in answer.text
    assert answer.headers["cache-control"] == "no-store"


@pytest.mark.parametrize("nothing", [{"text": ""}, {"text": "   "}, {"text": "Zebra quagga okapi"}, {}])
async def test_nothing_fits(town, nothing):
    answer = await ask(town, kind="help", **nothing)

    assert (answer.status_code, answer.text.strip()) == (200, "")


async def test_a_report_is_never_looked_up(town):
    answer = await ask(town, kind="report", **WORDS)
    check = await town.write(act="check", **(WORDS | {"kind": "report"}))

    assert answer.text.strip() == ""
    assert "Not sent yet" in words_of(check)
    assert "How to get a bus card" not in check.text
    assert town.count(RateWindow) == 0


async def test_the_check_page_offers_it_too(town):
    check = await town.write(act="check", **WORDS)

    assert "This may already answer it" in words_of(check)
    assert "How to get a bus card" in words_of(check)


async def test_the_words_come_in_no_address(town):
    assert (await town.get("/en/write/fitting?q=bus+card")).status_code == 405


async def test_without_the_pages_token_nothing_is_answered(town):
    answer = await town.web.post("/en/write/fitting", data=LETTER)

    assert answer.status_code == 403
    assert "How to get a bus card" not in answer.text


async def test_words_without_end_are_refused(town):
    assert (await ask(town, kind="help", text="bus " * 10_000)).status_code == 413


async def test_there_is_an_end_to_asking(town, monkeypatch):
    monkeypatch.setattr("mailbox_service.web.public.write_fitting.ASKED_PER_ADDRESS_PER_HOUR", 2)

    answers = [(await ask(town, kind="help", **WORDS)).status_code for _ in range(3)]

    assert answers == [200, 200, 429]  # too_many
