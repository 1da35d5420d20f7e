"""The time a page of figures is about, in its address and in words."""

# mypy: no-check-untyped-defs
from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailbox_service.base.language import LANGUAGES
from mailbox_service.tickets.statistics.period import Month, Period
from mailbox_service.web import periods

TODAY = date(2026, 3, 20)
MONTH = Period.of_month(date(2026, 3, 1))
QUARTER = Period.of_quarter(date(2026, 2, 1))
DAYS = Period(date(2026, 3, 2), date(2026, 3, 20))


@pytest.mark.parametrize(
    ("said", "period"),
    [
        ("2026-03", MONTH),
        ("2026-q1", QUARTER),
        ("2025", Period.of_year(date(2025, 1, 1))),
        ("2026-03-02--2026-03-20", DAYS),
        ("2026-03-20--2026-03-02", DAYS),
    ],
)
def test_an_address_names_a_period(said, period):
    assert periods.read(said, TODAY) == period


@pytest.mark.parametrize(
    "said", ["", "x", "2026-13", "2026-q5", "0001-01", "9999", "2026-3", "2026-02-30--2026-03-01", "--", "1990--2026"]
)
def test_what_names_none_is_the_running_month(said):
    assert periods.read(said, TODAY) == MONTH


def test_two_days_win_over_the_code():
    assert periods.read("2025", TODAY, first="2026-03-02", last="2026-03-20") == DAYS
    assert periods.read("2026-q1", TODAY, first="2026-03-02", last="") == QUARTER


def test_more_than_thirty_years_are_no_period():
    assert periods.read("2000-01-01--2031-01-01", TODAY) == MONTH


@given(st.dates(date(2000, 1, 1), date(2030, 12, 31)), st.integers(1, 30))
def test_a_period_is_read_as_it_was_written(day, months):
    whole = Period.of_months(Month.of(day), Month.of(day).plus(months - 1))
    for period in (Period.of_month(day), Period.of_quarter(day), Period.of_year(day), whole, Period(day, day)):
        assert periods.read(periods.code(period), date(2031, 1, 1)) == period
        assert periods.after(period).before == period


@pytest.mark.parametrize("lang", LANGUAGES)
def test_periods_are_said_in_words(lang):
    said = [periods.words(period, lang) for period in (MONTH, QUARTER, Period.of_year(TODAY), DAYS)]

    assert len(set(said)) == 4
    assert "2026" in said[3]
    if lang == "en":
        assert said == ["March 2026", "First quarter of 2026", "2026", "2 Mar 2026 to 20 Mar 2026"]


def test_the_running_periods_are_offered_first():
    months, quarters, years = periods.offered(TODAY, "en")

    assert [group.options[0].value for group in (months, quarters, years)] == ["2026-03", "2026-q1", "2026"]
    assert [option.label for option in quarters.options[:2]] == ["First quarter of 2026", "Fourth quarter of 2025"]
