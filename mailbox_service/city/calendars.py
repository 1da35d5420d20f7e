"""Changing the calendar of working days: a year becomes official or is brought in anew, or one day is corrected.

The rows change in one transaction. The letters follow after it (`jobs.calendar`), each in its own. Nothing here
knows of letters.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import NamedTuple

from sqlmodel import Session, col, delete

from mailbox_service.base.refusals import Refused
from mailbox_service.city import changing
from mailbox_service.city.tables import CalendarChange, CalendarDay, CalendarYear, Way
from mailbox_service.city.workdays import SATURDAY, Calendar

MOST_SOURCE = 200
FIRST_YEAR, LAST_YEAR = 2000, 2199
BY_WEEKDAY = None


class Changed(NamedTuple):
    """A day, what its entry was, and what it is to be: working, free, or None: as the weekday says."""

    day: date
    was: bool | None
    becomes: bool | None


@dataclass(frozen=True, slots=True)
class Draft:
    """A change of the calendar that is not made yet. `whole`: the days are a whole year's, and it becomes official."""

    year: int
    days: Mapping[date, bool | None]
    way: Way
    source: str
    whole: bool = True

    def changes(self, calendar: Calendar) -> list[Changed]:
        """The days whose entry changes, in order."""
        days = set(self.days)
        if self.whole:
            days |= {day for day in calendar.days if day.year == self.year}
        found = (Changed(day, calendar.days.get(day), self._entry(day)) for day in sorted(days))
        return [change for change in found if change.was != change.becomes]

    def _entry(self, day: date) -> bool | None:
        said = self.days.get(day)
        return BY_WEEKDAY if said == (day.weekday() < SATURDAY) else said

    def makes_official(self, calendar: Calendar) -> bool:
        """Whether the year was provisional until now."""
        return self.whole and self.year not in calendar.official_years

    def applied(self, calendar: Calendar) -> Calendar:
        """The calendar as it would be."""
        days = dict(calendar.days)
        for day, _, becomes in self.changes(calendar):
            if becomes is None:
                days.pop(day, None)
            else:
                days[day] = becomes
        official = calendar.official_years | ({self.year} if self.whole else set())
        return replace(calendar, days=days, official_years=official, no=calendar.no + 1)

    def span(self, calendar: Calendar) -> tuple[date, date] | None:
        """The first and last day that the change is about; None when it changes nothing."""
        if self.makes_official(calendar):
            return date(self.year, 1, 1), date(self.year, 12, 31)
        days = [change.day for change in self.changes(calendar)]
        return (days[0], days[-1]) if days else None

    def require(self, calendar: Calendar) -> tuple[date, date]:
        """The change could be made; answers its span.

        Raises:
            Refused: "calendar.source" without one; "calendar.year" out of range; "calendar.nothing" to change.
        """
        if not self.source.strip() or len(self.source) > MOST_SOURCE:
            raise Refused("calendar.source", limit=MOST_SOURCE)
        if not FIRST_YEAR <= self.year <= LAST_YEAR:
            raise Refused("calendar.year", first=str(FIRST_YEAR), last=str(LAST_YEAR))
        if (span := self.span(calendar)) is None:
            raise Refused("calendar.nothing")
        return span


def change(
    session: Session, calendar: Calendar, draft: Draft, *, by: int | None, seen_no: int | None = None, now: datetime
) -> CalendarChange:
    """Make the change. `calendar` is the one in use, read in this transaction; `by` None: from the command line.

    Raises:
        Refused: "not_yours"; as `Draft.require`; "conflict" when somebody has changed the calendar since `seen_no`.
    """
    if by is not None:
        changing.require(session, by)
    if seen_no not in (None, calendar.no):
        raise Refused("conflict")
    span, changes, source = draft.require(calendar), draft.changes(calendar), " ".join(draft.source.split())
    _put_days(session, changes)
    if draft.whole:
        _put_year(session, draft.year, source, now)
    made = CalendarChange(
        no=calendar.no + 1,
        year=draft.year,
        way=draft.way,
        source=source,
        made_by=by,
        made_at=now,
        first_on=span[0],
        last_on=span[1],
        days=[[day.isoformat(), was, becomes] for day, was, becomes in changes],
    )
    session.add(made)
    session.flush()
    _record(session, made)
    return made


def _record(session: Session, made: CalendarChange) -> None:
    said = {"year": made.year, "source": made.source, "days": made.days}
    changing.record(session, "calendar.changed", made, said | {"came": made.way}, by=made.made_by, now=made.made_at)


def _put_days(session: Session, changes: list[Changed]) -> None:
    changed = [change.day for change in changes]
    session.exec(delete(CalendarDay).where(col(CalendarDay.day).in_(changed)))
    session.add_all(CalendarDay(day=c.day, is_working=c.becomes) for c in changes if c.becomes is not None)


def _put_year(session: Session, year: int, source: str, now: datetime) -> None:
    known = session.get(CalendarYear, year)
    if known is None:
        session.add(CalendarYear(year=year, source=source, imported_at=now))
    else:
        known.source, known.imported_at = source, now


def days_of(calendar: Calendar, year: int) -> Iterator[tuple[date, bool]]:
    """The year's entries, in order."""
    return ((day, works) for day, works in sorted(calendar.days.items()) if day.year == year)
