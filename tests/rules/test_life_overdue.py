"""What lateness brings, and the ends of silence."""

# mypy: no-check-untyped-defs
from __future__ import annotations

from datetime import date, datetime

from mailbox_service.tickets.life import after, clock, handle, overdue
from mailbox_service.tickets.tables.words import Status
from tests.cases import last
from tests.cast import (
    NOW,
    ROADS,
    a_letter,
    a_ticket,
    carl,
)


def swept(case, day):
    overdue.sweep(case, now=datetime.fromisoformat(f"2026-03-{day:02}T09:00+08:00"))
    return [event.act for event in case.events]


def test_lateness_is_told_once_per_date_and_level():
    case = a_ticket(Status.IN_PROGRESS)
    acts = swept(case, 4)
    assert case.ticket.sweep_on == date(2026, 3, 5)

    assert swept(case, 5) == [*acts, "remind"]
    assert (last(case).department_id, last(case).facts) == (ROADS, {"due_on": "2026-03-06"})
    assert (case.lead.reminded_for, case.ticket.sweep_on) == (date(2026, 3, 6), date(2026, 3, 9))
    assert swept(case, 5) == [*acts, "remind"]
    assert swept(case, 9) == [*acts, "remind", "mark_late"]
    assert (case.lead.late_for, last(case).facts) == (date(2026, 3, 6), {"due_on": "2026-03-06"})
    assert (last(case).department_id, case.ticket.sweep_on) == (ROADS, date(2026, 3, 10))
    assert swept(case, 10)[-1] == "tell_late"
    assert (case.round.late_told_for, last(case).facts) == (date(2026, 3, 9), {"due_on": "2026-03-09"})
    assert case.ticket.sweep_on == date(2026, 3, 16)
    assert swept(case, 16)[-1] == "supervise"
    assert case.ticket.supervised_at == last(case).at
    assert (case.round.supervised_for, last(case).facts) == (date(2026, 3, 9), {"due_on": "2026-03-09"})
    assert (case.ticket.sweep_on, len(case.events)) == (None, len(acts) + 4)
    assert case.round.late_for is case.round.reminded_for is None


def test_a_letter_without_an_office_is_late_by_the_citizens_date():
    case = a_letter()

    assert swept(case, 6)[-1] == "remind"
    assert (last(case).department_id, last(case).facts) == (None, {"due_on": "2026-03-09"})
    assert case.round.reminded_for == date(2026, 3, 9)
    assert swept(case, 10)[-2:] == ["mark_late", "tell_late"]
    assert case.round.late_for == date(2026, 3, 9)
    assert case.events[-2].facts == {"due_on": "2026-03-09"}
    assert case.events[-2].department_id is None
    case.ticket.supervised_at = NOW
    assert swept(case, 16)[-1] == "supervise"
    assert case.ticket.supervised_at == NOW


def test_silence_to_a_question_is_handled_on_by_the_sweep():
    case = a_ticket(Status.AWAITING_CITIZEN)

    assert swept(case, 17)[-1] == "end_silence"
    assert case.ticket.sweep_on == date(2026, 3, 20)


def test_days_on_which_nobody_swept_are_no_part_of_the_silence():
    in_time, late, answered = (a_ticket(Status.AWAITING_CITIZEN) for _ in range(3))

    swept(in_time, 17)
    assert swept(late, 24)[-2:] == ["end_silence", "mark_late"]
    handle.answer(answered, "Here", by=carl(answered), now=datetime.fromisoformat("2026-03-24T09:00+08:00"))

    for case in (in_time, late, answered):
        assert (case.round.due_on, case.round.paused_days) == (date(2026, 3, 24), 11)
        assert (case.lead.due_on, case.lead.pauses) == (date(2026, 3, 23), [["2026-03-02", "2026-03-17"]])


def test_an_ended_letter_is_not_swept():
    case = a_ticket(Status.WITHDRAWN)
    case.ticket.sweep_on = date(2026, 3, 1)

    acts = [event.act for event in case.events]
    assert swept(case, 30) == acts
    assert case.ticket.sweep_on is None


def test_a_due_date_in_a_year_without_a_calendar_is_provisional():
    far = datetime.fromisoformat("2026-12-28T09:00+08:00")
    case = a_letter(now=far)
    assert case.ticket.provisional

    after.withdraw(case, by=carl(case), now=far)

    assert not case.ticket.provisional
    assert clock.told(case).red is None
