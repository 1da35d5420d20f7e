"""A year that nobody has announced yet when the letters of a test come in, and is then brought in."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from mailbox_service.tickets.actor import SYSTEM
from mailbox_service.tickets.case import Case, City
from mailbox_service.tickets.life import handle, recalendar, route
from tests.cast import CALENDAR, DORA, KAI, ROADS, a_city, a_letter

HOUR = timedelta(hours=1)
# 2027: New Year's Day off with the Monday after it, and the Saturday after that worked.
OFF, OFF_TOO, WORKED = date(2027, 1, 1), date(2027, 1, 4), date(2027, 1, 9)
ANNOUNCED = replace(
    CALENDAR,
    days={**CALENDAR.days, OFF: False, OFF_TOO: False, WORKED: True},
    official_years=CALENDAR.official_years | {2027},
    no=1,
)
LATER = a_city(calendar=ANNOUNCED)


def december(day: int, hour: int = 9) -> datetime:
    """An hour of the city's in December 2026."""
    return datetime(2026, 12, day, hour - 8, tzinfo=UTC)


def january(day: int, hour: int = 9) -> datetime:
    """The same in January 2027."""
    return datetime(2027, 1, day, hour - 8, tzinfo=UTC)


def led(now: datetime, **more: object) -> Case:
    """A letter with Roads, which works on it."""
    case = a_letter(now=now, **more)  # type: ignore[arg-type]
    route.route(case, ROADS, by=KAI, now=now + HOUR)
    handle.sign_for(case, by=DORA, now=now + 2 * HOUR)
    return case


def announced(case: Case, now: datetime, city: City = LATER) -> Case:
    """2027 is brought in, and the letter is counted anew."""
    case.city = city
    assert recalendar.is_behind(case)
    recalendar.recalendar(case, by=SYSTEM, now=now)
    assert not recalendar.is_behind(case)
    return case
