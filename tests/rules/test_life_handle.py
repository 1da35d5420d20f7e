"""The office works on the letter: sign for, ask, inform, extend, hand over, recuse."""

# mypy: no-check-untyped-defs
from __future__ import annotations

from datetime import date, datetime

from mailbox_service.tickets.actor import SYSTEM
from mailbox_service.tickets.life import clock, handle, reply
from mailbox_service.tickets.tables import Attachment
from mailbox_service.tickets.tables.words import Kind, Status
from tests.cases import last, refused
from tests.cast import (
    DAN,
    DAY,
    DELIA,
    DORA,
    FANG,
    HANNA,
    HARRY,
    HOUR,
    KAI,
    MINA,
    PAUL,
    ROADS,
    a_letter,
    a_ticket,
    carl,
    co_handled,
    routed,
    signed,
    then,
)


def a_file() -> Attachment:
    return Attachment(
        ticket_id=0, name="a.png", content_type="image/png", size=1, sha256="0", stored="x", at=datetime.min
    )


def test_whoever_signs_handles_it():
    case = signed(routed(a_letter()))

    assert (case.lead.person_id, case.ticket.handler_id) == (DORA.person_id, DORA.person_id)
    assert case.lead.signed_at == last(case).at
    assert (last(case).act, last(case).department_id) == ("sign_for", ROADS)
    handle.hand_over(case, DAN, by=HANNA, now=then(case))
    assert case.ticket.handler_id == DAN.person_id
    assert (last(case).act, last(case).department_id, last(case).facts) == ("hand_over", ROADS, {"to": DAN.person_id})


def test_who_was_handed_the_letter_before_it_is_signed_for_keeps_it():
    case = routed(a_letter())
    handle.hand_over(case, DAN, by=HANNA, now=then(case))

    signed(case, DORA)

    assert case.lead.person_id == DAN.person_id


def test_a_letter_is_handed_to_a_colleague_who_may_have_it():
    case, closed_off = a_ticket(Status.IN_PROGRESS, recused=DAN), a_ticket(Status.IN_PROGRESS, closed_off=True)

    with refused("handover.kept_out", case):
        handle.hand_over(case, DAN, by=DORA, now=then(case))
    with refused("handover.other_office", case):
        handle.hand_over(case, PAUL, by=DORA, now=then(case))
    with refused("handover.other_office", closed_off):
        handle.hand_over(closed_off, FANG, by=DORA, now=then(closed_off))  # named, but to translate
    with refused("handover.kept_out", closed_off):
        handle.hand_over(closed_off, HARRY, by=DORA, now=then(closed_off))
    handle.hand_over(closed_off, HANNA, by=DORA, now=then(closed_off))


def test_a_question_stops_both_clocks_and_its_answer_lets_them_go_on():
    case = co_handled(routed(a_letter()))
    signed(case)
    handle.ask(case, " Which lamp? ", by=DORA, now=then(case) + DAY)

    question = case.messages[-1]
    assert (question.kind, question.text, question.person_id, question.language) == (
        "question",
        "Which lamp?",
        DORA.person_id,
        "",
    )
    assert (question.department_id, question.round_no, question.at) == (ROADS, 1, last(case).at)
    assert (case.round.asked, case.round.paused_on, case.round.remaining) == (1, date(2026, 3, 3), 4)
    assert [a.remaining for a in case.assignments] == [3, 3]
    assert case.ticket.sweep_on == date(2026, 3, 18)
    assert (last(case).act, last(case).department_id) == ("ask", ROADS)
    assert case.texts_changed

    handle.answer(case, " The third ", by=carl(case), now=then(case) + 2 * DAY)

    answer = case.messages[-1]
    assert (answer.kind, answer.text, answer.person_id, answer.department_id) == ("answer", "The third", None, None)
    assert answer.language == "zh"
    assert case.round.due_on == case.ticket.due_on == date(2026, 3, 11)
    assert [a.due_on for a in case.assignments] == [date(2026, 3, 10)] * 2
    assert (case.round.paused_on, case.round.remaining, case.round.paused_days) == (None, None, 2)
    assert [a.remaining for a in case.assignments] == [None, None]
    assert case.ticket.office_due_on == date(2026, 3, 10)
    assert case.ticket.sweep_on == date(2026, 3, 9)


def test_an_offices_late_clock_is_not_healed_by_a_pause():
    case = co_handled(routed(a_letter(Kind.COMPLAINT)))
    signed(case)
    case.assignments[1].due_on = date(2026, 3, 2)
    handle.ask(case, "Which?", by=DORA, now=then(case) + DAY)
    assert case.assignments[1].remaining is None

    handle.answer(case, "The third", by=carl(case), now=then(case) + DAY)

    assert case.assignments[1].due_on == date(2026, 3, 2)
    clock.resume(case, then(case))
    assert case.round.paused_days == 1


def test_the_citizen_is_asked_twice_at_most_and_not_when_it_is_late():
    case = a_ticket(Status.AWAITING_CITIZEN)
    handle.answer(case, "", [a_file()], by=carl(case), now=then(case))
    handle.ask(case, "And the pole?", by=DORA, now=then(case))
    handle.answer(case, "Green", by=carl(case), now=then(case))
    with refused("ask.twice", case):
        handle.ask(case, "Really?", by=DORA, now=then(case))

    late = a_ticket(Status.IN_PROGRESS)
    with refused("ask.empty", late):
        handle.ask(late, " ", by=DORA, now=then(late))
    with refused("ask.overdue", late):
        handle.ask(late, "Which?", by=DORA, now=then(late) + 5 * DAY)  # the office's date was the sixth
    handle.ask(late, "Which?", by=DORA, now=then(late) + 4 * DAY)


