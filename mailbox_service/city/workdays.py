"""Working-day arithmetic in the city's calendar (pure).

A working day is what the calendar's entry for that date says; without an entry, Monday to Friday.
Every count leaves its first day out: day 0 is the day something happens on (DOMAIN §4). Knows
nothing of letters; what a count means for one stands in `tickets/deadlines`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

SATURDAY = 5
DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Calendar:
    """The city's working days.

    `days` holds only entries that somebody made: True a make-up working day, False a holiday.
    `official_years` are the years whose official calendar is among them; the rest is provisional.
    `no` counts the changes that were made to it while letters ran.
    """

    days: Mapping[date, bool]
    official_years: frozenset[int]
    zone: ZoneInfo
    no: int = 0
    # What was counted before: a list of letters asks for few distances, each many times.
    _counted: dict[tuple[date, date], int] = field(default_factory=dict, init=False, repr=False, compare=False)

    def __hash__(self) -> int:
        """Short, since what is said of a calendar is kept by it; two alike in it are still told apart by all."""
        return hash((self.no, self.official_years))

    def day_of(self, at: datetime) -> date:
        """The city's day on which the moment falls."""
        return at.astimezone(self.zone).date()

    def is_working(self, day: date) -> bool:
        entry = self.days.get(day)
        return day.weekday() < SATURDAY if entry is None else entry

    def is_provisional(self, day: date) -> bool:
        """Whether the day's year has no official calendar yet, so that it may still change."""
        return day.year not in self.official_years

    def is_provisional_between(self, start: date, end: date) -> bool:
        """Whether a day in (start, end] is provisional; False when nothing lies between."""
        return end > start and any(year not in self.official_years for year in range((start + DAY).year, end.year + 1))

    def after(self, day: date, count: int) -> date:
        """The count-th working day after the day. Count 0 is the day itself, or the next working day if it is none."""
        return self._step(day, count, DAY)

    def before(self, day: date, count: int) -> date:
        """The count-th working day before the day. Count 0 is the day itself, or the last working day before it."""
        return self._step(day, count, -DAY)

    def between(self, start: date, end: date) -> int:
        """How many working days lie in (start, end]; those in (end, start], negative, when the end comes first."""
        if end < start:
            return -self.between(end, start)
        if (known := self._counted.get((start, end))) is None:
            known = self._counted[start, end] = sum(map(self.is_working, self._days(start, end)))
        return known

    def festivals(self, start: date, end: date) -> list[tuple[date, date]]:
        """The first and last day of each run of free days in (start, end] that a holiday of the calendar is among."""
        runs: list[list[date]] = []
        for day in self._days(start, end):
            if self.is_working(day):
                continue
            if runs and runs[-1][-1] == day - DAY:
                runs[-1].append(day)
            else:
                runs.append([day])
        return [(run[0], run[-1]) for run in runs if any(self.days.get(day) is False for day in run)]

    def made_up(self, start: date, end: date) -> list[date]:
        """The make-up working days in (start, end]."""
        return [day for day in self._days(start, end) if day.weekday() >= SATURDAY and self.is_working(day)]

    def _days(self, start: date, end: date) -> list[date]:
        return [start + DAY * ahead for ahead in range(1, (end - start).days + 1)]

    def _step(self, day: date, count: int, towards: timedelta) -> date:
        if count < 0:
            raise ValueError("working days are counted upwards: use the other direction")
        if count == 0 and self.is_working(day):
            return day
        for _ in range(max(count, 1)):
            day += towards
            while not self.is_working(day):
                day += towards
        return day
