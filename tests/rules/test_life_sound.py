"""Whatever is done leaves a sound case: nothing lacking, everything dated, the act named and its doer."""

# mypy: no-check-untyped-defs
from __future__ import annotations

from datetime import date

import pytest

from mailbox_service.base.refusals import Refused
from mailbox_service.tickets import rights
from mailbox_service.tickets.actor import SYSTEM
from mailbox_service.tickets.acts import SIGNS_FOR, Act
from mailbox_service.tickets.life import clock, handle, merge, overdue, protect, publish, reply, route
from mailbox_service.tickets.tables.words import Identity, Kind, Part, ProposalOutcome, Status
from tests import acts as the
from tests.acts import DOINGS
from tests.cases import copied, last, refused, sound
from tests.cast import (
    DELIA,
    DORA,
    FANG,
    FENG,
    HANNA,
    KAI,
    NOW,
    PARKS,
    ROLF,
    RUTH,
    STAFF,
    VERA,
    a_letter,
    a_ticket,
    carl,
    merged,
    restricted,
    routed,
    signed,
    submitted,
    then,
)

NOT_RESTRICTED = {Act.PROPOSE_PUBLICATION, Act.DECIDE_PUBLICATION, Act.REVOKE_PUBLICATION, Act.RESTRICT}


def doers(case, doing):
    """The first and the last of those who may do it: of two clerks, one has not proposed."""
    able = [who for who in (*STAFF, carl(case), SYSTEM) if rights.may(doing.act, case, who) and who is not DELIA]
    return {id(who): who for who in (*able[:2], *able[-2:])}.values()


@pytest.mark.parametrize("doing", DOINGS, ids=lambda doing: doing.name)
@pytest.mark.parametrize("closed_off", [False, True], ids=["ordinary", "restricted"])
def test_an_act_leaves_a_sound_case(doing, closed_off):
    done = 0
    for status in Status:
        base = a_ticket(status, closed_off=closed_off, language="ja", co=True, needs_approver=True)
        try:
            doing.before(base)
        except (Refused, AssertionError):
            continue
        for who in doers(base, doing):
            case, child = copied(base), a_letter(language="ja")
            child.ticket.status, child.ticket.merged_into_id, child.new = Status.MERGED, case.ticket.id, []
            case.children += [] if doing.act is Act.MERGE else [child]
            now = then(case) + doing.wait
            try:
                doing.do(case, by=who, now=now)
            except Refused:
                continue
            done += 1
            check(case, doing, who, now, len(base.events))
    assert done or (closed_off and doing.act in NOT_RESTRICTED) or (not closed_off and doing.act in the.OF_RESTRICTED)


def check(case, doing, who, now, seen):
    events = sound(case, seen, now)
    if not doing.is_event:
        return
    assert doing.name in {event.act for event in events}
    assert {event.act for event in events} <= set(Act)
    mine = [event for event in events if event.act in (doing.name, Act.SIGN_FOR)]
    assert {event.person_id for event in mine} == {who.person_id}
    decided = [p for p in case.proposals if p.decided_at == now and p.outcome != ProposalOutcome.LAPSED]
    assert {p.decided_by for p in decided} <= {who.person_id}
    assert all(p.remark != "XXXX" for p in case.proposals)
    if doing.act in SIGNS_FOR and case.events[seen].act == Act.SIGN_FOR:
        assert case.lead.signed_at == now


def test_a_new_letter_is_sound_and_holds_what_was_given():
    case = a_letter(topic_id=7, wants_reply=False, privacy_version="3", identity=Identity.HIDDEN)

    sound(case, 0, NOW)
    ticket = case.ticket
    assert (ticket.topic_id, ticket.wants_reply, ticket.privacy_version) == (7, False, "3")
    assert (ticket.identity, case.letter.round_no, case.round.no) == (Identity.HIDDEN, 1, 1)
    assert case.letter.at == case.round.begun_at == NOW


def test_the_second_half_of_a_letter_is_sound():
    case = restricted(a_letter(topic_id=7, wants_reply=False, privacy_version="3", identity=Identity.HIDDEN))
    case.ticket.desk, now = 1, then(case)

    second = merge.split(case, "A tree", "It fell", Kind.HELP, number="1", by=the.clerk(case), now=now)

    ticket = second.ticket
    assert (ticket.topic_id, ticket.wants_reply, ticket.privacy_version) == (7, False, "3")
    assert (ticket.identity, ticket.desk, second.letter.round_no, second.round.no) == (Identity.HIDDEN, 1, 1, 1)
    assert ticket.id != case.ticket.id
    assert {row.id for row in second.handlers}.isdisjoint(row.id for row in case.handlers)
    assert {row.id for row in second.parties}.isdisjoint(row.id for row in case.parties)
    second.new = []
    sound(second, 0, now)
    assert last(second).at == now


