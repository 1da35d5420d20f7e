"""The walk: every act, in every status, by everybody: done exactly as the domain's table says, or refused by name."""

# mypy: no-check-untyped-defs
from __future__ import annotations

from functools import cache

import pytest

from mailbox_service.base.refusals import Refused
from mailbox_service.tickets import rights
from mailbox_service.tickets.actor import SYSTEM
from mailbox_service.tickets.acts import SIGNS_FOR, Act
from mailbox_service.tickets.tables.words import Status
from tests import acts as the
from tests.acts import DOINGS, DOMAIN, statuses_of
from tests.cases import copied, state_of
from tests.cast import (
    DAN,
    DELIA,
    DORA,
    FANG,
    FENG,
    HANNA,
    KAI,
    KIM,
    LIN,
    LUO,
    MAX,
    MINA,
    NOW,
    PAUL,
    PETRA,
    ROLF,
    RUTH,
    STAFF,
    VERA,
    VERN,
    a_ticket,
    carl,
    clerk,
    reviewing,
    then,
)

SCENES = ("ordinary", "restricted", "review")
UNROUTED = {Status.RECEIVED, Status.SPAM, Status.MERGED}
CHECKED = {Status.IN_REVIEW, Status.ANSWERED, Status.CLOSED}
OF_A_REVIEW = {Status.ASSIGNED, Status.IN_PROGRESS, Status.AWAITING_CITIZEN, *CHECKED}
REPLIED = {Status.ANSWERED, Status.CLOSED}

# Acts without a row of their own in the domain's table: who does them, and from where.
BESIDES = {
    Act.STOP_MAIL: ("C", set(Status) - {Status.SPAM}, "same", False),
    Act.DISMISS_HANDLER: ("R", set(Status), "same", False),
    Act.SEND_BACK_CORRECTION: ("HAT", REPLIED, "same", False),
    Act.APPROVE_CORRECTION: ("HA", REPLIED, "same", True),
    Act.TRANSLATE_CORRECTION: ("T", REPLIED, "same", True),
}
OF_A_CHECK = {Act.SEND_BACK, Act.APPROVE, Act.TRANSLATE_REPLY, *BESIDES} - {Act.STOP_MAIL, Act.DISMISS_HANDLER}
# From the letter it was answered together with, which others handle.
PARTS = {Act.RESTRICT, Act.NAME_PARTY, Act.DECIDE_UNRESTRICT}


@cache
def ticket(scene, status, now=NOW):
    arrived = {"language": "ja", "now": now}
    if scene == "review":
        return reviewing(status, needs_approver=True, co=True, **arrived)
    if scene == "restricted":
        return a_ticket(status, closed_off=True, needs_approver=True, co=True, **arrived)
    return a_ticket(status, returned=True, co=True, recused=DAN, needs_approver=True, **arrived)


def letters(scene, status, who, act):
    """The letters of the domain's table that somebody bears here, told from the story in `tests.cast`."""
    if who is SYSTEM:
        return "S"
    if who not in STAFF:
        return "C"
    if scene == "restricted":
        named = {DORA: "O", HANNA: "OH", PAUL: "X", FANG: "T", VERA: "A", RUTH: "RKM", ROLF: "RKM"}
        return named.get(who, "M" if who in (MINA, MAX) and act is Act.DECIDE_UNRESTRICT else "")
    always = {KAI: "K", KIM: "K", MINA: "M", MAX: "M", RUTH: "R", ROLF: "R"}
    if who in always or status in UNROUTED:
        return always.get(who, "")
    if who in (VERA, VERN):
        return "A" if status in CHECKED or scene == "review" else ""
    lead = {LIN: "O", LUO: "OH"} if scene == "review" else {DORA: "O", HANNA: "OH", DELIA: "OH", PAUL: "X", PETRA: "X"}
    return (lead | {FANG: "T", FENG: "T"}).get(who, "")


def sees(scene, status, who, borne):
    if scene == "review" and who in (DORA, DAN, HANNA, DELIA, PAUL, PETRA):
        return True  # they had it to the end of the first round
    blind = "R" if scene != "restricted" else "M" if who in (MINA, MAX) else ""  # they decide without seeing
    return bool(set(borne) - set(blind))


def law(doing):
    """(letters, statuses, end, by another) of the act."""
    if doing.act in BESIDES:
        return BESIDES[doing.act]
    row = DOMAIN[doing.name]
    on = statuses_of(doing.name)
    if doing.act is Act.REVOKE_PUBLICATION:
        on = set(Status) - {Status.SPAM}  # consent may always be taken back
    signs = {Status.ASSIGNED} if doing.act in SIGNS_FOR else set()
    return row["by"], on | signs, doing.to or row["to"], row.get("other", False)


def proposer(doing, scene, case):
    if doing.before in (the.decline_proposed, the.transfer_proposed, the.publication_proposed, the.lifting_proposed):
        return clerk(case)
    if doing.before in (the.return_proposed, the.extension_proposed) or doing.act in OF_A_CHECK:
        return LIN if scene == "review" and case.ticket.status == Status.IN_REVIEW else DORA
    return None


