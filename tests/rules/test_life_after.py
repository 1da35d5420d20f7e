"""After the reply: rating, closing, handling again, review; and what lateness brings."""

# mypy: no-check-untyped-defs
from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest

from mailbox_service.tickets.actor import SYSTEM
from mailbox_service.tickets.life import after, overdue, protect, publish
from mailbox_service.tickets.tables import Party, Recusal
from mailbox_service.tickets.tables.words import Outcome, ProposalOutcome, RoundReason, Satisfaction, Share, Status
from tests.acts import COPY
from tests.cases import last, refused
from tests.cast import (
    CLOSED_OFFICE,
    DAY,
    DORA,
    HANNA,
    HARBOUR,
    HOLLY,
    KAI,
    KIM,
    LIBRARY,
    LIN,
    MINA,
    NOW,
    PARKS,
    PETRA,
    ROADS,
    RUTH,
    a_city,
    a_letter,
    a_ticket,
    answered,
    carl,
    co_handled,
    in_review_round,
    manager,
    merged,
    rated,
    reviewing,
    routed,
    signed,
    submitted,
    then,
)

DISSATISFIED = Satisfaction.DISSATISFIED


def reopened(case):
    after.ask_reopening(case, " Dark still ", by=carl(case), now=then(case))
    after.decide_reopening(case, True, remark=" True ", by=MINA, now=then(case))
    return case


@pytest.mark.parametrize("satisfaction", [Satisfaction.SATISFIED, Satisfaction.PARTLY])
def test_a_satisfied_citizen_closes_the_letter(satisfaction):
    case = a_ticket(Status.ANSWERED)

    after.rate(case, satisfaction, solved=True, reason=" Fine ", by=carl(case), now=then(case))

    (rating,) = case.ratings
    assert (rating.satisfaction, rating.solved, rating.reason, rating.at) == (satisfaction, True, "Fine", last(case).at)
    assert (case.ticket.status, case.ticket.sweep_on, rating.round_no) == (Status.CLOSED, None, 1)
    assert (last(case).act, last(case).facts) == ("rate", {"satisfaction": satisfaction.value})


def test_a_dissatisfied_citizen_says_why_and_may_change_their_mind():
    case = a_ticket(Status.ANSWERED)
    with refused("reason.missing", case):
        after.rate(case, DISSATISFIED, reason=" ", by=carl(case), now=then(case))
    after.rate(case, DISSATISFIED, solved=False, reason="Dark still", by=carl(case), now=then(case))
    assert case.ticket.status == Status.ANSWERED
    assert (last(case).act, last(case).facts) == ("rate", {"satisfaction": "dissatisfied"})

    rated(case, reason="")

    assert [r.satisfaction for r in case.ratings] == [Satisfaction.SATISFIED]
    assert (case.ratings[0].reason, case.ratings[0].solved, case.ticket.supervised_at) == ("", None, None)


def test_a_second_dissatisfaction_puts_the_letter_under_supervision():
    case = reopened(rated(a_ticket(Status.ANSWERED), DISSATISFIED))
    answered(submitted(case))

    rated(case, DISSATISFIED)

    assert case.ticket.supervised_at == last(case).at
    assert (last(case).act, last(case).actor_kind) == ("supervise", "system")
    events = len(case.events)
    rated(case, DISSATISFIED)
    assert len(case.events) == events + 1


def test_silence_closes_after_fourteen_days():
    case = a_ticket(Status.ANSWERED)
    assert case.ticket.sweep_on == date(2026, 3, 17)
    with refused("not_yet", case):
        after.close(case, by=SYSTEM, now=datetime.fromisoformat("2026-03-16T23:00+08:00"))

    overdue.sweep(case, now=datetime.fromisoformat("2026-03-17T00:00+08:00"))

    assert (case.ticket.status, last(case).act, case.ticket.sweep_on) == (Status.CLOSED, "close", None)
    assert case.ratings == []


