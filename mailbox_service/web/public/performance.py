"""/performance: how the city keeps its promises, month by month, as it was published."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from litestar import Response, get
from sqlmodel import Session

from mailbox_service.base.language import in_language, number, say, short_day
from mailbox_service.base.language import month as month_name
from mailbox_service.tickets.statistics import published
from mailbox_service.tickets.statistics.figures import Figure, Shape
from mailbox_service.tickets.statistics.public import DIMENSIONS, Line, fields_of
from mailbox_service.tickets.tables import PublishedMonth
from mailbox_service.web import charts, pages
from mailbox_service.web.charts import Trend
from mailbox_service.web.figures import NONE, Drawn, DrawnCell, DrawnRow, Kind
from mailbox_service.web.page import Link, Page
from mailbox_service.web.public.open_data import address
from mailbox_service.web.site import Visit

HEADLINES = (
    Figure.ON_TIME,
    Figure.RESOLUTION,
    Figure.FIRST_RESPONSE,
    Figure.SATISFACTION,
    Figure.RESPONSE,
    Figure.RECEIVED,
    Figure.ENDED,
    Figure.BACKLOG,
    Figure.OVERDUE,
)
IN_TABLES = (Figure.RECEIVED, Figure.DUE, Figure.ON_TIME, Figure.RESOLUTION, Figure.SATISFACTION, Figure.RESPONSE)
KINDS: Mapping[Shape, Kind] = {Shape.COUNT: "count", Shape.RATE: "rate", Shape.DAYS: "days"}
RATES = (Figure.ON_TIME, Figure.SATISFACTION, Figure.RESPONSE)
COUNTS = (Figure.RECEIVED, Figure.ENDED)


@dataclass(frozen=True, slots=True)
class Headline:
    """A figure, written, with its n and its definition beside it."""

    label: str
    written: str
    note: str
    meaning: str


@dataclass(frozen=True, slots=True)
class PerformancePage:
    """One month as it was published, the year up to it, and its parts. `month` is "" before anything was published."""

    page: Page
    month: str
    published_on: str
    corrected: str
    ways: Sequence[Link]
    headlines: Sequence[Headline]
    trends: Sequence[Trend]
    tables: Sequence[Drawn]
    downloads: Sequence[Link]
    licence: str


Found = tuple[PublishedMonth | None, Sequence[PublishedMonth], Sequence[PublishedMonth]]


@get("/{lang:str}/performance")
async def performance(request: Visit) -> Response[bytes]:
    """The newest month, or the one asked for, with the year up to it."""
    request.require_language()
    asked = month_of(str(request.query_params.get("month", "")))

    def read(session: Session) -> Found:
        newest = published.months(session)
        shown = asked if asked and published.of(session, asked) else newest[0].month if newest else None
        if shown is None:
            return None, (), ()
        session.expunge_all()
        return published.of(session, shown), published.months(session, until=shown), newest

    found = await request.site.db.reading(read)
    return pages.html(request, "public/performance.html", _page(request, *found), cache=pages.OWN)


def month_of(asked: str) -> date | None:
    """The month an address names, by its first day; None when it names none."""
    try:
        return date.fromisoformat(f"{asked}-01") if len(asked) == len("2026-06") else None
    except ValueError:
        return None


def _page(
    visit: Visit, shown: PublishedMonth | None, year: Sequence[PublishedMonth], newest: Sequence[PublishedMonth]
) -> PerformancePage:
    lang = visit.lang
    return PerformancePage(
        page=pages.frame(visit, say(lang, "How we keep our promises")),
        month=month_name(shown.month, lang) if shown else "",
        published_on=short_day(shown.computed_at.astimezone(visit.site.zone).date(), lang) if shown else "",
        corrected=_corrected(shown, lang) if shown else "",
        ways=[_way(lang, row.month, shown) for row in newest],
        headlines=[_headline(shown.whole, figure, lang) for figure in HEADLINES] if shown and shown.whole else [],
        trends=_trends(year, lang),
        tables=_tables(shown.parts, lang) if shown else [],
        downloads=versions(lang, shown) if shown else [],
        licence=in_language(visit.site.shown.open_data_licence, lang),
    )


def _corrected(shown: PublishedMonth, lang: str) -> str:
    if shown.version == 1:
        return ""
    why = say(lang, f"correction.{shown.why.value}")
    return say(lang, "Version %(version)s. It was published again: %(why)s", version=shown.version, why=why)


def _way(lang: str, month: date, shown: PublishedMonth | None) -> Link:
    current = shown is not None and shown.month == month
    return Link(month_name(month, lang), f"/{lang}/performance?month={month:%Y-%m}", current)


def versions(lang: str, row: PublishedMonth) -> list[Link]:
    """Every version of the month as a file, the newest first."""
    said = [(nth, kind) for nth in range(row.version, 0, -1) for kind in ("csv", "json")]
    return [
        Link(say(lang, "Version %(version)s, %(kind)s", version=nth, kind=kind.upper()), address(row.month, nth, kind))
        for nth, kind in said
    ]


# --- Figures, written ------------------------------------------------------------------------


def _headline(line: Line, figure: Figure, lang: str) -> Headline:
    cell = written(line, figure, lang)
    label, meaning = say(lang, figure.name_key), say(lang, figure.definition_key)
    note = say(lang, "too few letters to be told") if cell.written == NONE else cell.note
    return Headline(label, cell.written, note, meaning)


def written(line: Line, figure: Figure, lang: str) -> DrawnCell:
    """One published figure as a page shows it; an en dash for what may not be said."""
    value, *more = (line.get(field) for field in fields_of(figure))
    if value is None:
        return DrawnCell(NONE)
    match figure.shape:
        case Shape.COUNT:
            return DrawnCell(number(value, lang))
        case Shape.RATE:
            return DrawnCell(_percent(value), say(lang, "of about %(n)s", n=more[0]))
    p90, n = more
    note = say(lang, "median, in working days; nine of ten: %(p90)s; of about %(n)s", p90=p90, n=n)
    return DrawnCell(_days(value, lang), note)


def _percent(share: float) -> str:
    return f"{round(share * 100)}%"


def _days(days: float, lang: str) -> str:
    return number(int(days) if float(days).is_integer() else float(days), lang)


def _tables(parts: Sequence[Line], lang: str) -> list[Drawn]:
    found = [_table(dimension, [p for p in parts if p["dimension"] == dimension], lang) for dimension in DIMENSIONS[1:]]
    return [table for table in found if table.rows]


def _table(dimension: str, lines: Sequence[Line], lang: str) -> Drawn:
    """The lines of one dimension; a figure that is said of none of them has no column."""
    shown = [figure for figure in IN_TABLES if any(line.get(fields_of(figure)[0]) is not None for line in lines)]
    heads = [say(lang, f"public.head.{dimension}"), *(say(lang, figure.name_key) for figure in shown)]
    kinds: list[Kind] = ["text", *(KINDS[figure.shape] for figure in shown)]
    rows = [DrawnRow(_row(line, shown, lang), False) for line in lines]
    return Drawn(say(lang, f"public.by.{dimension}"), heads, kinds, rows, (), ())


def _row(line: Line, shown: Sequence[Figure], lang: str) -> list[DrawnCell]:
    return [DrawnCell(in_language(line["name"], lang)), *(_short(line, figure, lang) for figure in shown)]


def _short(line: Line, figure: Figure, lang: str) -> DrawnCell:
    """As in a table: days without their nine of ten."""
    if figure.shape is Shape.DAYS and line.get(fields_of(figure)[0]) is not None:
        return DrawnCell(_days(line[fields_of(figure)[0]], lang))
    return written(line, figure, lang)


# --- Twelve months ---------------------------------------------------------------------------


def _trends(year: Sequence[PublishedMonth], lang: str) -> list[Trend]:
    if len(year) < 2:
        return []
    rows = list(reversed(year))
    wholes, months = [row.whole for row in rows], [row.month for row in rows]
    span = say(lang, "%(first)s to %(last)s", first=month_name(months[0], lang), last=month_name(months[-1], lang))
    return [
        _trend("rates", say(lang, "Kept on time, satisfied, asked and answering"), span, months, wholes, RATES, lang),
        _trend("letters", say(lang, "Letters received and brought to an end"), span, months, wholes, COUNTS, lang),
    ]


def _trend(
    id_: str,
    title: str,
    subtitle: str,
    months: Sequence[date],
    wholes: Sequence[Mapping[str, Any]],
    which: Sequence[Figure],
    lang: str,
) -> Trend:
    lines = [
        charts.Line(say(lang, figure.name_key), [whole.get(fields_of(figure)[0]) for whole in wholes])
        for figure in which
    ]
    rates = which[0].shape is Shape.RATE
    return charts.trend(
        id_, title, subtitle, months, lines, lang,
        head=say(lang, "Month"), month=lambda on: month_name(on, lang),
        write=_percent if rates else None, most=1 if rates else None,
    )  # fmt: skip
