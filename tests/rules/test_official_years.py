"""2024, 2025 and 2026 day by day, as the State Council's notices have them, copied by hand."""

# mypy: no-check-untyped-defs
from __future__ import annotations

from datetime import date, timedelta

import pytest

from mailbox_service.city.workdays import Calendar
from mailbox_service.tickets import deadlines
from tests.cast import CALENDAR, ZONE

# First and last day off of each festival, and the weekend days worked for it.
NOTICES = {
    2024: (
        ["01-01 01-01", "02-10 02-17", "04-04 04-06", "05-01 05-05", "06-10 06-10", "09-15 09-17", "10-01 10-07"],
        ["02-04", "02-18", "04-07", "04-28", "05-11", "09-14", "09-29", "10-12"],
    ),
    2025: (
        ["01-01 01-01", "01-28 02-04", "04-04 04-06", "05-01 05-05", "05-31 06-02", "10-01 10-08"],
        ["01-26", "02-08", "04-27", "09-28", "10-11"],
    ),
    2026: (
        ["01-01 01-03", "02-15 02-23", "04-04 04-06", "05-01 05-05", "06-19 06-21", "09-25 09-27", "10-01 10-07"],
        ["01-04", "02-14", "02-28", "05-09", "09-20", "10-10"],
    ),
}
DAY = timedelta(days=1)


def days_of(year):
    return (date(year, 1, 1) + DAY * n for n in range(366) if (date(year, 1, 1) + DAY * n).year == year)


def by_hand(year):
    """Each day of the year: whether it is worked."""
    festivals, worked = NOTICES[year]
    free = [tuple(date.fromisoformat(f"{year}-{day}") for day in span.split()) for span in festivals]
    made_up = {date.fromisoformat(f"{year}-{day}") for day in worked}
    return {
        day: day in made_up or (day.weekday() < 5 and not any(first <= day <= last for first, last in free))
        for day in days_of(year)
    }


@pytest.mark.parametrize("year", NOTICES)
def test_every_day_of_the_year_is_as_the_notice_says(year):
    assert {day: CALENDAR.is_working(day) for day in days_of(year)} == by_hand(year)


@pytest.mark.parametrize("year", NOTICES)
def test_festivals_and_make_up_days_are_named_as_the_notice_names_them(year):
    festivals, worked = NOTICES[year]
    start, end = date(year - 1, 12, 31), date(year, 12, 31)

    named = [f"{first:%m-%d} {last:%m-%d}" for first, last in CALENDAR.festivals(start, end)]

    for said, span in zip(named, festivals, strict=True):
        assert said[:5] <= span[:5] <= span[6:] <= said[6:], "with the weekend beside it"
    assert [f"{day:%m-%d}" for day in CALENDAR.made_up(start, end)] == worked


@pytest.mark.parametrize(
    ("received", "days", "due"),
    [
        ("2024-02-02", 5, "2024-02-08"),  # over a worked Sunday
        ("2024-02-08", 5, "2024-02-21"),  # over the Spring Festival and the worked Sunday after it
        ("2024-04-26", 5, "2024-05-07"),
        ("2024-09-13", 10, "2024-09-29"),  # Mid-Autumn, its worked Saturday before it
        ("2024-09-27", 5, "2024-10-10"),
        ("2025-01-24", 5, "2025-02-07"),
        ("2025-01-27", 5, "2025-02-10"),
        ("2025-04-25", 5, "2025-05-06"),
        ("2025-09-26", 10, "2025-10-16"),
        ("2026-01-02", 5, "2026-01-08"),
        ("2026-02-13", 5, "2026-02-27"),  # DOMAIN §4
        ("2026-02-14", 5, "2026-02-28"),
        ("2026-04-30", 5, "2026-05-11"),
        ("2026-09-18", 10, "2026-10-09"),
        ("2026-09-30", 5, "2026-10-13"),
    ],
)
def test_the_known_dates(received, days, due):
    assert deadlines.citizen_due(CALENDAR, date.fromisoformat(received), days) == date.fromisoformat(due)


def test_festivals_and_make_up_days_are_those_on_the_way_only():
    received, due = date(2026, 2, 13), date(2026, 2, 27)

    assert CALENDAR.festivals(received, due) == [(date(2026, 2, 15), date(2026, 2, 23))]
    assert CALENDAR.made_up(received, due) == [date(2026, 2, 14)]
    assert CALENDAR.festivals(due, received) == CALENDAR.made_up(due, received) == []
    assert CALENDAR.festivals(date(2026, 3, 2), date(2026, 3, 9)) == [], "a weekend is no festival"
    assert CALENDAR.festivals(date(2026, 2, 17), date(2026, 2, 19)) == [(date(2026, 2, 18), date(2026, 2, 19))]


def test_two_festivals_are_two():
    calendar = Calendar({date(2026, 3, 3): False, date(2026, 3, 5): False}, frozenset(), ZONE)

    assert calendar.festivals(date(2026, 3, 2), date(2026, 3, 6)) == [
        (date(2026, 3, 3), date(2026, 3, 3)),
        (date(2026, 3, 5), date(2026, 3, 5)),
    ]
