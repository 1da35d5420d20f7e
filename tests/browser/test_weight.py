"""What the form with an error weighs as a browser first loads it, and that it asks nobody else for anything."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from playwright.sync_api import BrowserContext, ConsoleMessage, Page

from mailbox_service.base.language import LANGUAGES
from tests.doors.kill import House

MOST, MOST_PACKED = 100_000, 30_000


@dataclass
class Scales:
    """Weighs every answer of a page whose cache is empty: as it came over the line, headers too, and unpacked."""

    page: Page
    urls: list[str] = field(default_factory=list)
    packed: int = 0
    plain: int = 0

    def __post_init__(self) -> None:
        line = self.page.context.new_cdp_session(self.page)
        line.send("Network.enable")
        line.send("Network.setCacheDisabled", {"cacheDisabled": True})
        line.on("Network.requestWillBeSent", lambda event: self.urls.append(event["request"]["url"]))
        line.on("Network.dataReceived", lambda event: self._add("plain", event["dataLength"]))
        line.on("Network.loadingFinished", lambda event: self._add("packed", event["encodedDataLength"]))

    def _add(self, which: str, size: Any) -> None:
        setattr(self, which, getattr(self, which) + int(size))


def heard(page: Page) -> list[ConsoleMessage]:
    """What the browser complains about, as it does."""
    said: list[ConsoleMessage] = []
    page.on("console", lambda message: said.append(message))
    return said


def test_the_form_with_an_error_is_light_and_keeps_to_itself(
    house: House, new_context: Callable[..., BrowserContext]
) -> None:
    home = f"http://127.0.0.1:{house.port}"
    for lang in LANGUAGES:
        page = new_context(viewport={"width": 375, "height": 700}).new_page()
        said = heard(page)
        page.goto(f"{home}/{lang}/write")
        page.fill("[name=text]", "text")
        scales = Scales(page)

        with page.expect_response(f"**/{lang}/write") as waited:
            page.click("button[name=act][value=send]:not(.enter)")
        page.wait_for_load_state("networkidle")

        assert waited.value.status == 422
        assert page.locator("#problems").is_visible()
        assert 50_000 < scales.plain < MOST, (lang, scales)
        assert 10_000 < scales.packed < MOST_PACKED, (lang, scales)
        assert {url for url in scales.urls if not url.startswith((f"{home}/", "data:"))} == set()
        policy = waited.value.headers["content-security-policy"]
        assert "unsafe" not in policy
        assert "default-src 'none'" in policy
        assert [each.text for each in said if each.type == "error" and "422" not in each.text] == []
