"""When people in Qinghe are at work and when its citizens are awake."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from mailbox_service.city.workdays import DAY, Calendar

OPENS, CLOSES = time(9), time(17, 30)
DAY_MINUTES = 510
WAKES, SLEEPS = 7, 23


@dataclass(frozen=True)
class Hours:
    """Moments counted in working minutes of the city's calendar."""

    calendar: Calendar

    def later(self, at: datetime, minutes: float) -> datetime:
        """So many working minutes after a moment."""
        here = self._in_hours(at.astimezone(self.calendar.zone))
        left = minutes
        while left > (rest := (self._at(here.date(), CLOSES) - here).total_seconds() / 60):
            left -= rest
            here = self._at(self.calendar.after(here.date(), 1), OPENS)
        return here + timedelta(minutes=left)

    def days_later(self, at: datetime, days: float) -> datetime:
        """So many working days after a moment."""
        return self.later(at, days * DAY_MINUTES)

    def before(self, at: datetime, days: int) -> datetime:
        """The same time of day so many working days earlier."""
        here = at.astimezone(self.calendar.zone)
        return datetime.combine(self.calendar.before(here.date(), days), here.time(), self.calendar.zone)

    def awake(self, at: datetime) -> datetime:
        """The moment itself, or by day instead of by night."""
        here = at.astimezone(self.calendar.zone)
        return here + timedelta(hours=10) if not WAKES <= here.hour < SLEEPS else here

    def _in_hours(self, here: datetime) -> datetime:
        if not self.calendar.is_working(here.date()) or here.timetz().replace(tzinfo=None) >= CLOSES:
            return self._at(self.calendar.after(here.date(), 1), OPENS)
        return max(here, self._at(here.date(), OPENS))

    def _at(self, day: date, clock: time) -> datetime:
        return datetime.combine(day, clock, self.calendar.zone)

    def morning_of(self, day: date) -> datetime:
        """When the sweep runs on that day."""
        return self._at(day, time(6))

    def spread(self, until: datetime, days: float) -> datetime:
        """A moment that many calendar days ago."""
        return until - DAY * days
