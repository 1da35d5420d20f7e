"""Letters answered together."""

# mypy: no-check-untyped-defs
from __future__ import annotations

from datetime import date

from mailbox_service.tickets.life import after, merge, protect, reply, route, together
from mailbox_service.tickets.tables import Party
from mailbox_service.tickets.tables.words import Outcome, ProposalOutcome, ReplyState, Share, Status
from tests.cases import last, refused
from tests.cast import (
    DAY,
    DORA,
    FANG,
    HANNA,
    KAI,
    KIM,
    LIBRARY,
    LIN,
    LUO,
    MINA,
    NOW,
    PARKS,
    ROADS,
    RUTH,
    a_letter,
    a_ticket,
    answered,
    approved,
    carl,
    merged,
    restricted,
    routed,
    signed,
    submitted,
    then,
    translated,
)


def a_lead(**more):
    return signed(routed(a_letter(**more)))


def test_a_merged_letter_waits_with_its_own_due_date():
    lead, case = a_lead(now=NOW - 3 * DAY), routed(a_letter())
    route.name_co_handling(case, {PARKS: ""}, by=KAI, now=then(case))
    route_event = len(case.events)

    merged(case, lead)

    assert (case.ticket.status, case.ticket.merged_into_id) == (Status.MERGED, lead.ticket.id)
    assert {a.end for a in case.assignments} == {"rerouted"}
    assert case.ticket.lead_department_id == case.round.lead_department_id == ROADS
    assert (case.ticket.due_on, case.ticket.office_due_on) == (date(2026, 3, 9), None)
    assert case.ticket.sweep_on == date(2026, 3, 6)
    assert (last(case).act, last(case).facts) == ("merge", {"into": lead.ticket.id})
    assert len(case.events) == route_event + 1
    assert lead.children == [case]


def test_what_may_not_be_merged():
    lead, case = a_lead(), a_letter()
    child = merged(a_letter(), lead)
    korean, parties = a_letter(language="ko"), a_letter()
    parties.parties.append(Party(ticket_id=parties.ticket.id, department_id=ROADS, named_at=NOW))

    for one, into, code in (
        (case, case, "merge.itself"),
        (routed(a_letter()), a_ticket(Status.ANSWERED), "merge.ended"),
        (case, restricted(a_letter()), "not_found"),
        (parties, lead, "merge.handlers"),
        (korean, lead, "merge.language"),
    ):
        with refused(code, one):
            merge.merge(one, into, by=KAI, now=then(one))
    with refused("merge.leads"):
        merge.merge(leading(), case, by=KAI, now=then(case))
    assert child.ticket.status == Status.MERGED


def leading():
    """A letter not yet signed for, with another merged into it."""
    lead = routed(a_letter())
    merged(a_letter(), lead)
    return lead


def test_restricted_letters_merge_under_the_same_handlers_alone():
    lead, same, other = signed(routed(restricted(a_letter()))), restricted(a_letter()), restricted(a_letter())
    protect.dismiss_handler(other, HANNA.person_id, by=RUTH, now=then(other))

    with refused("merge.handlers", other):
        merge.merge(other, lead, by=RUTH, now=then(other))
    merge.merge(same, lead, by=RUTH, now=then(same))

    assert same.ticket.status == Status.MERGED


def test_each_writer_gets_the_reply_as_their_own_and_in_their_language():
    lead, local, foreign = a_lead(), a_letter(), a_letter(language="ja")
    merged(local, lead), merged(foreign, lead)
    submitted(lead)
    approved(lead)
    assert lead.ticket.status == Status.IN_REVIEW
    assert lead.languages_owed(lead.submitted) == ["ja"]

    translated(lead)

    for child in (local, foreign):
        own = child.sent
        assert (child.ticket.status, own.state, own.version) == (Status.ANSWERED, ReplyState.SENT, 1)
        assert (own.text, own.own_text, own.author_id) == ("We mend it.", "", DORA.person_id)
        assert (own.sent_at, own.round_no, own.department_id) == (last(lead).at, 1, ROADS)
        assert (own.submitted_at, own.text_hash) == (lead.sent.submitted_at, lead.sent.text_hash)
        assert (own.needs_head, own.needs_approver) == (True, False)
        assert (child.round.outcome, child.ticket.answered_at) == (Outcome.ANSWERED, last(lead).at)
        assert (child.lead.department_id, child.lead.end, child.lead.share) == (ROADS, "completed", Share.LEAD)
        assert (last(child).act, last(child).department_id) == ("answer_merged", ROADS)
        assert (last(child).actor_kind, child.texts_changed) == ("system", True)
        assert child.ticket.sweep_on == date(2026, 3, 17)
    assert local.translations == []
    (copied,) = foreign.translations
    assert (copied.text, copied.reply_id, copied.ticket_id) == ("Text", foreign.sent.id, foreign.ticket.id)
    assert copied.id != lead.translations[0].id


