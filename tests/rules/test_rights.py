"""Who may see, who may know the writer, and why an act is refused."""

# mypy: no-check-untyped-defs
from __future__ import annotations

from datetime import UTC, datetime

import pytest

from mailbox_service.city.tables import RoleName
from mailbox_service.tickets import rights
from mailbox_service.tickets.actor import SYSTEM, Actor, the_citizen_of
from mailbox_service.tickets.acts import ACTS, Act
from mailbox_service.tickets.life import handle, protect, route, together
from mailbox_service.tickets.tables import Proposal
from mailbox_service.tickets.tables.words import ActorKind, Identity, Part, ProposalKind, ProposalOutcome, Status
from tests.cases import refused
from tests.cast import (
    ADA,
    DELIA,
    DORA,
    FANG,
    HANNA,
    HARRY,
    KAI,
    LIN,
    MINA,
    NOAH,
    PARKS,
    PAUL,
    ROADS,
    ROLF,
    RUTH,
    SAM,
    VERA,
    VERN,
    a_letter,
    a_ticket,
    carl,
    co_handled,
    restricted,
    returned_once,
    routed,
    somebody,
    then,
)


def test_a_citizen_is_nobody_at_another_letter():
    case = a_letter()

    assert rights.parts(case, carl(case)) == {Part.CITIZEN}
    assert rights.parts(case, the_citizen_of(1)) == frozenset()
    assert not rights.may_see(case, the_citizen_of(1))
    assert rights.parts(case, SYSTEM) == {Part.SYSTEM}
    assert rights.may_see(case, SYSTEM)


@pytest.mark.parametrize(
    "go", [lambda case: case, routed, lambda case: co_handled(routed(case)), returned_once, restricted]
)
def test_the_acts_that_are_theirs_are_those_not_refused_for_who_they_are(go):
    case = go(a_letter())

    for who in (KAI, DORA, HARRY, PAUL, FANG, MINA, RUTH, SAM, ADA, NOAH, SYSTEM, carl(case)):
        codes = {act: refusal.code for act in ACTS if (refusal := rights.refusal_of(act, case, who))}
        kept_out = {act for act, code in codes.items() if code in ("not_yours", "not_found")}
        assert rights.theirs(case, who) == set(ACTS) - kept_out


def test_somebody_without_a_role_has_no_part_even_when_named():
    case = restricted(a_letter())
    protect.name_handler(case, NOAH, Part.OFFICER, by=RUTH, now=then(case))

    assert rights.parts(case, NOAH) == frozenset()
    assert not rights.may_see(case, NOAH)


def test_an_agreed_return_ends_the_sight():
    case = returned_once(a_letter())

    assert not rights.may_see(case, HARRY)
    assert rights.may_see(case, DORA)
    with refused("not_found", case):
        rights.require(Act.SIGN_FOR, case, HARRY)


def test_an_office_that_led_to_the_end_sees_and_does_nothing_more():
    case = a_ticket(Status.CLOSED, co=True)
    other = somebody("Dee", (RoleName.OFFICER, ROADS))
    moved = somebody("Dora", (RoleName.OFFICER, PARKS + 100))
    auditor = somebody("A", (RoleName.AUDITOR, ROADS))

    assert rights.may_see(case, other)
    assert rights.may_see(case, PAUL)
    assert not rights.may_see(case, moved)
    assert not rights.may_see(case, auditor)
    case.assignments[0].round_id = 1
    assert rights.may_see(case, other)
    with refused("not_yours", case):
        rights.require(Act.CORRECT_REPLY, case, other)


def test_the_restricted_desk_does_not_see_ordinary_letters():
    case = routed(a_letter())

    assert rights.parts(case, RUTH) == {Part.DESK}
    assert not rights.may_see(case, RUTH)
    assert rights.may(Act.RESTRICT, case, RUTH)
    assert rights.parts(case, SAM) == frozenset()


def test_a_deputy_has_the_heads_part_but_not_for_the_heads_own():
    case = routed(a_letter())

    assert rights.parts(case, DELIA) == {Part.OFFICER, Part.HEAD}
    assert rights.parts(case, DELIA, not_for=HANNA.person_id) == {Part.OFFICER}


