"""A letter's whole way in a real browser, clicked by a citizen and four members of staff, with and without scripts."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator
from email.message import EmailMessage
from pathlib import Path

import pytest
from argon2 import PasswordHasher
from playwright.sync_api import Browser, BrowserContext, Page

from mailbox_service.base import clock
from mailbox_service.demo import city
from tests.conftest import PostOffice
from tests.databases import rows
from tests.doors.kill import CODE, NUMBER, House

PASSWORD = "every-bridge-needs-a-river"
WAIT_SECONDS = 30
LETTERS = {
    "ko": ("버스 시간표", "안녕하세요. 7번 버스의 주말 첫차가 몇 시에 출발하는지 알고 싶습니다."),
    "ja": ("バスの時刻表", "こんにちは。週末の7番バスの始発は何時に出ますか。教えてください。"),
}
TRANSLATIONS = {"ko": "주말 첫차는 6시에 출발합니다.", "ja": "週末の始発は6時に出発します。"}
TRANSLATORS = {"ko": "jun", "ja": "hana"}

OpenContext = Callable[..., BrowserContext]


@pytest.fixture
def house(sqlite_url: str, tmp_path: Path, smtp_server: PostOffice) -> Iterator[House]:
    with rows(sqlite_url) as session:
        city.found(session, PasswordHasher(time_cost=1, memory_cost=64).hash(PASSWORD), now=clock.now())
    opened = House(sqlite_url, tmp_path, smtp_server.port)
    opened.start()
    opened.wait_until_open()
    yield opened
    opened.kill()


@pytest.mark.parametrize(("lang", "scripts"), [("ko", False), ("ja", True)])
def test_a_letter_goes_its_whole_way(
    house: House, smtp_server: PostOffice, new_context: OpenContext, lang: str, scripts: bool
) -> None:
    citizen = new_context(java_script_enabled=scripts, viewport={"width": 375, "height": 700}).new_page()
    number, code = write(citizen, house, lang)
    assert code in body(mail(smtp_server, f"{lang}@example.org", "1"))

    staff(new_context, house, "kai", scripts, lambda page: route(page, number))
    staff(new_context, house, "fang", scripts, lambda page: draft(page, number))
    staff(new_context, house, "xu", scripts, lambda page: press(page, house, number, "approve", "approve"))
    staff(new_context, house, TRANSLATORS[lang], scripts, lambda page: hand_in_translation(page, number, lang))

    link = re.search(
        r"http://127\.0\.0\.1:\d+/\w+/link/\S+", body(mail(smtp_server, f"{lang}@example.org", "answered"))
    )
    assert link
    citizen.goto(link[0])
    open_letter(citizen, number)
    assert TRANSLATIONS[lang] in citizen.inner_text("main")
    rate(citizen)
    staff(new_context, house, "mina", scripts, lambda page: page.goto(f"{home(house)}/manager"))
    assert number_is_closed(new_context, house, number, code, lang)


def home(house: House) -> str:
    return f"http://127.0.0.1:{house.port}"


def write(page: Page, house: House, lang: str) -> tuple[str, str]:
    """Write and send a letter; number and code from the receipt."""
    subject, text = LETTERS[lang]
    page.goto(f"{home(house)}/{lang}/write")
    page.check("[name=kind][value=enquiry]")
    page.fill("[name=subject]", subject)
    page.fill("[name=text]", text)
    page.fill("[name=name]", "Carl")
    page.fill("[name=email]", f"{lang}@example.org")
    page.click("button[name=act][value=send]:not(.enter)")
    said = page.inner_text("main")
    number, code = NUMBER.search(said), CODE.search(said)
    assert number, said
    assert code, said
    return number[1], code[1]


def mail(office: PostOffice, address: str, which: str) -> EmailMessage:
    """The first mail to this address, or the newest once it has a rating link ("answered")."""
    give_up = time.monotonic() + WAIT_SECONDS
    while time.monotonic() < give_up:
        found = [each for each in list(office.mails) if str(each["to"]) == address]
        if which == "answered":
            found = [each for each in found if "to=rate" in body(each)]
        if found:
            return found[0]
        time.sleep(0.1)
    raise AssertionError(f"no mail came to {address}")


def body(message: EmailMessage) -> str:
    """Its plain text."""
    part = message.get_body(("plain",))
    assert part is not None
    return str(part.get_content())


def staff(open_one: OpenContext, house: House, who: str, scripts: bool, work: Callable[[Page], object]) -> None:
    """Sign in, do the work, and leave."""
    context = open_one(java_script_enabled=scripts, viewport={"width": 1280, "height": 900})
    page = context.new_page()
    page.goto(f"{home(house)}/staff")
    page.fill("[name=email]", f"{who}@qinghe.example")
    page.fill("[name=password]", PASSWORD)
    page.click("#sign-in button:not(.enter)")
    assert "/sign-in" not in page.url, page.inner_text("main")
    work(page)
    context.close()


def route(page: Page, number: str) -> None:
    """Pass the letter to the Foreign Affairs Office."""
    page.goto(re.sub(r"/staff.*", f"/staff/tickets/{number}/route", page.url))
    office = page.locator("[name=office] option", has_text=re.compile("外事办公室|Foreign")).first
    page.select_option("[name=office]", office.get_attribute("value"))
    page.click("form#act button[type=submit]:not(.enter)")
    assert "/route" not in page.url, page.inner_text("main")


def draft(page: Page, number: str) -> None:
    """Write the reply in the working language and hand it in, which signs for the letter too."""
    page.goto(re.sub(r"/staff.*", f"/staff/tickets/{number}/reply", page.url))
    page.fill("[name=text]", "您好。周末首班车6点发车。")
    page.click("button[name=act][value=submit]:not(.enter)")
    assert "/reply" not in page.url, page.inner_text("main")


def press(page: Page, house: House, number: str, act: str, value: str) -> None:
    """Open an act's page and press one of its buttons."""
    page.goto(f"{home(house)}/staff/tickets/{number}/{act}")
    page.click(f"button[name=act][value={value}]:not(.enter)")
    assert f"/{act}" not in page.url, page.inner_text("main")