def test_a_pending_proposal_stops_the_closing():
    case = a_ticket(Status.ANSWERED)
    after.ask_reopening(case, "Dark still", by=carl(case), now=then(case))
    assert case.ticket.sweep_on is None
    with refused("pending.reopen", case):
        after.close(case, by=SYSTEM, now=NOW + 30 * DAY)
    overdue.sweep(case, now=NOW + 30 * DAY)
    assert case.ticket.status == Status.ANSWERED

    after.decide_reopening(case, False, remark="It shines", by=MINA, now=then(case))

    assert case.ticket.sweep_on == date(2026, 3, 17)
    assert case.proposals[0].outcome == ProposalOutcome.REFUSED


def test_handled_again_means_a_new_round_with_the_same_office():
    case = co_handled(routed(a_letter()))
    signed(case)
    answered(submitted(case))
    first = dict(vars(case.rounds[0]))

    reopened(case)

    assert (case.ticket.status, case.ticket.round_no, case.ticket.answered_at) == (Status.IN_PROGRESS, 2, None)
    assert (case.round.no, case.round.reason, case.round.begun_at) == (2, RoundReason.REOPENING, last(case).at)
    assert case.round.due_on == case.round.original_due_on == case.ticket.due_on == date(2026, 3, 9)
    lead = case.lead
    assert (lead.department_id, lead.person_id, lead.signed_at) == (ROADS, DORA.person_id, last(case).at)
    assert (lead.round_id, lead.share, case.ticket.handler_id) == (case.round.id, Share.LEAD, DORA.person_id)
    assert case.co_handling == []
    assert dict(vars(case.rounds[0])) == first
    assert (last(case).act, last(case).department_id, last(case).facts) == (
        "decide_reopening",
        ROADS,
        {"outcome": "agreed"},
    )
    assert (case.proposals[0].reason, case.proposals[0].remark) == ("Dark still", "True")
    with refused("reopen.once", answered(submitted(case))):
        after.ask_reopening(case, "Again", by=carl(case), now=then(case))


def test_thirty_days_are_open_for_another_word():
    case, declined = a_ticket(Status.CLOSED), a_ticket(Status.DECLINED)
    last_moment = datetime.fromisoformat("2026-04-01T23:59+08:00")
    for ask in (after.ask_reopening, after.ask_review):
        with refused("remedy.too_late", case):
            ask(case, "Wrong", by=carl(case), now=last_moment + timedelta(minutes=1))
    with refused("reason.missing", case):
        after.ask_review(case, " ", by=carl(case), now=last_moment)

    after.ask_review(case, "Wrong", by=carl(case), now=last_moment)
    after.ask_review(declined, "Wrong", by=carl(declined), now=last_moment)

    for letter in (case, declined):
        with refused("proposal.waiting", letter):
            after.ask_review(letter, "Wrong", by=carl(letter), now=last_moment)
    with refused("pending.review", case):
        after.ask_reopening(case, "Dark", by=carl(case), now=last_moment)


def test_handled_again_by_whoever_did_only_if_they_still_may():
    left, stepped_back, elsewhere = a_ticket(Status.CLOSED), a_ticket(Status.CLOSED), a_ticket(Status.CLOSED)
    closed_off = a_ticket(Status.CLOSED, closed_off=True)
    after.decide_reopening(asked(closed_off), True, by=RUTH, now=then(closed_off))
    assert closed_off.lead.person_id == DORA.person_id
    left.city = a_city(at_work={ROADS: [HANNA.person_id]})
    stepped_back.recusals.append(
        Recusal(ticket_id=stepped_back.ticket.id, person_id=DORA.person_id, at=NOW),
    )
    elsewhere.city = a_city(at_work={ROADS: [DORA.person_id], HARBOUR: [DORA.person_id]})
    elsewhere.parties.append(Party(ticket_id=elsewhere.ticket.id, department_id=HARBOUR, named_at=NOW))
    named = a_ticket(Status.CLOSED, closed_off=True)
    protect.name_party(named, person_id=DORA.person_id, by=RUTH, now=then(named))

    for case in (left, stepped_back, elsewhere, named):
        after.decide_reopening(asked(case), True, by=manager(case), now=then(case))

        assert (case.lead.department_id, case.lead.person_id, case.ticket.handler_id) == (ROADS, None, None)


def asked(case):
    after.ask_reopening(case, "Dark still", by=carl(case), now=then(case))
    return case


