"""The calendar changes: what was told of lateness follows, and whatever happened before, only what must moves."""

# mypy: no-check-untyped-defs
from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mailbox_service.base.refusals import Refused
from mailbox_service.tickets import deadlines
from mailbox_service.tickets.actor import SYSTEM
from mailbox_service.tickets.life import clock, handle, overdue, recalendar, route, together
from tests.cases import copied, state_of
from tests.cast import CALENDAR, DAY, DORA, KAI, LIBRARY, MINA, PARKS, ROADS, a_city, a_letter, carl
from tests.years import ANNOUNCED, LATER, OFF, announced, december, january, led


def told_acts(case):
    return [event.act for event in case.events if event.act in ("remind", "mark_late", "tell_late", "supervise")]


def test_a_level_reached_for_the_new_date_too_is_not_told_again():
    case = led(december(25))
    for day in (1, 2, 5, 6, 7):
        overdue.sweep(case, now=january(day))
    assert (case.lead.due_on, case.round.due_on) == (date(2026, 12, 31), OFF)
    assert told_acts(case) == ["mark_late", "tell_late"]

    announced(case, january(8))
    overdue.sweep(case, now=january(8))

    assert case.round.due_on == date(2027, 1, 5)
    assert (case.round.late_told_for, case.lead.late_for) == (date(2027, 1, 5), date(2026, 12, 31))
    assert told_acts(case) == ["mark_late", "tell_late"]


def test_a_level_not_reached_any_more_is_told_again_in_its_time():
    case = led(december(29))
    overdue.sweep(case, now=january(1))
    assert case.lead.reminded_for == date(2027, 1, 4)

    announced(case, january(1))
    for day in (2, 5, 5, 6, 7, 7):
        overdue.sweep(case, now=january(day))

    assert told_acts(case) == ["remind", "remind", "mark_late"]
    assert case.lead.reminded_for == case.lead.late_for == date(2027, 1, 6)


def test_a_reminder_given_on_the_very_day_counts_for_the_new_date():
    case = led(december(29))
    overdue.sweep(case, now=january(1))

    announced(case, january(5))

    assert case.lead.due_on == case.lead.reminded_for == date(2027, 1, 6)


@pytest.mark.parametrize(("day", "followed"), [(6, 0), (7, 1), (8, 2), (12, 2), (13, 3)])
def test_each_level_counts_for_the_new_date_from_its_very_day(day, followed):
    case = led(december(29))
    overdue.sweep(case, now=january(25))

    announced(case, january(day))

    told = (case.lead.late_for, case.round.late_told_for, case.round.supervised_for)
    new = (date(2027, 1, 6), date(2027, 1, 7), date(2027, 1, 7))
    assert [mark == on for mark, on in zip(told, new, strict=True)] == [n < followed for n in range(3)]


def test_marks_of_every_level_follow_a_date_that_moves_a_little():
    case = led(december(29))
    overdue.sweep(case, now=january(4))
    overdue.sweep(case, now=january(25))
    dates = (case.lead.late_for, case.round.late_told_for, case.round.supervised_for)
    assert dates == (date(2027, 1, 4), date(2027, 1, 5), date(2027, 1, 5))
    before = told_acts(case)

    announced(case, january(25))
    overdue.sweep(case, now=january(25))

    dates = (case.lead.late_for, case.round.late_told_for, case.round.supervised_for)
    assert dates == (date(2027, 1, 6), date(2027, 1, 7), date(2027, 1, 7))
    assert (told_acts(case), case.ticket.sweep_on) == (before, None)


def test_without_an_office_the_round_remembers_for_whom_was_told():
    case = a_letter(now=december(29))
    overdue.sweep(case, now=january(4))
    overdue.sweep(case, now=january(6))
    assert (case.round.reminded_for, case.round.late_for) == (date(2027, 1, 5), date(2027, 1, 5))

    announced(case, january(12))

    assert (case.round.reminded_for, case.round.late_for) == (date(2027, 1, 7), date(2027, 1, 7))


def test_what_was_told_late_is_told_again_when_the_new_date_is_missed():
    case = led(december(25))
    overdue.sweep(case, now=january(4))
    assert case.round.late_told_for == OFF

    announced(case, january(4))
    assert case.round.late_told_for == OFF
    overdue.sweep(case, now=january(5))
    overdue.sweep(case, now=january(6))

    assert told_acts(case).count("tell_late") == 2
    assert case.round.late_told_for == date(2027, 1, 5)


