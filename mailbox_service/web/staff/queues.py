"""/staff: the letters that wait for somebody, tab by tab, most pressing first."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from urllib.parse import urlencode

from litestar import Response
from sqlmodel import Session

from mailbox_service.base.language import LANGUAGES, number, say, short_day
from mailbox_service.city import find as city
from mailbox_service.tickets.acts import Act
from mailbox_service.tickets.find import queues, staff
from mailbox_service.tickets.find.queues import Queue
from mailbox_service.tickets.find.staff import Filters, Line
from mailbox_service.tickets.tables.words import Kind, Status
from mailbox_service.web import pages
from mailbox_service.web.desk import HOME, Desk, frame, hang
from mailbox_service.web.page import Link, Option, Page
from mailbox_service.web.parts import Due
from mailbox_service.web.staff import due

TOLD = {
    *("route", "sign_for", "ask", "inform", "contribute", "recuse", "restrict"),
    *("submit_reply", "correct_reply", "approve", "send_back", "translate"),
}  # acts with a sentence of their own


@dataclass(frozen=True, slots=True)
class Row:
    """One line, written: with whom is the office and the colleague who has it."""

    number: str
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
    urgent: bool
    restricted: bool


@dataclass(frozen=True, slots=True)
class Choice:
    """One filter: its options and what is chosen."""

    name: str
    label: str
    options: Sequence[Option]
    value: str


@dataclass(frozen=True, slots=True)
class QueuesPage:
    """The tabs, the lines of one of them, and ways to more."""

    page: Page
    tabs: Sequence[Link]
    title: str
    queue: str
    rows: Sequence[Row]
    choices: Sequence[Choice]
    filtered: bool
    plain: str
    newer: str
    older: str
    next: Link | None


async def show(desk: Desk) -> Response[bytes]:
    """One queue; without a name in the address the first in which something waits."""
    theirs = queues.of(desk.viewer)
    filters = asked_filters(desk)

    def read(session: Session) -> tuple[Queue, Mapping[Queue, int], staff.Lines, Mapping[int, str]]:
        counts = staff.counts(session, desk.viewer, desk.today, desk.city.calendar)
        queue = _asked(desk) or next((one for one in theirs if counts.get(one)), Queue.ALL)
        lines = staff.lines(
            session,
            queue,
            desk.viewer,
            desk.today,
            desk.city.calendar,
            filters=filters,
            older=desk.asked("older"),
            newer=desk.asked("newer"),
        )
        return queue, counts, lines, names_of(session, lines.lines)

    queue, counts, lines, names = await desk.read(read)
    return pages.html(desk.visit, "staff/queues.html", _page(desk, queue, counts, lines, names, filters))


def _asked(desk: Desk) -> Queue | None:
    asked = desk.asked("queue")
    return Queue(asked) if asked in set(Queue) else None


def asked_filters(desk: Desk) -> Filters:
    """The filters of the address; a word that is none asks for nothing."""
    status, kind, language = desk.asked("status"), desk.asked("kind"), desk.asked("language")
    office = desk.asked("office")
    return Filters(
        status=Status(status) if status in set(Status) else None,
        kind=Kind(kind) if kind in set(Kind) else None,
        language=language if language.isalpha() and language.isascii() else None,
        department_id=int(office) if office.isascii() and office.isdigit() and len(office) < 19 else None,
        due_on=_day(desk.asked("due")),
    )


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def names_of(session: Session, lines: Sequence[Line]) -> Mapping[int, str]:
    """The names of the colleagues who handle these letters."""
    return city.names(session, [line.handler_id for line in lines if line.handler_id is not None])


def _page(
    desk: Desk,
    queue: Queue,
    counts: Mapping[Queue, int],
    lines: staff.Lines,
    names: Mapping[int, str],
    filters: Filters,
) -> QueuesPage:
    lang, kept = desk.lang, _kept(desk, queue)
    title = say(lang, f"queue.{queue.value}")
    waiting = next((one for one in queues.of(desk.viewer) if one is not queue and counts.get(one)), None)
    return QueuesPage(
        page=frame(desk, title, notice=notice(desk)),
        tabs=[_tab(desk, one, counts, queue) for one in queues.of(desk.viewer)],
        title=title,
        queue=queue.value,
        rows=[_row_of(queue, desk, line, names) for line in lines.lines],
        choices=_choices(desk, filters),
        filtered=bool(filters.conditions()),
        plain=f"{HOME}?queue={queue.value}",
        newer=f"{HOME}?{urlencode({**kept, 'newer': lines.newer})}" if lines.newer else "",
        older=f"{HOME}?{urlencode({**kept, 'older': lines.older})}" if lines.older else "",
        next=_tab(desk, waiting, counts, queue) if waiting else None,
    )


def _tab(desk: Desk, queue: Queue, counts: Mapping[Queue, int], current: Queue) -> Link:
    count = number(counts[queue], desk.lang) if queue in counts else ""
    return Link(say(desk.lang, f"queue.{queue.value}"), f"{HOME}?queue={queue.value}", queue is current, count)


def _kept(desk: Desk, queue: Queue) -> dict[str, str]:
    asked = {name: desk.asked(name) for name in ("status", "kind", "language", "office", "due")}
    return {"queue": queue.value} | {name: value for name, value in asked.items() if value}


def _choices(desk: Desk, filters: Filters) -> list[Choice]:
    lang = desk.lang
    statuses = [Option(one.value, say(lang, f"state.{one.value}")) for one in Status]
    kinds = [Option(one.value, say(lang, f"kind.{one.value}")) for one in Kind]
    languages = [Option(one, say(lang, f"language.{one}")) for one in ("zh", "en", "ja", "ko")]
    offices = [Option(str(id_), desk.office(id_)) for id_ in desk.city.offices]
    return [
        Choice("status", say(lang, "Status"), statuses, filters.status or ""),
        Choice("kind", say(lang, "Kind"), kinds, filters.kind or ""),
        Choice("language", say(lang, "Language"), languages, filters.language or ""),
        Choice("office", say(lang, "Office"), offices, str(filters.department_id or "")),
    ]


def _row_of(queue: Queue, desk: Desk, line: Line, names: Mapping[int, str]) -> Row:
    """A line; of a queue whose letters wait for one act, it leads to that act's page."""
    written = row(desk, line, names)
    return replace(written, href=f"{written.href}/publish") if queue is Queue.TO_PUBLISH else written


