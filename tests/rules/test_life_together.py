"""Co-handling offices say their part."""

# mypy: no-check-untyped-defs
from __future__ import annotations

from datetime import date, timedelta

from mailbox_service.tickets.life import after, route, together
from mailbox_service.tickets.tables.words import (
    Status,
)
from tests.cases import last, refused
from tests.cast import (
    DORA,
    HANNA,
    HARBOUR,
    KAI,
    KIM,
    LIBRARY,
    LIN,
    MINA,
    NOW,
    PARKS,
    PAUL,
    ROADS,
    a_letter,
    a_ticket,
    carl,
    restricted,
    routed,
    signed,
    submitted,
    then,
)


def test_a_contribution_is_due_before_the_lead_and_never_today():
    case, late = a_ticket(Status.IN_PROGRESS), a_ticket(Status.IN_PROGRESS)

    together.ask_contribution(case, PARKS, " Whose tree? ", by=DORA, now=then(case))
    together.ask_contribution(late, PARKS, "Whose?", by=DORA, now=NOW + timedelta(days=3))

    assert case.contributions[0].question == "Whose tree?"
    assert case.contributions[0].due_on == date(2026, 3, 5)
    assert late.contributions[0].due_on == date(2026, 3, 6)
    assert (case.contributions[0].asked_at, case.contributions[0].round_no) == (last(case).at, 1)
    assert (last(case).act, last(case).department_id) == ("ask_contribution", PARKS)
    assert case.co_handling[0].department_id == PARKS


def test_what_an_office_may_be_asked():
    case = restricted(a_letter())
    signed(routed(case))

    with refused("contribution.no_question", case):
        together.ask_contribution(case, PARKS, " ", by=DORA, now=then(case))
    with refused("contribution.lead", case):
        together.ask_contribution(case, ROADS, "Whose?", by=DORA, now=then(case))
    with refused("route.complained_about", case):
        together.ask_contribution(case, HARBOUR, "Whose?", by=DORA, now=then(case))
    together.ask_contribution(case, PARKS, "Whose?", by=DORA, now=then(case))
    with refused("contribution.waiting", case):
        together.ask_contribution(case, PARKS, "Whose?", by=DORA, now=then(case))


def test_the_reply_waits_for_what_is_owed():
    case = a_ticket(Status.IN_PROGRESS)
    together.ask_contribution(case, PARKS, "Whose?", by=DORA, now=then(case))
    together.ask_contribution(case, LIBRARY, "Whose?", by=DORA, now=then(case))
    parks, library = case.contributions

    with refused("contribution.open", case):
        submitted(case)
    with refused("not_yours", case):
        together.contribute(case, library.id, "Ours", by=PAUL, now=then(case))
    with refused("contribution.empty", case):
        together.contribute(case, parks.id, " ", by=PAUL, now=then(case))
    together.contribute(case, parks.id, " Ours ", by=PAUL, now=then(case))
    assert (parks.text, parks.given_by, parks.given_at) == ("Ours", PAUL.person_id, last(case).at)
    assert (last(case).act, last(case).department_id) == ("contribute", PARKS)
    with refused("contribution.none", case):
        together.contribute(case, parks.id, "Ours", by=PAUL, now=then(case))
    with refused("reason.missing", case):
        together.waive(case, library.id, " ", by=DORA, now=then(case))
    together.waive(case, library.id, " We know ", by=DORA, now=then(case))
    assert (library.waiver, library.waived_by, library.waived_at) == ("We know", DORA.person_id, last(case).at)
    assert (last(case).act, last(case).department_id) == ("waive", LIBRARY)
    assert submitted(case).ticket.status == Status.IN_REVIEW


def test_what_was_owed_in_an_ended_round_is_owed_no_more():
    case = routed(a_letter())
    route.name_co_handling(case, {PARKS: "Whose?"}, by=KAI, now=then(case))
    route.propose_decline(case, "No", "Court", by=KAI, now=then(case))
    route.decide_decline(case, True, by=KIM, now=then(case))
    after.ask_review(case, "Wrong", by=carl(case), now=then(case))
    after.decide_review(case, LIBRARY, by=MINA, now=then(case))
    signed(case, LIN)

    with refused("contribution.none", case):
        together.waive(case, case.contributions[0].id, "Old", by=LIN, now=then(case))
    together.ask_contribution(case, PARKS, "Whose?", by=LIN, now=then(case))

    assert len(case.contributions) == 2


def test_a_named_handler_contributes_to_a_restricted_letter():
    case = a_ticket(Status.IN_PROGRESS, closed_off=True)
    together.ask_contribution(case, PARKS, "Whose?", by=HANNA, now=then(case))

    together.contribute(case, case.contributions[0].id, "Ours", by=PAUL, now=then(case))

    assert not case.contributions[0].is_open
