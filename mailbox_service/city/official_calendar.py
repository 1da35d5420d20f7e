"""The official working calendars of mainland China, for the years that are truly known.

The State Council announces holidays and make-up working days year by year. They come from the
`chinesecalendar` package, which refuses a year it has no announcement for; so does this room. For other
years nothing is guessed: their due dates stay provisional until an administrator imports them.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import NamedTuple

from chinese_calendar.constants import holidays, workdays

from mailbox_service.city.workdays import SATURDAY

SOURCE = "chinesecalendar"


class Entry(NamedTuple):
    """A day that differs from Monday to Friday, and who says so."""

    day: date
    is_working: bool
    source: str


def known_years() -> frozenset[int]:
    """The years with an official calendar: those whose first and whose last holiday is among the data."""
    return frozenset(day.year for day in holidays if {date(day.year, 1, 1), date(day.year, 10, 1)} <= holidays.keys())


def entries() -> Iterator[Entry]:
    """Every day of the known years on which the calendar differs from Monday to Friday, in order."""
    known = known_years()
    for day in sorted(day for day in holidays.keys() | workdays.keys() if day.year in known):
        is_working = day in workdays
        if is_working != (day.weekday() < SATURDAY):
            yield Entry(day, is_working, SOURCE)
