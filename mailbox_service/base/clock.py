"""What time it is, in UTC, and what day that is in the city."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

# The same act again within this time, by the same person and with the same words, is the same form sent twice.
TWICE_WITHIN = timedelta(minutes=10)


def now() -> datetime:
    """This moment in UTC, aware, to the microsecond."""
    return datetime.now(UTC)


def day_in(zone: ZoneInfo, at: datetime) -> date:
    """The calendar day in the city on which the moment falls."""
    return at.astimezone(zone).date()