def hand_in_translation(page: Page, number: str, lang: str) -> None:
    """Translate what waits: first the reply's paragraph, as the address asks for it or as it comes."""
    for _ in range(2):
        page.goto(re.sub(r"/staff.*", f"/staff/tickets/{number}/translate", page.url))
        boxes = page.locator("form#act textarea")
        if boxes.count() == 0:
            return
        for place in range(boxes.count()):
            boxes.nth(place).fill(TRANSLATIONS[lang])
        page.click("form#act button[type=submit]:not(.enter)")


def open_letter(page: Page, number: str) -> None:
    """From the link's page to the letter, if it asks for a button."""
    if number not in page.url:
        page.click("main form button:not(.enter), main a.button")


def rate(page: Page) -> None:
    """Satisfied, and solved."""
    page.goto(re.sub(r"[?#].*", "", page.url).removesuffix("/rate") + "/rate")
    page.check("[name=satisfaction][value=satisfied]")
    page.click("main form button:not(.enter)")


def number_is_closed(open_one: OpenContext, house: House, number: str, code: str, lang: str) -> bool:
    """Track it with number and code, as somebody who lost the mail."""
    page = open_one().new_page()
    page.goto(f"{home(house)}/{lang}/track")
    page.fill("[name=number]", number)
    page.fill("[name=code]", code.lower())
    page.click("main form button:not(.enter)")
    return {"ko": "종결", "ja": "完了"}[lang] in page.inner_text("main")


def test_the_page_keeps_what_was_typed_when_its_language_changes(house: House, browser: Browser) -> None:
    page = browser.new_context(java_script_enabled=False).new_page()
    page.goto(f"{home(house)}/en/write")
    page.fill("[name=subject]", "A lamp on 南京路")

    page.click("button[name=switch][value='lang:zh']")

    assert "/zh/write" in page.url
    assert page.input_value("[name=subject]") == "A lamp on 南京路"
