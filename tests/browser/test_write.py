"""What scripts add to writing: a draft that survives a closed tab, and offers that never take the focus."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from argon2 import PasswordHasher
from playwright.sync_api import BrowserContext, Page, expect
from sqlmodel import select

from mailbox_service.base import clock
from mailbox_service.city.tables import HeldRole, RoleName
from mailbox_service.demo import city
from mailbox_service.guidance import write as guidance
from mailbox_service.guidance.tables import Section
from mailbox_service.tickets.find import actor as actors
from tests.conftest import PostOffice
from tests.databases import rows
from tests.doors.kill import House

KEPT = "We kept what you had typed."
ARTICLES = {
    "bus-card": "How to get a bus card",
    "lamps": "Who repairs street lamps",
    "taxes": "When taxes are due",
    "water": "What water costs",
}


@pytest.fixture
def house(sqlite_url: str, tmp_path: Path, smtp_server: PostOffice) -> Iterator[House]:
    now = clock.now()
    with rows(sqlite_url) as session:
        city.found(session, PasswordHasher(time_cost=1, memory_cost=64).hash("every-bridge-needs-a-river"), now=now)
        clerk = session.exec(select(HeldRole.person_id).where(HeldRole.role == RoleName.CLERK)).first()
        by = actors.staff(session, clerk or 0, now.date())
        assert by
        for slug, title in ARTICLES.items():
            text = guidance.Written(title, "In short.")
            guidance.add(session, slug, Section.HOW_TO, "en", text, by=by, now=now)
        session.commit()
    opened = House(sqlite_url, tmp_path, smtp_server.port)
    opened.start()
    opened.wait_until_open()
    yield opened
    opened.kill()


@pytest.fixture
def context(new_context: Callable[..., BrowserContext]) -> BrowserContext:
    return new_context(viewport={"width": 375, "height": 700})


def form(context: BrowserContext, house: House, path: str = "write") -> Page:
    page = context.new_page()
    page.goto(f"http://127.0.0.1:{house.port}/en/{path}")
    return page


def half_written(context: BrowserContext, house: House) -> None:
    page = form(context, house)
    page.check("[name=kind][value=help]")
    page.fill("[name=subject]", "Dark lamp")
    page.fill("[name=text]", "It has been dark for")
    page.fill("[name=name]", "Carl")
    page.close(run_before_unload=False)


def test_a_draft_survives_a_closed_tab_and_goes_when_the_letter_is_sent(house: House, context: BrowserContext) -> None:
    half_written(context, house)

    page = form(context, house)
    expect(page.locator("[data-draft-found]")).to_contain_text(KEPT)
    expect(page.locator("[name=text]")).to_have_value("It has been dark for")
    page.check("[name=kind][value=help]")
    page.click("button[name=act][value=check]")
    expect(page.locator("h1")).to_have_text("Check your letter")
    page.click("button[name=act][value=send]:not(.enter)")
    expect(page.locator("h1")).to_have_text("We have received your letter")
    expect(page.locator(".qr svg")).to_be_visible()

    again = form(context, house)
    expect(again.locator("[name=text]")).to_have_value("")
    expect(again.locator("[data-draft-found]")).to_be_hidden()


def test_a_draft_of_the_one_page_is_found_in_short_steps_and_can_be_thrown_away(
    house: House, context: BrowserContext
) -> None:
    half_written(context, house)

    page = form(context, house, "write/steps")
    expect(page.locator("[data-draft-found]")).to_be_visible()
    page.check("[name=kind][value=help]")
    page.click("button[name=act][value=next]:not(.enter)")
    expect(page.locator("[name=subject]")).to_have_value("Dark lamp")

    other = form(context, house)
    other.click("[data-draft-found] button")
    expect(other.locator("[name=subject]")).to_have_value("")
    expect(form(context, house).locator("[name=subject]")).to_have_value("")


def test_nothing_is_kept_of_a_report_or_at_a_shared_computer(house: House, context: BrowserContext) -> None:
    page = form(context, house)
    page.check("[name=kind][value=report]")
    page.fill("[name=text]", "He asked for money.")
    page.wait_for_timeout(700)
    assert page.evaluate("localStorage.length") == 0

    page.check("[name=kind][value=help]")
    page.wait_for_timeout(700)
    assert page.evaluate("localStorage.length") == 1
    page.click("[data-draft-note] button")
    page.fill("[name=text]", "Something else.")
    page.wait_for_timeout(700)
    assert page.evaluate("localStorage.length") == 0
    expect(page.locator("[name=text]")).to_have_value("Something else.")


def test_what_fits_is_offered_without_taking_the_focus(house: House, context: BrowserContext) -> None:
    page = form(context, house)
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    page.check("[name=kind][value=enquiry]")
    page.fill("[name=subject]", "Bus card")
    page.locator("[name=text]").press_sequentially("Where do I get a bus card?")

    expect(page.locator("[data-fitting]")).to_contain_text("How to get a bus card", timeout=10_000)
    assert page.evaluate("document.activeElement.name") == "text"
    assert said == []

    page.check("[name=kind][value=report]")
    expect(page.locator("[data-fitting]")).to_be_empty()
