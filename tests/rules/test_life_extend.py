"""More time, once and for a reason."""

# mypy: no-check-untyped-defs
from __future__ import annotations

from datetime import date

from mailbox_service.tickets.life import handle, route
from mailbox_service.tickets.tables.words import Kind, ProposalOutcome, Status
from tests.cases import last, refused
from tests.cast import (
    DAY,
    DORA,
    MINA,
    a_city,
    a_letter,
    a_ticket,
    carl,
    co_handled,
    policies,
    routed,
    then,
)


def extended(case):
    handle.propose_extension(case, " A part ", by=DORA, now=then(case))
    handle.decide_extension(case, True, by=MINA, now=then(case))
    return case


def test_an_extension_moves_both_clocks_once():
    case = extended(co_handled(routed(a_letter())))

    assert case.ticket.status == Status.IN_PROGRESS  # asking for it signed for the letter
    assert case.proposals[0].details == {"days": 5}
    assert case.proposals[0].reason == "A part"
    assert case.round.due_on == case.ticket.due_on == date(2026, 3, 16)
    assert [a.due_on for a in case.assignments] == [date(2026, 3, 13)] * 2
    assert (case.round.extended_days, case.ticket.office_due_on) == (5, date(2026, 3, 13))
    assert last(case).facts == {"outcome": "agreed", "due_on": "2026-03-16", "proposal_id": case.proposals[0].id}
    with refused("extension.once", case):
        handle.propose_extension(case, "Again", by=DORA, now=then(case))


def test_no_extension_goes_past_thirty_working_days():
    case = a_ticket(Status.IN_PROGRESS, kind=Kind.COMPLAINT)
    case.city.policies["complaint"].extension_days, kept = 40, case.city.policies["complaint"].extension_days
    try:
        extended(case)
    finally:
        case.city.policies["complaint"].extension_days = kept

    assert case.round.extended_days == 20
    assert case.ticket.due_on == case.city.calendar.after(date(2026, 3, 2), 30)


def test_an_extension_during_a_pause_counts_when_the_clocks_go_on():
    case = extended(a_ticket(Status.AWAITING_CITIZEN))
    assert (case.round.remaining, case.lead.remaining) == (10, 9)
    assert case.round.paused_on

    handle.answer(case, "The third", by=carl(case), now=then(case))

    assert case.ticket.due_on == date(2026, 3, 16)


def test_a_late_extension_leaves_the_letter_late():
    case, asked = a_ticket(Status.IN_PROGRESS), a_ticket(Status.IN_PROGRESS)
    handle.propose_extension(asked, "A part", by=DORA, now=then(asked))
    late, last_day = then(asked) + 8 * DAY, then(case) + 7 * DAY

    with refused("extension.too_late", case):
        handle.propose_extension(case, "A part", by=DORA, now=late)
    with refused("extension.too_late", asked):
        handle.decide_extension(asked, True, by=MINA, now=late)
    with refused("reason.missing", asked):
        handle.decide_extension(asked, False, by=MINA, now=late)
    handle.decide_extension(asked, False, remark="No", by=MINA, now=late)
    assert asked.ticket.due_on == date(2026, 3, 9)
    assert asked.round.extended_days == 0
    with refused("reason.missing", case):
        handle.propose_extension(case, " ", by=DORA, now=last_day)
    handle.propose_extension(case, "A part", by=DORA, now=last_day)
    with refused("pending.extend", case):
        route.propose_return(case, "Not ours", by=DORA, now=last_day)
    handle.decide_extension(case, True, by=MINA, now=last_day)
    assert case.proposals[0].outcome == ProposalOutcome.AGREED


def test_a_promise_changed_meanwhile_is_for_new_letters_only():
    case = a_ticket(Status.IN_PROGRESS)
    received = a_letter()
    handle.propose_extension(case, "A part", by=DORA, now=then(case))
    changed = policies()
    changed["enquiry"].reply_days, changed["enquiry"].extension_days = 3, 9
    case.city = received.city = a_city(policies=changed)

    handle.decide_extension(case, True, by=MINA, now=then(case))
    routed(received)

    assert case.round.extended_days == 5
    assert received.ticket.due_on == date(2026, 3, 9)
    assert received.lead.due_on == date(2026, 3, 6), "the office has the days of the letter's own promise"
    assert a_letter(city=a_city(policies=changed)).ticket.due_on == date(2026, 3, 5)


def test_an_extension_asked_before_days_were_kept_has_the_promises():
    case = a_ticket(Status.IN_PROGRESS)
    handle.propose_extension(case, "A part", by=DORA, now=then(case))
    case.proposals[0].details = {}

    handle.decide_extension(case, True, by=MINA, now=then(case))

    assert case.round.extended_days == 5


def test_an_extension_during_a_pause_leaves_the_day_that_the_offices_date_lies_before_the_citizens():
    case = a_ticket(Status.IN_PROGRESS)
    case.lead.due_on = case.round.due_on  # it was passed on late
    handle.ask(case, "Where?", by=DORA, now=then(case))

    extended(case)
    handle.answer(case, "Here", by=carl(case), now=then(case))

    assert (case.round.due_on, case.lead.due_on) == (date(2026, 3, 16), date(2026, 3, 13))
