"""A letter is passed on, or not accepted."""

# mypy: no-check-untyped-defs
from __future__ import annotations

from datetime import date, timedelta

import pytest

from mailbox_service.tickets.actor import SYSTEM
from mailbox_service.tickets.life import after, handle, merge, reply, route, take_step
from mailbox_service.tickets.tables.words import (
    Kind,
    Outcome,
    ProposalKind,
    ProposalOutcome,
    Share,
    Status,
)
from tests.cases import last, refused
from tests.cast import (
    CLOSED_OFFICE,
    DORA,
    HARBOUR,
    HARRY,
    KAI,
    KIM,
    LIBRARY,
    MINA,
    NOW,
    PARKS,
    PAUL,
    ROADS,
    RUTH,
    a_letter,
    a_ticket,
    carl,
    restricted,
    returned_once,
    routed,
    then,
)


def test_routing_fixes_the_kind_and_begins_the_offices_clock():
    case = a_letter(Kind.ENQUIRY)

    route.route(case, ROADS, kind=Kind.COMPLAINT, by=KAI, now=then(case))

    assert (case.ticket.kind, case.ticket.kind_fixed) == (Kind.COMPLAINT, True)
    assert case.round.due_on == case.round.original_due_on == case.ticket.due_on == date(2026, 3, 16)
    assert case.lead.due_on == case.lead.original_due_on == case.ticket.office_due_on == date(2026, 3, 13)
    assert case.ticket.lead_department_id == case.round.lead_department_id == case.lead.department_id == ROADS
    assert (case.lead.begun_at, case.lead.share) == (last(case).at, Share.LEAD)
    event = last(case)
    assert (event.act, event.department_id, event.facts) == ("route", ROADS, {"kind": "complaint"})
    assert (event.status_before, event.status_after) == (Status.RECEIVED, Status.ASSIGNED)


def test_a_later_change_of_kind_never_lengthens_the_due_date():
    longer, shorter = routed(a_letter(Kind.ENQUIRY)), routed(a_letter(Kind.COMPLAINT))

    route.route(longer, PARKS, kind=Kind.COMPLAINT, by=KAI, now=then(longer))
    route.route(shorter, PARKS, kind=Kind.ENQUIRY, by=KAI, now=then(shorter))

    assert longer.ticket.due_on == date(2026, 3, 9)
    assert shorter.ticket.due_on == date(2026, 3, 9)
    assert shorter.round.original_due_on == date(2026, 3, 16)


def test_a_change_of_kind_keeps_what_was_extended_and_paused():
    case = a_ticket(Status.AWAITING_CITIZEN, kind=Kind.COMPLAINT)
    handle.answer(case, "The third", by=carl(case), now=case.events[-1].at + timedelta(days=2))
    handle.propose_extension(case, "A part", by=DORA, now=then(case))
    handle.decide_extension(case, True, by=MINA, now=then(case))
    route.propose_return(case, "Not ours", by=DORA, now=then(case))
    route.decide_return(case, PARKS, by=KAI, now=then(case))
    due = case.ticket.due_on

    route.route(case, ROADS, kind=Kind.ENQUIRY, by=KAI, now=then(case))

    assert (case.round.paused_days, case.round.extended_days) == (2, 10)
    assert case.ticket.due_on == date(2026, 3, 25) < due


def test_routing_without_a_word_keeps_kind_and_date():
    case = a_letter(Kind.SUGGESTION)
    routed(case)

    assert case.ticket.kind_fixed
    assert case.ticket.due_on == date(2026, 3, 16)
    assert not case.ticket.restricted


def test_what_turns_out_to_be_a_report_is_closed_off_as_it_is_passed_on():
    case = a_letter()
    other = routed(a_letter())
    merge.merge(other, case, by=KAI, now=then(case))

    route.route(case, ROADS, kind=Kind.REPORT, by=KAI, now=then(case))

    assert case.ticket.restricted
    assert [event.act for event in case.events[-2:]] == ["restrict", "route"]
    assert other.ticket.status == Status.RECEIVED
    events = len(case.events)
    route.route(case, PARKS, kind=Kind.REPORT, by=RUTH, now=then(case))
    assert len(case.events) == events + 1