@pytest.mark.parametrize("who", [KAI, DORA, HANNA, PAUL, MINA, NOAH, ADA, RUTH, SYSTEM])
@pytest.mark.parametrize("returned", [0, 2])
@pytest.mark.parametrize("restricted", [False, True])
def test_the_acts_of_somebody_are_those_that_only_the_moment_refuses(who, returned, restricted):
    case = routed(a_letter())
    case.ticket.restricted = restricted
    wishes = [a_wish(ProposalKind.RETURN, ProposalOutcome.AGREED) for _ in range(returned)]
    case.proposals += [*wishes, a_wish(ProposalKind.UNRESTRICT)]

    refused_now = {act: rights.refusal_of(act, case, who) for act in ACTS}

    assert rights.theirs(case, who) == {
        act for act, no in refused_now.items() if no is None or no.code not in ("not_yours", "not_found")
    }


def a_wish(kind, outcome=None):
    return Proposal(ticket_id=1, round_no=1, kind=kind, reason="", asked_at=datetime.now(UTC), outcome=outcome)


def test_a_case_that_is_shown_tells_people_apart():
    case = routed(a_letter())
    case.parts_known = {}

    assert [rights.parts(case, KAI), rights.parts(case, HANNA), rights.parts(case, KAI)] == [
        {Part.CLERK},
        {Part.OFFICER, Part.HEAD},
        {Part.CLERK},
    ]
    assert rights.parts(case, DELIA, not_for=DORA.person_id) == {Part.OFFICER, Part.HEAD}
    assert rights.stands_for(case, DELIA, Part.HEAD) == HANNA.person_id
    assert rights.stands_for(case, DELIA, Part.OFFICER) is None
    assert rights.stands_for(case, DELIA, Part.HEAD, not_for=HANNA.person_id) is None
    assert rights.stands_for(case, HANNA, Part.HEAD) is None
    assert rights.stands_for(restricted(a_letter()), DELIA, Part.HEAD) is None


def test_a_deputy_of_somebody_complained_about_is_kept_out():
    case = a_ticket(Status.CLOSED, closed_off=True)
    protect.name_party(case, person_id=VERA.person_id, by=RUTH, now=then(case))
    case.ticket.restricted = False

    assert rights.is_kept_out(case, VERN)
    assert rights.is_kept_out(case, HARRY)
    assert not rights.is_kept_out(case, DORA)
    assert not rights.is_kept_out(case, NOAH)


def test_a_head_named_as_handler_is_an_officer_too():
    case = restricted(a_letter())

    assert rights.parts(case, HANNA) == {Part.HEAD, Part.OFFICER}
    assert rights.parts(case, PAUL) == {Part.CO_OFFICER}
    assert rights.parts(case, RUTH) == {Part.DESK, Part.CLERK, Part.MANAGER}
    assert rights.parts(case, LIN) == frozenset()


def test_an_approver_comes_in_with_a_version_that_needs_one():
    assert rights.parts(a_ticket(Status.IN_REVIEW), VERA) == frozenset()
    assert rights.parts(a_ticket(Status.IN_REVIEW, needs_approver=True), VERA) == {Part.APPROVER}


def test_translators_see_what_they_are_asked_for():
    assert rights.parts(routed(a_letter(language="ja")), FANG) == {Part.TRANSLATOR}
    assert not rights.may_see(routed(a_letter()), FANG)


@pytest.mark.parametrize("identity", Identity)
def test_who_may_know_the_writer(identity):
    case = co_handled(routed(a_letter(identity=identity)))

    assert rights.may_see_identity(case, DORA) == (identity != Identity.HIDDEN)
    assert rights.may_see_identity(case, HANNA) == (identity != Identity.HIDDEN)
    assert all(rights.may_see_identity(case, who) for who in (KAI, carl(case), SYSTEM))
    assert not any(rights.may_see_identity(case, who) for who in (PAUL, MINA, LIN, ADA))


