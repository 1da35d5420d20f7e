"""One letter made two."""

# mypy: no-check-untyped-defs
from __future__ import annotations

from datetime import date

from mailbox_service.tickets.life import merge, protect
from mailbox_service.tickets.tables.words import Kind
from tests.cases import last, refused
from tests.cast import DAY, HANNA, HARBOUR, KAI, NOW, RUTH, a_letter, a_number, clerk, restricted, then


def test_the_second_matter_becomes_a_letter_of_the_same_writer_and_day():
    case = a_letter(Kind.COMPLAINT, language="ja", now=NOW - 3 * DAY)
    case.ticket.mail_stopped_at = NOW

    second = merge.split(case, " A tree ", " It fell ", Kind.HELP, number="2026-1", by=KAI, now=then(case))

    first, ticket = case.ticket, second.ticket
    assert (ticket.number, ticket.subject, ticket.kind, second.letter.text) == (
        "2026-1",
        "A tree",
        Kind.HELP,
        "It fell",
    )
    assert (ticket.received_at, second.round.begun_at, second.letter.at) == (first.received_at,) * 3
    assert ticket.entered_at == last(case).at
    assert ticket.due_on == second.round.due_on == second.round.original_due_on == date(2026, 3, 5)
    assert (ticket.language, second.letter.language, second.citizen.name) == ("ja", "ja", "Carl")
    assert (second.citizen.ticket_id, ticket.linked_from_id) == (ticket.id, first.id)
    assert (ticket.channel, ticket.identity, ticket.wants_reply) == (first.channel, first.identity, first.wants_reply)
    assert (ticket.publication_consent, ticket.privacy_version) == (True, first.privacy_version)
    assert (ticket.mail_stopped_at, ticket.restricted, ticket.sweep_on) == (NOW, False, date(2026, 3, 4))
    assert (last(case).act, last(case).facts) == ("split", {"split_into": ticket.id})
    assert (last(second).act, last(second).facts) == ("split", {"split_from": first.id})
    assert second.new == [ticket, second.citizen, second.round, second.letter, last(second)]
    assert second.texts_changed
    with refused("letter.no_subject", case):
        merge.split(case, " ", "It fell", Kind.HELP, number="1", by=KAI, now=then(case))
    with refused("letter.no_text", case):
        merge.split(case, "A tree", " ", Kind.HELP, number="1", by=KAI, now=then(case))


def test_both_halves_are_protected_alike():
    case = restricted(a_letter())
    protect.dismiss_handler(case, HANNA.person_id, by=RUTH, now=then(case))
    case.citizen = None

    second = merge.split(case, "A tree", "It fell", Kind.HELP, number=a_number(), by=clerk(case), now=then(case))
    report = merge.split(a_letter(), "A bribe", "Money", Kind.REPORT, number=a_number(), by=KAI, now=NOW)

    assert second.ticket.restricted
    assert report.ticket.restricted
    assert second.citizen is None
    assert [p.department_id for p in second.parties] == [HARBOUR]
    assert {h.person_id for h in second.handlers} == {h.person_id for h in case.handlers} - {HANNA.person_id}
    assert {h.ticket_id for h in second.handlers} == {second.ticket.id}
