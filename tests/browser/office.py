"""What the city's people click: pass a letter on, ask, reply, approve, translate, publish."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from playwright.sync_api import BrowserContext, Page

from tests.doors.kill import House

PASSWORD = "every-bridge-needs-a-river"
TRANSLATORS = {"ko": "jun", "ja": "hana"}


@dataclass
class Office:
    """Where the staff sit. Each act is somebody who signs in, does it, and leaves."""

    house: House
    new_context: Callable[..., BrowserContext]
    scripts: bool
    number: str = ""

    def route(self) -> None:
        """The clerk passes the letter to the Foreign Affairs Office."""
        with self.at("kai", "route") as page:
            page.click(".any-office summary")
            office = page.locator("button[name=pick]", has_text=re.compile("外事办公室|Foreign")).first
            done(page, f"button[name=pick][value='{office.get_attribute('value')}']")

    def ask(self, question: str) -> None:
        """The officer asks the writer, which signs for the letter too."""
        with self.at("fang", "ask") as page:
            page.fill("[name=question]", question)
            done(page, "form#act button.first")

    def reply(self, text: str) -> None:
        """The officer drafts the reply in the working language and hands it in; the head approves it."""
        with self.at("fang", "reply") as page:
            page.fill("[name=text]", text)
            done(page, "button[name=act][value=submit]:not(.enter)")
        with self.at("xu", "approve") as page:
            done(page, "button[name=act][value=approve]:not(.enter)")

    def translate(self, lang: str, text: str) -> None:
        """The translator puts every paragraph that waits into the other language, letter and reply."""
        with self.at(TRANSLATORS[lang]) as page:
            for _ in range(3):
                page.goto(self.address("translate"))
                boxes = page.locator("form#act textarea").all()
                for box in boxes:
                    box.fill(text)
                if not boxes:
                    return
                with page.expect_navigation():
                    page.click("form#act button.first")

    def publish(self) -> None:
        """One clerk proposes a copy for the public, another lets it out."""
        with self.at("kai", "publish") as page:
            page.fill("[name=reason]", "很多人问。")
            done(page, "button[name=act][value=propose]:not(.enter)")
        with self.at("lin", "decide_publication") as page:
            done(page, "button[name=decision][value=agree]")

    def at(self, who: str, act: str = "") -> _Desk:
        """Somebody's desk, with this act of the letter before them."""
        return _Desk(self, who, act)

    def address(self, act: str) -> str:
        """Where an act of the letter is done."""
        return f"http://127.0.0.1:{self.house.port}/staff/tickets/{self.number}/{act}"


@dataclass
class _Desk:
    office: Office
    who: str
    act: str

    def __enter__(self) -> Page:
        size = {"width": 1280, "height": 900}
        self.context = self.office.new_context(java_script_enabled=self.office.scripts, viewport=size)
        page = self.context.new_page()
        page.goto(f"http://127.0.0.1:{self.office.house.port}/staff")
        page.fill("[name=email]", f"{self.who}@qinghe.example")
        page.fill("[name=password]", PASSWORD)
        with page.expect_navigation():
            page.click("#sign-in button:not(.enter)")
        assert "/sign-in" not in page.url, page.inner_text("main")
        if self.act:
            page.goto(self.office.address(self.act))
        return page

    def __exit__(self, *_: object) -> None:
        self.context.close()


def done(page: Page, button: str) -> None:
    """Press the button; the page it leads to is another one."""
    before = page.url.partition("#")[0]
    with page.expect_navigation():
        page.click(button)
    assert page.url.partition("#")[0] != before, page.inner_text("main")