def test_a_letter_merged_while_the_reply_is_translated_is_translated_too():
    lead, child = submitted(a_lead(language="ja")), a_letter(language="en")
    approved(lead)

    merged(child, lead)
    reply.translate_reply(lead, 1, "Mended", "en", by=FANG, now=then(lead))
    assert lead.ticket.status == Status.IN_REVIEW
    reply.translate_reply(lead, 1, "直します", by=FANG, now=then(lead))

    assert child.ticket.status == Status.ANSWERED
    assert [t.language for t in lead.translations if t.reply_id] == ["ja", "en"]
    assert [t.text for t in child.translations] == ["Mended"]


def test_the_offices_own_words_reach_writers_of_the_same_language():
    lead = signed(routed(a_letter(language="en"), LIBRARY), LIN)
    same, local = merged(a_letter(language="en"), lead), merged(a_letter(), lead)
    reply.submit_reply(lead, "修好了", "Mended", by=LIN, now=then(lead))

    reply.approve(lead, 1, by=LUO, now=then(lead))

    assert (same.sent.own_text, local.sent.own_text) == ("Mended", "")


def test_what_is_erased_stays_erased_when_the_answer_comes():
    lead, child = a_lead(language="ja"), a_letter(language="ja")
    merged(child, lead)
    protect.ask_erasure(child, "Please", by=carl(child), now=then(child))
    protect.decide_erasure(child, True, by=KAI, now=then(child))

    answered(submitted(lead))

    assert child.ticket.status == Status.ANSWERED
    assert (child.sent.text, [t.text for t in child.translations]) == ("", [""])


def test_a_lead_that_ends_unanswered_releases_the_others():
    for end in (
        lambda lead: after.withdraw(lead, by=carl(lead), now=then(lead)),
        lambda lead: protect.restrict(lead, by=KAI, now=then(lead)),
    ):
        lead, child = a_lead(), a_letter()
        merged(child, lead)

        end(lead)

        assert (child.ticket.status, child.ticket.merged_into_id) == (Status.RECEIVED, None)
        assert (child.ticket.lead_department_id, child.round.lead_department_id) == (None, None)
        assert (last(child).act, last(child).actor_kind, child.round.ended_at) == ("unmerge", "system", None)
    for status in (Status.SPAM, Status.DECLINED, Status.TRANSFERRED):
        lead, child = a_letter(), a_letter()
        merged(child, lead)
        match status:
            case Status.SPAM:
                route.mark_spam(lead, by=KAI, now=then(lead))
            case Status.DECLINED:
                route.propose_decline(lead, "No", "Court", by=KAI, now=then(lead))
                route.decide_decline(lead, True, by=KIM, now=then(lead))
            case Status.TRANSFERRED:
                route.propose_transfer(lead, "No", {"zh": "院"}, by=KAI, now=then(lead))
                route.decide_transfer(lead, True, by=KIM, now=then(lead))
        assert child.ticket.status == Status.RECEIVED


