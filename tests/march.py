"""The days that the tests of clocks count with: a few of March 2026 by name, and any other."""

from __future__ import annotations

from datetime import date, timedelta
from zoneinfo import ZoneInfo

from hypothesis import strategies as st

from mailbox_service.city import official_calendar
from mailbox_service.city.workdays import Calendar

ZONE = ZoneInfo("Asia/Shanghai")
CITY = Calendar({e.day: e.is_working for e in official_calendar.entries()}, official_calendar.known_years(), ZONE)
DAY = timedelta(days=1)
FRIDAY, SATURDAY, SUNDAY, MONDAY = (date(2026, 3, day) for day in (6, 7, 8, 9))

days = st.dates(date(2024, 1, 1), date(2027, 1, 31))
policies = st.integers(1, 15)
gaps = st.integers(0, 40)


def march(day: int) -> date:
    return date(2026, 3, day)
