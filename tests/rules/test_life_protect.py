"""Restriction, publication and erasure."""

# mypy: no-check-untyped-defs
from __future__ import annotations

from datetime import date

from mailbox_service.tickets import rights
from mailbox_service.tickets.life import handle, protect, publish
from mailbox_service.tickets.tables.words import Kind, Part, ProposalOutcome, Status
from tests.acts import COPY
from tests.cases import last, refused
from tests.cast import (
    DORA,
    HARBOUR,
    HARRY,
    KAI,
    LIN,
    MINA,
    PARKS,
    PAUL,
    ROADS,
    ROLF,
    RUTH,
    SAM,
    STAFF,
    WATCH,
    a_city,
    a_letter,
    a_ticket,
    carl,
    restricted,
    routed,
    signed,
    then,
)

A_REPORT = Kind.REPORT


def names(case):
    return {who.name for who in STAFF if rights.may_see(case, who)}


def test_a_restriction_takes_the_letter_out_of_everybodys_sight():
    case = a_ticket(Status.CLOSED)
    publish.propose_publication(case, COPY, "Useful", by=KAI, now=then(case))

    protect.restrict(case, by=carl(case), now=then(case))

    assert names(case) == {"Ruth", "Rolf"}
    assert (last(case).act, case.ticket.restricted) == ("restrict", True)
    assert case.publications[0].revoked_at == last(case).at
    assert case.proposals[0].outcome == ProposalOutcome.LAPSED
    with refused("not_found", case):
        handle.set_urgent(case, True, by=KAI, now=then(case))
    with refused("restricted.already", case):
        protect.restrict(case, by=carl(case), now=then(case))


def test_a_dropped_proposal_lets_the_closing_go_on():
    case = a_ticket(Status.ANSWERED)
    publish.propose_publication(case, COPY, "Useful", by=KAI, now=then(case))
    assert case.ticket.sweep_on is None

    protect.restrict(case, by=KAI, now=then(case))

    assert case.ticket.sweep_on == date(2026, 3, 17)


def test_the_desk_names_who_handles_the_letter():
    case = a_letter(A_REPORT)
    protect.name_handler(case, DORA, Part.OFFICER, by=RUTH, now=then(case))

    (handler,) = case.handlers
    assert (handler.person_id, handler.part, handler.named_by) == (DORA.person_id, Part.OFFICER, RUTH.person_id)
    assert (handler.named_at, handler.ended_at) == (last(case).at, None)
    assert (last(case).act, last(case).facts) == ("name_handler", {"handler": DORA.person_id, "part": "O"})
    assert names(case) == {"Ruth", "Rolf", "Dora"}
    with refused("handler.there", case):
        protect.name_handler(case, DORA, Part.OFFICER, by=RUTH, now=then(case))
    protect.name_handler(case, DORA, Part.TRANSLATOR, by=RUTH, now=then(case))
    with refused("handler.unknown_part", case):
        protect.name_handler(case, LIN, Part.CLERK, by=RUTH, now=then(case))
    with refused("handler.unknown_part", case):
        protect.name_handler(case, carl(case), Part.OFFICER, by=RUTH, now=then(case))
    with refused("handler.none", case):
        protect.dismiss_handler(case, LIN.person_id, by=RUTH, now=then(case))

    protect.dismiss_handler(case, DORA.person_id, by=RUTH, now=then(case))

    assert {h.ended_at for h in case.handlers} == {last(case).at}
    assert (last(case).act, last(case).facts) == ("dismiss_handler", {"handler": DORA.person_id})
    assert names(case) == {"Ruth", "Rolf"}
    protect.name_handler(case, DORA, Part.OFFICER, by=RUTH, now=then(case))
    assert rights.may_see(case, DORA)


def test_a_desk_that_works_in_the_offices_complained_about_hands_over_to_the_second():
    at_work = {ROADS: [RUTH.person_id], PARKS: [ROLF.person_id]}
    case = a_letter(A_REPORT, city=a_city(at_work=at_work))

    protect.name_party(case, ROADS, by=RUTH, now=then(case))
    assert case.ticket.desk == 1
    protect.name_party(case, PARKS, by=ROLF, now=then(case))

    assert (case.ticket.desk, rights.may_see(case, SAM)) == (2, True)


