"""The time a page of figures is about, in its address and in words: a month, a quarter, a year, or any days.

`2026-03` is a month, `2026-q1` a quarter, `2026` a year, `2026-03-02--2026-03-20` any days. What is no period is the
running month.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date

from mailbox_service.base.language import month, quarter, say, short_day, year
from mailbox_service.tickets.statistics.period import Month, Period
from mailbox_service.web.page import Group, Option

FIRST_YEAR = 2000
MONTHS_OFFERED, QUARTERS_OFFERED, YEARS_OFFERED = 13, 5, 3
LONGEST_YEARS = 30
_CODE = re.compile(r"(\d{4})(?:-(?:(\d\d)|q([1-4])))?")


def read(said: str, today: date, *, first: str = "", last: str = "") -> Period:
    """The period that an address names; two days, when both are given, win over its code."""
    if days := _between(first, last) or _between(*said.split("--")) if "--" in said else _between(first, last):
        return days
    found = _CODE.fullmatch(said)
    if found and FIRST_YEAR <= int(found[1]) <= today.year + 1:
        begins = date(int(found[1]), 1, 1)
        if found[3]:
            return Period.of_quarter(begins.replace(month=int(found[3]) * 3))
        if not found[2]:
            return Period.of_year(begins)
        if 1 <= int(found[2]) <= 12:
            return Period.of_month(begins.replace(month=int(found[2])))
    return Period.of_month(today)


def _between(first: str, last: str) -> Period | None:
    begins, ends = _day(first), _day(last)
    if begins is None or ends is None:
        return None
    begins, ends = min(begins, ends), max(begins, ends)
    return Period(begins, ends) if ends.year - begins.year <= LONGEST_YEARS else None


def _day(said: str) -> date | None:
    try:
        found = date.fromisoformat(said)
    except ValueError:
        return None
    return found if FIRST_YEAR <= found.year < 2100 else None


def code(period: Period) -> str:
    """The period as an address names it."""
    begins = period.first
    if period.is_month:
        return f"{begins:%Y-%m}"
    if period.is_quarter:
        return f"{begins.year}-q{(begins.month + 2) // 3}"
    if period.is_year:
        return f"{begins.year}"
    return f"{begins}--{period.last}"


def words(period: Period, lang: str) -> str:
    """The period as its reader says it."""
    if period.is_month:
        return month(period.first, lang)
    if period.is_quarter:
        return quarter(period.first, lang)
    if period.is_year:
        return year(period.first, lang)
    return say(lang, "%(first)s to %(last)s", first=short_day(period.first, lang), last=short_day(period.last, lang))


def offered(today: date, lang: str) -> list[Group]:
    """The periods to choose from: the last months, quarters and years, the running ones first."""
    months = [Period.of_month(Month.of(today).plus(-back).first) for back in range(MONTHS_OFFERED)]
    quarters = [Period.of_quarter(Month.of(today).plus(-3 * back).first) for back in range(QUARTERS_OFFERED)]
    years = [Period.of_year(date(today.year - back, 1, 1)) for back in range(YEARS_OFFERED)]
    return [
        Group(say(lang, "Months"), _options(months, lang)),
        Group(say(lang, "Quarters"), _options(quarters, lang)),
        Group(say(lang, "Years"), _options(years, lang)),
    ]


def _options(periods: Sequence[Period], lang: str) -> list[Option]:
    return [Option(code(period), words(period, lang)) for period in periods]


def after(period: Period) -> Period:
    """The period of the same length that follows."""
    if period.is_whole:
        begins = Month.of(period.last).next
        return Period.of_months(begins, begins.plus(len(period.months) - 1))
    length = period.last - period.first
    begins_on = date.fromordinal(period.last.toordinal() + 1)
    return Period(begins_on, begins_on + length)
