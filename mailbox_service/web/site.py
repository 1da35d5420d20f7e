"""What every door stands on: the open house (`Site`), and one knock at it (`Visit`)."""

from __future__ import annotations

import ipaddress
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from litestar import Request
from litestar.datastructures import State
from litestar.exceptions import NotFoundException

from mailbox_service.base import tokens
from mailbox_service.base.db import Database
from mailbox_service.base.files import Files
from mailbox_service.base.language import LANGUAGES, choose
from mailbox_service.base.remembered import Remembered
from mailbox_service.base.settings import Settings
from mailbox_service.base.tables import Session as StaffSession
from mailbox_service.render import Renderer
from mailbox_service.tickets.actor import Actor
from mailbox_service.tickets.find.city import CityBook
from mailbox_service.tickets.find.queues import Queue
from mailbox_service.tickets.find.similar import Near
from mailbox_service.web.chosen import Chosen
from mailbox_service.web.front import Front
from mailbox_service.web.static import Assets
from mailbox_service.web.topics import Topics

SIZES = ("s", "m", "l")
COUNTS_FOR = 10.0  # seconds: so long may the numbers on the tabs miss what others do
BESIDE_FOR = 60.0  # and so long what lies beside a letter miss what has just come in or been published
RECENT_FOR = 600.0  # which letters count as recent; newer ones are among them
STANDING_FOR = 600.0  # who has gone on working; it is asked anew with each page
YEAR_SECONDS = 365 * 24 * 3600


class SetCookie(NamedTuple):
    """A cookie that leaves with the answer. Names and values are our own, of characters that need no quoting."""

    key: str
    value: str
    header: bytes


class Wanted(NamedTuple):
    """Which published letters fit a letter: of the writer's language and the letter's subject area, if it has one."""

    language: str
    subject: str
    topic_id: int | None


class Beside(NamedTuple):
    """What was found for a letter's page and costs more than the page: letters like it, published ones that fit.

    Ids alone: what of them somebody may see is asked for each page.
    """

    letter_id: int
    near: Sequence[Near]
    wanted: Wanted | None
    published: Sequence[int]


@dataclass(frozen=True, slots=True)
class Site:
    """Everything opened when the service starts, shared by all visits.

    `counted` remembers for each viewer the numbers on their tabs, `mail_waits` how much mail waits to be sorted;
    `beside` what is like a letter or fits it, by its number; `recent` from which letter on a search
    looks first; `standing` who was signed in, by the hash of their cookie: to look ahead for them.
    """

    settings: Settings
    db: Database
    book: CityBook
    files: Files
    render: Renderer
    assets: Assets
    topics: Topics
    front: Front
    chosen: Chosen
    counted: Remembered[Actor, Mapping[Queue, int]] = field(default_factory=lambda: Remembered(COUNTS_FOR))
    mail_waits: Remembered[Actor, int] = field(default_factory=lambda: Remembered(COUNTS_FOR))
    beside: Remembered[str, Beside] = field(default_factory=lambda: Remembered(BESIDE_FOR))
    recent: Remembered[str, str] = field(default_factory=lambda: Remembered(RECENT_FOR))
    standing: Remembered[str, Actor] = field(default_factory=lambda: Remembered(STANDING_FOR))

    @property
    def zone(self) -> ZoneInfo:
        """The city's time zone."""
        return self.book.zone

    @property
    def shown(self) -> Settings:
        """The settings that pages show: what the administrators chose stands before what the service began with."""
        return self.chosen.settings


