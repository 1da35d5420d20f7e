"""Every public door: what it asks, an address behind it, and a city in which each has something to show."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
from litestar.routes import HTTPRoute
from sqlmodel import func, select

from mailbox_service import tables
from mailbox_service.base import clock, tokens
from mailbox_service.base.language import LANGUAGES
from mailbox_service.guidance.tables import Section
from mailbox_service.mail import my_letters as post_room
from mailbox_service.mail.tables import Mail
from mailbox_service.tickets.life import handle, route
from tests.doors.public.conftest import Citizen
from tests.doors.public.publishing import a_published_letter
from tests.doors.public.test_guidance import publish

BEHIND = ("/staff", "/manager", "/admin")
WORDS = ["kind", "topic", "subject", "text", "identity", "name", "email", "phone", "language", "wants_reply", "consent",
         "once", "step"]  # fmt: skip


@dataclass(frozen=True)
class Door:
    """A public address that takes a form: an address behind it, its fields, and what it says to a form that is wrong.

    `wrong` None: there is nothing to fill in, the button alone acts. `may_be_empty`: every field is optional.
    """

    path: str
    fields: list[str] = field(default_factory=list)
    wrong: int | None = 422
    takes_files: bool = False
    may_be_empty: bool = False
    is_small: bool = False


LETTER = "/{lang:str}/letters/{number:str}"
TAKES_FORMS = {
    "/{lang:str}/write": [Door("/{lang}/write", WORDS, takes_files=True)],
    "/{lang:str}/write/steps": [Door("/{lang}/write/steps", WORDS, takes_files=True)],
    "/{lang:str}/write/fitting": [Door("/{lang}/write/fitting", ["kind", "subject", "text"], wrong=200, is_small=True)],
    "/{lang:str}/track": [Door("/{lang}/track", ["number", "code"])],
    "/{lang:str}/stop/{token:str}": [Door("/{lang}/stop/{stop}", wrong=None)],
    "/{lang:str}/my-letters": [Door("/{lang}/my-letters", ["email"])],
    "/{lang:str}/my-letters/{token:str}": [Door("/{lang}/my-letters/{mine}", ["open", "act"], wrong=200)],
    "/{lang:str}/guidance/{section:str}/{slug:str}": [Door("/{lang}/guidance/how_to/lamps", ["helped"], wrong=303)],
    f"{LETTER}/rate": [Door("/{lang}/letters/{done}/rate", ["satisfaction", "solved", "text"])],
    f"{LETTER}/contact": [Door("/{lang}/letters/{done}/contact", ["name", "email", "phone"], may_be_empty=True)],
    f"{LETTER}/takeaway": [Door("/{lang}/letters/{done}/takeaway", wrong=None)],
    f"{LETTER}/{{name:str}}": [
        Door("/{lang}/letters/{asked}/answer", ["text", "once"], takes_files=True),
        Door("/{lang}/letters/{done}/add", ["text", "once"], takes_files=True),
        *(Door(f"/{{lang}}/letters/{{done}}/{name}", ["text"]) for name in ("reopen", "review", "erase")),
        Door("/{lang}/letters/{asked}/withdraw", wrong=None),
        *(Door(f"/{{lang}}/letters/{{done}}/{name}", wrong=None) for name in ("restrict", "unpublish")),
    ],
}
SHOWS = {
    "/", "/{lang:str}", "/{lang:str}/size/{size:str}", "/{lang:str}/privacy", "/{lang:str}/accessibility",
    "/{lang:str}/guidance", "/{lang:str}/guidance/{section:str}", "/{lang:str}/search", "/{lang:str}/published",
    "/{lang:str}/published/{public_id:str}", "/{lang:str}/published.atom", "/sitemap.xml", "/robots.txt",
    "/{lang:str}/receipt", "/{lang:str}/link/{token:str}", LETTER, "/{lang:str}/leave", f"{LETTER}/files/{{file:str}}",
    "/{lang:str}/performance", "/{lang:str}/performance/data", "/open-data/{file:str}",
    "/static/{path:path}", "/demo/mail", "/{lang:str}/demo/mail", "/{lang:str}/demo/mail/{name:str}",
} | TAKES_FORMS.keys() - {"/{lang:str}/write/fitting"}  # fmt: skip
DOORS = [door for doors in TAKES_FORMS.values() for door in doors]
ASKING = [door for door in DOORS if door.wrong]


@dataclass
class Ready:
    """A citizen with one letter that is published and one that waits for an answer, and the words for addresses."""

    citizen: Citizen
    words: dict[str, str]
    keys: dict[str, str]

    def path(self, door: str, lang: str) -> str:
        """The address, and the letter it is about opened in this browser."""
        for name, key in self.keys.items():
            if f"{{{name}}}" in door:
                self.citizen.web.cookies.set("letter", key, domain="127.0.0.1")
        return door.format(lang=lang, **self.words)

    def counts(self) -> dict[str, int]:
        """How many rows each table has."""
        with self.citizen.rows() as session:
            return {
                table.name: session.exec(select(func.count()).select_from(table)).one()
                for table in tables.metadata.sorted_tables
            }

    def stored(self) -> list[Path]:
        """The files on the disk."""
        return [path for path in self.citizen.site.settings.files_dir.rglob("*") if path.is_file()]


async def made_ready(citizen: Citizen) -> Ready:
    done, public_id = await a_published_letter(citizen)
    secret, town = citizen.site.settings.secret, citizen.town
    publish(citizen, "lamps", Section.HOW_TO, **dict.fromkeys(LANGUAGES, ("Lamps", "Who repairs them.")))

    def ask(session: Any) -> tuple[str, dict[str, int], int]:
        number, now = town.letter(session, now=clock.now()), clock.now()
        town.act(session, number, "karl", route.route, town.offices["roads"], now=now)
        town.act(session, number, "dora", handle.ask, "Where is it?", now=now)
        post_room.ask(session, citizen.site.settings, "carl@example.org", "en", now=now)
        mail = session.exec(select(Mail.id).where(Mail.notice == "my_letters")).one()
        ids = {name: town.case(session, it).ticket.id for name, it in (("done", done), ("asked", number))}
        return number, ids, mail

    asked, ids, mail = await citizen.site.db.writing(ask)
    words = {"done": done, "asked": asked, "public_id": public_id,
             "stop": tokens.sign_link(secret, "stop", ids["done"], 1),
             "mine": tokens.sign_link(secret, "my letters", mail, 1)}  # fmt: skip
    await citizen.get("/en/track")  # the visitor's cookie
    return Ready(citizen, words, {name: tokens.sign_link(secret, "letter", id_, 1) for name, id_ in ids.items()})


def public_routes(app: Any) -> dict[str, set[str]]:
    """Every address that isn't behind the sign-in, and what it answers to."""
    found = {each.path: {*map(str, each.methods)} - {"OPTIONS"} for each in app.routes if isinstance(each, HTTPRoute)}
    return {path: methods for path, methods in found.items() if not path.startswith(BEHIND)}


def is_clear(answer: httpx.Response, lang: str) -> bool:
    """A whole page with a headline, in the language of its address."""
    return f'<html lang="{LANGUAGES[lang].tag}"' in answer.text and "<h1" in answer.text and "</html>" in answer.text


def example(ready: Ready, template: str, **parts: str) -> str:
    """An address that fits, a letter open where one is needed."""
    lang = parts.pop("lang", "ja")
    if template in TAKES_FORMS:
        return ready.path(TAKES_FORMS[template][0].path, lang)
    known = {"size": "l", "section": "how_to", "slug": "lamps", "public_id": "{public_id}", "token": "x" * 60,
             "number": "{done}", "file": "1", "path": "css/site.css", "name": "en"}  # fmt: skip
    filled = re.sub(r"\{(\w+):\w+\}", lambda part: lang if part[1] == "lang" else (known | parts)[part[1]], template)
    return ready.path(filled, lang)
