"""`make a11y`: every public page and state × language × text size × light and dark, which takes minutes."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser

from mailbox_service.base.language import LANGUAGES
from tests.browser.places import PLACES, STATES, Town
from tests.browser.walk import Walk, as_it_is, by_keyboard, in_colours_and_sizes


@pytest.mark.parametrize("lang", LANGUAGES)
def test_nothing_is_wrong(town: Town, browser: Browser, lang: str) -> None:
    check = [as_it_is, in_colours_and_sizes, by_keyboard]
    walk = Walk(browser, town, lang)
    faults = walk.through((*PLACES, *STATES), lambda page: [fault for one in check for fault in one(page)])

    assert faults == []