def prepared(doing, scene, status, now=NOW):
    """The letter made ready for the act, and whether it could be."""
    case = copied(ticket(scene, status, now))
    _, on, _, _ = law(doing)
    if doing.act is Act.REVOKE_PUBLICATION and status not in REPLIED:
        return case, False
    try:
        if status in on:
            doing.before(case)
    except Refused:
        return copied(ticket(scene, status, now)), False
    return case, status in on


def in_the_way(doing, scene, case, borne):
    """What the story itself refuses, though the table lets the act pass."""
    status, act = case.ticket.status, doing.act
    if act in the.OF_RESTRICTED and scene != "restricted":
        return "not_restricted"
    return {
        (Act.NAME_CO_HANDLING, Status.RECEIVED): "route.no_lead",
        (Act.HAND_OVER, Status.RECEIVED): "handover.other_office",
        (Act.TRANSLATE_LETTER, Status.RECEIVED): "translation.none",
    }.get((act, status)) or {
        ("review", Act.HAND_OVER): "handover.other_office",
        ("review", Act.ROUTE): "route.same_office",
        ("review", Act.ASK_REVIEW): "review.once",
        ("restricted", Act.PROPOSE_PUBLICATION): "publication.restricted",
        ("restricted", Act.RESTRICT): "restricted.already",
    }.get((scene, act))


def expected(doing, scene, case, who, ready):
    """None when the act is to pass, else the codes of which one is to refuse it."""
    status = case.ticket.status
    by, on, _, other = law(doing)
    borne = letters(scene, status, who, doing.act)
    if who in (MINA, MAX) and scene == "restricted" and not ready:
        borne = ""  # nobody has asked them
    if not set(borne) & set(by):
        return {"not_yours"} if sees(scene, status, who, borne) else {"not_found"}
    if doing.act is Act.DECIDE_RETURN and "K" not in borne:
        return {"not_yours"}  # a manager names the office after two agreed returns
    if status not in on:
        return {"not_now", "reply.none", "not_restricted"}
    if other and ready and who is proposer(doing, scene, case):
        return {"two_people"}
    if code := in_the_way(doing, scene, case, borne):
        return {code}
    if not ready and doing.act is Act.REVOKE_PUBLICATION:
        return None if borne == "C" else {"publication.none"}
    if not ready:
        return {"proposal.none", "contribution.none", "reply.none"}
    if doing.by and not set(doing.by) & set(borne):
        return {"reply.other_step"}
    return None


def wrong(doing, scene, base, before, who, ready):
    """What somebody does or is refused otherwise than expected."""
    codes = expected(doing, scene, base, who, ready)
    case = base if codes else copied(base)
    try:
        doing.do(case, by=who, now=then(case) + doing.wait)
    except Refused as refused:
        return "" if refused.code in (codes or ()) else f"refused: {refused.code}, expected {codes}"
    if codes:
        return f"passed, expected {codes}"
    _, _, to, _ = law(doing)
    if doing.act in PARTS and base.ticket.status == Status.MERGED and case.guarded != base.guarded:
        to = Status.RECEIVED
    start = (
        Status.IN_PROGRESS if doing.act in SIGNS_FOR and base.ticket.status == Status.ASSIGNED else base.ticket.status
    )
    if case.ticket.status != (start if to == "same" else to):
        return f"went to {case.ticket.status}"
    return "" if len(case.events) > len(base.events) or not doing.is_event else "left no event"


@pytest.mark.parametrize("scene", SCENES)
@pytest.mark.parametrize("doing", DOINGS, ids=lambda doing: doing.name)
def test_everybody_may_do_what_the_domain_says_and_nothing_else(doing, scene):
    found = []
    for status in Status:
        if scene == "review" and (status not in OF_A_REVIEW or doing.before is not the.nothing):
            continue
        if doing.act in OF_A_CHECK and (doing.act in BESIDES) == (status not in REPLIED):
            continue  # the same verb is another act there
        base, ready = prepared(doing, scene, status)
        before = state_of(base)
        for who in (*STAFF, carl(base), carl(ticket("ordinary", Status.RECEIVED)), SYSTEM):
            stranger = who not in STAFF and who is not SYSTEM and who.ticket_id != base.ticket.id
            if stranger:
                with pytest.raises(Refused, match="not_found"):
                    doing.do(base, by=who, now=then(base) + doing.wait)
            elif why := wrong(doing, scene, base, before, who, ready):
                found.append(f"{status} {who.name or who.kind}: {why}")
        assert state_of(base) == before, f"a refusal changed the letter in {status}"

    assert found == []


@pytest.mark.parametrize("scene", SCENES)
@pytest.mark.parametrize("status", Status)
def test_everybody_sees_what_the_story_lets_them_see(scene, status):
    if scene == "review" and status not in OF_A_REVIEW:
        return
    case = ticket(scene, status)

    seen = {who.name for who in STAFF if rights.may_see(case, who)}

    assert seen == {who.name for who in STAFF if sees(scene, status, who, letters(scene, status, who, Act.NOTE))}