def test_who_is_complained_about_is_kept_out_by_every_way():
    case = a_letter(A_REPORT)
    protect.name_handler(case, HARRY, Part.OFFICER, by=RUTH, now=then(case))
    protect.name_handler(case, DORA, Part.OFFICER, by=RUTH, now=then(case))
    with refused("party.one", case):
        protect.name_party(case, by=RUTH, now=then(case))
    with refused("party.one", case):
        protect.name_party(case, HARBOUR, DORA.person_id, by=RUTH, now=then(case))

    protect.name_party(case, HARBOUR, by=RUTH, now=then(case))
    protect.name_party(case, person_id=DORA.person_id, by=RUTH, now=then(case))

    office, person = case.parties
    assert (office.department_id, office.person_id, office.named_by) == (HARBOUR, None, RUTH.person_id)
    assert (person.department_id, person.person_id, person.named_at) == (None, DORA.person_id, last(case).at)
    assert (last(case).act, last(case).facts) == ("name_party", {})
    assert [h.ended_at is None for h in case.handlers] == [True, False]
    assert names(case) == {"Ruth", "Rolf"}
    assert case.ticket.desk == 1
    with refused("handler.kept_out", case):
        protect.name_handler(case, HARRY, Part.OFFICER, by=RUTH, now=then(case))
    for again in ({"department_id": HARBOUR}, {"person_id": DORA.person_id}):
        with refused("party.there", case):
            protect.name_party(case, **again, by=RUTH, now=then(case))


def test_the_second_desk_takes_over_when_the_first_is_complained_about():
    by_person, by_office = a_letter(A_REPORT), a_letter(A_REPORT)

    protect.name_party(by_person, person_id=ROLF.person_id, by=RUTH, now=then(by_person))
    protect.name_party(by_office, WATCH, by=RUTH, now=then(by_office))

    assert names(by_person) == names(by_office) == {"Sam"}
    assert by_person.ticket.desk == by_office.ticket.desk == 2
    protect.name_handler(by_person, DORA, Part.OFFICER, by=SAM, now=then(by_person))
    assert names(by_person) == {"Sam", "Dora"}


def test_lifting_a_restriction_takes_two_and_a_manager_decides_without_seeing():
    case = signed(routed(restricted(a_letter())))
    with refused("not_found", case):
        protect.decide_unrestrict(case, True, by=MINA, now=then(case))
    with refused("proposal.none", case):
        protect.decide_unrestrict(case, True, by=ROLF, now=then(case))
    protect.propose_unrestrict(case, "Nobody named", by=RUTH, now=then(case))
    assert not rights.may_see(case, MINA)
    with refused("two_people", case):
        protect.decide_unrestrict(case, True, by=RUTH, now=then(case))
    with refused("not_found", case):
        protect.decide_unrestrict(case, True, by=KAI, now=then(case))
    with refused("reason.missing", case):
        protect.decide_unrestrict(case, False, by=MINA, now=then(case))

    protect.decide_unrestrict(case, True, by=MINA, now=then(case))

    assert not case.ticket.restricted
    assert {h.ended_at for h in case.handlers} == {last(case).at}
    assert (last(case).act, last(case).facts) == ("decide_unrestrict", {"outcome": "agreed"})
    assert {"Dora", "Kai", "Mina"} <= names(case)
    assert not names(case) & {"Harry", "Holly", "Ruth", "Paul"}
    with refused("not_restricted", case):
        protect.name_party(case, PARKS, by=RUTH, now=then(case))


def test_a_letter_stays_restricted_while_the_office_complained_about_leads():
    case = signed(routed(restricted(a_letter())))
    protect.dismiss_handler(case, PAUL.person_id, by=RUTH, now=then(case))
    earlier = case.handlers[2].ended_at
    protect.propose_unrestrict(case, "Nobody named", by=RUTH, now=then(case))
    protect.name_party(case, ROADS, by=RUTH, now=then(case))
    with refused("route.complained_about", case):
        protect.decide_unrestrict(case, True, by=ROLF, now=then(case))
    case.parties.pop()

    protect.decide_unrestrict(case, True, by=ROLF, now=then(case))
    assert case.handlers[2].ended_at == earlier

    ended = a_ticket(Status.CLOSED, closed_off=True)
    protect.name_party(ended, ROADS, by=RUTH, now=then(ended))
    protect.propose_unrestrict(ended, "Old", by=RUTH, now=then(ended))
    protect.decide_unrestrict(ended, True, by=ROLF, now=then(ended))
    assert not rights.may_see(ended, DORA)
    bare = restricted(a_letter())
    protect.propose_unrestrict(bare, "Old", by=RUTH, now=then(bare))
    protect.decide_unrestrict(bare, True, by=ROLF, now=then(bare))
    assert rights.may_see(bare, KAI)
