"""Every public page in four languages is accessible, valid and calm; those looked at are all there are."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser

from tests.browser.places import PLACES, STATES, Town
from tests.browser.walk import Walk, as_it_is, on_a_phone
from tests.house.source import TEMPLATES


def test_every_public_template_is_looked_at_in_every_language() -> None:
    templates = {path.stem for path in (TEMPLATES / "public").rglob("*.html")}

    assert {place.template for place in PLACES} == templates
    assert {place.template for place in STATES} <= templates


@pytest.mark.parametrize("lang", ["zh", "ja", "ko"])
def test_nothing_is_wrong_in_any_language(town: Town, browser: Browser, lang: str) -> None:
    faults = Walk(browser, town, lang).through(PLACES, lambda page: as_it_is(page) + on_a_phone(page))

    assert faults == []
