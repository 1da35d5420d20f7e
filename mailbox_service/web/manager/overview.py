"""/manager: today's numbers, each a way to the letters behind it, and the month's promises by office."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from litestar import Response
from sqlmodel import Session

from mailbox_service.base.language import month as month_name
from mailbox_service.base.language import number, percent, say
from mailbox_service.base.refusals import Refused
from mailbox_service.city.tables import RoleName
from mailbox_service.tickets.statistics import Rate, overview
from mailbox_service.tickets.statistics.overview import Promises, Today
from mailbox_service.tickets.statistics.period import Month
from mailbox_service.web import figures, pages
from mailbox_service.web.desk import READS_FIGURES, Desk, frame, hang
from mailbox_service.web.figures import Column, Drawn, FigureTable
from mailbox_service.web.page import Link, Page
from mailbox_service.web.parts import Tile

PATH = "/manager"
FIRST_MONTH = date(2000, 1, 1)


@dataclass(frozen=True, slots=True)
class Figure:
    """A rate, written, with its n and its definition."""

    label: str
    written: str
    note: str


@dataclass(frozen=True, slots=True)
class OverviewPage:
    """Numbers of today, the month's promises, and what each number means."""

    page: Page
    tiles: Sequence[Tile]
    month: str
    months: Sequence[Link]
    figures: Sequence[Figure]
    nothing: bool
    offices: Drawn | None
    definitions: Sequence[tuple[str, str]]


async def show(desk: Desk) -> Response[bytes]:
    """The overview of a month; without one in the address, of the running month.

    Raises:
        Refused: "not_yours" to who neither manages nor audits.
    """
    if not any(desk.viewer.has(role) for role in READS_FIGURES):
        raise Refused("not_yours")
    month = _asked(desk)

    def read(session: Session) -> tuple[Today, Promises, Mapping[int, Rate]]:
        viewer, day = desk.viewer, desk.today
        return (
            overview.today(session, viewer, day, desk.city.calendar),
            overview.promises(session, viewer, month, day),
            overview.by_office(session, viewer, month, day),
        )

    return pages.html(desk.visit, "manager/overview.html", _page(desk, month, *await desk.read(read)))


def _asked(desk: Desk) -> Month:
    try:
        asked = date.fromisoformat(f"{desk.asked('month')}-01")
    except ValueError:
        return Month.of(desk.today)
    return Month.of(min(max(asked, FIRST_MONTH), desk.today))


def _page(desk: Desk, month: Month, now: Today, kept: Promises, offices: Mapping[int, Rate]) -> OverviewPage:
    lang = desk.lang
    running = month == Month.of(desk.today)
    months = [_way(desk, month.before)] + ([] if running else [_way(desk, month.next)])
    return OverviewPage(
        page=frame(desk, say(lang, "Overview")),
        tiles=_tiles(desk, now),
        month=month_name(month.first, lang),
        months=months,
        figures=[
            _figure(desk, say(lang, "On-time rate"), kept.extended),
            _figure(desk, say(lang, "By the date first promised"), kept.original),
        ],
        nothing=kept.extended.n == 0,
        offices=figures.draw(_offices(desk, month, offices), lang) if offices else None,
        definitions=_definitions(lang),
    )


def _way(desk: Desk, month: Month) -> Link:
    return Link(month_name(month.first, desk.lang), f"{PATH}?month={month.first:%Y-%m}")


def _tiles(desk: Desk, now: Today) -> list[Tile]:
    lang, tomorrow = desk.lang, desk.city.calendar.after(desk.today, 1)
    linked = desk.viewer.has(RoleName.MANAGER)

    def tile(count: int, label: str, where: str, tone: str = "") -> Tile:
        href = f"/staff?queue={where}" if linked and count else ""
        return Tile(number(count, lang), label, href, tone="bad" if tone and count else "")

    return [
        tile(now.new, say(lang, "New, not passed on yet"), "all&status=received"),
        tile(now.open, say(lang, "Open"), "all"),
        tile(now.due_today, say(lang, "Due today"), f"all&due={desk.today}"),
        tile(now.due_tomorrow, say(lang, "Due on the next working day"), f"all&due={tomorrow}"),
        tile(now.late, say(lang, "Late"), "late", "bad"),
        tile(now.in_review, say(lang, "Being checked"), "all&status=in_review"),
    ]


def _figure(desk: Desk, label: str, rate: Rate) -> Figure:
    if rate.share is None:
        return Figure(label, "–", say(desk.lang, "Nothing was due"))
    note = say(desk.lang, "%(kept)s of %(n)s due", kept=rate.kept, n=rate.n)
    return Figure(label, percent(rate.share, desk.lang), note)


def _offices(desk: Desk, month: Month, offices: Mapping[int, Rate]) -> FigureTable:
    lang = desk.lang
    columns = [
        Column("office", say(lang, "Office"), "text"),
        Column("due", say(lang, "Letters due")),
        Column("on_time", say(lang, "On-time rate"), "rate", nothing=say(lang, "Nothing was due")),
    ]
    rows = [
        figures.row(str(office), desk.office(office), offices[office].n, offices[office])
        for office in desk.city.offices
        if office in offices
    ]
    title = say(lang, "On time by office, %(month)s", month=month_name(month.first, lang))
    return FigureTable("offices", title, columns, rows)


def _definitions(lang: str) -> list[tuple[str, str]]:
    return [
        (say(lang, "Open"), say(lang, "define.open")),
        (say(lang, "Late"), say(lang, "define.late")),
        (say(lang, "On-time rate"), say(lang, "define.on_time")),
        (say(lang, "By the date first promised"), say(lang, "define.original")),
        (say(lang, "Offices"), say(lang, "define.office")),
        (say(lang, "Which letters"), say(lang, "define.scope")),
    ]


doors = [hang("GET", PATH, show)]
