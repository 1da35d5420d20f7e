"""Small things of the life that nothing else would notice: dates, remarks, and whose deputy somebody was."""

# mypy: no-check-untyped-defs
from __future__ import annotations

from datetime import date

import pytest

from mailbox_service.base.refusals import Refused
from mailbox_service.city.tables import RoleName
from mailbox_service.tickets import rights
from mailbox_service.tickets.actor import SYSTEM
from mailbox_service.tickets.life import after, arrive, handle, merge, protect, publish, reply, route, take_step
from mailbox_service.tickets.tables import Attachment
from mailbox_service.tickets.tables.words import Channel, Kind, Part, ProposalOutcome, Satisfaction, Status
from tests import acts as the
from tests.cases import last, refused
from tests.cast import (
    CITY,
    DAN,
    DAY,
    DELIA,
    DORA,
    HANNA,
    KAI,
    LIBRARY,
    LIN,
    LUO,
    MINA,
    NOW,
    PARKS,
    ROADS,
    ROLF,
    RUTH,
    VERA,
    VERN,
    a_letter,
    a_number,
    a_ticket,
    answered,
    approved,
    carl,
    in_review_round,
    merged,
    restricted,
    routed,
    signed,
    somebody,
    submitted,
    then,
)


def test_what_is_entered_keeps_its_number_and_its_key():
    sheet = arrive.Letter(Kind.HELP, "A lamp", "Dark", "zh", name="Carl")

    case = arrive.enter(sheet, CITY, number="2026-7", once_key="once", by=KAI, now=NOW)

    assert (case.ticket.number, case.ticket.once_key, case.citizen.name) == ("2026-7", "once", "Carl")


def test_a_step_that_is_refused_says_where_the_letter_stands():
    with pytest.raises(Refused) as refusal:
        take_step(a_letter(), "close", Status.CLOSED, by=SYSTEM, now=NOW)

    assert refusal.value.facts == {"status": Status.RECEIVED}


def test_a_rating_needs_no_words():
    case = a_ticket(Status.ANSWERED)

    after.rate(case, Satisfaction.SATISFIED, by=carl(case), now=then(case))

    assert case.ratings[0].reason == ""


def lapsed_at(case):
    (proposal,) = [p for p in case.proposals if p.outcome == ProposalOutcome.LAPSED]
    return proposal.decided_at


def test_what_lapses_does_so_when_the_letter_moves_on():
    again = a_ticket(Status.CLOSED, closed_off=True)
    the.lifting_proposed(again)
    after.ask_reopening(again, "Dark", by=carl(again), now=then(again))
    after.decide_reopening(again, True, by=ROLF, now=then(again))
    spam, into = restricted(a_letter()), restricted(a_letter())
    for case in (spam, into):
        the.lifting_proposed(case)
    route.mark_spam(spam, by=RUTH, now=then(spam))
    merged(into, signed(routed(restricted(a_letter()))))
    out = a_ticket(Status.MERGED, closed_off=True)
    the.lifting_proposed(out)
    merge.unmerge(out, by=RUTH, now=then(out))
    public = a_ticket(Status.CLOSED)
    the.publication_proposed(public)
    publish.revoke_publication(public, by=KAI, now=then(public))

    for case in (again, spam, into, out, public):
        assert lapsed_at(case) == last(case).at


def test_a_translation_is_asked_for_when_the_letter_reaches_the_office():
    reviewed = in_review_round(
        answered(submitted(signed(routed(a_letter(language="en"), LIBRARY), LIN), LIN, own_text="Mended"), LUO), PARKS
    )
    returned = routed(a_letter(language="en"), LIBRARY)
    route.propose_return(returned, "Not ours", by=LIN, now=then(returned))
    route.decide_return(returned, PARKS, by=KAI, now=then(returned))

    for case in (reviewed, returned):
        assert [text.asked_at for text in case.translations] == [last(case).at]


def test_only_what_the_citizen_wrote_is_translated_and_from_its_own_language():
    case = routed(a_letter(language="ja"))
    handle.inform(case, "好的", by=DORA, now=then(case))
    route.route(case, PARKS, by=KAI, now=then(case))
    assert len(case.translations) == 1

    sheet = arrive.Letter(Kind.HELP, "A", "B", "ja", written_in="ko")
    korean = routed(arrive.submit(sheet, CITY, number=a_number(), once_key=None, now=NOW))

    assert korean.ticket.untranslatable
    assert korean.translations == []


def test_an_extension_leaves_time_to_translate():
    case = a_ticket(Status.IN_PROGRESS, language="ja", kind=Kind.COMPLAINT)
    case.lead.due_on = date(2026, 3, 13)

    the.extension_proposed(case)
    handle.decide_extension(case, True, remark=" Fine ", by=MINA, now=then(case))

    assert (case.ticket.due_on, case.lead.due_on) == (date(2026, 3, 30), date(2026, 3, 26))
    assert case.proposals[0].remark == "Fine"


def test_an_extension_refused_or_of_another_round_is_not_the_one():
    case = a_ticket(Status.IN_PROGRESS)
    the.extension_proposed(case)
    handle.decide_extension(case, False, remark="No", by=MINA, now=then(case))
    assert (last(case).act, last(case).at) == ("decide_extension", case.proposals[0].decided_at)
    the.extension_proposed(case)
    handle.decide_extension(case, True, by=MINA, now=then(case))
    answered(submitted(case))
    after.ask_reopening(case, "Dark", by=carl(case), now=then(case))
    after.decide_reopening(case, True, by=MINA, now=then(case))

    the.extension_proposed(case)

    assert case.proposals[-1].outcome is None


