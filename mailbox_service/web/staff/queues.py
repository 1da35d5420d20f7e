"""/staff: the letters that wait for somebody, tab by tab, most pressing first."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from functools import lru_cache
from typing import NamedTuple
from urllib.parse import urlencode

from litestar import Response

from mailbox_service.base.language import LANGUAGES, in_language, number, say, say_many
from mailbox_service.city import find as city
from mailbox_service.desk import lists as lists_with_views
from mailbox_service.mail import received
from mailbox_service.tickets.acts import Act
from mailbox_service.tickets.case import City
from mailbox_service.tickets.find import lists, queues, staff
from mailbox_service.tickets.find.lists import Filters, Line, Lines
from mailbox_service.tickets.find.queues import Queue
from mailbox_service.web import pages
from mailbox_service.web.desk import HOME, INCOMING, Desk, frame, hang
from mailbox_service.web.page import Link, Page
from mailbox_service.web.parts import Due, StepDue
from mailbox_service.web.sessions import Ahead
from mailbox_service.web.staff import bulk, due, filters, stages, views
from mailbox_service.web.staff.bulk import Offer
from mailbox_service.web.staff.filters import Chip, Choice
from mailbox_service.web.staff.views import View

NEWEST = "newest"
ROWS, TABS = 2_048, 1_024  # written ones that are kept, some hundred bytes each
TOLD = {
    *("route", "sign_for", "ask", "inform", "contribute", "recuse", "restrict"),
    *("submit_reply", "correct_reply", "approve", "send_back", "translate"),
}  # acts with a sentence of their own


class Row(NamedTuple):
    """One line, written: with whom is the office and the colleague who has it."""

    number: str
    version: int
    href: str
    subject: str
    lang: str
    kind: str
    language: str
    status: str
    office: str
    handler: str
    due: Due | None
    office_due: str
    step: StepDue | None
    urgent: bool
    restricted: bool


class QueuesPage(NamedTuple):
    """The tabs, the lines of one of them, and ways to more."""

    page: Page
    tabs: tuple[Link, ...]
    title: str
    queue: str
    rows: Sequence[Row]
    choices: Sequence[Choice]
    typed: Mapping[str, str]
    chips: Sequence[Chip]
    sorts: Sequence[Link]
    plain: str
    query: str
    newer: str
    older: str
    next: Link | None
    views: Sequence[View]
    bulk: Offer
    selected: Sequence[str]
    mail: Link | None


class _Found(NamedTuple):
    """What the database brings, and what is known."""

    queue: Queue
    filters: Filters
    counts: Mapping[Queue, int]
    lines: Lines
    names: Mapping[int, str]
    views: Sequence[View]
    bulk: Offer
    mail: int


async def show(desk: Desk) -> Response[bytes]:
    """One queue; without a name in the address the first in which something waits."""
    counts = await _counts(desk)
    queue = _queue(desk, counts)
    asked = _asked(desk, queue)
    rows = await desk.look(lists_with_views.looks(asked.shape), asked.facts)
    lines, saved = lists_with_views.read(asked.shape, rows)
    names, offered = await handlers(desk, lines.lines), bulk.offer(desk, queue)
    mail = await _mail_waits(desk)
    found = _Found(queue, asked.shape.filters, counts, lines, names, views.drawn(desk, saved), offered, mail)
    return pages.html(desk.visit, "staff/queues.html", _page(desk, found))


def _ahead(desk: Desk) -> Ahead:
    asked = _asked(desk, _queue(desk, _counted(desk) or {}))
    return Ahead(lists_with_views.looks(asked.shape), asked.facts)


def _queue(desk: Desk, counts: Mapping[Queue, int]) -> Queue:
    named = _QUEUES.get(desk.asked("queue"))
    return named or next((one for one in queues.of(desk.viewer) if counts.get(one)), Queue.ALL)


def _asked(desk: Desk, queue: Queue) -> lists.Page:
    return lists.page(
        queue,
        desk.viewer,
        desk.today,
        desk.city.calendar,
        here=desk.site.db.is_sqlite,
        filters=filters.asked(desk),
        newest_first=desk.asked("sort") == NEWEST,
        older=desk.asked("older"),
        newer=desk.asked("newer"),
    )


async def _counts(desk: Desk) -> Mapping[Queue, int]:
    """The tabs' numbers, counted unless that was done a moment ago."""
    known = _counted(desk)
    if known is None:
        known = await desk.read(lambda session: staff.counts(session, desk.viewer, desk.today, desk.city.calendar))
        desk.site.counted.keep(desk.viewer, known)
    return known


async def _mail_waits(desk: Desk) -> int:
    """How much mail waits to be sorted, as of a moment ago."""
    known = desk.site.mail_waits.get(desk.viewer)
    if known is None:
        known = await desk.read(lambda session: received.waiting(session, desk.viewer))
        desk.site.mail_waits.keep(desk.viewer, known)
    return known


def _counted(desk: Desk) -> Mapping[Queue, int] | None:
    """The tabs' numbers of a moment ago; None when they are too old, or when the viewer has just changed them."""
    has_acted = any(desk.asked(name) for name in ("done", "again", "view"))
    return None if has_acted else desk.site.counted.get(desk.viewer)


_QUEUES = {queue.value: queue for queue in Queue}


async def handlers(desk: Desk, lines: Sequence[Line]) -> Mapping[int, str]:
    """The names of the colleagues who handle these letters."""
    theirs = {line.handler_id for line in lines if line.handler_id is not None}
    if theirs <= desk.city.names.keys():
        return desk.city.names
    return await desk.read(lambda session: city.names(session, theirs))


