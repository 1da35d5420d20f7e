"""/published: letters and replies that everybody may read, by topic, office, month and language, and their search.

What is taken down is gone with the next request.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from urllib.parse import urlencode

from litestar import Response, get
from sqlmodel import Session

from mailbox_service.base import ids
from mailbox_service.base.language import LANGUAGES, in_language, month, say, say_many
from mailbox_service.city.tables import Department, Topic
from mailbox_service.tickets.find import public
from mailbox_service.tickets.find.public import Filters, Found, Line, Lines
from mailbox_service.web import pages
from mailbox_service.web.page import Group, Option, Page
from mailbox_service.web.site import Visit

MOST_CHARACTERS = 200
_MONTH = re.compile(r"(20[0-9]{2})-(0[1-9]|1[0-2])")


@dataclass(frozen=True, slots=True)
class Row:
    """One letter in the list; `about` is topic, office and month in words."""

    href: str
    subject: str
    lang: str
    about: str


@dataclass(frozen=True, slots=True)
class ListPage:
    """The search box, the filters, a page of letters. `rows` empty: what else one can do.

    `left_out` says that the address asks for a topic, an office, a month or a language there is none of.
    """

    page: Page
    query: str
    topics: Sequence[Group]
    topic: str
    offices: Sequence[Option]
    office: str
    months: Sequence[Option]
    month: str
    spoken: Sequence[Option]
    language: str
    narrowed: str
    left_out: str
    rows: Sequence[Row]
    total: str
    newer: str
    older: str
    feed: str
    indexed: bool


@dataclass(frozen=True, slots=True)
class Asked:
    """What the address asks for. `unknown`: some of it names nothing, and asks for nothing."""

    query: str
    topic: Topic | None
    office: Department | None
    month: date | None
    filters: Filters
    unknown: bool

    @property
    def is_plain(self) -> bool:
        """Whether it is the whole list."""
        return not self.query and not self.unknown and not self.filters.conditions()

    def address(self, lang: str, **more: str | int) -> str:
        """The list's address with the same wishes."""
        wishes: dict[str, str | int] = {
            "q": self.query,
            "topic": self.topic.id if self.topic else "",
            "office": self.office.id if self.office else "",
            "month": f"{self.month:%Y-%m}" if self.month else "",
            "language": self.filters.language or "",
        }
        return f"/{lang}/published?{urlencode({name: value for name, value in (wishes | more).items() if value})}"


@get("/{lang:str}/published")
async def published(request: Visit) -> Response[bytes]:
    """The list, newest first, or what a search finds in it."""
    request.require_language()
    visit, site = request, request.site
    topics = await site.topics.used(site.db)

    def read(session: Session) -> tuple[Asked, Lines | Found, Sequence[date], Sequence[Department]]:
        offices = list(site.book.open(session).offices.values())
        asked = _asked(visit, topics, offices)
        found: Lines | Found
        if asked.query:
            found = public.search(session, asked.query, asked.filters, before_id=_row_id(visit, "before"))
        else:
            older, newer = _word(visit, "older"), _word(visit, "newer")
            found = public.published(session, asked.filters, older=older, newer=newer)
        return asked, found, public.months(session), offices

    asked, found, months, offices = await site.db.reading(read)
    groups = await site.topics.groups(site.db, visit.lang)
    context = _list_page(visit, asked, found, months, (topics, groups, offices))
    answer = pages.html(visit, "public/published.html", context, cache=pages.OWN)
    if not context.indexed:
        answer.headers["X-Robots-Tag"] = "noindex"
    return answer


def _word(visit: Visit, name: str) -> str:
    return " ".join(str(visit.query_params.get(name, "")).replace("\0", "").split())[:MOST_CHARACTERS]


def _row_id(visit: Visit, name: str) -> int | None:
    return ids.read(_word(visit, name))


