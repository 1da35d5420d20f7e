"""Every staff page is accessible, valid and calm: wide, on a phone, with the keyboard; each in one of the languages."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from tests.browser.places import Town
from tests.browser.places_staff import ELSEWHERE, STAFF
from tests.browser.walk import Walk, as_it_is, by_keyboard, on_a_phone, open_town
from tests.databases import SQLiteFiles
from tests.house.source import TEMPLATES


@pytest.fixture(scope="module")
def town(sqlite_files: SQLiteFiles, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    with open_town(sqlite_files, tmp_path_factory.mktemp("qinghe"), desks=True) as opened:
        yield opened


def test_every_staff_template_is_looked_at() -> None:
    pages = {
        path.stem
        for room in ("staff", "admin", "manager")
        for path in (TEMPLATES / room).glob("*.html")
        if "{% extends" in path.read_text("utf-8")
    }

    assert {place.template for place in STAFF} | ELSEWHERE == pages


def test_nothing_is_wrong_at_any_desk(town: Town, browser: Browser) -> None:
    check = [as_it_is, on_a_phone, by_keyboard]
    faults = Walk(browser, town, "en").through(STAFF, lambda page: [fault for one in check for fault in one(page)])

    assert faults == []
