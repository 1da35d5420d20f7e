"""/manager/report: a month or a quarter on paper: figures beside the period before, trends, offices, kinds, topics.

The tables are those of the other pages. What each figure means stands once, at the end.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from litestar import Response
from sqlmodel import Session

from mailbox_service.base.language import day, say
from mailbox_service.tickets.statistics import read
from mailbox_service.tickets.statistics.figures import Figure, Figures
from mailbox_service.tickets.statistics.period import Month, Period
from mailbox_service.tickets.statistics.read import Comparison
from mailbox_service.tickets.statistics.slices import Dimension, Key
from mailbox_service.web import exports, figures, pages, periods
from mailbox_service.web.charts import Trend
from mailbox_service.web.desk import Desk, frame, hang
from mailbox_service.web.figures import Drawn, FigureTable
from mailbox_service.web.manager import asking, drawing, room, tables
from mailbox_service.web.manager.asking import Asked
from mailbox_service.web.page import Link, Page

PATH = "/manager/report"
HEADLINES = tables.wanted(
    *(Figure.RECEIVED, Figure.VALID, Figure.ENDED, Figure.BACKLOG, Figure.OVERDUE, Figure.DUE, Figure.ON_TIME),
    *(Figure.ON_TIME_ORIGINAL, Figure.FIRST_RESPONSE, Figure.RESOLUTION, Figure.SATISFACTION, Figure.RESPONSE),
    *(Figure.SOLVED, Figure.EXTENDED, Figure.REOPENED, Figure.REVIEWED, Figure.MAIL_FAILED, Figure.TRANSLATIONS),
)
OFFICES = tables.wanted(
    *(Figure.OFFICE_ON_TIME, Figure.RESOLUTION, Figure.BACKLOG, Figure.OVERDUE, Figure.SATISFACTION, Figure.RESPONSE)
)
PARTS = tables.wanted(Figure.RECEIVED, Figure.DUE, Figure.ON_TIME, Figure.RESOLUTION)
MOST_TOPICS = 15
TOLD_APART: Mapping[Dimension, tuple[str, Sequence[tables.Wanted]]] = {
    Dimension.OFFICE: ("Offices", OFFICES),
    Dimension.KIND: ("Kinds of letter", PARTS),
    Dimension.TOPIC: ("Subject areas", PARTS),
    Dimension.LANGUAGE: ("Languages", PARTS),
    Dimension.CHANNEL: ("How they came in", PARTS),
}
Reports = Mapping[Dimension, read.Report]
Found = tuple[Comparison, Sequence[tuple[Month, Figures]], Reports]


@dataclass(frozen=True, slots=True)
class Chapter:
    """A part of the report that begins a page: its table, its charts, or that there is nothing."""

    title: str
    table: Drawn | None = None
    trends: Sequence[Trend] = ()
    empty: str = ""


@dataclass(frozen=True, slots=True)
class ReportPage:
    """One month or quarter, ready for paper."""

    page: Page
    tabs: Sequence[Link]
    period: str
    made_on: str
    made_for: str
    running: bool
    ways: Sequence[Link]
    chapters: Sequence[Chapter]
    definitions: Sequence[tuple[str, str]]
    downloads: Sequence[Link]


async def show(desk: Desk) -> Response[bytes]:
    """The report of the period asked for; without one, of the last whole month.

    Raises:
        Refused: "not_yours" to who reads no figures.
    """
    asked = _asked(desk)

    def look(session: Session) -> Found:
        return (
            read.compare(session, asked.period, asked.slice),
            read.by_month(session, drawing.year_to(asked), asked.slice),
            {by: read.read(session, asked.period, asked.slice, by) for by in TOLD_APART},
        )

    whole, months, reports = await desk.read(look)
    sheets = _tables(asked, whole, reports)
    if exports.wanted(desk):
        code = periods.code(asked.period)
        return await exports.send(desk, f"report-{code}", sheets, room.about(asked), period=code)
    return pages.html(desk.visit, "manager/report.html", _page(asked, months, sheets))


def _asked(desk: Desk) -> Asked:
    """A whole month, quarter or year; anything else is the last whole month."""
    asked = asking.asked(desk)
    if desk.asked("period") and (asked.period.is_month or asked.period.is_quarter or asked.period.is_year):
        return asked
    return replace(asked, period=Period.of_month(Month.of(desk.today).before.first))


def _tables(asked: Asked, whole: Comparison, reports: Reports) -> list[FigureTable]:
    title = say(asked.lang, "The period beside the one before")
    return [
        tables.compared(asked, "whole", title, whole, HEADLINES),
        *(_table(asked, by, report) for by, report in reports.items() if report.rows),
    ]


def _table(asked: Asked, by: Dimension, report: read.Report) -> FigureTable:
    """The offices, kinds or topics; of topics those with most letters."""
    title, wants = TOLD_APART[by]
    rows: Mapping[Key, Figures] = report.rows
    caption = say(asked.lang, title)
    if by is Dimension.TOPIC and len(rows) > MOST_TOPICS:
        most = sorted(rows, key=lambda key: (-rows[key].count("received"), asked.name(by, key)))[:MOST_TOPICS]
        rows = {key: rows[key] for key in most}
        table = tables.by(asked, by.value, caption, by, rows, report.total, wants)
        return replace(table, notes=[say(asked.lang, "The %(most)s with most letters.", most=MOST_TOPICS)])
    return tables.by(asked, by.value, caption, by, rows, report.total, wants)


def _page(asked: Asked, months: Sequence[tuple[Month, Figures]], sheets: Sequence[FigureTable]) -> ReportPage:
    lang, desk, query = asked.lang, asked.desk, asked.query()
    return ReportPage(
        page=frame(desk, say(lang, "Report: %(period)s", period=periods.words(asked.period, lang))),
        tabs=room.tabs(asked, PATH),
        period=periods.words(asked.period, lang),
        made_on=day(desk.today, lang),
        made_for=desk.viewer.name,
        running=asked.is_running,
        ways=_ways(asked),
        chapters=_chapters(asked, months, sheets),
        definitions=list(dict(pair for table in sheets for pair in table.definitions).items()),
        downloads=[Link(kind.upper(), f"{PATH}?{query}&as={kind}") for kind in exports.FORMATS],
    )


def _ways(asked: Asked) -> list[Link]:
    following = periods.after(asked.period)
    ways = [asked.period.before, *([following] if following.first <= asked.desk.today else [])]
    if asked.period.is_month:
        ways.append(Period.of_quarter(asked.period.first))
    found = [Link(periods.words(period, asked.lang), f"{PATH}?{asked.query(period=period)}") for period in ways]
    if asked.reader.is_head:
        return found
    found.append(Link(say(asked.lang, "Reports by mail"), f"{PATH}/orders"))
    return [*found, Link(say(asked.lang, "Published figures"), "/manager/published")]


def _chapters(asked: Asked, months: Sequence[tuple[Month, Figures]], sheets: Sequence[FigureTable]) -> list[Chapter]:
    lang = asked.lang
    first, *parts = [Chapter(sheet.caption, figures.draw(sheet, lang, defined=False)) for sheet in sheets]
    blocks = [
        drawing.flow(asked, months),
        *drawing.rates(asked, "on-time", months, (Figure.ON_TIME, Figure.SATISFACTION, Figure.RESPONSE)),
    ]
    drawn = [block.trend for block in blocks if block.trend is not None]
    title = say(lang, "Twelve months")
    trends = Chapter(title, trends=drawn) if drawn else Chapter(title, empty=say(lang, "Nothing was received"))
    return [first, trends, *parts]


doors = [hang("GET", PATH, show)]