def test_an_office_that_may_not_have_it_does_not_handle_it_again():
    gone, nobody = a_ticket(Status.CLOSED), a_ticket(Status.CLOSED)
    after.ask_reopening(gone, "Dark", by=carl(gone), now=then(gone))
    gone.parties.append(Party(ticket_id=gone.ticket.id, department_id=ROADS, named_at=NOW))
    after.ask_reopening(nobody, "Dark", by=carl(nobody), now=then(nobody))
    nobody.assignments.clear()

    with refused("route.complained_about", gone):
        after.decide_reopening(gone, True, by=MINA, now=then(gone))
    with refused("route.no_lead", nobody):
        after.decide_reopening(nobody, True, by=MINA, now=then(nobody))
    with refused("reason.missing", gone):
        after.decide_reopening(gone, False, by=MINA, now=then(gone))


def test_a_review_goes_to_an_office_or_person_that_did_not_handle_the_letter():
    case = co_handled(routed(a_letter(language="ja")))
    signed(case)
    answered(submitted(case))
    after.ask_review(case, "Wrong", by=carl(case), now=then(case))
    case.parties.append(Party(ticket_id=case.ticket.id, department_id=HARBOUR, named_at=NOW))
    case.parties.append(Party(ticket_id=case.ticket.id, person_id=LIN.person_id, named_at=NOW))

    def decide(*names):
        after.decide_review(case, *names, by=MINA, now=then(case))

    for office, person, code in (
        (ROADS, None, "review.involved"),
        (PARKS, None, "review.involved"),
        (ROADS, DORA.person_id, "review.involved"),
        (ROADS, HANNA.person_id, "review.involved"),
        (LIBRARY, LIN.person_id, "review.involved"),
        (LIBRARY, HOLLY.person_id, "review.involved"),
        (LIBRARY, PETRA.person_id, "handover.other_office"),
        (HARBOUR, None, "route.complained_about"),
        (CLOSED_OFFICE, None, "route.unknown_office"),
        (None, None, "reason.missing"),
    ):
        with refused(code, case):
            decide(office, person)
    decide(PARKS, PETRA.person_id)

    assert (case.ticket.status, case.round.reason) == (Status.ASSIGNED, RoundReason.REVIEW)
    assert (case.lead.department_id, case.lead.person_id) == (PARKS, PETRA.person_id)
    assert case.proposals[0].details == {"department_id": PARKS, "person_id": PETRA.person_id}
    assert (last(case).act, last(case).department_id, last(case).facts) == (
        "decide_review",
        PARKS,
        {"outcome": "agreed"},
    )
    assert (case.ticket.handler_id, case.ticket.lead_department_id) == (PETRA.person_id, PARKS)


def test_a_review_is_asked_for_once():
    case = reviewing(Status.CLOSED)

    with refused("review.once", case):
        after.ask_review(case, "Wrong", by=carl(case), now=then(case))


def test_a_reviewers_office_reads_the_letter_in_a_language_it_knows():
    case = in_review_round(a_ticket(Status.CLOSED, language="en"), LIBRARY)
    other = in_review_round(a_ticket(Status.CLOSED), PARKS)

    assert len([t for t in case.translations if t.message_id]) == 1
    assert other.translations == []


def test_a_new_round_drops_a_copy_that_is_only_proposed():
    case, public = a_ticket(Status.CLOSED), a_ticket(Status.CLOSED)
    for letter in (case, public):
        publish.propose_publication(letter, COPY, "Useful", by=KAI, now=then(letter))
    publish.decide_publication(public, True, by=KIM, now=then(public))

    reopened(case), reopened(public)

    assert case.publications[0].revoked_at is not None
    assert case.proposals[0].outcome == ProposalOutcome.LAPSED
    assert public.publications[0].revoked_at is None


def test_withdrawing_ends_everything():
    case = a_ticket(Status.AWAITING_CITIZEN)
    child = merged(a_letter(), case)

    after.withdraw(case, by=carl(case), now=then(case))

    assert (case.round.outcome, case.round.paused_on) == (Outcome.WITHDRAWN, None)
    assert case.ticket.sweep_on is None
    assert child.ticket.status == Status.RECEIVED