def test_a_letter_goes_only_to_an_office_that_may_have_it():
    case = restricted(a_letter())

    with refused("route.complained_about", case):
        route.route(case, HARBOUR, by=RUTH, now=then(case))
    with refused("route.unknown_office", case):
        route.route(case, CLOSED_OFFICE, by=RUTH, now=then(case))
    with refused("route.unknown_office", case):
        route.route(case, 999, by=RUTH, now=then(case))
    routed(case)
    with refused("route.same_office", case):
        route.route(case, ROADS, by=RUTH, now=then(case))


def test_passing_on_again_ends_the_former_leads_part():
    case = routed(a_letter())
    route.name_co_handling(case, {LIBRARY: "Whose book?", PARKS: "Whose tree?"}, by=KAI, now=then(case))

    route.route(case, PARKS, by=KAI, now=then(case))

    former, library, co, lead = case.assignments
    assert (former.end, former.ended_at, former.ended_on) == ("rerouted", lead.begun_at, date(2026, 3, 2))
    assert (co.end, co.ended_at) == ("rerouted", lead.begun_at)
    assert library.ended_at is None
    assert case.lead is lead
    assert lead.department_id == PARKS
    assert [c.waived_at for c in case.contributions] == [None, lead.begun_at]
    assert [co.department_id for co in case.co_handling] == [LIBRARY]


def test_naming_co_handling_offices_is_all_or_nothing():
    case = a_letter()
    with refused("route.no_lead", case):
        route.name_co_handling(case, {PARKS: "Whose tree?"}, by=KAI, now=then(case))
    routed(case)
    for office, code in ((CLOSED_OFFICE, "route.unknown_office"), (ROADS, "contribution.lead")):
        with refused(code, case):
            route.name_co_handling(case, {PARKS: "Whose tree?", office: ""}, by=KAI, now=then(case))

    route.name_co_handling(case, {PARKS: " Whose tree? ", LIBRARY: " "}, by=KAI, now=then(case))

    assert [co.department_id for co in case.co_handling] == [PARKS, LIBRARY]
    (asked,) = case.contributions
    assert (asked.question, asked.asked_by, asked.department_id) == ("Whose tree?", KAI.person_id, PARKS)
    assert asked.due_on == date(2026, 3, 5)
    assert (last(case).act, last(case).facts) == ("name_co_handling", {"departments": [PARKS, LIBRARY]})
    with refused("contribution.waiting", case):
        route.name_co_handling(case, {PARKS: "Again?"}, by=KAI, now=then(case))
    route.name_co_handling(case, {PARKS: ""}, by=KAI, now=then(case))
    assert len(case.assignments) == 3


def test_a_return_is_agreed_by_naming_the_next_lead():
    case = returned_once(a_letter())

    proposal = case.proposals[0]
    assert (proposal.kind, proposal.outcome) == (ProposalKind.RETURN, ProposalOutcome.AGREED)
    assert (proposal.asked_by, proposal.decided_by) == (HARRY.person_id, KAI.person_id)
    assert (proposal.decided_at, proposal.round_no, proposal.reason) == (last(case).at, 1, "Not ours")
    assert [a.end for a in case.assignments] == ["returned", None]
    assert (last(case).act, last(case).department_id, last(case).facts) == (
        "decide_return",
        ROADS,
        {"outcome": "agreed"},
    )


def test_a_return_keeps_the_clocks_running_and_is_refused_with_a_reason():
    case = a_ticket(Status.IN_PROGRESS)
    route.propose_return(case, "Not ours", by=DORA, now=then(case))
    assert case.ticket.sweep_on == date(2026, 3, 5)

    for nobody_else in (ROADS, CLOSED_OFFICE):
        with refused("route.same_office" if nobody_else == ROADS else "route.unknown_office", case):
            route.decide_return(case, nobody_else, by=KAI, now=then(case))
    with refused("reason.missing", case):
        route.decide_return(case, None, by=KAI, now=then(case))
    route.decide_return(case, None, remark=" It is yours ", by=KAI, now=then(case))

    assert case.proposals[0].outcome == ProposalOutcome.REFUSED
    assert case.proposals[0].remark == "It is yours"
    assert last(case).facts == {"proposal_id": case.proposals[0].id, "outcome": "refused"}
    assert case.ticket.status == Status.IN_PROGRESS


def test_after_two_agreed_returns_a_manager_names_the_office():
    case = returned_once(a_letter())
    route.propose_return(case, "Not ours", by=DORA, now=then(case))
    route.decide_return(case, PARKS, by=KAI, now=then(case))
    route.propose_return(case, "Nor ours", by=PAUL, now=then(case))

    with refused("not_yours", case):
        route.decide_return(case, LIBRARY, by=KAI, now=then(case))
    route.decide_return(case, LIBRARY, by=MINA, now=then(case))

    assert case.ticket.lead_department_id == LIBRARY