def test_an_answer_or_an_addition_is_a_text_or_a_file():
    case = a_ticket(Status.AWAITING_CITIZEN)
    with refused("add.empty", case):
        handle.add(case, " ", by=carl(case), now=then(case))
    with refused("answer.empty", case):
        handle.answer(case, " ", by=carl(case), now=then(case))
    file = a_file()

    handle.add(case, "", [file], by=carl(case), now=then(case))

    assert case.attachments == [file]
    assert (file.ticket_id, file.message_id, file.at) == (case.ticket.id, case.messages[-1].id, last(case).at)
    assert (last(case).act, last(case).facts) == ("add", {"files": 1})
    assert case.messages[-1].kind == "addition"


def test_what_is_added_to_an_ended_letter_is_kept_and_moves_nothing():
    case = a_ticket(Status.CLOSED, language="ja")
    texts = len(case.translations)

    handle.add(case, " Thank you ", by=carl(case), now=then(case))

    assert case.messages[-1].text == "Thank you"
    assert (case.ticket.status, len(case.translations)) == (Status.CLOSED, texts)


def test_silence_ends_after_ten_working_days():
    case = a_ticket(Status.AWAITING_CITIZEN)
    with refused("not_yet", case):
        handle.end_silence(case, by=SYSTEM, now=datetime.fromisoformat("2026-03-16T23:59+08:00"))

    handle.end_silence(case, by=SYSTEM, now=datetime.fromisoformat("2026-03-17T00:00+08:00"))

    assert case.ticket.status == Status.IN_PROGRESS
    assert case.round.paused_on is None
    assert case.ticket.due_on == date(2026, 3, 24)


def test_to_inform_the_citizen_asks_nothing():
    case = a_ticket(Status.ASSIGNED)
    with refused("inform.empty", case):
        handle.inform(case, " ", by=DORA, now=then(case))

    handle.inform(case, " We are coming ", by=DORA, now=then(case))

    assert (case.messages[-1].kind, case.messages[-1].text) == ("information", "We are coming")
    assert (last(case).act, last(case).department_id) == ("inform", ROADS)
    assert case.ticket.status == Status.ASSIGNED


def test_a_corrected_address_has_not_bounced():
    case, bare = a_letter(), a_letter()
    case.citizen.bounced_at = last(case).at
    handle.correct_contact(case, " Carl ", " carl@example.org ", " 1 ", by=carl(case), now=then(case))
    assert case.citizen.bounced_at is not None
    assert (case.citizen.name, case.citizen.email, case.citizen.phone) == ("Carl", "carl@example.org", "1")

    handle.correct_contact(case, "Carl", "carl@example.net", "", by=carl(case), now=then(case))
    bare.citizen = None
    handle.correct_contact(bare, "C", "c@example.org", "", by=carl(bare), now=then(bare))

    assert case.citizen.bounced_at is None
    assert case.citizen.email == "carl@example.net"
    assert (bare.citizen.email, bare.citizen.ticket_id) == ("c@example.org", bare.ticket.id)
    assert bare.citizen in bare.new
    assert last(bare).act == "correct_contact"


def test_i_did_not_write_this_stops_the_mail_once():
    case = a_letter()
    handle.stop_mail(case, by=carl(case), now=then(case))
    first = case.ticket.mail_stopped_at

    handle.stop_mail(case, by=carl(case), now=then(case))

    assert case.ticket.mail_stopped_at == first == case.events[-2].at
    assert last(case).act == "stop_mail"


def test_an_urgent_letter_has_a_target_on_the_same_day():
    case = a_letter()
    handle.set_urgent(case, True, by=KAI, now=then(case))
    assert (case.ticket.urgent, case.ticket.urgent_on) == (True, date(2026, 3, 2))
    assert (last(case).act, last(case).facts) == ("set_urgent", {"urgent": True})

    handle.set_urgent(case, False, by=KAI, now=then(case))

    assert (case.ticket.urgent, case.ticket.urgent_on) == (False, None)


def test_who_steps_back_loses_sight_of_the_letter():
    case = co_handled(routed(a_letter()))
    signed(case)

    handle.recuse(case, by=DORA, now=then(case))

    assert (case.lead.person_id, case.ticket.handler_id) == (None, None)
    assert [r.person_id for r in case.recusals] == [DORA.person_id]
    assert (last(case).act, last(case).department_id) == ("recuse", ROADS)
    with refused("not_found", case):
        handle.inform(case, "Hello", by=DORA, now=then(case))
    handle.recuse(case, by=PAUL, now=then(case))
    assert case.recusals[1].at == last(case).at


def test_a_deputy_acts_for_a_head_who_stepped_back():
    case = a_ticket(Status.IN_REVIEW, recused=HANNA)

    assert DELIA.roles[1].stands_for == HANNA.person_id
    reply.approve(case, 1, by=DELIA, now=then(case))

    assert (case.approvals[0].person_id, case.approvals[0].stands_for) == (DELIA.person_id, HANNA.person_id)


def test_supervision_is_dated_once():
    case = a_ticket(Status.IN_PROGRESS)
    handle.supervise(case, by=MINA, now=then(case))
    first = last(case).at

    handle.supervise(case, by=MINA, now=then(case) + HOUR)

    assert case.ticket.supervised_at == first
    assert last(case).act == "supervise"