def test_what_is_restricted_or_names_somebody_is_answered_together_with_no_other():
    lead, child = a_lead(), a_letter()
    merged(child, lead)
    protect.restrict(child, by=carl(child), now=then(child))
    assert (child.ticket.status, child.ticket.merged_into_id, last(child).act) == (Status.RECEIVED, None, "restrict")
    protect.name_party(child, ROADS, by=RUTH, now=then(child))

    answered(submitted(lead))

    assert (child.ticket.status, child.replies, child.lead) == (Status.RECEIVED, [], None)
    for named in (0, 1):
        both = signed(routed(restricted(a_letter()))), restricted(a_letter())
        merged(both[1], both[0])
        protect.name_party(both[named], PARKS, by=RUTH, now=then(both[named]))
        assert both[1].ticket.status == Status.RECEIVED
        assert last(both[named]).act == "name_party"


def test_a_letter_taken_out_again_lets_what_was_asked_go():
    case = a_ticket(Status.MERGED)
    protect.ask_erasure(case, "Please", by=carl(case), now=then(case))
    with refused("pending.erase", case):
        merge.unmerge(case, by=KAI, now=then(case))

    parent = a_lead()
    parent.children.append(case)
    merge.release_children(parent, then(case))

    assert case.proposals[0].outcome == ProposalOutcome.LAPSED
    assert case.ticket.sweep_on == date(2026, 3, 6)


def test_an_answered_child_is_its_own_letter_from_then_on():
    lead, child = a_lead(), a_letter()
    merged(child, lead)
    answered(submitted(lead))
    after.ask_reopening(lead, "Dark", by=carl(lead), now=then(lead))
    after.decide_reopening(lead, True, by=MINA, now=then(lead))
    events = len(child.events)

    answered(submitted(lead))
    merge.release_children(lead, then(lead))

    assert len(child.events) == events
    assert len(child.replies) == 1


def test_the_offices_part_in_a_merged_letter_ends_late_when_its_reply_does():
    lead, old, young = a_lead(), a_letter(), a_letter(now=NOW + 8 * DAY)
    merged(old, lead), merged(young, lead)
    reply.submit_reply(lead, "We mend it.", by=DORA, now=NOW + 9 * DAY)

    reply.approve(lead, 1, by=HANNA, now=NOW + 9 * DAY)

    assert [(c.lead.due_on, c.lead.ended_on, c.lead.begun_at) for c in (old, young)] == [
        (date(2026, 3, 6), date(2026, 3, 11), lead.lead.begun_at),
        (date(2026, 3, 16), date(2026, 3, 11), young.round.begun_at),
    ]
    assert {c.lead.person_id for c in (old, young)} == {DORA.person_id}


def test_what_offices_owed_goes_with_their_part():
    for away in (
        lambda case: merge.unmerge(merged(case, a_lead()), by=KAI, now=then(case)),
        lambda case: (
            route.mark_spam(case, by=KAI, now=then(case)),
            route.restore(case, by=KAI, now=then(case)),
        ),
    ):
        case = routed(a_letter())
        route.name_co_handling(case, {PARKS: "Whose tree?"}, by=KAI, now=then(case))

        away(case)
        routed(case)
        route.name_co_handling(case, {PARKS: "Is it yours?"}, by=KAI, now=then(case))

        assert [one.question for one in together.owed(case)] == ["Is it yours?"]


def test_a_correction_reaches_those_who_had_the_reply():
    lead, child, apart = a_lead(), a_letter(), a_letter(language="ja")
    merged(child, lead), merged(apart, lead)
    answered(submitted(lead))
    reply.correct_reply(apart, "Another word", by=DORA, now=then(apart))
    answered(apart)
    reply.correct_reply(lead, "Tomorrow", by=DORA, now=then(lead))

    approved(lead)

    assert [r.text for r in child.replies] == ["We mend it.", "Tomorrow"]
    assert child.sent.corrects_id == child.replies[0].id
    assert (last(child).act, last(child).facts) == ("approve_correction", {"version": 2, "corrected": True})
    assert (last(child).actor_kind, child.ticket.status) == ("system", Status.ANSWERED)
    assert [r.text for r in apart.replies] == ["We mend it.", "Another word"]
    assert lead.sent.text == "Tomorrow"


def test_a_reply_of_no_office_gives_the_others_no_lead():
    lead, child = a_lead(), a_letter()
    merged(child, lead)
    submitted(lead).submitted.department_id = None

    approved(lead)

    assert (child.ticket.status, child.lead) == (Status.ANSWERED, None)
