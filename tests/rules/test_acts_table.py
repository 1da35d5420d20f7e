"""The table of acts in the code is the domain's."""

# mypy: no-check-untyped-defs
from __future__ import annotations

import pytest

from mailbox_service.tickets.acts import ACTS, CONTRADICTS, ENDED, MAY_FOLLOW, OPEN, SIGNS_FOR, Act
from mailbox_service.tickets.tables.words import ProposalKind, Status
from tests.acts import DOMAIN, statuses_of

# What the code has besides, each for a reason.
THE_SERVICES_OWN = {
    Act.REMIND: "lateness is the clocks' section of the domain",
    Act.MARK_LATE: "as above",
    Act.TELL_LATE: "as above",
    Act.FOLLOW_OFFICE: "an office was merged into another, and its letters follow",
    Act.RECALENDAR: "the clocks' section: an imported calendar moves dates, and an event says it",
    Act.ANSWER_MERGED: "a merged letter is answered when its lead is",
}
OF_ONE_ROW = {
    Act.SEND_BACK_CORRECTION: ("HAT", "a correction takes the same steps as the reply"),
    Act.APPROVE_CORRECTION: ("HA", "as above"),
    Act.TRANSLATE_CORRECTION: ("T", "as above"),
    Act.DISMISS_HANDLER: ("R", "who names handlers ends their naming"),
    Act.STOP_MAIL: ("C", "the notices' section: I did not write this"),
}
WIDER = {Act.REVOKE_PUBLICATION: "consent may be taken back whatever has become of the letter"}


def test_every_act_of_the_domain_is_there_and_no_other():
    assert set(ACTS) == set(Act)
    assert {act.value for act in ACTS} - THE_SERVICES_OWN.keys() - OF_ONE_ROW.keys() == set(DOMAIN)


@pytest.mark.parametrize("name", DOMAIN)
def test_an_act_is_done_by_whom_and_when_the_domain_says(name):
    rule = ACTS[Act(name)]

    assert {part.value for part in rule.by} == set(DOMAIN[name]["by"])
    if Act(name) not in WIDER:
        assert set(rule.on) == statuses_of(name)
    assert set(rule.on) >= statuses_of(name)


def test_acts_the_domain_has_no_row_for_are_done_by_their_own():
    for act, (by, _) in OF_ONE_ROW.items():
        assert {part.value for part in ACTS[act].by} == set(by)
    for act in THE_SERVICES_OWN:
        assert {part.value for part in ACTS[act].by} == {"S"}


def test_corrections_go_their_way_while_the_reply_stands():
    for act in (Act.SEND_BACK_CORRECTION, Act.APPROVE_CORRECTION, Act.TRANSLATE_CORRECTION):
        assert ACTS[act].on == {Status.ANSWERED, Status.CLOSED}


def test_a_status_is_open_or_ended():
    assert set(Status) == OPEN | ENDED
    assert not OPEN & ENDED


def test_each_step_of_an_act_is_one_a_status_may_take():
    for name, row in DOMAIN.items():
        if row["to"] != "same":
            steps = {s for s in statuses_of(name) if row["to"] not in {s.value, *MAY_FOLLOW[s]}}
            # A reply is handed in and sent through its review, even when that is over at once.
            assert steps == set(), name


def test_every_step_that_may_be_taken_is_an_acts():
    ends = {(s, Status(row["to"])) for name, row in DOMAIN.items() if row["to"] != "same" for s in statuses_of(name)}
    ends |= {(Status.MERGED, Status.ANSWERED)}  # when its lead is

    assert {(s, to) for s, after in MAY_FOLLOW.items() for to in after} - ends == set()


def test_every_proposal_refuses_what_would_contradict_it():
    assert set(CONTRADICTS) == set(ProposalKind)


def test_the_first_other_act_of_an_officer_signs():
    assert all(Act.SIGN_FOR in ACTS or act for act in SIGNS_FOR)
    assert all(Status.ASSIGNED not in ACTS[act].on and Status.IN_PROGRESS in ACTS[act].on for act in SIGNS_FOR)