@pytest.mark.parametrize(
    ("propose", "code"),
    [
        (lambda case: route.propose_decline(case, "No", "Court", by=KAI, now=then(case)), "pending.decline"),
        (lambda case: route.propose_transfer(case, "No", {"zh": "院"}, by=KAI, now=then(case)), "pending.transfer"),
        (lambda case: route.propose_return(case, "No", by=DORA, now=then(case)), "pending.return"),
    ],
)
def test_a_pending_proposal_refuses_what_contradicts_it(propose, code):
    case = routed(a_letter())
    propose(case)

    with refused(code, case):
        route.route(case, PARKS, by=KAI, now=then(case))
    with refused(code, case):
        reply.submit_reply(case, "Done", by=DORA, now=then(case))
    handle.inform(case, "We are coming", by=DORA, now=then(case))
    after.withdraw(case, by=carl(case), now=then(case))

    assert case.proposals[0].outcome == ProposalOutcome.LAPSED
    assert case.proposals[0].decided_at == last(case).at
    assert case.proposals[0].decided_by is None


def test_a_kind_of_proposal_waits_once():
    case = routed(a_letter())
    route.propose_decline(case, "No", " The court ", by=KAI, now=then(case))

    assert case.proposals[0].details == {"instead": "The court"}
    assert last(case).facts == {"proposal_id": case.proposals[0].id}
    with refused("proposal.waiting", case):
        route.propose_decline(case, "No", "Court", by=KIM, now=then(case))


def test_declining_needs_a_reason_and_a_way_on():
    case = a_letter()
    with refused("reason.missing", case):
        route.propose_decline(case, " ", "The court", by=KAI, now=then(case))
    with refused("decline.no_way_on", case):
        route.propose_decline(case, "No", " ", by=KAI, now=then(case))
    with refused("proposal.none", case):
        route.decide_decline(case, True, by=KIM, now=then(case))


def test_declining_and_transferring_end_the_round():
    declined, transferred = a_ticket(Status.DECLINED), a_ticket(Status.TRANSFERRED)

    assert (declined.round.outcome, declined.round.ended_at) == (Outcome.DECLINED, last(declined).at)
    assert (transferred.round.outcome, transferred.lead.end) == (Outcome.TRANSFERRED, "completed")
    assert declined.ticket.sweep_on is None
    assert last(declined).facts == {"outcome": "agreed"}
    assert transferred.proposals[0].details == {"body": {"zh": "法院"}}
    case = a_letter()
    with refused("transfer.no_body", case):
        route.propose_transfer(case, "No", {"zh": " "}, by=KAI, now=then(case))


def test_spam_is_restored_as_if_it_had_never_been_there():
    case = routed(a_letter())
    route.name_co_handling(case, {PARKS: ""}, by=KAI, now=then(case))
    route.propose_decline(case, "No", "Court", by=KAI, now=then(case))

    route.mark_spam(case, by=KAI, now=then(case))

    assert (case.ticket.spam_from, case.ticket.spam_at) == (Status.ASSIGNED, last(case).at)
    assert (case.lead, case.ticket.lead_department_id, case.round.lead_department_id) == (None, None, None)
    assert {a.end for a in case.assignments} == {"rerouted"}
    assert case.proposals[0].outcome == ProposalOutcome.LAPSED
    assert (case.ticket.sweep_on, case.ticket.office_due_on) == (None, None)
    route.restore(case, by=KAI, now=case.ticket.spam_at + timedelta(days=30))
    assert (case.ticket.status, case.ticket.spam_from, case.ticket.spam_at) == (Status.RECEIVED, None, None)
    assert case.ticket.due_on == date(2026, 3, 9)
    assert case.ticket.sweep_on == date(2026, 3, 6)


def test_spam_is_restored_for_thirty_days():
    case = a_ticket(Status.SPAM)

    with refused("spam.too_late", case):
        route.restore(case, by=KAI, now=case.ticket.spam_at + timedelta(days=30, seconds=1))


def test_a_step_the_life_does_not_know_is_refused():
    case = a_letter()

    with refused("not_now", case):
        take_step(case, "close", Status.CLOSED, by=SYSTEM, now=NOW)
