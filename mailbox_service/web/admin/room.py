"""What every administrators' page stands on: the guard, lists, and a thing with what is known of it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeVar

from litestar import Response
from litestar.handlers import HTTPRouteHandler
from litestar.response import Stream
from sqlmodel import Session

from mailbox_service.base import ids
from mailbox_service.base.language import LANGUAGES, in_brackets, in_language, say, say_refusal
from mailbox_service.base.refusals import Refused
from mailbox_service.city.tables import Department, RoleName, Topic
from mailbox_service.web import desk as desks
from mailbox_service.web import pages
from mailbox_service.web.desk import Desk, Door, frame
from mailbox_service.web.page import Link, Option, Page, Problem

HOME = "/admin"
Answer = TypeVar("Answer")


def hang(method: str, path: str, door: Door) -> HTTPRouteHandler:
    """A route that only an administrator passes."""

    async def guarded(desk: Desk) -> Response[bytes] | Stream:
        if not desk.viewer.has(RoleName.ADMINISTRATOR):
            raise Refused("not_yours")
        return await door(desk)

    guarded.__name__ = f"{door.__module__.rpartition('.')[2]}_{door.__name__}"
    return desks.hang(method, path, guarded)


def me(desk: Desk) -> int:
    """The administrator's number, for verbs that ask whether they are one."""
    return desk.viewer.person_id or 0


async def change(desk: Desk, work: Callable[[Session], Answer]) -> Answer:
    """Change the city, and let this machine know at once; others follow within half a minute."""
    done = await desk.write(work)
    desk.site.book.forget()
    desk.site.topics.forget()
    desk.site.chosen.forget()
    return done


def number_in(desk: Desk, name: str) -> int:
    """The row's id in the address.

    Raises:
        Refused: "not_found" when it can be none.
    """
    if (found := ids.read(desk.visit.word(name))) is None:
        raise Refused("not_found")
    return found


# --- Lists -----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Cell:
    """A piece of a row; `lang` when it is in another language than the page. A tone makes it a tag."""

    text: str
    lang: str = ""
    tone: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    """A row of a list; its first cell leads to `href`. `act` is the button at its end, its words and its value."""

    cells: Sequence[Cell]
    href: str = ""
    act: tuple[str, str] | None = None


@dataclass(frozen=True, slots=True)
class ListPage:
    """A list, with a search where it can be long, and a way to add to it."""

    page: Page
    lead: str
    heads: Sequence[str]
    lines: Sequence[Line]
    add: Link | None = None
    searches: bool = False
    words: str = ""
    ways: Sequence[Link] = ()
    more: str = ""
    acts: bool = False


def listed(
    desk: Desk,
    title: str,
    heads: Sequence[str],
    lines: Sequence[Line],
    *,
    lead: str = "",
    add: Link | None = None,
    searches: bool = False,
    ways: Sequence[Link] = (),
    more: str = "",
    problem: Problem | None = None,
) -> Response[bytes]:
    """The page of a list."""
    page = frame(desk, title, notice=notice(desk), problems=[problem] if problem else [])
    acts = any(line.act for line in lines)
    words = desk.asked("q") if searches else ""
    context = ListPage(page, lead, heads, lines, add, searches, words, ways, more, acts)
    return pages.html(desk.visit, "admin/list.html", context, status=422 if problem else 200)


def notice(desk: Desk) -> str:
    """What has just been done; "" when nothing was."""
    done = desk.asked("done") if desk.visit.method == "GET" else ""
    said = {
        "yes": say(desk.lang, "Saved."),
        "invited": say(desk.lang, "The invitation is on its way. Its link is good for seven days."),
        "waits": say(desk.lang, "Given. It counts as soon as another administrator confirms it."),
        "alone": say(desk.lang, "Given. It counts already; the auditors are told by mail."),
    }
    return said.get(done, "")


def fits(words: str, *texts: str) -> bool:
    """Whether the words searched for stand in one of these."""
    return not words or any(words.casefold() in text.casefold() for text in texts)


# --- One thing -------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Fact:
    """Something known of the thing; what is `fixed` is never changed on the form."""

    label: str
    value: str
    lang: str = ""
    fixed: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """A list within the thing's page."""

    title: str
    heads: Sequence[str]
    lines: Sequence[Line]
    nothing: str = ""


@dataclass(frozen=True, slots=True)
class Thing:
    """What is known of something, where to change it, and what can be done with it: (words, act, loses something)."""

    title: str
    path: str
    back: Link
    facts: Sequence[Fact]
    version: int
    lead: str = ""
    lang: str = ""
    ended: str = ""
    changes: bool = True
    acts: Sequence[tuple[str, str, bool]] = ()
    ways: Sequence[Link] = ()
    tables: Sequence[Table] = ()


@dataclass(frozen=True, slots=True)
class ThingPage:
    """The page of one thing."""

    page: Page
    thing: Thing


def shown(desk: Desk, thing: Thing, refused: Refused | None = None) -> Response[bytes]:
    """The page of one thing; with what was refused of it."""
    problems = [Problem("", said(desk, refused))] if refused else []
    page = frame(desk, thing.title, notice=notice(desk), problems=problems)
    status = 200 if refused is None else 409 if refused.code == "conflict" else 422
    return pages.html(desk.visit, "admin/thing.html", ThingPage(page, thing), status=status)


def said(desk: Desk, refused: Refused) -> str:
    """The refusal in the reader's language."""
    return say_refusal(desk.lang, refused, desk.site.zone)


# --- Words -----------------------------------------------------------------------------------


def spoken(lang: str, label: str, code: str) -> str:
    """What something is called in one language: Name (Korean)."""
    return in_brackets(lang, label, say(lang, f"language.{code}"))


def tag(code: str) -> str:
    """A language's tag for pages."""
    return LANGUAGES[code].tag if code in LANGUAGES else ""


def languages(codes: Sequence[str], lang: str) -> str:
    """Languages by their names."""
    return " · ".join(say(lang, f"language.{code}") for code in codes)


def named(desk: Desk, names: dict[str, str]) -> str:
    """A name as the reader reads it."""
    return in_language(names, desk.lang)


def office_options(desk: Desk, *, besides: int | None = None) -> list[Option]:
    """The open offices as answers of a select, in their order; without one, if it is named."""
    there = [office for office in desk.city.offices.values() if not office.closed_at and office.id != besides]
    return [Option(str(office.id), named(desk, office.name)) for office in sorted(there, key=_place)]


def topic_options(desk: Desk, topics: Sequence[Topic]) -> list[Option]:
    """The subject areas in use as answers, each below the one that it is part of: Transport, Transport › Buses."""
    found = []
    for area in (one for one in topics if one.parent_id is None):
        own = [one for one in (area, *(t for t in topics if t.parent_id == area.id)) if not one.retired_at]
        above = f"{named(desk, area.name)} › "
        found += [Option(str(one.id), ("" if one is area else above) + named(desk, one.name)) for one in own]
    return found


def _place(office: Department) -> tuple[int, int]:
    return office.position, office.id


def yes_or_no(desk: Desk, is_so: bool) -> str:
    """In a word."""
    return say(desk.lang, "Yes") if is_so else say(desk.lang, "No")
