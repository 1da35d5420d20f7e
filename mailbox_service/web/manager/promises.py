"""Promises about to break: the letters due today or on the next working day, and those that are late, longest first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal
from urllib.parse import urlencode

from sqlmodel import Session

from mailbox_service.base.language import LANGUAGES, say, short_day
from mailbox_service.tickets import deadlines
from mailbox_service.tickets.find import lists, queues
from mailbox_service.tickets.find.lists import Filters, Line
from mailbox_service.tickets.find.queues import Queue
from mailbox_service.web.manager.asking import Asked
from mailbox_service.web.parts import Due

SHOWN = 6


@dataclass(frozen=True, slots=True)
class Letter:
    """One promise: the letter, with whom it is, and how long there is left."""

    number: str
    href: str
    subject: str
    lang: str
    kind: str
    office: str
    due: Due


@dataclass(frozen=True, slots=True)
class Promises:
    """The first of each list, and the way to all of it in the queues; `shown` unless the reader sees no letters."""

    shown: bool
    soon: Sequence[Letter]
    late: Sequence[Letter]
    soon_href: str
    late_href: str


def read(session: Session, asked: Asked) -> tuple[Sequence[Line], Sequence[Line]]:
    """The most pressing lines of both lists, among the letters that the reader sees."""
    desk, viewer = asked.desk, asked.desk.viewer
    if not asked.reader.sees_letters:
        return (), ()
    calendar, today = desk.city.calendar, desk.today
    soon = _filters(asked, today, calendar.after(today, 1))
    late = _filters(asked, None, today - timedelta(days=1))
    found = [
        lists.lines(session, Queue.ALL, viewer, today, calendar, filters=filters, limit=SHOWN)
        for filters in (soon, late)
    ]
    return found[0].lines, found[1].lines


def _filters(asked: Asked, first: date | None, last: date) -> Filters:
    part = asked.slice
    return Filters(
        kind=part.kind,
        language=part.language,
        department_id=part.office,
        topic_id=part.topic,
        channel=part.channel,
        due_from=first,
        due_to=last,
    )


def drawn(asked: Asked, soon: Sequence[Line], late: Sequence[Line]) -> Promises:
    """Both lists, written."""
    today = asked.desk.today
    dates = {"from": f"{today}", "to": f"{asked.desk.city.calendar.after(today, 1)}"}
    return Promises(
        asked.reader.sees_letters,
        [_letter(asked, line) for line in soon],
        [_letter(asked, line) for line in late],
        queue(asked, Queue.ALL, **dates),
        queue(asked, Queue.LATE),
    )


def queue(asked: Asked, name: queues.Queue, **more: str) -> str:
    """The queue of the same part of the letters; "" for a reader who sees none."""
    if not asked.reader.sees_letters:
        return ""
    part = {each.value: str(key) for each, key in asked.slice.filters.items()}
    return f"/staff?{urlencode({'queue': name.value, **part, **more})}"


def _letter(asked: Asked, line: Line) -> Letter:
    lang = asked.lang
    return Letter(
        number=line.number,
        href=f"/staff/tickets/{line.number}",
        subject=line.subject or say(lang, "Erased"),
        lang=LANGUAGES[line.language].tag if line.language in LANGUAGES else line.language,
        kind=say(lang, f"kind.{line.kind.value}"),
        office=asked.desk.office(line.lead_department_id),
        due=_due(asked, line),
    )


def _due(asked: Asked, line: Line) -> Due:
    calendar, today = asked.desk.city.calendar, asked.desk.today
    level: Literal["soon", "late"] = "late" if deadlines.is_late(line.due_on, today) else "soon"
    days = calendar.between(today, line.due_on)
    if level == "late":
        days = max(1, deadlines.working_days_late(calendar, line.due_on, today))
    written = short_day(line.due_on, asked.lang)
    return Due(level, days, line.due_on.isoformat(), written, line.provisional)
