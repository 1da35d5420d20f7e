"""The calendar changes: running dates are counted anew."""

# mypy: no-check-untyped-defs
from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from mailbox_service.tickets.actor import SYSTEM
from mailbox_service.tickets.life import handle, merge, recalendar, reply, route, together
from mailbox_service.tickets.tables.words import Kind, Share, Status
from tests.cases import last, refused, state_of
from tests.cast import (
    CALENDAR,
    DORA,
    HANNA,
    KAI,
    MINA,
    PARKS,
    PAUL,
    ROADS,
    a_city,
    a_letter,
    a_ticket,
    answered,
    carl,
    in_review_round,
    routed,
    signed,
    submitted,
    then,
)
from tests.years import LATER, OFF, WORKED, announced, december, january, led


def test_a_provisional_date_moves_and_an_event_says_so():
    case = led(december(29))
    assert (case.ticket.due_on, case.lead.due_on) == (date(2027, 1, 5), date(2027, 1, 4))
    assert case.ticket.provisional

    announced(case, december(30))

    assert case.ticket.due_on == case.round.due_on == case.round.original_due_on == date(2027, 1, 7)
    assert case.ticket.office_due_on == case.lead.due_on == case.lead.original_due_on == date(2027, 1, 6)
    assert not case.ticket.provisional
    assert case.ticket.sweep_on == date(2027, 1, 5)
    assert (last(case).act, last(case).actor_kind, last(case).at) == ("recalendar", "system", december(30))
    assert last(case).facts == {
        "change": 1,
        "due_on": "2027-01-07",
        "was_on": "2027-01-05",
        "office_due_on": "2027-01-06",
        "office_was_on": "2027-01-04",
    }


def test_counting_once_more_changes_nothing():
    case = announced(led(december(29)), december(30))
    before = state_of(case)

    recalendar.recalendar(case, by=SYSTEM, now=december(31))

    assert state_of(case) == before


def test_a_date_the_calendar_does_not_reach_stays_and_nothing_is_noted():
    case = led(december(21))
    before, events = case.ticket.due_on, len(case.events)

    announced(case, december(22))

    assert case.ticket.due_on == before == date(2026, 12, 28)
    assert (len(case.events), case.ticket.calendar_no) == (events, 1)


def test_only_the_offices_date_may_move():
    case = a_letter(now=december(25))
    routed_late = december(31)
    assert case.ticket.due_on == OFF
    route.route(case, ROADS, by=KAI, now=routed_late)
    assert case.lead.due_on == OFF
    case.round.days = case.round.original_days = 0  # begun before its days were kept

    announced(case, routed_late)

    assert case.ticket.due_on == OFF
    assert last(case).facts == {"change": 1, "office_due_on": "2027-01-05", "office_was_on": "2027-01-01"}


def test_nobody_but_the_service_and_only_while_the_round_runs():
    case = led(december(29))
    case.city = LATER
    with refused("not_yours", case):
        recalendar.recalendar(case, by=KAI, now=december(30))
    ended = answered(submitted(a_ticket(Status.IN_PROGRESS)))
    ended.city = LATER
    assert not recalendar.is_behind(ended)
    with refused("not_now", ended):
        recalendar.recalendar(ended, by=SYSTEM, now=december(30))


@pytest.mark.parametrize("status", [Status.ANSWERED, Status.CLOSED, Status.DECLINED, Status.WITHDRAWN])
def test_what_has_ended_is_never_behind(status):
    case = a_ticket(status)
    case.city = LATER

    assert not recalendar.is_behind(case)


def test_a_stopped_clock_keeps_its_promise_in_the_new_calendar():
    case = led(december(28))
    handle.ask(case, "Which lamp?", by=DORA, now=december(29))
    assert (case.ticket.remaining, case.lead.remaining) == (4, 3)

    announced(case, december(30))
    assert case.ticket.due_on == date(2027, 1, 6)
    assert (case.round.remaining, case.lead.remaining, case.ticket.remaining) == (4, 3, 4)
    handle.answer(case, "The third", by=carl(case), now=december(30))

    assert case.ticket.due_on == date(2027, 1, 7)
    assert case.lead.due_on == date(2027, 1, 6)
    assert case.round.pauses == case.lead.pauses == [["2026-12-29", "2026-12-30"]]


def test_a_pause_over_a_holiday_that_nobody_knew_is_counted_anew():
    case = led(december(28))
    handle.ask(case, "Which lamp?", by=DORA, now=december(31))
    handle.answer(case, "The third", by=carl(case), now=january(5))
    assert (case.round.paused_days, case.ticket.due_on) == (3, date(2027, 1, 7))

    announced(case, january(5))

    assert (case.round.paused_days, case.ticket.due_on) == (1, date(2027, 1, 7))
    assert last(case).facts == {"change": 1}


def test_a_clock_stopped_after_its_date_by_the_new_calendar_has_nothing_left():
    worked = replace(CALENDAR, days={**CALENDAR.days, date(2027, 1, 2): True, date(2027, 1, 3): True}, no=1)
    case = led(december(29))
    handle.ask(case, "Which lamp?", by=DORA, now=january(4))
    assert (case.round.remaining, case.lead.remaining) == (1, 0)

    announced(case, january(4), a_city(calendar=worked))

    assert case.ticket.due_on == date(2027, 1, 3)
    assert (case.round.remaining, case.lead.remaining) == (0, 0)


