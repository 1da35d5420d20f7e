"""Who may not see a letter, or decide on it twice, does not: merged, split, in review, or its office closed."""

# mypy: no-check-untyped-defs
from __future__ import annotations

import pytest

from mailbox_service.city.tables import RoleName
from mailbox_service.tickets import rights
from mailbox_service.tickets.life import handle, merge, protect, reply, route
from mailbox_service.tickets.tables.words import Kind, Part, Status
from tests.cases import refused
from tests.cast import (
    DORA,
    HARBOUR,
    KAI,
    LIN,
    NOW,
    PARKS,
    PAUL,
    PETRA,
    ROADS,
    ROLF,
    RUTH,
    WATCH,
    a_city,
    a_letter,
    a_number,
    a_ticket,
    answered,
    merged,
    offices,
    restricted,
    reviewing,
    routed,
    signed,
    somebody,
    submitted,
    then,
)

HELEN = somebody("Helen", (RoleName.HEAD, ROADS), (RoleName.APPROVER, None))
DIRK = somebody(
    "Dirk",
    (RoleName.OFFICER, ROADS),
    (RoleName.HEAD, ROADS, HELEN.person_id or 0),
    (RoleName.APPROVER, None, HELEN.person_id or 0),
)


def test_a_restricted_letters_correction_is_given_to_no_letter_under_other_eyes():
    lead = signed(routed(a_letter()))
    child = merged(a_letter(), lead)
    answered(submitted(lead))
    protect.restrict(lead, by=KAI, now=then(lead))
    protect.name_party(lead, ROADS, by=RUTH, now=then(lead))
    protect.name_handler(lead, PAUL, Part.OFFICER, by=RUTH, now=then(lead))
    protect.name_handler(lead, PETRA, Part.HEAD, by=RUTH, now=then(lead))

    reply.correct_reply(lead, "Roads took money.", by=PAUL, now=then(lead))
    reply.approve(lead, 2, by=PETRA, now=then(lead))

    assert (rights.may_see(lead, DORA), rights.may_see(child, DORA)) == (False, True)
    assert [own.text for own in child.replies] == ["We mend it."]


def test_a_letter_opened_again_is_no_longer_answered_together_with_a_restricted_one():
    lead, case = signed(routed(restricted(a_letter()))), restricted(a_letter())
    merged(case, lead)
    protect.propose_unrestrict(case, "Nobody named", by=RUTH, now=then(case))

    protect.decide_unrestrict(case, True, by=ROLF, now=then(case))

    assert (case.ticket.status, case.ticket.merged_into_id) == (Status.RECEIVED, None)


def test_a_review_does_not_go_back_to_the_office_that_handled_the_letter():
    case, sent_back = reviewing(), reviewing()
    route.propose_return(sent_back, "Not ours", by=LIN, now=then(sent_back))

    with refused("review.involved", case):
        route.route(case, ROADS, by=KAI, now=then(case))
    with refused("review.involved", sent_back):
        route.decide_return(sent_back, ROADS, by=KAI, now=then(sent_back))
    route.route(case, PARKS, by=KAI, now=then(case))

    assert case.lead.department_id == PARKS


@pytest.mark.parametrize(("first", "second"), [(HELEN, DIRK), (DIRK, HELEN)], ids=["then the deputy", "deputy first"])
def test_somebody_and_their_deputy_are_not_two_pairs_of_eyes(first, second):
    case = submitted(a_ticket(Status.IN_PROGRESS, kind=Kind.COMPLAINT))
    reply.approve(case, 1, by=first, now=then(case))

    with refused("two_people", case):
        reply.approve(case, 1, by=second, now=then(case))


def merged_into(office_id):
    """The city after Harbour was merged into that office."""
    there = {office.id: office for office in offices()}
    there[HARBOUR].closed_at, there[HARBOUR].merged_into_id = NOW, office_id
    return a_city(offices=there)


def test_the_second_desk_takes_over_when_the_office_complained_about_is_the_desks_by_now():
    case = a_letter(Kind.REPORT, city=merged_into(WATCH))

    protect.name_party(case, HARBOUR, by=RUTH, now=then(case))

    assert case.ticket.desk == rights.SECOND_DESK


def test_no_letter_is_passed_to_the_successor_of_the_office_it_complains_about():
    case = a_letter(Kind.REPORT, city=merged_into(PARKS))
    protect.name_party(case, HARBOUR, by=RUTH, now=then(case))

    with refused("route.complained_about", case):
        route.route(case, PARKS, by=RUTH, now=then(case))
    assert {PAUL.person_id, PETRA.person_id} <= case.persons_apart()


def test_who_has_stepped_back_from_a_letter_does_not_get_its_second_matter():
    case = routed(a_letter())
    handle.recuse(case, by=DORA, now=then(case))

    second = merge.split(case, "A tree", "A tree, too", Kind.HELP, number=a_number(), by=KAI, now=then(case))
    routed(second)

    assert (rights.may_see(second, DORA), DORA.person_id in second.persons_apart()) == (False, True)
