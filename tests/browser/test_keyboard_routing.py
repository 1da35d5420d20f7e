"""A clerk passes a hundred letters on with the keyboard alone; many go elsewhere than proposed."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, Page, expect
from sqlmodel import Session, col, select

from mailbox_service.base import clock
from mailbox_service.city.tables import Department, RoutingRule, Topic
from mailbox_service.tickets import work
from mailbox_service.tickets.find.city import CityBook
from mailbox_service.tickets.life import arrive
from mailbox_service.tickets.tables import Ticket
from mailbox_service.tickets.tables.words import Kind
from tests.browser.test_together import sign_in
from tests.databases import rows, writing
from tests.doors.kill import House
from tests.doors.staff.town import ZONE

LETTERS, ELSEWHERE, MOST_KEYS = 100, 40, 4
SUBJECTS = (
    ("路灯不亮", "门前的路灯连续三晚不亮。", "zh"),
    ("Bus stop", "The bus stop has no timetable.", "en"),
    ("ごみの出し方", "ごみの分け方を教えてください。", "ja"),
    ("비자 연장", "비자 연장에 필요한 서류를 알고 싶습니다.", "ko"),
)


@pytest.fixture
def wanted(house: House) -> dict[str, int]:
    """The offices that a hundred new letters shall go to, by number: every other one another than is proposed."""
    now, book = clock.now(), CityBook(ZONE, "zh")
    with writing(house.url) as session:
        lamps = session.exec(select(Department.id).where(Department.code == "roads")).one()
        _only_rule(session, "路灯", lamps)
        offices = [one for one in session.exec(select(Department.id).order_by(col(Department.id))) if one != lamps]
        topics = session.exec(select(Topic).where(col(Topic.department_id).is_not(None)).order_by(col(Topic.id))).all()
        numbers = {}
        for at in range(LETTERS):
            subject, text, language = SUBJECTS[at % len(SUBJECTS)]
            topic = topics[at % len(topics)]
            letter = arrive.Letter(
                Kind.HELP, f"{subject} {at}", f"{text} {at}", language, name="Carl", topic_id=topic.id
            )
            number = work.arrived(session, book, letter, once_key=None, by=None, now=now).ticket.number
            proposed = lamps if "路灯" in text else topic.department_id
            elsewhere = next(one for one in offices[at % len(offices) :] + offices if one != proposed)
            numbers[number] = elsewhere if at % 2 else proposed or 0
        session.commit()
    return numbers


def _only_rule(session: Session, word: str, office: int) -> None:
    for rule in session.exec(select(RoutingRule)):
        rule.is_live = False
    added = clock.now()
    session.add(RoutingRule(name=word, position=9, is_live=True, words=[word], department_id=office, added_at=added))
    session.flush()


def leaves(address: str) -> Callable[[str], bool]:
    return lambda url: url != address


def number_on(page: Page) -> str:
    return page.url.split("/tickets/")[1].split("/")[0]


def keys_for(page: Page, office: int) -> list[str]:
    """The keys that pass the letter to this office, as the page shows them."""
    keys = page.locator(f"button[name=pick][value='{office}']").get_attribute("data-act")
    assert keys, f"{office} has no key"
    return keys.split(" ")


def test_a_hundred_letters_are_passed_on_with_the_keyboard_alone(
    house: House, wanted: dict[str, int], new_context: Callable[..., BrowserContext]
) -> None:
    page = new_context(viewport={"width": 1280, "height": 900}).new_page()
    sign_in(page, house, "kai")
    page.goto(f"http://127.0.0.1:{house.port}/staff?queue=to_route")
    pressed, not_proposed = 0, 0

    def press(*keys: str) -> None:
        nonlocal pressed
        for key in keys:
            page.keyboard.press(key)
            pressed += 1

    press("j", "r")
    page.wait_for_url("**/route")
    for left in range(LETTERS, 0, -1):
        number, before = number_on(page), page.url
        while number not in wanted:  # a letter of the city's own
            press("n")
            page.wait_for_url(leaves(before))
            number, before = number_on(page), page.url
        keys = keys_for(page, wanted[number])
        not_proposed += keys != ["1"]
        press(*keys)
        page.wait_for_url(leaves(before))
        assert left == 1 or "/route" in page.url

    expect(page.locator("h1")).to_be_visible()
    with rows(house.url) as session:
        letters = session.exec(select(Ticket).where(col(Ticket.number).in_(wanted)))
        went = {letter.number: letter.lead_department_id for letter in letters}
    assert went == wanted
    assert not_proposed >= ELSEWHERE
    assert pressed / LETTERS <= MOST_KEYS, pressed
