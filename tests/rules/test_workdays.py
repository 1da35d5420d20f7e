"""Working days in the city's calendar, and the official years."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailbox_service.city import official_calendar
from mailbox_service.city.workdays import Calendar

ZONE = ZoneInfo("Asia/Shanghai")
CITY = Calendar({e.day: e.is_working for e in official_calendar.entries()}, official_calendar.known_years(), ZONE)
PLAIN = Calendar({}, frozenset(), ZONE)
FRIDAY, SATURDAY, SUNDAY, MONDAY = (date(2026, 3, day) for day in (6, 7, 8, 9))

days = st.dates(date(2023, 12, 1), date(2027, 2, 28))
counts = st.integers(0, 60)


def test_an_entry_outweighs_the_weekday():
    calendar = Calendar({SATURDAY: True, MONDAY: False}, frozenset({2026}), ZONE)

    assert calendar.is_working(SATURDAY)
    assert not calendar.is_working(MONDAY)
    assert calendar.is_working(FRIDAY)
    assert not calendar.is_working(SUNDAY)


def test_five_working_days_over_the_spring_festival_of_2026():
    assert CITY.after(date(2026, 2, 13), 5) == date(2026, 2, 27)
    assert CITY.between(date(2026, 2, 13), date(2026, 2, 27)) == 5
    assert CITY.before(date(2026, 2, 27), 5) == date(2026, 2, 13)


def test_counting_nothing_stays_on_a_working_day_and_leaves_a_free_one():
    assert CITY.after(FRIDAY, 0) == CITY.before(FRIDAY, 0) == FRIDAY
    assert CITY.after(SATURDAY, 0) == CITY.after(SUNDAY, 0) == MONDAY
    assert CITY.before(SATURDAY, 0) == CITY.before(SUNDAY, 0) == FRIDAY


def test_day_nought_is_left_out():
    assert CITY.after(FRIDAY, 1) == CITY.after(SATURDAY, 1) == MONDAY
    assert CITY.before(MONDAY, 1) == CITY.before(SUNDAY, 1) == FRIDAY
    assert CITY.between(FRIDAY, MONDAY) == 1
    assert CITY.between(FRIDAY, SUNDAY) == CITY.between(FRIDAY, FRIDAY) == 0
    assert CITY.between(MONDAY, FRIDAY) == -1


def test_nobody_counts_less_than_nothing():
    with pytest.raises(ValueError, match="counted upwards"):
        CITY.after(FRIDAY, -1)
    with pytest.raises(ValueError, match="counted upwards"):
        CITY.before(FRIDAY, -1)


def test_the_day_is_the_citys_and_not_utcs():
    assert CITY.day_of(datetime(2026, 3, 6, 15, 59, 59, tzinfo=UTC)) == FRIDAY
    assert CITY.day_of(datetime(2026, 3, 6, 16, 0, tzinfo=UTC)) == SATURDAY


def test_a_year_without_an_official_calendar_is_provisional():
    assert not CITY.is_provisional(date(2026, 12, 31))
    assert CITY.is_provisional(date(2027, 1, 1))
    assert CITY.after(date(2026, 12, 31), 1) == date(2027, 1, 1), "no holiday is guessed"


def test_a_span_is_provisional_when_a_day_after_its_start_is():
    eve = date(2026, 12, 31)

    assert CITY.is_provisional_between(eve, date(2027, 1, 1))
    assert not CITY.is_provisional_between(date(2026, 12, 30), eve)
    assert not CITY.is_provisional_between(date(2003, 12, 31), date(2004, 1, 1))
    assert CITY.is_provisional_between(date(2003, 12, 30), date(2004, 1, 1))
    assert CITY.is_provisional_between(date(2003, 12, 30), date(2027, 1, 1))
    assert not CITY.is_provisional_between(date(2027, 1, 2), date(2027, 1, 2))
    assert not CITY.is_provisional_between(date(2027, 1, 2), eve)


@given(days, counts)
def test_there_and_back_again(day, count):
    later, earlier = CITY.after(day, count), CITY.before(day, count)

    assert CITY.is_working(later)
    assert CITY.is_working(earlier)
    assert CITY.before(later, count) == CITY.before(day, 0) or count == 0
    assert CITY.after(earlier, count) == CITY.after(day, 0) or count == 0
    if count:
        assert CITY.between(day, later) == count
        assert later > day > earlier


@given(days, days, days)
def test_spans_add_up(one, two, three):
    assert CITY.between(one, two) + CITY.between(two, three) == CITY.between(one, three)


@given(days, counts, counts)
def test_steps_add_up(day, some, more):
    start = CITY.after(day, 0) if some == 0 else day  # no step at all still leaves a day off

    assert CITY.after(CITY.after(start, some), more) == CITY.after(start, some + more)


@given(days, counts)
def test_a_later_start_never_ends_earlier(day, count):
    assert PLAIN.after(day, count) <= PLAIN.after(day + timedelta(1), count)
    assert CITY.after(day, count) <= CITY.after(day + timedelta(1), count)


# Days that the State Council's notices for these years turned into working days.
MAKE_UP_DAYS = {
    2024: ["02-04", "02-18", "04-07", "04-28", "05-11", "09-14", "09-29", "10-12"],
    2025: ["01-26", "02-08", "04-27", "09-28", "10-11"],
    2026: ["01-04", "02-14", "02-28", "05-09", "09-20", "10-10"],
}


@pytest.mark.parametrize("year", MAKE_UP_DAYS)
def test_the_make_up_days_are_those_of_the_notices(year):
    made_up = [e.day for e in official_calendar.entries() if e.day.year == year and e.is_working]

    assert made_up == [date.fromisoformat(f"{year}-{day}") for day in MAKE_UP_DAYS[year]]


@pytest.mark.parametrize(
    ("first", "last"),
    [
        (date(2024, 2, 10), date(2024, 2, 17)),
        (date(2024, 10, 1), date(2024, 10, 7)),
        (date(2025, 1, 28), date(2025, 2, 4)),
        (date(2025, 10, 1), date(2025, 10, 8)),
        (date(2026, 2, 15), date(2026, 2, 23)),
        (date(2026, 10, 1), date(2026, 10, 7)),
    ],
)
def test_nobody_works_from_the_first_to_the_last_day_of_a_festival(first, last):
    assert CITY.between(first - timedelta(1), last) == 0
    assert CITY.is_working(last + timedelta(1))


def test_entries_are_only_what_differs_from_monday_to_friday():
    entries = list(official_calendar.entries())

    assert entries == sorted(entries)
    assert len({e.day for e in entries}) == len(entries)
    assert {e.source for e in entries} == {"chinesecalendar"}
    assert all(e.is_working == (e.day.weekday() >= 5) for e in entries)
    assert date(2026, 1, 3) not in {e.day for e in entries}, "a holiday on a Saturday changes nothing"


def test_only_whole_announced_years_are_known():
    assert official_calendar.known_years() >= frozenset(range(2004, 2027))
    assert {e.day.year for e in official_calendar.entries()} == official_calendar.known_years()
    assert 2003 not in official_calendar.known_years()
    assert 2100 not in official_calendar.known_years()