def row(desk: Desk, line: Line, names: Mapping[int, str]) -> Row:
    """A line of a list, written."""
    lang = desk.lang
    known = line.language in ("zh", "en", "ja", "ko")
    badge = due.badge(desk, line.status, line.due_on, provisional=line.provisional)
    return Row(
        number=line.number,
        href=f"/staff/tickets/{line.number}",
        subject=line.subject or say(lang, "Erased"),
        lang=tag(line.language),
        kind=say(lang, f"kind.{line.kind}"),
        language=say(lang, f"language.{line.language if known else 'other'}"),
        status=line.status.value,
        office=desk.office(line.lead_department_id),
        handler=names.get(line.handler_id or 0, ""),
        due=badge,
        office_due=short_day(line.office_due_on, lang) if line.office_due_on and badge else "",
        urgent=line.urgent,
        restricted=line.restricted,
    )


def tag(language: str) -> str:
    """The language of a text, as a page names it; "" when nobody knows."""
    return LANGUAGES[language].tag if language in LANGUAGES else language


def notice(desk: Desk) -> str:
    """What has just been done, named in the address by its act; "" for a word that is no act."""
    done = desk.asked("done")
    said = say(desk.lang, f"did.{done}") if done in TOLD else ""
    return said or (say(desk.lang, "did.other") if done in set(Act) else "")


doors = [hang("GET", HOME, show)]
