"""/admin/calendar/day and /import: one day corrected, or a year brought in; then which letters' dates move; then saved.

Between the steps everything lies in the form. Whoever saves over a calendar that somebody else has changed meanwhile is
shown what would follow now, and saves again.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

from litestar import Response
from sqlmodel import Session

from mailbox_service.base.language import say
from mailbox_service.base.refusals import Refused
from mailbox_service.city import calendar_file, calendars, find
from mailbox_service.city.calendars import Draft
from mailbox_service.city.tables import Way
from mailbox_service.web import pages
from mailbox_service.web.admin import calendar_check, calendar_taking, editing, room
from mailbox_service.web.admin.calendar import PATH
from mailbox_service.web.admin.editing import Ask, Editing, FormPage, Values
from mailbox_service.web.desk import Desk, frame, switched
from mailbox_service.web.page import Option, Problem

WORKS, FREE, BY_WEEKDAY = "works", "free", "weekday"
KINDS = {WORKS: True, FREE: False, BY_WEEKDAY: None}


@dataclass(frozen=True, slots=True)
class Read:
    """What was understood of a form: the change, or what is wrong with it."""

    draft: Draft | None
    problems: Sequence[Problem] = ()


Understand = Callable[[Desk, Values], Read]


# --- One day ---------------------------------------------------------------------------------


def _day_form(desk: Desk) -> Editing:
    lang = desk.lang
    kinds = [
        Option(WORKS, say(lang, "A working day")),
        Option(FREE, say(lang, "A day off")),
        Option(BY_WEEKDAY, say(lang, "As the weekday says")),
    ]
    year = desk.asked("year")
    return Editing(
        title=say(lang, "Change one day"),
        path=f"{PATH}/day",
        back=f"{PATH}/{year}" if year.isascii() and year.isdigit() else PATH,
        asks=[
            Ask("day", say(lang, "Which day"), "date"),
            Ask("kind", say(lang, "What it is"), "select", kinds),
            Ask("source", say(lang, "Why, or from where"), hint=say(lang, "Every administrator and auditor reads it.")),
        ],
        stored={"day": "", "kind": FREE, "source": ""},
        save=lambda _session, _values, _version: PATH,
        lead=say(lang, "For a year that was announced anew, or a day that the city decides itself."),
    )


def _day_read(desk: Desk, values: Values) -> Read:
    lang = desk.lang
    try:
        on = date.fromisoformat(values["day"])
    except ValueError:
        return Read(None, [Problem("day", say(lang, "Name a day, such as 2027-01-04."))])
    if values["kind"] not in KINDS:
        return Read(None, [Problem("kind", say(lang, "Choose what the day is."))])
    return Read(Draft(on.year, {on: KINDS[values["kind"]]}, Way.TYPED, values["source"], whole=False))


# --- A year ----------------------------------------------------------------------------------


def _year_form(desk: Desk) -> Editing:
    lang, year = desk.lang, editing.whole(desk.asked("year"))
    known = dict(calendars.days_of(desk.city.calendar, year))
    return Editing(
        title=say(lang, "Bring in a year"),
        path=f"{PATH}/import",
        back=f"{PATH}/{year}" if year > 0 else PATH,
        asks=[
            Ask("source", say(lang, "Source"), hint=say(lang, "Such as the notice of the State Council and its date.")),
            Ask(
                "file",
                say(lang, "File (CSV)"),
                "file",
                optional=True,
                hint=say(lang, "calendar.file_hint"),
            ),
            Ask("lines", say(lang, "Or the days themselves"), "text", optional=True),
            Ask(
                "whole",
                say(lang, "It is whole, although it does not name 1 January and 1 October"),
                "tick",
                optional=True,
            ),
        ],
        stored={"source": "", "file": "", "lines": calendar_file.written(known), "whole": ""},
        save=lambda _session, _values, _version: PATH,
        lead=say(lang, "The year's days are replaced by these. After that the year is official."),
    )


def _year_read(desk: Desk, values: Values) -> Read:
    lang, read = desk.lang, calendar_file.read(values["lines"])
    problems = [
        Problem("lines", say(lang, f"calendar.fault.{fault.why}", line=str(fault.line), said=fault.said))
        for fault in read.faults
    ]
    if not problems and not read.days:
        problems = [Problem("lines", say(lang, "There is no day in it."))]
    if not problems and not read.is_whole and not values["whole"]:
        missing = "The year %(year)s does not name 1 January and 1 October. If it is whole all the same, say so."
        problems = [Problem("whole", say(lang, missing, year=str(read.year)))]
    if problems:
        return Read(None, problems)
    way = Way.FILE if values["file"] else Way.TYPED
    return Read(Draft(read.year, dict(read.days), way, values["source"]))


# --- The way of both -------------------------------------------------------------------------


async def _look(desk: Desk, form: Editing) -> Response[bytes]:
    return _form(desk, form, form.stored)


async def _take(desk: Desk, form: Editing, understand: Understand) -> Response[bytes]:
    sent, raw = await calendar_taking.read(desk.visit)
    values = editing.typed(sent, form.asks)
    if raw is not None:
        text = calendar_file.decoded(raw)
        if text is None:
            said = say(desk.lang, "This file is no table of days, or larger than 64 kB.")
            return _form(desk, form, values, [Problem("file", said)])
        values |= {"file": "yes", "lines": text}
    if switched(desk.visit, sent) or sent.line("act") == "edit":
        return _form(desk, form, values)
    read = understand(desk, values)
    if read.draft is None:
        return _form(desk, form, values, read.problems)
    try:
        if sent.line("act") == "save":
            return await _save(desk, read.draft, sent.number("no"))
        return await calendar_check.show(desk, form, read.draft, values)
    except Refused as refused:
        if refused.code == "conflict":
            return await calendar_check.show(desk, form, read.draft, values, newer=True)
        about = "source" if refused.code == "calendar.source" else form.asks[0].name
        return _form(desk, form, values, [Problem(about, room.said(desk, refused))])


def _form(desk: Desk, form: Editing, values: Values, problems: Sequence[Problem] = ()) -> Response[bytes]:
    page = frame(desk, form.title, form_id="act", form_act="check", problems=problems)
    asked = [
        editing.Asked(one, values.get(one.name, ""), values.get(one.name, "").split(), page.problem(one.name))
        for one in form.asks
    ]
    status = 422 if problems else 200
    return pages.html(desk.visit, "admin/form.html", FormPage(page, form, asked, 0, ()), status=status)


async def _save(desk: Desk, draft: Draft, no: int | None) -> Response[bytes]:
    def save(session: Session) -> None:
        calendar = find.calendar(session, desk.site.zone)
        seen = -1 if no is None else no
        calendars.change(session, calendar, draft, by=room.me(desk), seen_no=seen, now=desk.now)

    await room.change(desk, save)
    return pages.see_other(f"{PATH}/{draft.year}?done=calendar")


async def look_day(desk: Desk) -> Response[bytes]:
    """The form for one day."""
    return await _look(desk, _day_form(desk))


async def take_day(desk: Desk) -> Response[bytes]:
    """One day: what follows, or saved."""
    return await _take(desk, _day_form(desk), _day_read)


async def look_year(desk: Desk) -> Response[bytes]:
    """The form for a year; of a known one with its days."""
    return await _look(desk, _year_form(desk))


async def take_year(desk: Desk) -> Response[bytes]:
    """A year: what follows, or saved."""
    return await _take(desk, _year_form(desk), _year_read)


doors = [
    room.hang("GET", f"{PATH}/day", look_day),
    room.hang("POST", f"{PATH}/day", take_day),
    room.hang("GET", f"{PATH}/import", look_year),
    room.hang("POST", f"{PATH}/import", take_year),
]