def test_an_answer_brings_its_files():
    case = a_ticket(Status.AWAITING_CITIZEN)
    file = Attachment(ticket_id=0, name="a", content_type="image/png", size=1, sha256="0", stored="x", at=NOW)

    handle.answer(case, "See the picture", [file], by=carl(case), now=then(case))

    assert case.attachments == [file]


def test_closing_off_on_the_way_is_dated():
    case = a_letter()

    route.route(case, ROADS, kind=Kind.REPORT, by=KAI, now=then(case))

    assert [event.at for event in case.events[-2:]] == [last(case).at] * 2


def test_handlers_of_the_past_are_no_handlers():
    lead, case = signed(routed(restricted(a_letter()))), restricted(a_letter())
    protect.name_handler(case, DAN, Part.OFFICER, by=RUTH, now=then(case))
    protect.dismiss_handler(case, DAN.person_id, by=RUTH, now=then(case))

    assert merged(case, lead).ticket.status == Status.MERGED


def test_a_correction_for_the_others_is_dated_and_needs_what_the_reply_needed():
    lead, child = signed(routed(a_letter(Kind.PRAISE))), a_letter()
    merged(child, lead)
    submitted(lead)
    assert (last(lead).act, child.sent.needs_head) == ("submit_reply", False)

    now = then(lead)
    reply.correct_reply(lead, "Tomorrow", by=DORA, now=now)

    assert (last(lead).act, last(lead).person_id) == ("correct_reply", DORA.person_id)
    assert lead.sent.sent_at == child.sent.sent_at == last(child).at == last(lead).at == now
    strict, other = signed(routed(a_letter(Kind.COMPLAINT))), a_letter()
    merged(other, strict)
    approved(submitted(strict))
    assert other.sent.needs_approver


def test_both_halves_keep_channel_and_desk():
    case = restricted(a_letter(channel=Channel.PAPER))
    case.ticket.desk = 2
    protect_desk = somebody("Second", (RoleName.SECOND_DESK, None))

    second = merge.split(case, "A tree", "Fell", Kind.HELP, number="1", by=protect_desk, now=then(case))

    assert (second.ticket.channel, second.ticket.desk) == (Channel.PAPER, 2)


def test_lifting_keeps_the_remark():
    case = restricted(a_letter())
    the.lifting_proposed(case)

    protect.decide_unrestrict(case, True, remark=" Harmless ", by=MINA, now=then(case))

    assert case.proposals[0].remark == "Harmless"


def test_whose_deputy_somebody_was():
    hugo = somebody("Hugo", (RoleName.HEAD, ROADS))
    both = somebody("B", (RoleName.HEAD, ROADS, HANNA.person_id), (RoleName.HEAD, ROADS, hugo.person_id))
    own = somebody("O", (RoleName.HEAD, ROADS, HANNA.person_id), (RoleName.HEAD, ROADS))
    other_step = somebody("A", (RoleName.HEAD, ROADS, HANNA.person_id), (RoleName.APPROVER, None))
    case = submitted(a_ticket(Status.IN_PROGRESS, needs_approver=True), HANNA)
    assert rights.stands_for(case, own, Part.HEAD) is None

    with refused("reply.other_step", case):
        reply.approve(case, 1, by=other_step, now=then(case))
    reply.approve(case, 1, by=both, now=then(case) + DAY)

    assert case.approvals[0].stands_for == last(case).stands_for == hugo.person_id


def test_the_history_names_whose_deputy_acted():
    stand_in = somebody("Stan", (RoleName.HEAD, ROADS, HANNA.person_id or 0))
    case = routed(a_letter(kind=Kind.COMPLAINT))
    reply.submit_reply(case, "We mend it.", by=stand_in, now=then(case))
    reply.send_back(case, 1, "Which day?", by=HANNA, now=then(case))
    reply.submit_reply(case, "We mend it today.", by=DORA, now=then(case))
    reply.approve(case, 2, by=DELIA, now=then(case))
    reply.approve(case, 2, by=VERN, now=then(case))
    reply.correct_reply(case, "We mend it tomorrow.", by=DELIA, now=then(case))

    assert [(event.act, event.stands_for) for event in case.events[2:]] == [
        ("sign_for", HANNA.person_id),
        ("submit_reply", HANNA.person_id),
        ("send_back", None),
        ("submit_reply", None),
        ("approve", HANNA.person_id),
        ("approve", VERA.person_id),
        ("correct_reply", None),  # an officer, too: in her own right
    ]


def test_a_letter_of_nobody_known_is_nobodys_second_one():
    for first, second, same in (
        ({}, {}, True),
        ({"email": "carla@example.org"}, {}, False),
        ({"email": "", "phone": "123"}, {"email": "", "phone": "123"}, True),
        ({"email": "", "phone": ""}, {"email": "", "phone": ""}, False),
    ):
        lead, child = signed(routed(a_letter())), a_letter()
        for case, contact in ((lead, first), (child, second)):
            for name, value in contact.items():
                setattr(case.citizen, name, value)
        merged(child, lead)
        assert child.ticket.duplicate is same
    lead, child = signed(routed(a_letter())), a_letter()
    child.citizen = None
    merged(child, lead)
    assert not child.ticket.duplicate


def test_whoever_let_the_reply_go_is_involved_in_each_letter_it_answers():
    lead, child = signed(routed(a_letter())), a_letter()
    merged(child, lead)
    submitted(lead)
    reply.send_back(lead, 1, "Which lamp?", by=DELIA, now=then(lead))
    answered(submitted(lead))
    after.ask_review(child, "Still dark", by=carl(child), now=then(child))

    with refused("review.involved"):
        after.decide_review(child, ROADS, HANNA.person_id, by=MINA, now=then(child))

    (passed,) = child.approvals
    assert (passed.person_id, passed.reply_id, passed.remark) == (HANNA.person_id, child.sent.id, "")
    assert passed.ticket_id == child.ticket.id