class Visit(Request[Any, Any, State]):
    """One request. `staff` is the session of whoever is signed in, once `sessions.open_session` has found it."""

    @property
    def staff(self) -> StaffSession | None:
        """The session; the page of a refusal, which is another object's, finds it, too."""
        found: StaffSession | None = self.scope["state"].get("staff")
        return found

    @staff.setter
    def staff(self, session: StaffSession | None) -> None:
        self.scope["state"]["staff"] = session

    @cached_property
    def site(self) -> Site:
        """The open house."""
        site: Site = self.app.state.site
        return site

    @property
    def path(self) -> str:
        """The path of this address, without the query."""
        path: str = self.scope["path"]
        return path

    @cached_property
    def lang(self) -> str:
        """The language the address names; without one, what the visitor would be led to from "/".

        Found once, until a cookie is set: each word of a page asks for it.
        """
        code = self.path[1:].partition("/")[0]
        return code if code in LANGUAGES else self.preferred_language

    @property
    def preferred_language(self) -> str:
        """The language chosen before, else the browser's."""
        working = self.site.settings.working_language
        chosen = next((c.value for c in reversed(self.to_set) if c.key.endswith("language")), self.kept("language"))
        return choose((self.headers.get("accept-language") or "")[:500], chosen, default=working)

    @property
    def size(self) -> str:
        """The text size chosen before, else the middle one."""
        chosen = next((cookie.value for cookie in self.to_set if cookie.key.endswith("size")), self.kept("size"))
        return str(chosen) if chosen in SIZES else "m"

    def word(self, name: str) -> str:
        """A part of the address, such as the number in /letters/{number}.

        Raises:
            NotFoundException: when it holds what can't be printed (NUL bytes, say), as no address of ours does.
        """
        said = str(self.path_params[name])
        if not said.isprintable():
            raise NotFoundException
        return said

    def require_language(self) -> None:
        """Only the four languages have pages.

        Raises:
            NotFoundException: for any other word in the language's place.
        """
        if self.path_params.get("lang") not in LANGUAGES:
            raise NotFoundException

    # --- Cookies -----------------------------------------------------------------------------

    def kept(self, name: str) -> str:
        """What a cookie of ours holds; "" when there is none."""
        return self.cookies.get(_cookie_name(self.site.settings, name), "")

    def keep(self, name: str, value: str, seconds: int | None = None) -> None:
        """Send a cookie with the answer, until the browser closes or for so many seconds."""
        vars(self).pop("lang", None)
        self.to_set.append(_cookie(self.site.settings, name, value, seconds))

    def forget(self, name: str) -> None:
        """Take a cookie back with the answer."""
        self.to_set.append(_cookie(self.site.settings, name, "", 0))

    @property
    def to_set(self) -> list[SetCookie]:
        """The cookies that leave with the answer."""
        waiting: list[SetCookie] = self.scope["state"].setdefault("cookies", [])
        return waiting

    # --- Where it comes from -----------------------------------------------------------------

    @property
    def address(self) -> str:
        """The visitor's network address; behind trusted proxies the one the last of them saw."""
        address = self.client.host if self.client else ""
        trusted = self.site.settings.trusted_proxies
        if not trusted:
            return address
        for named in reversed((self.headers.get("x-forwarded-for") or "").split(",")):
            if not _is_among(address, trusted) or not _is_address(named.strip()):
                break
            address = named.strip()
        return address

    @property
    def mark(self) -> str:
        """The network address as the limits keep it."""
        return tokens.client_mark(self.site.settings.secret, self.address)


def _cookie_name(settings: Settings, name: str) -> str:
    return f"__Host-{name}" if settings.https else name


def _cookie(settings: Settings, name: str, value: str, seconds: int | None) -> SetCookie:
    key = _cookie_name(settings, name)
    age = "" if seconds is None else f"; Max-Age={seconds}"
    secure = "; Secure" if settings.https else ""
    return SetCookie(key, value, f"{key}={value}{age}; Path=/; HttpOnly; SameSite=Lax{secure}".encode("ascii"))


def _is_among(address: str, networks: tuple[ipaddress.IPv4Network | ipaddress.IPv6Network, ...]) -> bool:
    return _is_address(address) and any(ipaddress.ip_address(address) in network for network in networks)


def _is_address(text: str) -> bool:
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return False
    return True
