"""An office that is merged into another leaves it its letters: as lead, as co-handling office, as translator."""

from __future__ import annotations

import pytest

from mailbox_service.tickets.actor import SYSTEM
from mailbox_service.tickets.case import Case
from mailbox_service.tickets.life import succeed, together
from mailbox_service.tickets.tables.words import AssignmentEnd, Share, Status
from tests.cases import refused, state_of
from tests.cast import (
    DORA,
    FOREIGN,
    HARBOUR,
    LIBRARY,
    PARKS,
    ROADS,
    a_letter,
    a_ticket,
    co_handled,
    routed,
    signed,
    then,
)


def follow(case: Case, former: int = ROADS, into: int = LIBRARY) -> Case:
    succeed.follow_office(case, former, into, by=SYSTEM, now=then(case))
    return case


def parts(case: Case) -> list[tuple[int, Share, AssignmentEnd | None]]:
    return [(one.department_id, one.share, one.end) for one in case.assignments]


def test_the_lead_goes_over_with_its_clock():
    case = a_ticket(Status.IN_PROGRESS)
    due = case.lead.due_on if case.lead else None

    follow(case)

    assert case.lead
    assert (case.lead.department_id, case.lead.due_on, case.lead.person_id) == (LIBRARY, due, DORA.person_id)
    assert case.ticket.lead_department_id == case.round.lead_department_id == LIBRARY
    assert case.events[-1].facts["leads"] is True


def test_a_letter_that_another_office_leads_keeps_its_lead():
    case = routed(a_letter(), PARKS)

    follow(case)

    assert parts(case) == [(PARKS, Share.LEAD, None)]
    assert case.events[-1].facts["leads"] is False


def test_a_letter_without_a_lead_has_none_afterwards():
    assert follow(a_letter()).lead is None


def test_a_letter_that_has_ended_stays_where_it_ended():
    case = a_ticket(Status.CLOSED)
    before = parts(case)

    follow(case)

    assert parts(case) == before


def test_a_successor_that_had_a_part_leads_with_the_formers_clock():
    case = a_ticket(Status.IN_PROGRESS, co=True)
    due = case.lead.due_on if case.lead else None

    follow(case, into=PARKS)

    assert case.lead
    assert (case.lead.department_id, case.lead.due_on) == (PARKS, due)
    assert sorted(parts(case), key=str) == sorted(
        [
            (ROADS, Share.LEAD, AssignmentEnd.REROUTED),
            (PARKS, Share.CO, AssignmentEnd.REROUTED),
            (PARKS, Share.LEAD, None),
        ],
        key=str,
    )


def test_what_an_office_did_beside_the_lead_goes_over():
    case = co_handled(routed(a_letter()))

    follow(case, PARKS, LIBRARY)

    assert parts(case) == [(ROADS, Share.LEAD, None), (LIBRARY, Share.CO, None)]


def test_what_an_office_did_beside_its_successor_ends():
    case = co_handled(routed(a_letter()))

    follow(case, PARKS, ROADS)

    assert parts(case) == [(ROADS, Share.LEAD, None), (PARKS, Share.CO, AssignmentEnd.REROUTED)]


@pytest.fixture
def asked() -> Case:
    """Roads leads, and asks Parks and the Library."""
    case = signed(routed(a_letter()))
    for office in (PARKS, LIBRARY):
        together.ask_contribution(case, office, "Whose lamp is it?", by=DORA, now=then(case))
    return case


def test_what_is_owed_goes_over(asked):
    follow(asked, PARKS, HARBOUR)

    assert [(one.department_id, one.waived_at) for one in asked.contributions] == [(HARBOUR, None), (LIBRARY, None)]


def test_nobody_answers_their_own_question(asked):
    follow(asked, PARKS, ROADS)

    assert [one.department_id for one in asked.contributions] == [ROADS, LIBRARY]
    assert [one.waived_at is None for one in asked.contributions] == [False, True]


def test_an_office_that_was_asked_and_leads_now_waives_it(asked):
    follow(asked, ROADS, PARKS)

    assert [one.waived_at is None for one in asked.contributions] == [False, True]


def test_translations_that_are_not_done_go_over():
    case = routed(a_letter(language="en"))
    done, stale = (type(case.translations[0])(**case.translations[0].model_dump(exclude={"id"})) for _ in range(2))
    done.done_at, stale.stale = then(case), True
    case.translations += [done, stale]

    follow(case, FOREIGN, LIBRARY)

    assert [text.department_id for text in case.translations] == [LIBRARY, FOREIGN, FOREIGN]


def test_a_complaint_about_the_successor_stays_where_it_is():
    case = a_ticket(Status.IN_PROGRESS, closed_off=True)
    before = state_of(case)

    follow(case, ROADS, HARBOUR)

    assert state_of(case) == before


def test_only_the_service_itself_lets_an_office_follow():
    with refused("not_yours"):
        succeed.follow_office(case := a_ticket(Status.IN_PROGRESS), ROADS, LIBRARY, by=DORA, now=then(case))
