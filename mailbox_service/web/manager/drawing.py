"""The trends of the pages of figures: the twelve months up to the end of the period, or to this one."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date

from mailbox_service.base.language import month as month_name
from mailbox_service.base.language import percent, say
from mailbox_service.tickets.statistics.figures import Figure, Figures
from mailbox_service.tickets.statistics.period import Month, Period
from mailbox_service.web import charts
from mailbox_service.web.charts import Line, Trend
from mailbox_service.web.manager.asking import Asked
from mailbox_service.web.manager.room import Block

MONTHS = 12
Months = Sequence[tuple[Month, Figures]]


def year_to(asked: Asked) -> Period:
    """Twelve months, the last the one in which the period ends, or the running one."""
    return Period.until(Month.of(min(asked.period.last, asked.desk.today)), MONTHS)


def flow(asked: Asked, months: Months) -> Block:
    """What came in, what ended, and what was late, by month."""
    lang = asked.lang
    lines = [
        Line(say(lang, Figure.RECEIVED.name_key), _counts(months, "received")),
        Line(say(lang, Figure.ENDED.name_key), _counts(months, "ended")),
        Line(say(lang, "Due and late"), _counts(months, "late")),
    ]
    title = say(lang, "Received, ended and late by month")
    return Block(title, trend=_drawn(asked, "flow", title, months, lines)) if _any(lines) else _nothing(asked, title)


def rates(asked: Asked, id_: str, months: Months, shown: Sequence[Figure]) -> list[Block]:
    """Rates by month, up to all; a month of nothing breaks the line."""
    lang = asked.lang
    lines = [Line(say(lang, one.name_key), [row.rate(one).share for _, row in months]) for one in shown]
    title = say(lang, "Month by month")
    if not _any(lines):
        return []
    drawn = _drawn(asked, id_, title, months, lines, write=lambda share: percent(share, lang), most=1)
    return [Block(title, trend=drawn)]


def _counts(months: Months, name: str) -> list[float | None]:
    return [row.count(name) for _, row in months]


def _any(lines: Sequence[Line]) -> bool:
    return any(value for line in lines for value in line.values)


def _nothing(asked: Asked, title: str) -> Block:
    return Block(title, empty=say(asked.lang, "Nothing was received"))


def _drawn(
    asked: Asked,
    id_: str,
    title: str,
    months: Months,
    lines: Sequence[Line],
    write: Callable[[float], str] | None = None,
    most: float | None = None,
) -> Trend:
    lang = asked.lang
    days: list[date] = [month.first for month, _ in months]
    return charts.trend(
        id_,
        title,
        _subtitle(asked, days),
        days,
        lines,
        lang,
        head=say(lang, "Month"),
        month=lambda on: month_name(on, lang),
        write=write,
        most=most,
    )


def _subtitle(asked: Asked, days: Sequence[date]) -> str:
    """The months; the last one may still be running."""
    lang = asked.lang
    first, last = (month_name(day, lang) for day in (days[0], days[-1]))
    if days[-1] == Month.of(asked.desk.today).first:
        return say(lang, "%(first)s to %(last)s, which is still running", first=first, last=last)
    return say(lang, "%(first)s to %(last)s", first=first, last=last)
