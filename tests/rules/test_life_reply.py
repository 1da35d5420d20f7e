"""The reply: handed in, checked by others than its author, translated, sent, corrected."""

# mypy: no-check-untyped-defs
from __future__ import annotations

from mailbox_service.city.tables import RoleName
from mailbox_service.tickets.life import after, reply, translate
from mailbox_service.tickets.tables.words import Kind, Outcome, ReplyState, ReviewOutcome, Status, Step
from tests.cases import last, refused
from tests.cast import (
    DELIA,
    DORA,
    FANG,
    FENG,
    FOREIGN,
    HANNA,
    LIBRARY,
    LIN,
    LUO,
    MINA,
    ROADS,
    VERA,
    VERN,
    a_letter,
    a_ticket,
    answered,
    carl,
    reviewing,
    routed,
    signed,
    somebody,
    submitted,
    then,
)


def test_a_reply_handed_in_is_frozen_with_the_steps_it_needs():
    case = submitted(a_ticket(Status.IN_PROGRESS, kind=Kind.COMPLAINT))

    version = case.submitted
    assert (version.version, version.text, version.own_text, version.author_id) == (
        1,
        "We mend it.",
        "",
        DORA.person_id,
    )
    assert (version.needs_head, version.needs_approver, version.round_no) == (True, True, 1)
    assert (version.department_id, version.submitted_at) == (ROADS, last(case).at)
    assert version.text_hash == translate.text_hash("We mend it.")
    assert (last(case).act, last(case).department_id, last(case).facts) == ("submit_reply", ROADS, {"version": 1})
    assert case.round.review_outcome is None
    assert case.next_step(version) is Step.HEAD


def test_the_first_other_act_of_an_officer_signs_for_the_letter_too():
    case = submitted(routed(a_letter()))

    assert [event.act for event in case.events[-2:]] == ["sign_for", "submit_reply"]
    assert case.lead.person_id == DORA.person_id


def test_a_reply_that_needs_nobody_is_sent_at_once():
    case = submitted(a_ticket(Status.IN_PROGRESS, kind=Kind.PRAISE))

    assert case.ticket.status == Status.ANSWERED
    assert (case.sent.sent_at, case.ticket.answered_at) == (last(case).at, last(case).at)
    assert (case.round.outcome, case.round.ended_at) == (Outcome.ANSWERED, last(case).at)
    assert (last(case).department_id, last(case).facts) == (ROADS, {"version": 1})
    assert case.lead.end == "completed"
    assert case.ticket.sweep_on.isoformat() == "2026-03-17"


def test_the_flag_on_the_ticket_asks_for_both_approvals():
    case = submitted(a_ticket(Status.IN_PROGRESS, kind=Kind.PRAISE, needs_approver=True))
    plain = submitted(a_ticket(Status.IN_PROGRESS))

    assert (case.submitted.needs_head, case.submitted.needs_approver) == (True, True)
    assert (plain.submitted.needs_head, plain.submitted.needs_approver) == (True, False)


def test_a_reply_says_something_in_a_language_the_office_may_answer_in():
    case, korean = a_ticket(Status.IN_PROGRESS, language="ja"), a_ticket(Status.IN_PROGRESS, language="ko")

    with refused("reply.empty", case):
        reply.submit_reply(case, "  ", by=DORA, now=then(case))
    with refused("reply.not_mastered", case):
        reply.submit_reply(case, "修好了", "直します", by=DORA, now=then(case))
    with refused("translation.nobody", korean):
        reply.submit_reply(korean, "修好了", by=DORA, now=then(korean))


def test_an_office_that_masters_the_language_answers_in_both():
    case = signed(routed(a_letter(language="en"), LIBRARY), LIN)
    reply.submit_reply(case, "修好了", " Mended. ", by=LIN, now=then(case))

    reply.approve(case, 1, by=LUO, now=then(case))

    assert case.ticket.status == Status.ANSWERED
    assert case.sent.own_text == "Mended."
    assert case.translations == []


