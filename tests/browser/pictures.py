"""`make pictures`: every public page and state as a picture, in every language at 320, 768 and 1280 px, to look at."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from mailbox_service.base.language import LANGUAGES
from tests.browser.places import PLACES, STATES, Town
from tests.browser.walk import Walk

WIDTHS = (320, 768, 1280)
FOLDER = Path("build/pictures")
HIGHEST = 2400  # px; what is below looks like what is above


@pytest.mark.parametrize("lang", LANGUAGES)
def test_take_pictures(town: Town, browser: Browser, lang: str) -> None:
    places = iter((*PLACES, *STATES))

    def take(page: Page) -> list[str]:
        folder = FOLDER / re.sub(r"\W+", "-", next(places).name)
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": 900})
            height = min(HIGHEST, int(page.evaluate("document.documentElement.scrollHeight")))
            page.screenshot(
                path=folder / f"{lang}-{width}.png",
                full_page=True,
                clip={"x": 0, "y": 0, "width": width, "height": height},
            )
        return []

    assert Walk(browser, town, lang).through((*PLACES, *STATES), take) == []
