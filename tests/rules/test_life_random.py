"""Whatever anybody does in whatever order, these things hold (random walks through the life)."""

# mypy: no-check-untyped-defs
from __future__ import annotations

import random
from datetime import timedelta

import pytest

from mailbox_service.base.refusals import Refused
from mailbox_service.tickets import rights
from mailbox_service.tickets.actor import SYSTEM
from mailbox_service.tickets.acts import ENDED, MAY_FOLLOW, OPEN
from mailbox_service.tickets.life import overdue
from mailbox_service.tickets.tables.words import Kind, ReplyState, Share, Status
from tests.acts import DOINGS
from tests.cases import state_of
from tests.cast import STAFF, a_ticket, carl

WALKS, STEPS = 50, 40
MOVES_THE_DATE = {"decide_extension", "answer", "end_silence", "route", "decide_reopening", "decide_review", "withdraw"}
GAPS = [timedelta(minutes=7), timedelta(hours=5), timedelta(days=1), timedelta(days=3)]


ENDERS = {"withdraw", "mark_spam", "merge", "decide_decline", "decide_transfer", "restrict", "recuse"}


def chosen(case, rng, ends):
    """An act and somebody for it: mostly one that goes, so that letters get on, and seldom one that ends them."""
    crowd = (*STAFF, carl(case), SYSTEM)
    for _ in range(12):
        doing, who = rng.choice(DOINGS), rng.choice(crowd)
        able = [one for one in crowd if rights.may(doing.act, case, one)]
        if (able or rng.random() < 0.1) and (doing.name not in ENDERS or rng.random() < ends):
            return doing, rng.choice(able) if able and rng.random() < 0.85 else who
    return doing, who


def one_step(case, rng, now, ends=0.15):
    """Somebody tries something. Answers the letter as it was, and what was done, if it was."""
    doing, who = chosen(case, rng, ends)
    before, refused = state_of(case), False
    try:
        doing.do(case, by=who, now=now)
    except Refused:
        refused = True
    assert not refused or state_of(case) == before, f"{doing.name} was refused and changed the letter"
    return before, None if refused else doing


def check(case, before, doing):
    after = state_of(case)
    seen, events = len(before["events"]), after["events"]
    assert events[:seen] == before["events"], "history only grows"
    assert len([a for a in case.assignments if a.share == Share.LEAD and a.ended_at is None]) <= 1
    for event in case.events[seen:]:
        start, end = Status(event.status_before), Status(event.status_after)
        assert start == end or end in MAY_FOLLOW[start]
    for proposal in case.proposals:
        assert proposal.decided_by is None or proposal.decided_by != proposal.asked_by
    authors = {reply.id: reply.author_id for reply in case.replies}
    assert all(a.person_id != authors[a.reply_id] for a in case.approvals if a.passed)
    translators = [(t.translator_id, authors[t.reply_id]) for t in case.translations if t.reply_id]
    assert all(translator != author for translator, author in translators)
    if case.ticket.status in {Status.ANSWERED, Status.CLOSED}:
        assert any(r.state == ReplyState.SENT and r.round_no == case.ticket.round_no for r in case.replies)
    for old, new in zip(before["rounds"], after["rounds"], strict=False):
        assert old["ended_at"] is None or old == new, "an ended round never changes"
    check_dates(case, before, after, doing)
    check_sight(case)


def check_dates(case, before, after, doing):
    assert case.ticket.due_on == case.round.due_on
    if doing is None or len(before["rounds"]) != len(after["rounds"]):
        return
    if before["rounds"][-1]["due_on"] != after["rounds"][-1]["due_on"]:
        assert doing.name in MOVES_THE_DATE, f"{doing.name} moved the citizen's date"
    running = case.ticket.status in OPEN | {Status.MERGED, Status.SPAM}
    assert (case.round.ended_at is None) == running
    assert (case.round.paused_on is not None) == (case.ticket.status == Status.AWAITING_CITIZEN)
    if case.ticket.status in ENDED - {Status.MERGED, Status.SPAM}:
        assert all(a.ended_at is not None for a in case.assignments)


def check_sight(case):
    if not case.ticket.restricted:
        return
    named = {h.person_id for h in case.handlers if h.ended_at is None}
    for who in STAFF:
        if rights.may_see(case, who):
            assert who.person_id in named or who.has(rights.desk_role(case))
            assert not rights.is_kept_out(case, who)


def a_start(rng):
    """A letter somewhere in its life."""
    return a_ticket(
        rng.choice([Status.RECEIVED, Status.RECEIVED, Status.IN_PROGRESS, Status.IN_REVIEW, Status.ANSWERED]),
        kind=rng.choice([Kind.ENQUIRY, Kind.HELP, Kind.COMPLAINT]),
        language=rng.choice(["zh", "zh", "ja", "en"]),
        closed_off=rng.random() < 0.25,
        co=rng.random() < 0.5,
        needs_approver=rng.random() < 0.3,
    )


@pytest.mark.parametrize("seed", range(WALKS))
def test_a_random_walk_through_the_life(seed):
    rng = random.Random(seed)
    case = a_start(rng)
    now = case.events[-1].at

    for _ in range(STEPS):
        now += rng.choice(GAPS[: rng.choice([1, 2, 4])])
        before, doing = one_step(case, rng, now)
        check(case, before, doing)
        if rng.random() < 0.1:
            before = state_of(case)
            overdue.sweep(case, now=now)
            assert len(case.events) >= len(before["events"])


def test_the_walks_reach_every_status():
    seen, seed = set(), 0
    while seen != set(Status) and seed < 10 * WALKS:
        rng, seed = random.Random(seed), seed + 1
        case = a_start(rng)
        for _ in range(STEPS):
            one_step(case, rng, case.events[-1].at + GAPS[0], ends=0.7)
            seen.add(case.ticket.status)

    assert seen == set(Status)