def test_head_then_approver_then_translator_and_the_last_one_sends():
    case = submitted(a_ticket(Status.IN_PROGRESS, kind=Kind.COMPLAINT, language="ja"))
    with refused("reply.other_step", case):
        reply.approve(case, 1, by=VERA, now=then(case))
    with refused("reply.newer", case):
        reply.approve(case, 2, by=HANNA, now=then(case))
    with refused("reply.other_step", case):
        reply.translate_reply(case, 1, "直します", by=FANG, now=then(case))

    reply.approve(case, 1, remark=" Good ", by=HANNA, now=then(case))
    assert (last(case).act, last(case).facts) == ("approve", {"step": "head", "version": 1})
    with refused("reply.other_step", case):
        reply.approve(case, 1, by=HANNA, now=then(case))
    assert len(case.translations) == 1
    reply.approve(case, 1, by=VERA, now=then(case))
    assert [(a.step, a.passed, a.person_id, a.stands_for, a.remark) for a in case.approvals] == [
        (Step.HEAD, True, HANNA.person_id, None, "Good"),
        (Step.APPROVER, True, VERA.person_id, None, ""),
    ]
    assert case.approvals[0].reply_id == case.submitted.id
    asked = case.translations[1]
    assert (asked.reply_id, asked.message_id, asked.language) == (case.submitted.id, None, "ja")
    assert (asked.department_id, asked.due_on.isoformat()) == (FOREIGN, "2026-03-03")
    with refused("translation.empty", case):
        reply.translate_reply(case, 1, " ", by=FANG, now=then(case))
    with refused("translation.none", case):
        reply.translate_reply(case, 1, "Mended", "en", by=FANG, now=then(case))
    with refused("reply.other_step", case):
        reply.approve(case, 1, by=HANNA, now=then(case))

    case.texts_changed = False
    reply.translate_reply(case, 1, " 直します ", by=FENG, now=then(case))

    assert (asked.text, asked.translator_id) == ("直します", FENG.person_id)
    assert (case.ticket.status, case.sent.state, case.texts_changed) == (Status.ANSWERED, ReplyState.SENT, True)
    assert last(case).act == "translate_reply"


def test_a_translation_of_another_text_never_goes_out():
    case = submitted(a_ticket(Status.IN_PROGRESS, language="ja"))
    reply.approve(case, 1, by=HANNA, now=then(case))
    case.submitted.text_hash = "another"

    with refused("translation.stale", case):
        reply.translate_reply(case, 1, "直します", by=FANG, now=then(case))


def test_nobody_checks_what_they_wrote_nor_their_deputy_as_such():
    case = submitted(a_ticket(Status.IN_PROGRESS), HANNA)
    with refused("two_people", case):
        reply.approve(case, 1, by=HANNA, now=then(case))
    with refused("two_people", case):
        reply.approve(case, 1, by=DELIA, now=then(case))

    by_the_deputy = submitted(a_ticket(Status.IN_PROGRESS))
    reply.approve(by_the_deputy, 1, by=DELIA, now=then(by_the_deputy))
    assert by_the_deputy.approvals[0].stands_for == HANNA.person_id
    assert by_the_deputy.ticket.status == Status.ANSWERED


def test_one_person_takes_one_step():
    both = somebody("Bea", (RoleName.HEAD, ROADS), (RoleName.APPROVER, None))
    case = submitted(a_ticket(Status.IN_PROGRESS, kind=Kind.COMPLAINT))
    reply.approve(case, 1, by=both, now=then(case))

    with refused("two_people", case):
        reply.approve(case, 1, by=both, now=then(case))
    reply.approve(case, 1, by=VERN, now=then(case))

    assert case.approvals[1].stands_for == VERA.person_id


def test_sending_back_carries_remarks_and_makes_translations_stale():
    case = submitted(a_ticket(Status.IN_PROGRESS, language="ja"))
    reply.approve(case, 1, by=HANNA, now=then(case))
    with refused("reason.missing", case):
        reply.send_back(case, 1, " ", by=FANG, now=then(case))

    reply.send_back(case, 1, " Which lamp? ", by=FANG, now=then(case))

    assert (case.ticket.status, case.replies[0].state) == (Status.IN_PROGRESS, ReplyState.SENT_BACK)
    assert [text.stale for text in case.translations] == [False, True]
    sent_back = case.approvals[1]
    assert (sent_back.step, sent_back.passed, sent_back.remark) == (Step.TRANSLATION, False, "Which lamp?")
    assert (last(case).act, last(case).facts) == ("send_back", {"step": "translation", "version": 1})
    submitted(case)
    assert case.submitted.version == 2
    assert answered(case).ticket.status == Status.ANSWERED
    assert [text.stale for text in case.translations] == [False, True, False]


def test_the_head_calls_a_version_back_at_any_step_and_their_deputy_too():
    for head in (HANNA, DELIA):
        case = submitted(a_ticket(Status.IN_PROGRESS, kind=Kind.COMPLAINT), HANNA if head is DELIA else DORA)
        if head is HANNA:
            reply.approve(case, 1, by=HANNA, now=then(case))

        reply.send_back(case, 1, "A mistake", by=head, now=then(case))

        assert case.approvals[-1].step is Step.HEAD
    waiting = submitted(a_ticket(Status.IN_PROGRESS, kind=Kind.COMPLAINT))
    with refused("reply.other_step", waiting):
        reply.send_back(waiting, 1, "A mistake", by=VERA, now=then(waiting))


