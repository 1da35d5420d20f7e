"""What a change of the calendar would change, before it is saved: days, and the letters whose due dates move."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from litestar import Response
from sqlmodel import Session

from mailbox_service.base.language import day, number, say, say_many, short_day
from mailbox_service.city import find
from mailbox_service.city.calendars import Draft
from mailbox_service.city.workdays import Calendar
from mailbox_service.tickets.find import calendar as letters
from mailbox_service.tickets.find.calendar import Moving, Preview
from mailbox_service.web import pages
from mailbox_service.web.admin.calendar import source
from mailbox_service.web.admin.editing import Editing, Values
from mailbox_service.web.admin.room import Cell, Line
from mailbox_service.web.desk import Desk, frame
from mailbox_service.web.page import Page, Problem


@dataclass(frozen=True, slots=True)
class CheckPage:
    """What would change: days, and letters' dates. `no` is the change of the calendar that this was looked at by."""

    page: Page
    editing: Editing
    facts: Sequence[str]
    heads: Sequence[str]
    days: Sequence[Line]
    moves: str
    letter_heads: Sequence[str]
    letters: Sequence[Line]
    remarks: Sequence[str]
    values: Values
    no: int


async def show(desk: Desk, form: Editing, draft: Draft, values: Values, *, newer: bool = False) -> Response[bytes]:
    """What would change. The verb itself says first whether it would do it.

    Raises:
        Refused: as `calendars.change`, but "conflict".
    """

    def look(session: Session) -> tuple[Calendar, Preview]:
        before = find.calendar(session, desk.site.zone)
        draft.require(before)
        span = draft.span(before) or (desk.today, desk.today)
        return before, letters.would_move(session, desk.viewer, before, draft.applied(before), span)

    before, preview = await desk.read(look)
    lang, numbered = desk.lang, any(one.number for one in preview.letters)
    problems = [Problem("", say(lang, "Somebody has changed the calendar meanwhile. Look again at what follows."))]
    page = frame(desk, say(lang, "What changes"), form_id="act", form_act="save", problems=problems if newer else [])
    context = CheckPage(
        page=page,
        editing=form,
        facts=_facts(lang, draft, before),
        heads=[say(lang, "Day"), say(lang, "Before"), say(lang, "After")],
        days=[_changed(lang, *change) for change in draft.changes(before)],
        moves=_moves(lang, preview),
        letter_heads=_heads(lang, numbered=numbered),
        letters=[_moving(desk, one, numbered=numbered) for one in preview.letters],
        remarks=_remarks(lang, preview),
        values={name: value for name, value in values.items() if value},
        no=before.no,
    )
    return pages.html(desk.visit, "admin/calendar_check.html", context, status=409 if newer else 200)


def _facts(lang: str, draft: Draft, before: Calendar) -> list[str]:
    lines = [source(lang, draft.way, draft.source)]
    if draft.makes_official(before):
        said = say(
            lang, "The year becomes official: %(year)s. Dates in it are no longer provisional.", year=str(draft.year)
        )
        lines.append(said)
    return lines


def _changed(lang: str, on: date, was: bool | None, becomes: bool | None) -> Line:
    return Line([Cell(day(on, lang)), _kind(lang, was), _kind(lang, becomes)])


def _kind(lang: str, works: bool | None) -> Cell:
    if works is None:
        return Cell(say(lang, "As the weekday says"))
    return Cell(say(lang, "A working day"), tone="warn") if works else Cell(say(lang, "A day off"), tone="info")


def _moves(lang: str, preview: Preview) -> str:
    words = (
        "The due date of %(count)s letter moves.",
        "The due dates of %(count)s letters move.",
    )
    return say_many(lang, *words, preview.count) if preview.count else say(lang, "No due date moves.")


def _remarks(lang: str, preview: Preview) -> list[str]:
    lines = []
    if preview.count > len(preview.letters):
        lines.append(say(lang, "The first %(count)s are shown.", count=number(len(preview.letters), lang)))
    if not preview.is_all:
        lines.append(say(lang, "Only so many letters were looked at: %(count)s.", count=number(letters.MOST, lang)))
    lines.append(say(lang, "Restricted letters follow too; here they are neither shown nor counted."))
    lines.append(say(lang, "Ended rounds keep their dates. Each letter that moves says so in its story."))
    return lines


def _heads(lang: str, *, numbered: bool) -> list[str]:
    heads = [say(lang, "Received"), say(lang, "With whom"), say(lang, "Due before"), say(lang, "Due after")]
    return [say(lang, "Letter number"), *heads] if numbered else heads


def _moving(desk: Desk, one: Moving, *, numbered: bool) -> Line:
    """A letter's line; its number only where the administrator may see the letter."""
    lang = desk.lang
    cells = [
        Cell(short_day(one.received_on, lang)),
        Cell(desk.office(one.lead_department_id)),
        Cell(short_day(one.was_on, lang)),
        Cell(short_day(one.due_on, lang)),
    ]
    if numbered:
        cells = [Cell(one.number or say(lang, "A letter")), *cells]
    return Line(cells, f"/staff/tickets/{one.number}" if one.number else "")
