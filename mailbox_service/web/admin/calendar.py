"""/admin/calendar: the years whose official calendar is in and from where, and each year's days."""

from __future__ import annotations

from calendar import Calendar as Weeks
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from litestar import Response
from sqlmodel import Session

from mailbox_service.base.language import day, month, number, say, say_many, short_day
from mailbox_service.base.refusals import Refused
from mailbox_service.city import find, lists
from mailbox_service.city.calendars import FIRST_YEAR, LAST_YEAR
from mailbox_service.city.tables import CalendarChange, CalendarDay, CalendarYear, Way
from mailbox_service.city.workdays import SATURDAY
from mailbox_service.tickets.find import calendar as letters
from mailbox_service.web import pages
from mailbox_service.web.admin import room
from mailbox_service.web.admin.room import Cell, Fact, Line
from mailbox_service.web.desk import Desk, frame
from mailbox_service.web.page import Link, Page

PATH = "/admin/calendar"
AHEAD = timedelta(days=45)  # about the longest promise: so far ahead a letter of today may be due


@dataclass(frozen=True, slots=True)
class Years:
    """The years that are in, the change that brought each in, who made it, and how many letters are left to count."""

    years: Sequence[CalendarYear]
    brought: Mapping[int, CalendarChange]
    people: Mapping[int, str]
    left: int


@dataclass(frozen=True, slots=True)
class Day:
    """A day of a month's table: its number, "free", "works" or "" for what the weekday says, and that in words."""

    number: str
    kind: str = ""
    mark: str = ""
    words: str = ""
    rests: bool = False


@dataclass(frozen=True, slots=True)
class Month:
    """A month, week by week; None stands for days of another month."""

    title: str
    weeks: Sequence[Sequence[Day | None]]


@dataclass(frozen=True, slots=True)
class YearPage:
    """A year: what is known of it, its months, and how it came to be so."""

    page: Page
    year_facts: Sequence[Fact]
    weekdays: Sequence[str]
    months: Sequence[Month]
    heads: Sequence[str]
    days: Sequence[Line]
    change_heads: Sequence[str]
    changes: Sequence[Line]
    ways: Sequence[Link]


async def show(desk: Desk) -> Response[bytes]:
    """The years, newest first, and from where they came; above them those that letters may reach and nobody knows."""
    lang, known = desk.lang, await desk.read(lambda session: _years(session, desk))
    official = {year.year for year in known.years}
    reached = {desk.today.year, (desk.today + AHEAD).year}
    heads = [
        say(lang, "Year"),
        say(lang, "State"),
        say(lang, "Source"),
        say(lang, "Brought in on"),
        say(lang, "By whom"),
    ]
    lines = [_missing(desk, year) for year in sorted(reached - official, reverse=True)]
    lines += [_line(desk, year, known) for year in known.years]
    ways = [
        Link(say(lang, "Bring in a year"), f"{PATH}/import"),
        Link(say(lang, "Change one day"), f"{PATH}/day"),
    ]
    return room.listed(desk, say(lang, "Calendar"), heads, lines, lead=_lead(lang, known.left), ways=ways)


def _lead(lang: str, left: int) -> str:
    if left:
        still = (
            "The calendar was changed; %(count)s letter is still to be counted anew.",
            "The calendar was changed; %(count)s letters are still to be counted anew.",
        )
        return say_many(lang, *still, left)
    return say(lang, "Due dates in other years are provisional.")


def _years(session: Session, desk: Desk) -> Years:
    years, changes = lists.calendar_years(session), lists.calendar_changes(session)
    came = {year.year: (year.imported_at, year.source) for year in years}
    brought = {change.year: change for change in changes if came.get(change.year) == (change.made_at, change.source)}
    people = find.names(session, sorted({change.made_by for change in changes if change.made_by}))
    calendar = find.calendar(session, desk.site.zone)
    left = sum(letters.count_behind(session, change, calendar) for change in letters.unfinished_changes(session))
    return Years(years, brought, people, left)


def _missing(desk: Desk, year: int) -> Line:
    lang = desk.lang
    return Line([Cell(str(year)), Cell(say(lang, "provisional"), tone="warn"), Cell(""), Cell(""), Cell("")], _to(year))


def _line(desk: Desk, year: CalendarYear, known: Years) -> Line:
    lang, brought = desk.lang, known.brought.get(year.year)
    by = known.people.get(brought.made_by or 0, "") if brought else ""
    cells = [
        Cell(str(year.year)),
        Cell(say(lang, "official"), tone="good"),
        Cell(source(lang, brought.way if brought else Way.PACKAGE, year.source)),
        Cell(short_day(desk.city.calendar.day_of(year.imported_at), lang)),
        Cell(by or say(lang, "The service")),
    ]
    return Line(cells, _to(year.year))


