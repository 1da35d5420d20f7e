"""Two people on one letter in real browsers: who is there is shown, both texts are kept, nothing typed is lost."""

from __future__ import annotations

import os
import re
import signal
from collections.abc import Callable

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect
from sqlmodel import select

from mailbox_service.base import clock
from mailbox_service.city.tables import HeldRole, Person, RoleName
from mailbox_service.tickets import work
from mailbox_service.tickets.find import actor as actors
from mailbox_service.tickets.find.city import CityBook
from mailbox_service.tickets.life import arrive, handle, route
from mailbox_service.tickets.tables.words import Kind
from tests.browser.office import PASSWORD
from tests.databases import writing
from tests.doors.kill import House
from tests.doors.staff.town import ZONE

OpenContext = Callable[..., BrowserContext]
WAIT = 20_000
ENTER = ":not(.enter)"


@pytest.fixture
def number(house: House) -> str:
    """A letter that the Foreign Affairs Office handles; Fang is its officer, Xu its head."""
    now, book = clock.now(), CityBook(ZONE, "zh")
    with writing(house.url) as session:
        fang = session.exec(select(Person.id).where(Person.email == "fang@qinghe.example")).one()
        office = session.exec(select(HeldRole.department_id).where(HeldRole.person_id == fang)).first()
        letter = arrive.Letter(Kind.ENQUIRY, "路灯", "路灯不亮了。", "zh", name="Carl", email="carl@example.org")
        found = work.arrived(session, book, letter, once_key=None, by=None, now=now).ticket.number
        clerk = session.exec(select(HeldRole.person_id).where(HeldRole.role == RoleName.CLERK)).first()
        for person, verb, *more in ((clerk, route.route, office), (fang, handle.sign_for)):
            by = actors.staff(session, person or 0, clock.day_in(ZONE, now))
            assert by
            work.act(session, book, found, by, verb, *more, now=now)
        session.commit()
    return found


def sign_in(page: Page, house: House, who: str) -> None:
    page.goto(f"http://127.0.0.1:{house.port}/staff/language/en?back=/staff/sign-in")
    page.fill("[name=email]", f"{who}@qinghe.example")
    page.fill("[name=password]", PASSWORD)
    page.click("#sign-in button:not(.enter)")
    page.wait_for_url(lambda url: "/sign-in" not in url)


def at_the_letter(new_context: OpenContext, house: House, who: str, path: str, **more: object) -> Page:
    page = new_context(viewport={"width": 1280, "height": 900}, **more).new_page()
    sign_in(page, house, who)
    page.goto(f"http://127.0.0.1:{house.port}/staff/tickets/{path}")
    return page


def type_into(page: Page, text: str) -> None:
    page.fill("textarea[name=text]", text)


def saved(page: Page) -> None:
    expect(page.locator("[data-saved]")).to_contain_text(re.compile(r"^Saved \d"), timeout=WAIT)


def test_who_is_there_is_shown_and_gone_when_they_leave(house: House, number: str, new_context: OpenContext) -> None:
    fang = at_the_letter(new_context, house, "fang", f"{number}/reply")
    xu = at_the_letter(new_context, house, "xu", number)

    expect(xu.locator("[data-presence]")).to_contain_text("is looking at this letter", timeout=WAIT)
    type_into(fang, "Half a sentence")
    expect(xu.locator("[data-presence]")).to_contain_text("is writing here now", timeout=WAIT)
    expect(fang.locator("[data-presence]")).to_contain_text("is looking at this letter", timeout=WAIT)
    fang.goto(f"http://127.0.0.1:{house.port}/staff/guidance")
    expect(xu.locator("[data-presence]")).to_have_text("", timeout=WAIT)


def test_two_who_write_keep_both_texts(house: House, number: str, new_context: OpenContext) -> None:
    fang = at_the_letter(new_context, house, "fang", f"{number}/reply")
    type_into(fang, "Dear Carl\nThe lamp is dark.\nForeign Affairs")
    saved(fang)
    xu = at_the_letter(new_context, house, "xu", f"{number}/reply")
    type_into(xu, "Dear Carl\nThe lamp is dark.\nForeign Affairs Office")
    saved(xu)

    type_into(fang, "Dear Mr Carl\nThe lamp is dark.\nForeign Affairs")
    expect(fang.locator("[data-saved]")).to_contain_text("A colleague saved a newer version", timeout=WAIT)
    fang.click("[data-saved] a")

    expect(fang.locator("#problems")).to_contain_text("saved a newer version")
    expect(fang.locator("ins", has_text="Office")).to_be_visible()
    expect(fang.locator("ins", has_text="Mr")).to_be_visible()
    both = "Dear Mr Carl\nThe lamp is dark.\nForeign Affairs Office"
    expect(fang.locator("textarea[name=text]")).to_have_value(both)
    fang.click(f"button[name=act][value=save]{ENTER}")
    expect(fang.locator("textarea[name=text]")).to_have_value(both)
    xu.reload()
    expect(xu.locator("textarea[name=text]")).to_have_value(both)


def test_what_was_typed_survives_a_crash(house: House, number: str, browser: Browser, new_context: OpenContext) -> None:
    fang = at_the_letter(new_context, house, "fang", f"{number}/reply")
    type_into(fang, "Typed before the crash")
    saved(fang)
    with fang.expect_event("crash", timeout=WAIT):
        for process in browser.new_browser_cdp_session().send("SystemInfo.getProcessInfo")["processInfo"]:
            if process["type"] == "renderer":
                os.kill(process["id"], signal.SIGKILL)

    again = at_the_letter(new_context, house, "fang", f"{number}/reply")

    expect(again.locator("textarea[name=text]")).to_have_value("Typed before the crash")


def test_what_was_typed_survives_a_sign_out(house: House, number: str, new_context: OpenContext) -> None:
    fang = at_the_letter(new_context, house, "fang", f"{number}/reply")
    other = fang.context.new_page()
    other.goto(f"http://127.0.0.1:{house.port}/staff/tickets/{number}")
    other.locator("button", has_text="Sign out").locator("visible=true").first.click()

    type_into(fang, "Typed after the sign-out")
    expect(fang.locator("[data-saved]")).to_contain_text("You were signed out", timeout=WAIT)
    sign_in(other, house, "fang")
    fang.bring_to_front()

    saved(fang)
    again = at_the_letter(new_context, house, "fang", f"{number}/reply")
    expect(again.locator("textarea[name=text]")).to_have_value("Typed after the sign-out")


def test_without_scripts_the_page_comes_back_with_what_was_typed(
    house: House, number: str, new_context: OpenContext
) -> None:
    fang = at_the_letter(new_context, house, "fang", f"{number}/reply", java_script_enabled=False)
    type_into(fang, "Typed after the sign-out\nTwo lines")
    other = fang.context.new_page()
    other.goto(f"http://127.0.0.1:{house.port}/staff/tickets/{number}")
    other.locator("button", has_text="Sign out").locator("visible=true").first.click()

    fang.click(f"button[name=act][value=save]{ENTER}")
    expect(fang.locator("textarea")).to_have_value("Typed after the sign-out\nTwo lines")
    with fang.context.expect_page() as opened:
        fang.click("main a[target=_blank]")
    sign_in(opened.value, house, "fang")
    for _ in range(2):
        if "/reply" in fang.url and fang.locator("form#act").count():
            break
        fang.click(f"form#again button{ENTER}")

    fang.goto(f"http://127.0.0.1:{house.port}/staff/tickets/{number}/reply")
    expect(fang.locator("textarea[name=text]")).to_have_value("Typed after the sign-out\nTwo lines")
