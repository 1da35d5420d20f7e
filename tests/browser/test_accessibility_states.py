"""Every public page in English: in each size and with the keyboard; then in all the other states of its letters."""

from __future__ import annotations

from playwright.sync_api import Browser

from tests.browser.places import PLACES, STATES, Town
from tests.browser.walk import Walk, as_it_is, by_keyboard, in_every_size, on_a_phone


def test_nothing_is_wrong_in_any_size_and_with_the_keyboard(town: Town, browser: Browser) -> None:
    check = [as_it_is, in_every_size, by_keyboard]
    faults = Walk(browser, town, "en").through(PLACES, lambda page: [fault for one in check for fault in one(page)])

    assert faults == []


def test_nothing_is_wrong_in_any_state(town: Town, browser: Browser) -> None:
    faults = Walk(browser, town, "en").through(STATES, lambda page: as_it_is(page) + on_a_phone(page))

    assert faults == []
