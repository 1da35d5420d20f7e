"""Going through the public pages in a browser and noting whatever is wrong with them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, Response

from mailbox_service.base.settings import Settings
from tests.browser import desks as full_desks
from tests.browser import looking, qinghe
from tests.browser.places import Place, Town, Visitor
from tests.databases import SQLiteFiles, rows
from tests.doors.kill import House, living

WIDE, NARROW = {"width": 1280, "height": 900}, {"width": 320, "height": 640}
LIMITS = {"TRACKING_TRIES_PER_ADDRESS_PER_HOUR": "10000", "MY_LETTERS_PER_ADDRESS_PER_HOUR": "1"}


@contextmanager
def open_town(sqlite_files: SQLiteFiles, folder: Path, *, desks: bool = False) -> Iterator[Town]:
    """The service with Qinghe in it, as a process of its own, where nearly nobody may ask for My letters.

    `desks`: with something on every desk of the staff, too.
    """
    url = sqlite_files.fresh()
    with rows(url) as session:
        city = qinghe.found(
            session, Settings(database_url=url, data_dir=folder, secret=qinghe.SECRET), broken=not desks
        )
        if desks:
            full_desks.add(city)
    house = House(url, folder, smtp_port=9)
    with pytest.MonkeyPatch.context() as patch:
        for name, value in LIMITS.items():
            patch.setenv(f"MAILBOX_{name}", value)
        with living(house):
            yield Town(f"http://127.0.0.1:{house.port}", city.numbers, city.tokens, city.published)


@dataclass
class Walk:
    """One visitor's way through the places; `faults` is what was found, each with where."""

    browser: Browser
    town: Town
    lang: str
    faults: list[str] = field(default_factory=list)
    looked_at: int = 0

    def through(self, places: Iterable[Place], check: Callable[[Page], list[str]]) -> list[str]:
        """Reach each place, see that it is the one meant and its markup is right, and check it."""
        context = self.browser.new_context(viewport=WIDE, locale="en-GB", reduced_motion="reduce")  # type: ignore[arg-type]
        page = context.new_page()
        page.set_default_timeout(20_000)
        answers = self._listen(page)
        for place in places:
            place.way(Visitor(page, self.town, self.lang))
            said = self._there(place, page, answers[-1]) + check(page)
            self.faults += [f"{self.lang} · {place.name}: {fault}" for fault in said]
            self.looked_at += 1
            page.evaluate("localStorage.clear()")
            context.clear_cookies()
            in_size(page, "m", WIDE)
        context.close()
        return self.faults

    def _listen(self, page: Page) -> list[Response]:
        """The pages that come; what the browser complains of, and what it asks of others, are faults."""
        answers: list[Response] = []
        page.on(
            "response",
            lambda r: answers.append(r) if r.request.is_navigation_request() and r.ok | (r.status >= 400) else None,
        )
        page.on("pageerror", lambda error: self.faults.append(f"{self.lang} · {page.url}: {error}"))
        page.on(
            "request",
            lambda r: None if r.url.startswith((self.town.home, "data:")) else self.faults.append(f"asks {r.url}"),
        )

        def heard(message: str) -> None:
            if "Failed to load resource" not in message:  # the page itself, with 404 and the like
                self.faults.append(f"{self.lang} · {page.url}: console: {message}")

        page.on("console", lambda message: heard(message.text))
        return answers

    def _there(self, place: Place, page: Page, answer: Response) -> list[str]:
        said = [] if answer.status == place.status else [f"status {answer.status}, not {place.status}"]
        if page.locator(place.sign).count() == 0:
            said.append(f"{place.sign} is not there, at {page.url}")
        return said + [f"html: {fault}" for fault in looking.valid(answer.text())]


def in_size(page: Page, size: str, viewport: dict[str, int]) -> None:
    """Show the page in another text size; the size is one word of the page's first tag, and nothing else."""
    page.evaluate(f"document.documentElement.dataset.size = '{size}'")
    page.set_viewport_size(viewport)  # type: ignore[arg-type]


def as_it_is(page: Page) -> list[str]:
    """At size M: axe, languages."""
    return looking.accessible(page) + looking.look(page, "languages")


def on_a_phone(page: Page) -> list[str]:
    """At 320 px, which is also 1280 px at 400 %, with large text: nothing lies beside the page."""
    in_size(page, "l", NARROW)
    return looking.look(page, "sideways") + looking.look(page, "targets")


def in_every_size(page: Page) -> list[str]:
    """Axe in S on a wide screen and L on a phone; reflow and targets."""
    in_size(page, "s", WIDE)
    small = looking.accessible(page) + looking.look(page, "targets")
    return small + on_a_phone(page) + looking.accessible(page)


def in_colours_and_sizes(page: Page) -> list[str]:
    """In every size on a wide screen and on a phone, light and dark: axe, reflow, targets."""
    faults: list[str] = []
    for colours in ("light", "dark"):
        page.emulate_media(color_scheme=colours)
        for size, viewport in (("s", WIDE), ("m", NARROW), ("l", NARROW)):
            in_size(page, size, viewport)
            found = looking.accessible(page) + looking.look(page, "sideways") + looking.look(page, "targets")
            faults += [f"{colours} {size}: {fault}" for fault in found]
    page.emulate_media(color_scheme="light")
    return faults


def by_keyboard(page: Page) -> list[str]:
    """In forced colours everything keeps its edge; on a phone each stop of the keyboard is seen."""
    in_size(page, "m", NARROW)
    page.emulate_media(forced_colors="active")
    edges = looking.look(page, "borders")
    page.emulate_media(forced_colors="none")
    return edges + looking.reachable(page)