def test_agreeing_keeps_the_remark_and_refusing_names_the_act():
    case = routed(a_letter())
    route.propose_return(case, "Not ours", by=DORA, now=then(case))
    route.decide_return(case, PARKS, remark=" Theirs ", by=KAI, now=then(case))
    assert case.proposals[0].remark == "Theirs"
    for propose, decide in (
        (the.decline_proposed, route.decide_decline),
        (the.transfer_proposed, route.decide_transfer),
    ):
        other = a_letter()
        propose(other)
        decide(other, True, remark=" Yes ", by=the.second_clerk(other), now=then(other))
        assert (other.proposals[0].remark, other.proposals[0].decided_at) == ("Yes", last(other).at)
        silent = a_letter()
        propose(silent)
        with refused("reason.missing", silent):
            decide(silent, False, by=the.second_clerk(silent), now=then(silent))
    public = a_ticket(Status.CLOSED)
    the.publication_proposed(public)
    with refused("reason.missing", public):
        publish.decide_publication(public, False, by=the.second_clerk(public), now=then(public))
    publish.decide_publication(public, True, remark=" Good ", by=the.second_clerk(public), now=then(public))
    assert public.proposals[0].remark == "Good"


def test_what_the_sweep_tells_is_dated():
    for case in (a_letter(), a_ticket(Status.IN_PROGRESS), a_ticket(Status.MERGED)):
        for day in (5, 6, 9, 10, 16):
            seen, now = len(case.events), NOW.replace(day=day)
            case.new = []
            overdue.sweep(case, now=now)
            sound(case, seen, now)
        assert case.ticket.sweep_on is None


def test_a_published_copy_keeps_the_topic():
    case = a_ticket(Status.CLOSED, topic_id=7)
    the.publication_proposed(case)

    assert case.publications[0].topic_id == 7


def test_a_second_pause_adds_to_the_first():
    case = a_ticket(Status.AWAITING_CITIZEN)
    handle.answer(case, "Three", by=carl(case), now=NOW.replace(day=4))
    handle.ask(case, "Sure?", by=DORA, now=NOW.replace(day=5))
    handle.answer(case, "Yes", by=carl(case), now=NOW.replace(day=6))

    assert case.round.paused_days == 3
    assert case.ticket.due_on == date(2026, 3, 12)


def test_an_extension_reaches_as_far_as_the_pauses_let_it():
    case = a_ticket(Status.AWAITING_CITIZEN)
    handle.answer(case, "Three", by=carl(case), now=NOW.replace(day=4))
    clock.extend(case, 90)

    assert case.ticket.due_on == case.city.calendar.after(date(2026, 3, 2), 32)


def test_a_deputy_of_the_author_stands_for_nobody_else():
    case = submitted(a_ticket(Status.IN_PROGRESS), HANNA)
    with refused("two_people", case):
        reply.approve(case, 1, by=DELIA, now=then(case))
    reply.send_back(case, 1, "Wait", by=DELIA, now=then(case))

    assert case.approvals[0].at == last(case).at


def test_the_last_of_several_translators_steps_is_noted():
    lead, child = signed(routed(a_letter(language="ja"))), a_letter(language="en")
    merged(child, lead)
    submitted(lead)
    reply.approve(lead, 1, by=HANNA, now=then(lead))

    reply.translate_reply(lead, 1, "直します", "ja", by=FANG, now=then(lead))

    assert (last(lead).act, last(lead).facts) == ("translate_reply", {"step": "translation", "version": 1})
    reply.translate_reply(lead, 1, "Mended", by=FENG, now=then(lead))
    assert child.ticket.status == Status.ANSWERED
    assert (child.sent.needs_head, child.sent.needs_approver) == (True, False)


def test_the_refusal_names_who_still_owes():
    case = a_ticket(Status.IN_PROGRESS)
    the.contribution_owed(case)

    with pytest.raises(Refused) as refusal:
        submitted(case)
    assert refusal.value.facts == {"departments": [PARKS]}
    assert rights.may(Act.DECIDE_DECLINE, a_letter(), KAI)
    assert not rights.may(Act.DECIDE_DECLINE, a_letter(), KAI, proposed_by=KAI.person_id)


def test_parts_of_several_roles_add_up():
    case = routed(a_letter(language="ja"))
    case.replies = a_ticket(Status.IN_REVIEW, needs_approver=True).replies
    route.name_co_handling(case, {104: ""}, by=KAI, now=then(case))

    assert rights.parts(case, FANG) == {Part.CO_OFFICER, Part.TRANSLATOR}
    assert rights.parts(case, VERA) == {Part.APPROVER}
    closed_off = restricted(a_letter())
    protect.name_handler(closed_off, ROLF, Part.OFFICER, by=RUTH, now=then(closed_off))
    assert rights.parts(closed_off, ROLF) == {Part.OFFICER, Part.DESK, Part.CLERK, Part.MANAGER}