def _to(year: int) -> str:
    return f"{PATH}/{year}"


def source(lang: str, way: Way, said: str) -> str:
    """From where a year or a change came, in words."""
    return say(lang, f"calendar.way.{way.value}", source=said)


# --- One year --------------------------------------------------------------------------------


async def one(desk: Desk) -> Response[bytes]:
    """A year's months with their holidays and make-up working days, and every change of it."""
    year = room.number_in(desk, "year")
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise Refused("not_found")

    def read(session: Session) -> tuple[Years, Sequence[CalendarDay], Sequence[CalendarChange]]:
        return _years(session, desk), lists.calendar_days(session, year), lists.calendar_changes(session, year)

    known, days, changes = await desk.read(read)
    return pages.html(desk.visit, "admin/calendar_year.html", _page(desk, year, known, days, changes))


def _page(
    desk: Desk, year: int, known: Years, days: Sequence[CalendarDay], changes: Sequence[CalendarChange]
) -> YearPage:
    lang, row = desk.lang, next((row for row in known.years if row.year == year), None)
    entries = {entry.day: entry.is_working for entry in days}
    return YearPage(
        page=frame(desk, say(lang, "Calendar %(year)s", year=str(year)), notice=_notice(desk)),
        year_facts=_facts(desk, row, known),
        weekdays=[say(lang, f"weekday.{n}") for n in range(7)],
        months=[_month(lang, year, n, entries) for n in range(1, 13)],
        heads=[say(lang, "Day"), say(lang, "What it is")],
        days=[_day(desk, entry) for entry in days],
        change_heads=[
            say(lang, "When"),
            say(lang, "Source"),
            say(lang, "By whom"),
            say(lang, "Days changed"),
            say(lang, "Letters whose date moved"),
        ],
        changes=[_change(desk, change, known) for change in changes],
        ways=[
            Link(say(lang, "Change one day"), f"{PATH}/day?year={year}"),
            Link(say(lang, "Bring in this year"), f"{PATH}/import?year={year}"),
        ],
    )


def _notice(desk: Desk) -> str:
    if desk.asked("done") != "calendar":
        return ""
    return say(desk.lang, "Saved. Letters whose date moves follow within a few minutes, each with a line in its story.")


def _facts(desk: Desk, row: CalendarYear | None, known: Years) -> list[Fact]:
    lang = desk.lang
    if row is None:
        said = say(lang, "No official calendar yet: due dates in this year are provisional.")
        return [Fact(say(lang, "State"), said)]
    _year, state, came, on, by = (cell.text for cell in _line(desk, row, known).cells)
    return [
        Fact(say(lang, "State"), state),
        Fact(say(lang, "Source"), came),
        Fact(say(lang, "Brought in on"), on),
        Fact(say(lang, "By whom"), by),
    ]


def _month(lang: str, year: int, n: int, entries: Mapping[date, bool]) -> Month:
    weeks = Weeks().monthdatescalendar(year, n)
    return Month(
        month(date(year, n, 1), lang),
        [[_written(lang, one, entries.get(one)) if one.month == n else None for one in week] for week in weeks],
    )


def _written(lang: str, on: date, works: bool | None) -> Day:
    shown = str(on.day)
    if works is None:
        return Day(shown, rests=on.weekday() >= SATURDAY)
    if works:
        return Day(shown, "works", say(lang, "calendar.mark.works"), say(lang, "Make-up working day"))
    return Day(shown, "free", say(lang, "calendar.mark.free"), say(lang, "Holiday"))


def _day(desk: Desk, entry: CalendarDay) -> Line:
    works = Cell(say(desk.lang, "Make-up working day"), tone="warn")
    free = Cell(say(desk.lang, "Holiday"), tone="info")
    return Line([Cell(day(entry.day, desk.lang)), works if entry.is_working else free])


def _change(desk: Desk, change: CalendarChange, known: Years) -> Line:
    lang = desk.lang
    moved = number(change.moved, lang)
    return Line(
        [
            Cell(short_day(desk.city.calendar.day_of(change.made_at), lang)),
            Cell(source(lang, change.way, change.source)),
            Cell(known.people.get(change.made_by or 0, "") or say(lang, "The service")),
            Cell(number(len(change.days), lang)),
            Cell(moved if change.done_at else say(lang, "%(count)s so far", count=moved)),
        ]
    )


doors = [room.hang("GET", PATH, show), room.hang("GET", f"{PATH}/{{year:str}}", one)]
