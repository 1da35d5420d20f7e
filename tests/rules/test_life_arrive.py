"""A letter comes in."""

# mypy: no-check-untyped-defs
from __future__ import annotations

from datetime import date, timedelta

import pytest

from mailbox_service.tickets.actor import SYSTEM, Actor
from mailbox_service.tickets.life import arrive, clock, handle, together
from mailbox_service.tickets.tables.words import (
    ActorKind,
    Channel,
    Identity,
    Kind,
    Status,
)
from tests.cases import last, refused
from tests.cast import (
    CITY,
    DAY,
    DORA,
    HOUR,
    KAI,
    NOW,
    PARKS,
    a_number,
    a_ticket,
    then,
)


def a_sheet(**facts):
    given = {"kind": Kind.ENQUIRY, "subject": " A lamp ", "text": " It is dark. ", "language": "zh"}
    return arrive.Letter(**(given | facts))


def enter(sheet, by=KAI):
    return arrive.enter(sheet, CITY, number=a_number(), once_key="k", by=by, now=NOW)


def test_a_letter_arrives_with_its_due_date_and_its_event():
    case = arrive.submit(a_sheet(written_in="zh"), CITY, number="2026-0000001-1", once_key="once", now=NOW)

    ticket = case.ticket
    assert (ticket.number, ticket.once_key, ticket.status) == ("2026-0000001-1", "once", Status.RECEIVED)
    assert (ticket.subject, case.letter.text, case.letter.language) == ("A lamp", "It is dark.", "zh")
    assert ticket.due_on == case.round.due_on == case.round.original_due_on == date(2026, 3, 9)
    assert (case.round.no, case.round.begun_at, ticket.received_at, ticket.entered_at) == (1, NOW, NOW, NOW)
    assert ticket.sweep_on == date(2026, 3, 6)
    assert not ticket.provisional
    assert not ticket.untranslatable
    assert case.citizen is None
    assert case.texts_changed
    event = last(case)
    assert (event.act, event.actor_kind, event.facts) == ("submit", "citizen", {"channel": "web", "kind": "enquiry"})
    assert case.new == [ticket, case.round, case.letter, event]
    assert (event.status_before, event.status_after, event.round_no) == (Status.RECEIVED, Status.RECEIVED, 1)


def test_a_clerk_enters_what_was_said_on_the_day_it_was_received():
    case = enter(a_sheet(channel=Channel.PAPER, received_at=NOW - timedelta(days=4)))

    assert case.ticket.received_at == NOW - timedelta(days=4)
    assert case.ticket.entered_at == NOW
    assert case.ticket.due_on == date(2026, 3, 4)  # 28 February was a make-up Saturday
    assert (last(case).act, last(case).person_id) == ("enter", KAI.person_id)


def test_the_service_enters_a_mail_and_nobody_else():
    assert enter(a_sheet(channel=Channel.MAIL), by=SYSTEM).ticket.channel == Channel.MAIL
    with refused("not_yours"):
        enter(a_sheet(), by=DORA)


def test_a_letter_is_not_received_after_it_is_entered():
    assert enter(a_sheet(received_at=NOW))
    with refused("letter.not_yet"):
        enter(a_sheet(received_at=NOW + HOUR))


def test_a_letter_needs_a_subject_and_a_text():
    with refused("letter.no_subject"):
        enter(a_sheet(subject="  "))
    with refused("letter.no_text"):
        enter(a_sheet(text="\n"))


def test_an_anonymous_writer_leaves_no_name():
    anonymous = enter(a_sheet(identity=Identity.ANONYMOUS, name="Carl"))
    reachable = enter(a_sheet(identity=Identity.ANONYMOUS, name="Carl", phone=" 12345 "))
    hidden = enter(a_sheet(identity=Identity.HIDDEN, name=" Carl ", email=" c@example.org "))

    assert anonymous.citizen is None
    assert (reachable.citizen.name, reachable.citizen.phone) == ("", "12345")
    assert (hidden.citizen.name, hidden.citizen.email) == ("Carl", "c@example.org")
    assert hidden.new[:2] == [hidden.ticket, hidden.citizen]


@pytest.mark.parametrize("kind", Kind)
def test_only_a_report_of_misconduct_is_restricted_from_the_first_moment(kind):
    assert enter(a_sheet(kind=kind)).ticket.restricted == (kind == Kind.REPORT)


def test_a_language_nobody_here_knows_is_marked_for_the_clerk():
    assert enter(a_sheet(written_in="sw")).ticket.untranslatable
    assert enter(a_sheet(language="fr")).ticket.untranslatable  # that office is closed
    assert not enter(a_sheet(language="ko")).ticket.untranslatable  # Parks masters it
    assert not enter(a_sheet(language="ja", written_in="en")).ticket.untranslatable


# --- What only a database in disorder could bring: the rules say no harm is done


def test_a_clock_that_was_late_when_it_stopped_keeps_its_date():
    case = a_ticket(Status.IN_PROGRESS)
    clock.pause(case, NOW + 10 * DAY)
    assert case.round.remaining is None

    clock.resume(case, NOW + 12 * DAY)

    assert case.round.due_on == date(2026, 3, 9)


def test_without_a_lead_or_a_person_nothing_breaks():
    case = a_ticket(Status.ASSIGNED, closed_off=True)
    case.assignments.clear()
    handle.sign_for(case, by=DORA, now=then(case))
    assert (last(case).department_id, case.ticket.handler_id) == (None, None)
    together.owe(case, PARKS, "Whose?", by=DORA, now=then(case))
    assert case.contributions[0].due_on == date(2026, 3, 5)

    other = a_ticket(Status.IN_PROGRESS)
    handle.recuse(other, by=Actor(ActorKind.STAFF, roles=DORA.roles), now=then(other))
    assert other.recusals == []
    assert other.lead.person_id == DORA.person_id