# --- Clocks that stood


def test_a_pause_leaves_the_office_its_working_day_too():
    case = a_letter(now=december(29))
    route.route(case, ROADS, by=KAI, now=january(3))
    handle.ask(case, "Which lamp?", by=DORA, now=january(4))
    handle.answer(case, "The third", by=carl(case), now=january(6))
    assert (case.lead.due_on, case.ticket.due_on) == (date(2027, 1, 6), date(2027, 1, 7))
    worked = replace(CALENDAR, days={**CALENDAR.days, date(2027, 1, 2): True}, no=1)

    announced(case, january(6), a_city(calendar=worked))

    assert (case.lead.due_on, case.ticket.due_on) == (date(2027, 1, 6), date(2027, 1, 6))


def test_an_office_that_was_late_when_the_clock_stopped_stays_late():
    case = led(december(28))
    together.ask_contribution(case, PARKS, "Whose tree?", by=DORA, now=december(28, 12))
    case.co_handling[0].due_on = date(2026, 12, 28)
    handle.ask(case, "Which lamp?", by=DORA, now=december(29))
    assert case.co_handling[0].remaining is None

    announced(case, december(30))

    assert case.co_handling[0].remaining is None


# --- Whatever happened before

TURNS = st.lists(
    st.tuples(st.sampled_from(["ask", "answer", "extend", "co", "wait", "return"]), st.integers(0, 4)), max_size=6
)


def lived(start, turns, language):
    """A letter after some turns of its life, each some days after the one before; what is refused does not happen."""
    case = a_letter(language=language, now=start)
    now = start + timedelta(hours=1)
    route.route(case, ROADS, by=KAI, now=now)
    handle.sign_for(case, by=DORA, now=now)
    for turn, days in turns:
        now += days * DAY + timedelta(minutes=1)
        try:
            if turn == "ask":
                handle.ask(case, "Which?", by=DORA, now=now)
            elif turn == "answer":
                handle.answer(case, "This", by=carl(case), now=now)
            elif turn == "extend":
                handle.propose_extension(case, "Wait", by=DORA, now=now)
                handle.decide_extension(case, True, by=MINA, now=now)
            elif turn == "co":
                together.ask_contribution(case, PARKS, "Whose?", by=DORA, now=now)
            elif turn == "return" and case.lead.department_id == ROADS:
                route.propose_return(case, "Not ours", by=DORA, now=now)
                route.decide_return(case, LIBRARY, by=KAI, now=now)
        except Refused:
            continue
    return case, now


WALKS = settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
STARTS = st.dates(date(2026, 1, 5), date(2026, 12, 31)).map(
    lambda day: datetime(day.year, day.month, day.day, 1, tzinfo=UTC)
)


@WALKS
@given(STARTS, TURNS, st.sampled_from(["zh", "ja"]))
def test_the_same_calendar_moves_nothing_whatever_happened_before(start, turns, language):
    case, now = lived(start, turns, language)
    before = state_of(case)

    case.city = a_city(calendar=replace(CALENDAR, no=1))
    recalendar.recalendar(case, by=SYSTEM, now=now)

    after = state_of(case)
    assert after.pop("ticket") == before.pop("ticket") | {"calendar_no": 1}
    assert after == before


@WALKS
@given(STARTS, TURNS, st.sampled_from(["zh", "ja"]))
def test_an_imported_year_moves_only_dates_that_reach_into_it_and_all_are_working_days(start, turns, language):
    case, now = lived(start, turns, language)
    was, dates = copied(case), [case.round, *case.assignments]
    was_on = [one.due_on for one in dates]

    case.city = LATER
    recalendar.recalendar(case, by=SYSTEM, now=now)

    for one, former in zip(dates, was_on, strict=True):
        assert ANNOUNCED.is_working(one.due_on) or one.due_on == former
        assert one.due_on == former or former.year == 2027
    if case.round.due_on != was.round.due_on:
        begun = ANNOUNCED.day_of(case.round.begun_at)
        promised = case.round.original_days + case.round.extended_days
        stopped = deadlines.paused_days(ANNOUNCED, clock.pauses_of(case.round))
        assert ANNOUNCED.between(begun, case.round.due_on) in (promised + stopped, promised + stopped + 1)
        assert was.ticket.provisional
