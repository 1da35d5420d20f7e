"""What every page behind the sign-in stands on: who is at the desk, the frame around their page, the way of an act.

A door is a coroutine of a `Desk`; `hang` makes a route of it that nobody passes without being signed in.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import date, datetime
from functools import lru_cache
from typing import NamedTuple, TypeVar
from urllib.parse import quote

from litestar import Response
from litestar.handlers import HTTPRouteHandler
from litestar.response import Stream
from sqlmodel import Session

from mailbox_service.base import clock
from mailbox_service.base.language import LANGUAGES, in_language, say
from mailbox_service.base.looks import Looks, Rows
from mailbox_service.city.tables import RoleName
from mailbox_service.guidance import write as guidance
from mailbox_service.mail import received
from mailbox_service.tickets.actor import Actor
from mailbox_service.tickets.case import City
from mailbox_service.web import forms, pages, sessions
from mailbox_service.web.forms import Form, TooOld
from mailbox_service.web.page import Alternate, Link, Page, Problem, Viewer, Ways
from mailbox_service.web.sessions import Ahead
from mailbox_service.web.site import SIZES, YEAR_SECONDS, Site, Visit

HOME = "/staff"
SIGN_IN = "/staff/sign-in"
SIGN_OUT = "/staff/sign-out"
ADMINISTRATION = "/admin"
ELSEWHERE = (
    "/staff/search",
    "/staff/enter",
    "/staff/post",
    "/staff/addresses",
    "/staff/deputies",
    "/staff/guidance",
    "/staff/incoming",
)  # sections of their own
INCOMING = "/staff/incoming"
READS_MAIL = received.READS
POSTS = (RoleName.CLERK, RoleName.OFFICER, RoleName.HEAD, RoleName.RESTRICTED_DESK)
MENDS_ADDRESSES = (RoleName.CLERK, RoleName.RESTRICTED_DESK, RoleName.SECOND_DESK)
NAMES_DEPUTIES = (RoleName.HEAD, RoleName.APPROVER)
READS_FIGURES = (RoleName.MANAGER, RoleName.AUDITOR, RoleName.HEAD)

Answer = TypeVar("Answer")


class Desk(NamedTuple):
    """One visit of somebody who is signed in. `city` is read once for it; `now` is the moment of the visit.

    `ahead` is what was looked up together with who they are, and `found` what that has brought.
    """

    visit: Visit
    viewer: Actor
    city: City
    now: datetime
    ahead: Ahead | None = None
    found: Rows | None = None

    @property
    def site(self) -> Site:
        """The open house."""
        return self.visit.site

    @property
    def lang(self) -> str:
        """The language they read."""
        return self.visit.lang

    @property
    def today(self) -> date:
        """The city's day."""
        return self.city.calendar.day_of(self.now)

    def asked(self, name: str) -> str:
        """A word of the address's query; "" when it isn't there."""
        return str(self.visit.query_params.get(name, ""))[:200]

    def asked_long(self, name: str) -> str:
        """A longer word of the query, such as a list of numbers."""
        return str(self.visit.query_params.get(name, ""))[:2000]

    def office(self, department_id: int | None) -> str:
        """An office's name as the viewer reads it; "" for none."""
        found = self.city.offices.get(department_id or 0)
        return in_language(found.name, self.lang) if found else ""

    async def look(self, looks: Looks, facts: Mapping[str, object], *, many: bool = False) -> Rows:
        """Look up few rows, by an index, or among `many`, unless they were found ahead."""
        if self.found and self.ahead and self.ahead.answers(looks, facts):
            return self.found
        db = self.site.db
        return await (db.look_through if many else db.look)(looks, facts)

    async def read(self, work: Callable[[Session], Answer], *, few: bool = False) -> Answer:
        """Look something up; `few` rows by an index."""
        return await self.site.db.reading(work, few=few)

    async def write(self, work: Callable[[Session], Answer]) -> Answer:
        """Do something, whole or not at all."""
        return await self.site.db.writing(work)

    async def form(self) -> Form:
        """What was sent, from a page of ours."""
        return await forms.read(self.visit)


Door = Callable[[Desk], Awaitable[Response[bytes] | Stream]]
LooksAhead = Callable[[Desk], Ahead | None]
Open = Callable[[Visit], Awaitable[Response[bytes] | Stream]]


def hang(method: str, path: str, door: Door, ahead: LooksAhead | None = None) -> HTTPRouteHandler:
    """A route that only somebody signed in passes.

    `ahead` tells what the door will ask `Desk.look`, so that it is asked together with who is signed in.
    """

    async def guarded(visit: Visit) -> Response[bytes] | Stream:
        desk = await _opened(visit, ahead)
        return await door(desk) if desk else await _to_sign_in(visit)

    return hang_open(method, path, guarded, door.__name__)