def _asked(visit: Visit, topics: Sequence[Topic], offices: Sequence[Department]) -> Asked:
    topic = next((one for one in topics if one.id == _row_id(visit, "topic")), None)
    office = next((one for one in offices if one.id == _row_id(visit, "office")), None)
    wanted = _MONTH.fullmatch(_word(visit, "month"))
    first = date(int(wanted[1]), int(wanted[2]), 1) if wanted else None
    below = [one.id for one in topics if topic.id in (one.id, one.parent_id)] if topic else None
    language = said if (said := _word(visit, "language")) in LANGUAGES else None
    understood = {"topic": topic, "office": office, "month": first, "language": language}
    unknown = any(found is None and _word(visit, name) for name, found in understood.items())
    filters = Filters(below, office.id if office else None, first, language)
    return Asked(_word(visit, "q"), topic, office, first, filters, unknown)


Choices = tuple[Sequence[Topic], Sequence[Group], Sequence[Department]]


def _list_page(visit: Visit, asked: Asked, found: Lines | Found, months: Sequence[date], choices: Choices) -> ListPage:
    lang = visit.lang
    topics, groups, offices = choices
    if isinstance(found, Found):
        newer = asked.address(lang) if _row_id(visit, "before") else ""
        older = asked.address(lang, before=found.before) if found.before else ""
        total = _total(lang, found.count) if found.lines else ""
    else:
        newer = asked.address(lang, newer=found.newer) if found.newer else ""
        older = asked.address(lang, older=found.older) if found.older else ""
        total = ""
    return ListPage(
        page=pages.frame(visit, say(lang, "Published letters")),
        query=asked.query,
        topics=groups,
        topic=str(asked.topic.id) if asked.topic else "",
        offices=[Option(str(one.id), in_language(one.name, lang)) for one in offices],
        office=str(asked.office.id) if asked.office else "",
        months=[Option(f"{first:%Y-%m}", month(first, lang)) for first in months],
        month=f"{asked.month:%Y-%m}" if asked.month else "",
        spoken=[Option(code, say(lang, f"language.{code}")) for code in LANGUAGES],
        language=asked.filters.language or "",
        narrowed=_narrowed(lang, asked),
        left_out=say(lang, "Part of the address names nothing here and was left out.") if asked.unknown else "",
        rows=[row(lang, line, topics, offices) for line in found.lines],
        total=total,
        newer=newer,
        older=older,
        feed=f"/{lang}/published.atom",
        indexed=asked.is_plain,
    )


def _narrowed(lang: str, asked: Asked) -> str:
    """The wishes in words, "" when there is none."""
    names = [in_language(one.name, lang) for one in (asked.topic, asked.office) if one]
    names += [month(asked.month, lang)] if asked.month else []
    names += [say(lang, f"language.{asked.filters.language}")] if asked.filters.language else []
    return " · ".join(names)


def _total(lang: str, count: int | None) -> str:
    if count is None:
        return say(lang, "More than 1,000 results")
    return say_many(lang, "%(count)s result", "%(count)s results", count)


def row(lang: str, line: Line, topics: Sequence[Topic], offices: Sequence[Department]) -> Row:
    """A line of the list, written."""
    return Row(
        href=f"/{lang}/published/{line.public_id}",
        subject=line.subject,
        lang=tag(line.letter_language),
        about=about(lang, line.topic_id, line.department_id, line.month, topics, offices),
    )


def about(
    lang: str,
    topic_id: int | None,
    department_id: int | None,
    first: date,
    topics: Sequence[Topic],
    offices: Sequence[Department],
) -> str:
    """Topic, office and month in words; what is unknown by now is left out."""
    topic = next((in_language(one.name, lang) for one in topics if one.id == topic_id), "")
    office = next((in_language(one.name, lang) for one in offices if one.id == department_id), "")
    return " · ".join(part for part in (topic, office, month(first, lang)) if part)


def tag(language: str) -> str:
    """A text's language as a page names it; "" when nobody knows."""
    return LANGUAGES[language].tag if language in LANGUAGES else language
