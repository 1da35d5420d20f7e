"""A citizen at the service's door: the whole application on either database, asked over HTTP."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from html import unescape
from pathlib import Path
from typing import Any

import httpx
import pytest
from litestar import Litestar
from pydantic import SecretStr
from sqlmodel import Session, SQLModel, func, select

from mailbox_service.base.settings import Settings
from mailbox_service.tickets.tables import Ticket
from mailbox_service.web.site import Site
from tests.databases import rows
from tests.doors.hung import open_app
from tests.doors.staff.town import Town, found

LETTER = {
    "kind": "help",
    "topic": "",
    "subject": "The lamp at Linden Street 12 is dark",
    "text": "It has been dark for three days.\n\nPlease repair it.",
    "identity": "named",
    "name": "Carl Citizen",
    "email": "carl@example.org",
    "phone": "",
    "language": "en",
    "wants_reply": "yes",
    "act": "send",
}
HIDDEN = re.compile(r'<input type="hidden" name="([^"]+)" value="([^"]*)"')
CODE = re.compile(r'class="code"[^>]*>([^<]+)<')


@dataclass
class Citizen:
    """Somebody with a browser: keeps cookies, fills in forms as the pages give them."""

    app: Litestar
    web: httpx.AsyncClient
    url: str
    town: Town

    @property
    def site(self) -> Site:
        """The open house."""
        site: Site = self.app.state.site
        return site

    async def get(self, path: str, **more: Any) -> httpx.Response:
        """Look at a page."""
        return await self.web.get(path, **more)

    async def fill(self, path: str, **fields: str) -> dict[str, str]:
        """What the page's form would send, with these fields filled in."""
        page = await self.web.get(path)
        return {name: unescape(value) for name, value in HIDDEN.findall(page.text)} | fields

    async def send(self, path: str, **fields: str) -> httpx.Response:
        """Open the page, fill in its form, and press its button."""
        return await self.web.post(path, data=await self.fill(path, **fields))

    async def write(self, **changes: str) -> httpx.Response:
        """Send a letter."""
        return await self.send("/en/write", **(LETTER | changes))

    async def receipt(self, **changes: str) -> tuple[str, str]:
        """Send a letter; answers number and code as the receipt shows them."""
        answer = await self.write(**changes)
        assert answer.status_code == 303, answer.text
        number, code = CODE.findall((await self.get(answer.headers["location"])).text)
        return number, code

    async def opened(self, **changes: str) -> str:
        """Send a letter and open it with its code; answers the address of its page."""
        number, code = await self.receipt(**changes)
        answer = await self.send("/en/track", number=number, code=code)
        assert answer.status_code == 303, answer.text
        return str(answer.headers["location"])

    def rows(self) -> Any:
        """The database behind the doors."""
        return rows(self.url)

    def count(self, model: type[SQLModel] = Ticket) -> int:
        """How many rows there are."""
        with self.rows() as session:
            number: int = session.exec(select(func.count()).select_from(model)).one()
        return number

    async def life(self, number: str, *steps: tuple[Any, ...]) -> None:
        """Let others act on the letter: (who, verb, arguments…)."""

        def act(session: Session) -> None:
            for who, verb, *arguments in steps:
                self.town.act(session, number, who, verb, *arguments, now=self.now())

        await self.site.db.writing(act)

    def now(self) -> Any:
        """This moment."""
        from mailbox_service.base import clock

        return clock.now()


def words_of(page: httpx.Response) -> str:
    """A page's text without its tags."""
    return unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page.text)))


@asynccontextmanager
async def open_citizen(database_url: str, folder: Path, **changes: Any) -> AsyncIterator[Citizen]:
    """A citizen at a service with these settings; its forms may be sent as fast as a test is."""
    with rows(database_url) as session:
        town = found(session)
    facts: dict[str, Any] = {
        "database_url": database_url,
        "data_dir": folder,
        "secret": SecretStr("a secret of more than thirty-two characters"),
        "form_min_seconds": 0,
    }
    app: Any = open_app(Settings(**(facts | changes)))
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    try:
        async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1:8000") as web:
            yield Citizen(app, web, database_url, town)
    finally:
        await app.state.site.db.close()


@pytest.fixture
async def citizen(database_url: str, tmp_path: Path) -> AsyncIterator[Citizen]:
    """A citizen at the service's door; the test runs once on each kind of database."""
    async with open_citizen(database_url, tmp_path) as opened:
        yield opened