def test_who_works_in_an_office_does_so_in_their_own_right():
    assert rights.works_in(DORA, ROADS)
    assert rights.works_in(HANNA, ROADS)
    assert not rights.works_in(DORA, PARKS)
    assert not rights.works_in(somebody("D", (RoleName.HEAD, ROADS, 1)), ROADS)
    assert not rights.works_in(somebody("A", (RoleName.AUDITOR, ROADS)), ROADS)


def test_who_speaks_for_a_co_handling_office():
    case, closed_off = co_handled(routed(a_letter())), a_ticket(Status.IN_PROGRESS, closed_off=True)
    together.ask_contribution(closed_off, PARKS, "Whose?", by=DORA, now=then(closed_off))

    assert rights.contributes_for(case, PAUL, PARKS)
    assert not rights.contributes_for(case, DORA, PARKS)
    assert not rights.contributes_for(case, DORA, ROADS)
    assert not rights.contributes_for(case, KAI, PARKS)
    assert rights.contributes_for(closed_off, PAUL, PARKS)
    assert not rights.contributes_for(closed_off, DORA, PARKS)


def test_two_agreed_returns_are_counted_in_the_round():
    case = returned_once(a_letter())
    assert case.agreed_returns == 1
    case.proposals[0].round_no = 0
    assert case.agreed_returns == 0


def test_why_an_act_is_refused_is_said_in_this_order():
    case = routed(a_letter())

    assert rights.refusal_of(Act.RATE, case, KAI).code == "not_yours"
    assert rights.refusal_of(Act.DECIDE_DECLINE, case, KAI, proposed_by=KAI.person_id).code == "two_people"
    refusal = rights.refusal_of(Act.RATE, case, carl(case))
    assert (refusal.code, refusal.facts) == ("not_now", {"status": Status.ASSIGNED})
    assert rights.refusal_of(Act.NAME_PARTY, case, RUTH).code == "not_restricted"
    assert rights.refusal_of(Act.SIGN_FOR, case, DORA) is None
    assert not rights.may(Act.SIGN_FOR, case, KAI)


def test_the_way_a_pending_return_refuses_what_signs_on_the_way():
    case = routed(a_letter())
    route.propose_return(case, "Not ours", by=DORA, now=then(case))

    assert rights.refusal_of(Act.WAIVE, case, DORA).code == "pending.return"
    with refused("pending.return", case):
        handle.propose_extension(case, "A part", by=DORA, now=then(case))


@pytest.mark.parametrize(
    "code", ["pending.publish", "pending.unrestrict", "pending.review", "pending.erase", "pending.reopen"]
)
def test_every_pending_proposal_stops_the_closing(code):
    case = a_ticket(Status.ANSWERED)
    kind = code.removeprefix("pending.")
    case.proposals.append(Proposal(ticket_id=1, round_no=1, kind=kind, reason="", asked_at=then(case)))

    with refused(code, case):
        rights.require(Act.CLOSE, case, SYSTEM)


def test_the_service_itself_is_no_person():
    assert Actor(ActorKind.SYSTEM).person_id is None
    assert ROLF.departments(RoleName.RESTRICTED_DESK)
    assert HANNA.departments() == {ROADS}
    assert HANNA.departments(RoleName.OFFICER) == frozenset()


@pytest.mark.parametrize("who", [KAI, DORA, HANNA, PAUL, MINA, NOAH, ADA, SYSTEM])
def test_a_case_that_is_shown_knows_the_same_parts_asked_once_or_twice(who):
    case, shown = routed(a_letter()), routed(a_letter())
    shown.parts_known = {}

    asked = [rights.parts(shown, who), rights.parts(shown, who)]

    assert asked == [rights.parts(case, who)] * 2
    assert shown.parts_known == {None: (who, asked[0])}


def test_a_case_that_is_shown_tells_a_deputys_parts_apart():
    case = routed(a_letter())
    case.parts_known = {}

    assert rights.parts(case, DELIA) == {Part.OFFICER, Part.HEAD}
    assert rights.parts(case, DELIA, not_for=HANNA.person_id) == {Part.OFFICER}
