"""The whole application on either database, and staff who are signed in at its doors."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from html import unescape
from pathlib import Path
from typing import Any, cast

import httpx
from litestar import Litestar
from pydantic import SecretStr
from sqlmodel import Session

from mailbox_service.base import clock
from mailbox_service.base.language import words
from mailbox_service.base.settings import Settings
from mailbox_service.jobs import figures
from mailbox_service.tickets.case import Case
from mailbox_service.web.site import Site
from tests.databases import rows
from tests.doors.hung import open_app
from tests.doors.staff.town import PASSWORD, Town, found

TAG = re.compile(r"<(input|textarea|button|select)\b([^>]*)>", re.DOTALL)
ATTRIBUTE = re.compile(r'([\w-]+)="([^"]*)"')
TEXTAREA = re.compile(r'<textarea[^>]*name="([^"]+)"[^>]*>\n?(.*?)</textarea>', re.DOTALL)
CHOSEN = re.compile(r'<select[^>]*name="([^"]+)"(.*?)</select>', re.DOTALL)
SELECTED = re.compile(r'<option value="([^"]*)" selected')


@dataclass
class Member:
    """Somebody of the cast with a browser of their own."""

    web: httpx.AsyncClient

    async def get(self, path: str, **more: Any) -> httpx.Response:
        """Look at a page."""
        return await self.web.get(path, **more)

    async def fill(self, path: str, **fields: str) -> dict[str, str]:
        """What the page's main form would send, with these fields filled in."""
        return filled((await self.web.get(path)).text) | fields

    async def send(self, path: str, /, **fields: str) -> httpx.Response:
        """Open the page, fill in its form, and press its button."""
        return await self.web.post(path, data=await self.fill(path, **fields))

    async def done(self, path: str, /, **fields: str) -> httpx.Response:
        """The same, and it must have worked."""
        answer = await self.send(path, **fields)
        assert answer.status_code == 303, words_of(answer)
        return answer


def filled(page: str) -> dict[str, str]:
    """The values the page's forms begin with."""
    fields: dict[str, str] = {}
    for tag, inside in TAG.findall(page):
        attributes = dict(ATTRIBUTE.findall(inside))
        if tag != "input" or "name" not in attributes:
            continue
        if attributes.get("type") in ("radio", "checkbox") and " checked" not in inside:
            continue
        fields[attributes["name"]] = unescape(attributes.get("value", ""))
    fields |= {name: unescape(text) for name, text in TEXTAREA.findall(page)}
    for name, options in CHOSEN.findall(page):
        fields[name] = next(iter(SELECTED.findall(options)), "")
    return fields


def words_of(page: httpx.Response) -> str:
    """A page's text without its tags."""
    return unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page.text)))


def says(page: httpx.Response, code: str) -> bool:
    """Whether an English page says why it was refused."""
    return str(words("en").gettext(f"refused.{code}")) in words_of(page)


@dataclass
class House:
    """The service, its city, and everybody's browsers."""

    app: Litestar
    url: str
    town: Town
    browsers: AsyncExitStack = field(default_factory=AsyncExitStack)

    @property
    def site(self) -> Site:
        """The open house."""
        site: Site = self.app.state.site
        return site

    async def visitor(self, lang: str = "en") -> Member:
        """Somebody who is not signed in."""
        transport = httpx.ASGITransport(cast(Any, self.app), raise_app_exceptions=False)
        web = httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1:8000")
        web.cookies.set("language", lang, domain="127.0.0.1", path="/")
        return Member(await self.browsers.enter_async_context(web))

    async def member(self, name: str, lang: str = "en") -> Member:
        """Somebody of the cast, signed in."""
        member = await self.visitor(lang)
        await member.done("/staff/sign-in", email=f"{name}@qinghe.example", password=PASSWORD)
        return member

    async def letter(self, subject: str = "A lamp is dark", *steps: tuple[Any, ...], **more: Any) -> str:
        """A letter that has gone these steps: (who, verb, arguments…). Answers its number."""

        def make(session: Session) -> str:
            number = self.town.letter(session, subject, now=clock.now(), **more)
            for who, verb, *arguments in steps:
                self.town.act(session, number, who, verb, *arguments, now=clock.now())
            return number

        return await self.site.db.writing(make)

    async def act(self, number: str, who: str, verb: Any, *arguments: Any, **more: Any) -> None:
        """Somebody acts on a letter, without a door."""
        await self.site.db.writing(
            lambda session: self.town.act(session, number, who, verb, *arguments, now=clock.now(), **more)
        )

    async def counted(self) -> None:
        """Let the figures catch up with the letters."""
        await figures.figures(self.site.db, self.site.settings, self.site.book)

    async def case(self, number: str) -> Case:
        """A letter, whole."""
        return await self.site.db.reading(lambda session: self.town.case(session, number))


@asynccontextmanager
async def open_house(
    database_url: str, folder: Path, town: Town | None = None, **settings: Any
) -> AsyncIterator[House]:
    """The service with the town in its database; with one that is there already when it is given."""
    if town is None:
        with rows(database_url) as session:
            town = found(session)
    app = open_app(
        Settings(
            database_url=database_url,
            data_dir=folder,
            secret=SecretStr("a secret of more than thirty-two characters"),
            **{"form_min_seconds": 0, "second_factor_for": (), **settings},
        )
    )
    house = House(app, database_url, town)
    async with house.browsers:
        yield house
    await house.site.db.close()
