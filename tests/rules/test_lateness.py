"""What is late, and what the sweep tells: once per due date and level."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailbox_service.tickets import deadlines
from mailbox_service.tickets.deadlines import Lateness, Told
from tests.march import CITY, DAY, FRIDAY, MONDAY, SATURDAY, SUNDAY, ZONE, days, march

# --- What is late


def test_due_ends_at_midnight_in_the_city():
    assert deadlines.end_of(FRIDAY, ZONE) == datetime(2026, 3, 6, 16, 0, tzinfo=UTC)
    assert deadlines.end_of(FRIDAY, ZONE).tzinfo is UTC


@given(days, st.integers(0, 72))
def test_what_is_late_by_the_day_is_late_by_the_moment(due, hours):
    moment = datetime(due.year, due.month, due.day, tzinfo=UTC) + timedelta(hours=hours) - DAY

    assert deadlines.is_late(due, CITY.day_of(moment)) == (moment >= deadlines.end_of(due, ZONE))


def test_on_the_due_day_nothing_is_late():
    assert not deadlines.is_late(FRIDAY, FRIDAY)
    assert deadlines.is_late(FRIDAY, SATURDAY)


def test_lateness_is_counted_in_working_days():
    assert deadlines.working_days_late(CITY, FRIDAY, march(2)) == 0
    assert deadlines.working_days_late(CITY, FRIDAY, FRIDAY) == 0
    assert deadlines.working_days_late(CITY, FRIDAY, SUNDAY) == 0
    assert deadlines.working_days_late(CITY, FRIDAY, MONDAY) == 1
    assert deadlines.working_days_late(CITY, FRIDAY, march(13)) == 5


def test_the_days_of_the_three_levels():
    assert deadlines.reminder_on(CITY, MONDAY) == FRIDAY
    assert deadlines.red_on(CITY, FRIDAY) == MONDAY
    assert deadlines.supervise_on(CITY, FRIDAY) == march(13)


@pytest.mark.parametrize(
    ("today", "level"),
    [
        (4, Lateness.NONE),
        (5, Lateness.YELLOW),
        (6, Lateness.YELLOW),
        (8, Lateness.YELLOW),
        (9, Lateness.RED),
        (15, Lateness.RED),
        (16, Lateness.SUPERVISION),
        (20, Lateness.SUPERVISION),
    ],
)
def test_a_round_is_the_later_the_higher(today, level):
    assert deadlines.level(CITY, office_due=march(6), citizen_due=march(9), today=march(today)) == level


def test_without_an_office_the_citizens_date_counts():
    assert deadlines.level(CITY, office_due=None, citizen_due=march(9), today=march(5)) == Lateness.NONE
    assert deadlines.level(CITY, office_due=None, citizen_due=march(9), today=march(6)) == Lateness.YELLOW
    assert deadlines.level(CITY, office_due=None, citizen_due=march(9), today=march(10)) == Lateness.RED


def test_levels_rise():
    assert Lateness.NONE < Lateness.YELLOW < Lateness.RED < Lateness.SUPERVISION


# --- What the sweep does, and when


def tell(told: Told, today: int) -> list[Lateness]:
    return deadlines.to_tell(CITY, office_due=march(6), citizen_due=march(9), told=told, today=march(today))


def test_each_level_is_told_on_its_day():
    assert tell(Told(), 4) == []
    assert tell(Told(), 5) == [Lateness.YELLOW]
    assert tell(Told(), 9) == [Lateness.RED]
    assert tell(Told(red=march(6)), 16) == [Lateness.SUPERVISION]


def test_each_level_is_told_once_per_due_date():
    assert tell(Told(yellow=march(6)), 5) == []
    assert tell(Told(red=march(6)), 9) == []
    assert tell(Told(red=march(6), supervision=march(9)), 16) == []
    assert tell(Told(yellow=march(5)), 5) == [Lateness.YELLOW]
    assert tell(Told(red=march(5)), 9) == [Lateness.RED]
    assert tell(Told(red=march(6), supervision=march(6)), 16) == [Lateness.SUPERVISION]


def test_levels_missed_are_told_together_but_no_reminder_after_red():
    assert tell(Told(), 16) == [Lateness.RED, Lateness.SUPERVISION]


def test_without_an_office_the_levels_follow_the_citizens_date():
    told = Told(yellow=march(9))

    assert deadlines.to_tell(CITY, office_due=None, citizen_due=march(9), told=told, today=march(6)) == []
    assert deadlines.to_tell(CITY, office_due=None, citizen_due=march(9), told=told, today=march(10)) == [Lateness.RED]
    assert deadlines.next_sweep(CITY, office_due=None, citizen_due=march(9), told=Told()) == march(6)


def test_the_citizen_is_told_once_that_the_reply_is_late():
    def late(today, told):
        return deadlines.to_tell_citizen(CITY, citizen_due=FRIDAY, told=told, today=today)

    assert not late(SUNDAY, Told())
    assert late(MONDAY, Told())
    assert late(march(10), Told(citizen=march(5)))
    assert not late(march(10), Told(citizen=FRIDAY))


def test_the_next_sweep_is_the_next_thing_to_tell():
    def sweep(**told):
        return deadlines.next_sweep(CITY, office_due=march(6), citizen_due=march(9), told=Told(**told))

    office, citizen = march(6), march(9)
    assert sweep() == march(5)
    assert sweep(yellow=office) == march(9)
    assert sweep(red=office) == march(10)
    assert sweep(red=office, citizen=citizen) == march(16)
    assert sweep(red=office, supervision=citizen) == march(10)
    assert sweep(yellow=office, red=office, supervision=citizen, citizen=citizen) is None
    assert sweep(supervision=citizen) == march(5)


TOLD = {Lateness.YELLOW: "yellow", Lateness.RED: "red", Lateness.SUPERVISION: "supervision"}


def things_to_tell(dues: dict[str, date], told: dict[str, date], today: date) -> dict[str, date]:
    """What is said on that day, as it is remembered afterwards."""
    levels = deadlines.to_tell(CITY, **dues, told=Told(**told), today=today)
    assert levels == sorted(levels)
    said = {TOLD[n]: dues["citizen_due" if n == Lateness.SUPERVISION else "office_due"] for n in levels}
    if deadlines.to_tell_citizen(CITY, citizen_due=dues["citizen_due"], told=Told(**told), today=today):
        said["citizen"] = dues["citizen_due"]
    return said


@given(days, st.integers(-10, 10), st.data())
def test_a_sweep_comes_exactly_when_there_is_something_to_tell(start, apart, data):
    citizen = CITY.after(start, 0)
    office = CITY.after(citizen, apart) if apart >= 0 else CITY.before(citizen, -apart)
    dues = {"office_due": office, "citizen_due": citizen}
    told: dict[str, date] = {}
    today = min(office, citizen) - DAY * 20

    while (sweep := deadlines.next_sweep(CITY, **dues, told=Told(**told))) is not None:
        assert sweep <= today or not things_to_tell(dues, told, sweep - DAY)
        today = max(today, sweep) + DAY * data.draw(st.integers(0, 9))
        said = things_to_tell(dues, told, today)
        assert said
        told |= said

    assert not things_to_tell(dues, told, today + DAY * 60)


def test_silence_is_over_when_the_last_of_its_working_days_is():
    assert deadlines.silence_on(CITY, FRIDAY) == march(21)
    assert deadlines.silence_on(CITY, FRIDAY, 4) == march(13)


def test_a_reply_is_closed_after_fourteen_whole_days():
    assert deadlines.last_day(march(2), 30) == date(2026, 4, 1)
    assert deadlines.close_on(march(2)) == march(17)
    assert deadlines.close_on(march(2), 3) == march(6)
