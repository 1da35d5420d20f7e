"""/admin/calendar: the years whose official calendar is in, and their days that differ from Monday to Friday."""

from __future__ import annotations

from litestar import Response
from sqlmodel import Session

from mailbox_service.base.language import day, say, short_day
from mailbox_service.base.refusals import Refused
from mailbox_service.city import lists
from mailbox_service.city.tables import CalendarDay, CalendarYear
from mailbox_service.web.admin import room
from mailbox_service.web.admin.room import Cell, Line
from mailbox_service.web.desk import Desk
from mailbox_service.web.page import Link

PATH = "/admin/calendar"


async def show(desk: Desk) -> Response[bytes]:
    """The years, newest first, and from where they came."""
    lang, years = desk.lang, await desk.read(lists.calendar_years)
    heads = [say(lang, "Year"), say(lang, "Source"), say(lang, "Brought in on")]
    missing = say(lang, "Due dates in other years are provisional.")
    return room.listed(desk, say(lang, "Calendar"), heads, [_line(desk, year) for year in years], lead=missing)


def _line(desk: Desk, year: CalendarYear) -> Line:
    on = short_day(year.imported_at.astimezone(desk.site.zone).date(), desk.lang)
    return Line([Cell(str(year.year)), Cell(year.source), Cell(on)], f"{PATH}/{year.year}")


async def one(desk: Desk) -> Response[bytes]:
    """A year's holidays and make-up working days."""
    lang, year = desk.lang, room.number_in(desk, "year")

    def read(session: Session) -> list[CalendarDay] | None:
        known = {row.year for row in lists.calendar_years(session)}
        return list(lists.calendar_days(session, year)) if year in known else None

    days = await desk.read(read)
    if days is None:
        raise Refused("not_found")
    return room.listed(
        desk,
        say(lang, "Calendar %(year)s", year=str(year)),
        [say(lang, "Day"), say(lang, "What it is")],
        [_day(desk, entry) for entry in days],
        ways=[Link(say(lang, "All years"), PATH)],
    )


def _day(desk: Desk, entry: CalendarDay) -> Line:
    works = Cell(say(desk.lang, "Make-up working day"), tone="warn")
    free = Cell(say(desk.lang, "Holiday"), tone="info")
    return Line([Cell(day(entry.day, desk.lang)), works if entry.is_working else free])


doors = [room.hang("GET", PATH, show), room.hang("GET", f"{PATH}/{{year:str}}", one)]