def hang_open(method: str, path: str, door: Open, name: str = "") -> HTTPRouteHandler:
    """A route without a guard: the sign-in itself."""

    async def handler(request: Visit) -> Response[bytes] | Stream:
        return await door(request)

    handler.__name__ = f"{name or door.__name__}_{method.lower()}"
    return HTTPRouteHandler(path, http_method=[method], status_code=200)(handler)  # type: ignore[list-item]


async def _opened(visit: Visit, looks_ahead: LooksAhead | None) -> Desk | None:
    book, now = visit.site.book, clock.now()
    city, known = book.at_hand, sessions.known(visit)
    ahead = looks_ahead(Desk(visit, known, city, now)) if looks_ahead and city and known else None
    signed_in = await sessions.open_ahead(visit, ahead)
    if signed_in is None:
        return None
    if city is None:
        city = await visit.site.db.reading(book.open)
    return Desk(visit, signed_in.who, city, now, ahead, signed_in.found)


async def _to_sign_in(visit: Visit) -> Response[bytes]:
    """Signed out meanwhile: back to the same page after signing in; what a form held is shown, to be sent again."""
    if visit.method == "POST":
        raise TooOld(await forms.read(visit), foreign=False)
    query = visit.scope["query_string"].decode("latin-1")
    return pages.see_other(f"{SIGN_IN}?back={quote(visit.path + ('?' + query if query else ''), safe='/')}")


# --- Pages -----------------------------------------------------------------------------------


def frame(
    desk: Desk,
    title: str,
    *,
    form_id: str | None = None,
    form_act: str = "",
    notice: str = "",
    problems: Sequence[Problem] = (),
) -> Page:
    """The frame of a staff page: sections by role, who is signed in, the same address in another language."""
    offices = [role.department_id for role in desk.viewer.roles if role.department_id]
    viewer = Viewer(desk.viewer.name, desk.office(offices[0]) if offices else "", SIGN_OUT, desk.viewer.shortcuts)
    return pages.frame(
        desk.visit,
        title,
        ways=ways(desk.visit, HOME, _sections(desk.viewer, desk.lang, desk.visit.path)),
        form_id=form_id,
        form_act=form_act,
        notice=notice,
        problems=problems,
        viewer=viewer,
    )


def ways(visit: Visit, home: str, nav: tuple[Link, ...] = ()) -> Ways:
    """Where a page leads whose address names no language."""
    return Ways(home, _alternates(visit.lang, pages.here(visit)), nav)


@lru_cache(maxsize=pages.ADDRESSES)
def _alternates(lang: str, address: str) -> tuple[Alternate, ...]:
    back = quote(address, safe="/")
    return tuple(
        Alternate(known.code, known.name, known.tag, f"/staff/language/{known.code}?back={back}", known.code == lang)
        for known in LANGUAGES.values()
    )


@lru_cache(maxsize=pages.ADDRESSES)
def _sections(viewer: Actor, lang: str, path: str) -> tuple[Link, ...]:
    letters = path.startswith(HOME) and not path.startswith(ELSEWHERE)
    links = [Link(say(lang, "Letters"), HOME, letters)]
    links.append(Link(say(lang, "Search"), "/staff/search", path == "/staff/search"))
    if viewer.has(RoleName.CLERK):
        links.append(Link(say(lang, "Enter a letter"), "/staff/enter", path.startswith("/staff/enter")))
    if any(viewer.has(role) for role in READS_MAIL):
        links.append(Link(say(lang, "Mail to sort"), INCOMING, path.startswith(INCOMING)))
    if any(viewer.has(role) for role in POSTS):
        links.append(Link(say(lang, "Replies to post"), "/staff/post", path == "/staff/post"))
    if any(viewer.has(role) for role in MENDS_ADDRESSES):
        links.append(Link(say(lang, "Addresses that don’t work"), "/staff/addresses", path == "/staff/addresses"))
    if any(role.name in NAMES_DEPUTIES and role.stands_for is None for role in viewer.roles):
        links.append(Link(say(lang, "My deputy"), "/staff/deputies", path == "/staff/deputies"))
    if any(viewer.has(role) for role in READS_FIGURES):
        links.append(Link(say(lang, "Overview"), "/manager", path.startswith("/manager")))
    if guidance.may_write(viewer):
        links.append(Link(say(lang, "Guidance"), "/staff/guidance", path.startswith("/staff/guidance")))
    if viewer.has(RoleName.ADMINISTRATOR):
        links.append(Link(say(lang, "Administration"), ADMINISTRATION, path.startswith(ADMINISTRATION)))
    return tuple(links)


def switched(visit: Visit, form: Form) -> bool:
    """Whether the form was sent by a switch of language or size, which is done then: show it again as it was."""
    what, _, value = form.line("switch").partition(":")
    if what == "lang" and value in LANGUAGES:
        speak(visit, value)
        return True
    if what == "size" and value in SIZES:
        visit.keep("size", value, YEAR_SECONDS)
        return True
    return False


def speak(visit: Visit, code: str) -> None:
    """Show this answer and the pages after it in that language."""
    visit.keep("language", code, YEAR_SECONDS)
