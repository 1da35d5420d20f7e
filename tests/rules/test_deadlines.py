"""The two clocks of a round: when it is due, what moves it, what is late."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailbox_service.city.workdays import Calendar
from mailbox_service.tickets import deadlines
from tests.march import CITY, DAY, FRIDAY, MONDAY, SATURDAY, ZONE, days, gaps, march, policies

# --- When it is due


def test_due_five_working_days_after_the_day_of_receipt():
    assert deadlines.citizen_due(CITY, date(2026, 2, 13), 5) == date(2026, 2, 27)
    assert deadlines.citizen_due(CITY, SATURDAY, 5) == march(13)


def test_the_office_has_its_own_days_when_the_citizens_date_is_far():
    assert deadlines.office_due(CITY, march(2), 5, march(16), translated=False) == march(9)


def test_the_office_is_done_a_working_day_before_the_citizens_date_or_two_with_a_translation():
    assert deadlines.office_due(CITY, march(2), 10, march(9), translated=False) == march(6)
    assert deadlines.office_due(CITY, march(2), 10, march(9), translated=True) == march(5)


def test_the_office_always_has_until_the_next_working_day():
    assert deadlines.office_due(CITY, FRIDAY, 5, FRIDAY, translated=False) == MONDAY
    assert deadlines.office_due(CITY, SATURDAY, 5, march(2), translated=True) == MONDAY


def test_triage_and_signing_take_one_working_day():
    assert deadlines.triage_due(CITY, FRIDAY) == deadlines.triage_due(CITY, SATURDAY) == MONDAY
    assert deadlines.triage_due(CITY, FRIDAY, 2) == march(10)
    assert deadlines.sign_due(CITY, FRIDAY) == MONDAY
    assert deadlines.sign_due(CITY, FRIDAY, 2) == march(10)


def test_another_kind_may_shorten_a_date_and_never_lengthens_it():
    assert deadlines.changed_kind_due(CITY, march(9), march(2), 10) == march(9)
    assert deadlines.changed_kind_due(CITY, march(16), march(2), 5) == march(9)
    assert deadlines.changed_kind_due(CITY, march(16), march(2), 5, paused_days=2) == march(11)


@given(days, policies, gaps, policies, st.booleans())
def test_the_office_is_due_on_a_working_day_after_its_assignment(begun, total, gap, own, translated):
    assigned = begun + DAY * gap
    due = deadlines.citizen_due(CITY, begun, total)
    office = deadlines.office_due(CITY, assigned, own, due, translated=translated)

    assert CITY.is_working(due)
    assert CITY.is_working(office)
    assert office > assigned
    assert office < due or office == CITY.after(assigned, 1)
    assert office <= CITY.after(assigned, own)


# --- What moves it


def test_paused_on_the_due_friday_and_answered_on_saturday_is_due_on_monday():
    assert deadlines.pause_remaining(CITY, FRIDAY, FRIDAY) == 0
    assert deadlines.resumed_due(CITY, SATURDAY, 0) == MONDAY
    assert deadlines.after_pause(CITY, FRIDAY, FRIDAY, SATURDAY) == MONDAY


@pytest.mark.parametrize(
    ("due", "paused", "resumed", "then"),
    [
        (6, 6, 9, 9),  # nothing left, answered on a working day: that day
        (6, 6, 10, 10),
        (6, 5, 5, 6),  # the same day
        (6, 5, 7, 9),  # one day left, answered on the weekend
        (6, 5, 9, 10),
        (9, 7, 7, 9),  # paused on a Saturday, answered the same day
        (9, 7, 8, 9),
        (9, 7, 9, 10),
        (9, 6, 7, 9),  # the weekend alone costs nothing
        (13, 6, 13, 20),  # a whole week
        (6, 9, 12, 6),  # late before the pause: stays
        (6, 7, 7, 6),  # late by a weekend only: stays too
        (6, 7, 10, 6),
    ],
)
def test_a_pause_keeps_the_remaining_working_days(due, paused, resumed, then):
    assert deadlines.after_pause(CITY, march(due), march(paused), march(resumed)) == march(then)


def test_a_date_that_is_past_has_nothing_left_to_keep():
    assert deadlines.pause_remaining(CITY, SATURDAY, FRIDAY) is None
    assert deadlines.pause_remaining(CITY, FRIDAY, MONDAY) == 1


@given(days, policies, st.integers(0, 30))
def test_pausing_and_resuming_on_one_day_changes_nothing(begun, total, gap):
    due = deadlines.citizen_due(CITY, begun, total)

    assert deadlines.after_pause(CITY, due, begun + DAY * gap, begun + DAY * gap) == due


@given(days, policies, gaps, gaps)
def test_a_pause_adds_exactly_its_working_days(begun, total, wait, length):
    due = deadlines.citizen_due(CITY, begun, total)
    paused = min(begun + DAY * wait, due)
    resumed = paused + DAY * length

    then = deadlines.after_pause(CITY, due, paused, resumed)

    assert CITY.is_working(then)
    assert then >= resumed
    added = CITY.between(paused, resumed)
    on_a_free_day_with_nothing_left = paused == due and not CITY.is_working(resumed)
    assert CITY.between(due, then) == added + on_a_free_day_with_nothing_left


@given(days, policies, gaps, gaps, gaps)
def test_two_pauses_are_never_shorter_than_one(begun, total, first, second, third):
    due = deadlines.citizen_due(CITY, begun, total)
    paused = min(begun + DAY * first, due)

    once = deadlines.after_pause(CITY, due, paused, paused + DAY * second)
    later = deadlines.after_pause(CITY, due, paused, paused + DAY * (second + third))

    assert due <= once <= later


def test_an_extension_adds_its_working_days():
    assert deadlines.extended_due(CITY, march(6), 5, march(2)) == march(13)


def test_no_extension_passes_thirty_working_days_pauses_not_counted():
    begun, last = march(2), date(2026, 4, 14)
    assert CITY.between(begun, last) == 30

    assert deadlines.extended_due(CITY, date(2026, 4, 10), 10, begun) == last
    assert deadlines.extended_due(CITY, date(2026, 4, 10), 10, begun, paused_days=2) == date(2026, 4, 16)
    assert deadlines.extended_due(CITY, march(6), 10, begun, cap=6) == march(10)


def test_an_extension_never_takes_days_away():
    assert deadlines.extended_due(CITY, march(16), 5, march(2), cap=5) == march(16)


@given(days, policies, policies, gaps)
def test_an_extended_date_is_a_working_day_within_the_cap(begun, total, more, paused_days):
    due = CITY.after(begun, total + paused_days)
    then = deadlines.extended_due(CITY, due, more, begun, paused_days)

    assert CITY.is_working(then)
    assert due <= then <= CITY.after(begun, 30 + paused_days)
    assert CITY.between(due, then) == min(more, 30 - total)


def test_the_offices_date_moves_with_the_citizens():
    assert deadlines.extended_office_due(CITY, march(5), 5, march(13), translated=False) == march(12)
    assert deadlines.extended_office_due(CITY, march(5), 5, march(13), translated=True) == march(11)
    assert deadlines.extended_office_due(CITY, march(5), 2, march(13), translated=False) == march(9)
    assert deadlines.extended_office_due(CITY, march(13), 2, march(9), translated=False) == march(13), "never earlier"


GUESSED = Calendar({}, frozenset(), ZONE)


def test_a_date_is_counted_anew_when_the_calendar_is_imported():
    begun, pause = date(2026, 2, 11), (date(2026, 2, 12), date(2026, 2, 13))

    assert deadlines.recounted_due(GUESSED, begun, 5) == date(2026, 2, 18)
    assert deadlines.recounted_due(CITY, begun, 5) == date(2026, 2, 25)
    assert deadlines.recounted_due(CITY, begun, 5, [pause]) == date(2026, 2, 26)
    assert deadlines.recounted_due(CITY, begun, 7, [pause]) == date(2026, 2, 28)


def test_a_date_of_which_nothing_is_known_stays():
    assert deadlines.recounted_due(CITY, march(2), 0) is None
    assert deadlines.recounted_due(CITY, march(2), 0, [(march(3), march(5))]) is None
    assert deadlines.recounted_due(CITY, march(2), -2, [(march(3), march(5))]) is None
    assert deadlines.recounted_due(CITY, march(2), -1, [(march(3), march(5))]) == march(3)


def test_the_days_a_date_was_given_are_those_without_its_pauses():
    assert deadlines.counted_days(CITY, march(2), march(9)) == 5
    assert deadlines.counted_days(CITY, march(2), march(11), [(march(3), march(5))]) == 5
    assert deadlines.paused_days(CITY, [(march(3), march(5)), (march(6), march(9))]) == 3


@given(days, policies, policies, gaps, gaps)
def test_counting_anew_in_the_same_calendar_changes_nothing(begun, total, more, wait, length):
    due = deadlines.citizen_due(CITY, begun, total)
    paused = min(begun + DAY * wait, due)
    pauses = [(paused, paused + DAY * length)]
    moved = CITY.after(deadlines.after_pause(CITY, due, *pauses[0]), more)

    assert deadlines.recounted_due(CITY, begun, deadlines.counted_days(CITY, begun, due)) == due
    assert deadlines.recounted_due(CITY, begun, deadlines.counted_days(CITY, begun, moved, pauses), pauses) == moved


@given(days, policies, st.sampled_from([GUESSED, CITY]))
def test_a_date_is_always_a_working_day(begun, total, calendar):
    due = deadlines.recounted_due(calendar, begun, total)

    assert calendar.is_working(due)
    assert calendar.between(begun, due) == total