def test_an_extension_is_counted_anew_with_the_promise():
    case = led(december(24))
    handle.propose_extension(case, "A part is missing", by=DORA, now=december(25))
    handle.decide_extension(case, True, by=MINA, now=december(28))
    assert (case.round.original_due_on, case.ticket.due_on) == (date(2026, 12, 31), date(2027, 1, 7))

    announced(case, december(29))

    assert (case.round.original_due_on, case.ticket.due_on) == (date(2026, 12, 31), WORKED)
    assert case.round.extended_days == 5
    assert case.lead.due_on == date(2027, 1, 8)


def test_co_handling_offices_and_what_they_owe_follow():
    case = led(december(29))
    together.ask_contribution(case, PARKS, "Whose tree?", by=DORA, now=december(30))
    owed, co = case.contributions[0], case.co_handling[0]
    assert (owed.due_on, co.due_on, co.share) == (OFF, date(2027, 1, 4), Share.CO)

    announced(case, december(30))

    assert (owed.due_on, co.due_on) == (date(2027, 1, 5), date(2027, 1, 6))


def test_what_was_given_or_waived_stays():
    case = led(december(29))
    together.ask_contribution(case, PARKS, "Whose tree?", by=DORA, now=december(30))
    together.contribute(case, case.contributions[0].id, "Ours", by=PAUL, now=december(30, 12))

    announced(case, december(31))

    assert case.contributions[0].due_on == OFF


def test_translations_follow_by_their_own_date():
    case = a_letter(language="ja", now=december(31))
    routed(case)
    letter = case.translations[0]
    assert letter.due_on == OFF

    announced(case, december(31))
    assert letter.due_on == date(2027, 1, 5)
    handle.sign_for(case, by=DORA, now=december(31, 12))
    assert case.translations[0].done_at is None


def test_a_translation_that_is_done_or_stale_stays():
    case = a_letter(language="ja", now=december(31))
    routed(case)
    case.translations[0].stale = True

    announced(case, december(31))

    assert case.translations[0].due_on == OFF


def test_the_translation_of_a_reply_follows():
    case = signed(routed(a_letter(language="ja", now=december(31))))
    submitted(case)
    reply.approve(case, 1, by=HANNA, now=then(case))
    text = next(one for one in case.translations if one.reply_id)
    assert text.due_on == OFF

    announced(case, then(case))

    assert text.due_on == date(2027, 1, 5)


def test_a_merged_letter_follows_by_its_own_date():
    lead, child = led(december(29)), a_letter(now=december(30))
    merge.merge(child, lead, by=KAI, now=december(30, 12))
    assert child.ticket.due_on == date(2027, 1, 6)

    announced(child, december(31))

    assert (child.ticket.due_on, child.ticket.status) == (date(2027, 1, 8), Status.MERGED)
    assert last(child).facts == {"change": 1, "due_on": "2027-01-08", "was_on": "2027-01-06"}


def test_spam_follows_too_since_it_may_be_restored():
    case = routed(a_letter(now=december(29)))
    route.mark_spam(case, by=KAI, now=december(30))

    announced(case, december(30, 12))
    assert last(case).act == "recalendar"
    route.restore(case, by=KAI, now=december(31))

    assert case.ticket.due_on == date(2027, 1, 7)


def test_the_office_stays_before_the_citizen_when_a_past_day_turns_out_to_have_been_worked():
    case = a_letter(now=december(29))
    route.route(case, ROADS, by=KAI, now=january(3))
    assert (case.lead.due_on, case.ticket.due_on) == (date(2027, 1, 4), date(2027, 1, 5))
    worked = replace(CALENDAR, days={**CALENDAR.days, date(2027, 1, 2): True}, no=1)

    announced(case, january(3), a_city(calendar=worked))

    assert (case.lead.due_on, case.ticket.due_on) == (date(2027, 1, 4), date(2027, 1, 4))


def test_the_office_keeps_its_distance_to_the_citizens_date():
    case = a_letter(Kind.SUGGESTION, now=december(24))
    route.route(case, ROADS, by=KAI, now=january(3))
    assert (case.lead.due_on, case.ticket.due_on) == (date(2027, 1, 6), date(2027, 1, 7))
    worked = replace(CALENDAR, days={**CALENDAR.days, date(2027, 1, 2): True}, no=1)

    announced(case, january(3), a_city(calendar=worked))

    assert (case.lead.due_on, case.ticket.due_on) == (date(2027, 1, 5), date(2027, 1, 6))


def test_an_office_that_is_asked_for_a_translation_keeps_two_days():
    case = a_letter(Kind.SUGGESTION, language="ja", now=december(24))
    route.route(case, ROADS, by=KAI, now=january(3))
    assert (case.lead.due_on, case.ticket.due_on) == (date(2027, 1, 5), date(2027, 1, 7))
    worked = replace(CALENDAR, days={**CALENDAR.days, date(2027, 1, 2): True}, no=1)

    announced(case, january(3), a_city(calendar=worked))

    assert (case.lead.due_on, case.ticket.due_on) == (date(2027, 1, 4), date(2027, 1, 6))


def test_every_round_is_counted_by_the_calendar_of_its_day():
    case = a_ticket(Status.CLOSED, now=december(1))
    new, case.city = a_letter(city=LATER, now=december(29)), LATER

    in_review_round(case)

    for one in (case, new):
        assert one.ticket.calendar_no == 1
        assert (one.round.days, one.round.original_days, one.round.pauses) == (5, 5, [])
        assert not recalendar.is_behind(one)
    assert (case.round.ticket_id, case.lead.days, case.lead.original_days) == (case.ticket.id, 4, 4)
    assert new.ticket.due_on == date(2027, 1, 7)
