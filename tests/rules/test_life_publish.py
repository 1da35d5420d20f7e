"""Publication and erasure."""

# mypy: no-check-untyped-defs
from __future__ import annotations

from datetime import date

from mailbox_service.tickets import rights
from mailbox_service.tickets.acts import Act
from mailbox_service.tickets.life import after, handle, protect, publish, reply, route, together
from mailbox_service.tickets.tables import Attachment
from mailbox_service.tickets.tables.words import ProposalOutcome, ReplyState, Satisfaction, Status
from tests.acts import COPY
from tests.cases import last, refused
from tests.cast import (
    DORA,
    FANG,
    FENG,
    FOREIGN,
    KAI,
    KIM,
    NOW,
    PARKS,
    ROADS,
    RUTH,
    a_letter,
    a_ticket,
    answered,
    carl,
    rated,
    routed,
    signed,
    submitted,
    then,
)


def test_a_copy_is_made_from_the_letter_and_the_reply_in_its_writers_language():
    waiting = a_letter()
    chinese, relayed = a_ticket(Status.ANSWERED), a_ticket(Status.ANSWERED, language="en")
    both = submitted(signed(routed(a_letter(language="en"), FOREIGN), FANG), FANG, own_text="We mend it soon.")
    answered(both, FENG)

    assert publish.to_copy(waiting) == publish.Copy("A lamp", waiting.letter.text, "")
    assert publish.to_copy(chinese).reply == chinese.sent.text
    assert publish.to_copy(relayed).reply == next(t.text for t in relayed.translations if t.reply_id)
    assert publish.to_copy(both).reply == "We mend it soon."


def test_a_copy_is_proposed_by_one_and_let_out_by_another():
    case = a_ticket(Status.CLOSED)
    publish.propose_publication(case, COPY, "Useful", by=KAI, now=then(case))

    (copy,) = case.publications
    assert (copy.subject, copy.letter, copy.reply) == ("A lamp", "The lamp is dark.", "We mend it.")
    assert (copy.language, copy.department_id, copy.month) == ("zh", ROADS, date(2026, 3, 1))
    assert (copy.proposed_by, copy.published_at, copy.topic_id) == (KAI.person_id, None, None)
    assert (len(copy.public_id), case.proposals[0].details) == (12, {"publication_id": copy.id})
    with refused("two_people", case):
        publish.decide_publication(case, True, by=KAI, now=then(case))

    publish.decide_publication(case, True, by=KIM, now=then(case))

    assert (copy.published_at, copy.revoked_at) == (last(case).at, None)
    assert (last(case).act, last(case).facts) == ("decide_publication", {"outcome": "agreed"})
    with refused("publication.there", case):
        publish.propose_publication(case, COPY, "Useful", by=KAI, now=then(case))
    publish.revoke_publication(case, by=KIM, now=then(case))
    assert (copy.revoked_at, case.ticket.publication_consent) == (last(case).at, True)
    assert last(case).act == "revoke_publication"
    publish.propose_publication(case, COPY, "Useful", by=KAI, now=then(case))
    publish.decide_publication(case, False, remark="A name", by=KIM, now=then(case))
    assert case.publications[1].revoked_at == last(case).at
    assert case.publications[1].published_at is None


def test_the_citizen_takes_their_consent_back_whenever_they_like():
    case, waiting = a_ticket(Status.ANSWERED), a_letter()
    publish.propose_publication(case, COPY, "Useful", by=KAI, now=then(case))

    publish.revoke_publication(case, by=carl(case), now=then(case))
    publish.revoke_publication(waiting, by=carl(waiting), now=then(waiting))

    assert (case.ticket.publication_consent, waiting.ticket.publication_consent) == (False, False)
    assert (case.publications[0].revoked_at, case.proposals[0].outcome) == (last(case).at, ProposalOutcome.LAPSED)
    assert case.ticket.sweep_on == date(2026, 3, 17)
    for who in (carl(case), KAI):
        with refused("publication.none", case):
            publish.revoke_publication(case, by=who, now=then(case))
    with refused("publication.no_consent", case):
        publish.propose_publication(case, COPY, "Useful", by=KAI, now=then(case))