def _page(desk: Desk, found: _Found) -> QueuesPage:
    lang, queue, lines = desk.lang, found.queue, found.lines
    title, theirs = say(lang, f"queue.{queue.value}"), queues.of(desk.viewer)
    where = {"queue": queue.value} | ({"sort": NEWEST} if desk.asked("sort") == NEWEST else {})
    applied = filters.applied(found.filters)
    choices = filters.choices(desk, applied)
    kept = where | applied
    waiting = next((one for one in theirs if one is not queue and found.counts.get(one)), None)
    return QueuesPage(
        page=frame(desk, title, notice=notice(desk)),
        tabs=tuple(_tab(desk, one, found.counts, queue) for one in theirs),
        title=title,
        queue=queue.value,
        rows=_rows_of(queue, desk, lines.lines, found.names),
        choices=choices,
        typed={name: applied.get(name, "") for name in ("from", "to", "text", "tag", "due")},
        chips=filters.chips(desk, HOME, where, applied, choices),
        sorts=_sorts(desk, queue, applied),
        plain=f"{HOME}?queue={queue.value}",
        query=urlencode(kept),
        newer=f"{HOME}?{urlencode({**kept, 'newer': lines.newer})}" if lines.newer else "",
        older=f"{HOME}?{urlencode({**kept, 'older': lines.older})}" if lines.older else "",
        next=_tab(desk, waiting, found.counts, queue) if waiting else None,
        views=found.views,
        bulk=found.bulk,
        selected=desk.asked_long("again").split(","),
        mail=_mail(desk, found.mail),
    )


def _mail(desk: Desk, waiting: int) -> Link | None:
    """That mail waits which nobody could place; None when none does."""
    if not waiting:
        return None
    one, many = "%(count)s message waits to be sorted", "%(count)s messages wait to be sorted"
    return Link(say_many(desk.lang, one, many, waiting), INCOMING)


def _tab(desk: Desk, queue: Queue, counts: Mapping[Queue, int], current: Queue) -> Link:
    return _tab_of(desk.lang, queue, counts.get(queue, -1), queue is current)


@lru_cache(maxsize=TABS)
def _tab_of(lang: str, queue: Queue, count: int, is_current: bool) -> Link:
    most = number(staff.COUNTED, lang)
    written = f"{most}+" if count > staff.COUNTED else number(count, lang) if count >= 0 else ""
    return Link(say(lang, f"queue.{queue.value}"), f"{HOME}?queue={queue.value}", is_current, written)


def _sorts(desk: Desk, queue: Queue, applied: Mapping[str, str]) -> list[Link]:
    """By due date, or newest first; what has ended has but one order."""
    if queue is Queue.ENDED:
        return []
    is_newest, kept = desk.asked("sort") == NEWEST, {"queue": queue.value} | dict(applied)
    return [
        Link(say(desk.lang, "By due date"), f"{HOME}?{urlencode(kept)}", not is_newest),
        Link(say(desk.lang, "Newest first"), f"{HOME}?{urlencode({**kept, 'sort': NEWEST})}", is_newest),
    ]


def _rows_of(queue: Queue, desk: Desk, lines: Sequence[Line], names: Mapping[int, str]) -> list[Row]:
    """The lines; of a queue whose letters wait for one act, they lead to that act's page."""
    written = rows(desk, lines, names)
    if queue is not Queue.TO_PUBLISH:
        return written
    return [row._replace(href=f"{row.href}/publish") for row in written]


def rows(desk: Desk, lines: Sequence[Line], names: Mapping[int, str]) -> list[Row]:
    """The lines of a list, written."""
    lang, city, today = desk.lang, desk.city, desk.today
    return [_written(line, lang, city, today, names.get(line.handler_id or 0, "")) for line in lines]


@lru_cache(maxsize=ROWS)
def _written(line: Line, lang: str, city: City, today: date, handler: str) -> Row:
    """What was written before of the same line, on the same day and for the same city, is not written again."""
    known = line.language in LANGUAGES
    office = city.offices.get(line.lead_department_id or 0)
    badge = due.badge(
        city.calendar, today, lang, line.status, line.due_on, provisional=line.provisional, remaining=line.remaining
    )
    return Row(
        number=line.number,
        version=line.version,
        href=f"/staff/tickets/{line.number}",
        subject=line.subject or say(lang, "Erased"),
        lang=tag(line.language),
        kind=say(lang, f"kind.{line.kind}"),
        language=say(lang, f"language.{line.language if known else 'other'}"),
        status=line.status.value,
        office=in_language(office.name, lang) if office else "",
        handler=handler,
        due=badge,
        office_due=due.office(line.office_due_on, badge, lang),
        step=stages.of_line(city, today, lang, line),
        urgent=line.urgent,
        restricted=line.restricted,
    )


def tag(language: str) -> str:
    """The language of a text, as a page names it; "" when nobody knows."""
    return LANGUAGES[language].tag if language in LANGUAGES else language


def notice(desk: Desk) -> str:
    """What has just been done, named in the address by its act; "" for a word that is no act."""
    done = desk.asked("done")
    if desk.asked("view") == "saved":
        return say(desk.lang, "views.saved")
    said = say(desk.lang, f"did.{done}") if done in TOLD else ""
    return said or (say(desk.lang, "did.other") if done and done in set(Act) else "")


doors = [hang("GET", HOME, show, _ahead)]