def test_a_version_that_waits_for_nobody_is_nobodys_step():
    case = submitted(a_ticket(Status.IN_PROGRESS))
    case.submitted.needs_head = False

    with refused("reply.other_step", case):
        reply.approve(case, 1, by=HANNA, now=then(case))


def test_a_correction_takes_the_same_steps_and_stands_beside_the_reply():
    case = a_ticket(Status.CLOSED, kind=Kind.COMPLAINT)
    ended = dict(vars(case.round))
    reply.correct_reply(case, " We mend it tomorrow. ", by=DORA, now=then(case))
    assert (last(case).act, last(case).facts) == ("correct_reply", {"version": 2})
    with refused("correction.waiting", case):
        reply.correct_reply(case, "Again", by=DORA, now=then(case))
    with refused("two_people", case):
        reply.approve(case, 2, by=somebody("D", (RoleName.HEAD, ROADS, DORA.person_id)), now=then(case))
    reply.approve(case, 2, by=HANNA, now=then(case))
    assert (last(case).act, last(case).facts) == ("approve_correction", {"step": "head", "version": 2})

    reply.approve(case, 2, by=VERA, now=then(case))

    first, second = case.replies
    assert (second.corrects_id, second.text, second.state) == (first.id, "We mend it tomorrow.", ReplyState.SENT)
    assert (case.sent, case.ticket.status, first.state) == (second, Status.CLOSED, ReplyState.SENT)
    assert (last(case).act, last(case).facts) == ("approve_correction", {"version": 2, "corrected": True})
    assert dict(vars(case.round)) == ended
    with refused("reply.none", case):
        reply.approve(case, 2, by=HANNA, now=then(case))


def test_a_correction_is_sent_back_without_moving_the_letter():
    case = a_ticket(Status.ANSWERED)
    reply.correct_reply(case, "Tomorrow", by=DORA, now=then(case))

    reply.send_back(case, 2, "No", by=HANNA, now=then(case))

    assert (case.ticket.status, case.replies[1].state) == (Status.ANSWERED, ReplyState.SENT_BACK)
    assert (last(case).act, last(case).facts) == ("send_back_correction", {"step": "head", "version": 2})


def test_only_a_reply_of_this_round_is_corrected():
    case = a_ticket(Status.ANSWERED)
    case.sent.round_no = 0
    with refused("reply.none", case):
        reply.correct_reply(case, "Tomorrow", by=DORA, now=then(case))
    case.replies.clear()
    with refused("reply.none", case):
        reply.correct_reply(case, "Tomorrow", by=DORA, now=then(case))


def test_a_correction_that_waits_goes_no_further_when_the_letter_is_handled_anew():
    case = a_ticket(Status.ANSWERED, language="ja")
    reply.correct_reply(case, "Tomorrow", by=DORA, now=then(case))
    reply.approve(case, 2, by=HANNA, now=then(case))
    after.ask_review(case, "Wrong", by=carl(case), now=then(case))
    after.decide_review(case, LIBRARY, by=MINA, now=then(case))

    assert case.replies[1].state == ReplyState.SENT_BACK
    assert case.translations[-1].stale
    assert case.submitted is None


def test_what_is_checked_when_the_citizen_withdraws_goes_no_further():
    case = a_ticket(Status.IN_REVIEW)

    after.withdraw(case, by=carl(case), now=then(case))

    assert case.replies[0].state == ReplyState.SENT_BACK
    assert (case.round.outcome, case.lead.end) == (Outcome.WITHDRAWN, "completed")


def test_a_review_says_what_it_found_and_is_written_by_somebody_new():
    case = reviewing(Status.IN_PROGRESS)
    with refused("review.no_outcome", case):
        reply.submit_reply(case, "Right", by=LIN, now=then(case))

    submitted(case, LIN, review_outcome=ReviewOutcome.UPHELD)
    assert case.round.review_outcome == ReviewOutcome.UPHELD
    assert case.rounds[0].review_outcome is None

    same_office = a_ticket(Status.CLOSED)
    after.ask_review(same_office, "Wrong", by=carl(same_office), now=then(same_office))
    after.decide_review(same_office, ROADS, DELIA.person_id, by=MINA, now=then(same_office))
    with refused("review.involved", same_office):
        submitted(same_office, DORA, review_outcome=ReviewOutcome.UPHELD)
    submitted(same_office, DELIA, review_outcome=ReviewOutcome.UPHELD)


def test_an_outcome_belongs_to_a_review_alone():
    case = submitted(a_ticket(Status.IN_PROGRESS), review_outcome=ReviewOutcome.CHANGED)

    assert case.round.review_outcome is None