def test_what_may_not_be_published():
    case, closed_off = a_ticket(Status.ANSWERED), a_ticket(Status.ANSWERED, closed_off=True)
    with refused("publication.restricted", closed_off):
        publish.propose_publication(closed_off, COPY, "Useful", by=RUTH, now=then(closed_off))
    for copy in (publish.Copy(" ", "L", "R"), publish.Copy("S", " ", "R"), publish.Copy("S", "L", " ")):
        with refused("publication.empty", case):
            publish.propose_publication(case, copy, "Useful", by=KAI, now=then(case))
    with refused("reason.missing", case):
        publish.propose_publication(case, COPY, " ", by=KAI, now=then(case))
    reply.correct_reply(case, "Tomorrow", by=DORA, now=then(case))
    with refused("correction.waiting", case):
        publish.propose_publication(case, COPY, "Useful", by=KAI, now=then(case))
    case.replies.clear()
    with refused("publication.no_reply", case):
        publish.propose_publication(case, COPY, "Useful", by=KAI, now=then(case))


def test_a_proposed_copy_that_is_gone_is_not_let_out():
    case = a_ticket(Status.ANSWERED)
    publish.propose_publication(case, COPY, "Useful", by=KAI, now=then(case))
    case.publications.clear()

    publish.decide_publication(case, True, by=KIM, now=then(case))

    assert case.publications == []


def full_letter():
    """An ended letter with something written in every row."""
    case = routed(a_letter(language="ja"))
    route.name_co_handling(case, {PARKS: "Whose?"}, by=KAI, now=then(case))
    signed(case)
    together.waive(case, case.contributions[0].id, "We know", by=DORA, now=then(case))
    file = Attachment(ticket_id=0, name="a", content_type="image/png", size=1, sha256="0", stored="x", at=NOW)
    handle.add(case, "More", [file], by=carl(case), now=then(case))
    answered(submitted(case))
    case.approvals[0].remark = "Good"
    rated(case, Satisfaction.PARTLY, reason="Late")
    publish.propose_publication(case, COPY, "Useful", by=KAI, now=then(case))
    publish.decide_publication(case, True, by=KIM, now=then(case))
    reply.correct_reply(case, "Tomorrow", by=DORA, now=then(case))
    return case


def test_erasure_takes_every_text_and_leaves_what_happened():
    case = full_letter()
    protect.ask_erasure(case, "Please", by=carl(case), now=then(case))
    with refused("reason.missing", case):
        protect.decide_erasure(case, False, by=KAI, now=then(case))
    events = len(case.events)

    protect.decide_erasure(case, True, by=KAI, now=then(case))

    assert (case.ticket.subject, case.ticket.emptied_at, case.texts_changed) == ("", last(case).at, True)
    assert (case.citizen.name, case.citizen.email, case.citizen.phone) == ("", "", "")
    texts = [m.text for m in (*case.messages, *case.translations)]
    texts += [text for r in case.replies for text in (r.text, r.own_text)]
    texts += [text for c in case.contributions for text in (c.question, c.text, c.waiver)]
    texts += [text for p in case.proposals for text in (p.reason, p.remark)]
    texts += [a.remark for a in case.approvals] + [r.reason for r in case.ratings] + [f.name for f in case.attachments]
    texts += [text for p in case.publications for text in (p.subject, p.letter, p.reply)]
    assert set(texts) == {""}
    assert {str(p.details) for p in case.proposals} == {"{}"}
    assert case.publications[0].revoked_at == last(case).at
    assert case.replies[-1].state == ReplyState.SENT_BACK
    assert (len(case.events), last(case).facts) == (events + 1, {"outcome": "agreed"})


def test_what_is_erased_takes_no_act_that_needs_its_text():
    case = full_letter()
    protect.empty(case, then(case))
    bare = a_ticket(Status.WITHDRAWN)
    bare.citizen = None
    protect.empty(bare, then(bare))

    with refused("erase.done", case):
        protect.ask_erasure(case, "Please", by=carl(case), now=then(case))
    with refused("erase.done", case):
        after.ask_review(case, "Wrong", by=carl(case), now=then(case))
    with refused("erase.done", case):
        reply.correct_reply(case, "Tomorrow", by=DORA, now=then(case))
    with refused("erase.done", case):
        handle.add(case, "My name again", [], by=carl(case), now=then(case))
    assert rights.may(Act.REVOKE_PUBLICATION, case, carl(case))
    assert bare.citizen is None


def test_a_legal_hold_keeps_the_text():
    case = a_ticket(Status.CLOSED)
    case.ticket.legal_hold = True
    with refused("reason.missing", case):
        protect.ask_erasure(case, " ", by=carl(case), now=then(case))
    protect.ask_erasure(case, "Please", by=carl(case), now=then(case))

    with refused("erase.held", case):
        protect.decide_erasure(case, True, by=KAI, now=then(case))
    with refused("pending.erase", case):
        after.ask_reopening(case, "Dark", by=carl(case), now=then(case))
    protect.decide_erasure(case, False, remark="A court asks", by=KAI, now=then(case))

    assert case.letter.text
