"""Whatever anybody does in whatever order, these things hold (walks through the life by chance)."""

# mypy: no-check-untyped-defs
from __future__ import annotations

from datetime import timedelta
from random import Random

from mailbox_service.base.refusals import Refused
from mailbox_service.tickets import rights
from mailbox_service.tickets.actor import SYSTEM
from mailbox_service.tickets.acts import ACTS, ENDED, MAY_FOLLOW, OPEN
from mailbox_service.tickets.life import overdue
from mailbox_service.tickets.tables.words import Kind, ReplyState, RoundReason, Share, Status
from tests.acts import DOINGS
from tests.cases import state_of
from tests.cast import STAFF, a_ticket, carl

# Bounded, and the same walks in every run, whatever else is loaded: a failure here is a failure anywhere. (What
# hypothesis draws depends on the numbers that stand in the modules loaded before, even when it is derandomized.)
WALKS, STEPS = 250, 30
MOVES_THE_DATE = {"decide_extension", "answer", "end_silence", "route", "decide_reopening", "decide_review", "withdraw"}
ONWARD = {"route", "sign_for", "ask", "answer", "submit_reply", "approve", "translate_letter", "translate_reply",
          "rate", "ask_reopening", "ask_review", "merge", "propose_decline", "propose_transfer", "restore",
          "unmerge"}  # fmt: skip
HOWS = ["may", "may", "may", "may", "anybody", "clock"]
GAPS = [timedelta(minutes=7), timedelta(minutes=7), timedelta(hours=5), timedelta(days=1), timedelta(days=3)]
STARTS = [Status.RECEIVED, Status.RECEIVED, Status.IN_PROGRESS, Status.IN_REVIEW, Status.ANSWERED]


def weight(doing, waiting):
    """What brings a letter on is tried often; decided is what somebody waits for."""
    if doing.name.startswith("decide_"):
        return 6 if waiting else 0
    return 6 if doing.name in ONWARD else 1


WEIGHED = {
    (status, waiting): [d for d in DOINGS if status in ACTS[d.act].on for _ in range(weight(d, waiting))]
    for status in Status
    for waiting in (False, True)
}
LETTER = {
    "status": STARTS,
    "kind": [Kind.ENQUIRY, Kind.HELP, Kind.COMPLAINT],
    "language": ["zh", "zh", "ja", "en"],
    "closed_off": [False, False, False, True],
    "co": [False, True],
    "needs_approver": [False, True],
}
PLACES = range(1000)


class Walk:
    """A letter, and everybody who may or may not do something with it."""

    def __init__(self, **facts):
        self.case = a_ticket(**facts)
        self.now = self.case.events[-1].at
        self.come_to = []

    def takes(self, step):
        """Somebody does what they may; or anybody tries anything; or the clock strikes."""
        how, act, who, gap = step
        crowd = (*STAFF, carl(self.case), SYSTEM)
        self.now += gap
        if how == "clock":
            before = state_of(self.case)
            overdue.sweep(self.case, now=self.now)
            check(self.case, before, None)
        elif how == "anybody":
            self.tries(DOINGS[act % len(DOINGS)], crowd[who % len(crowd)])
        else:
            acts = self.likely()
            start = act % len(acts)
            for doing in dict.fromkeys(acts[start:] + acts[:start]):
                able = [one for one in crowd if rights.may(doing.act, self.case, one)]
                if able and self.tries(doing, able[who % len(able)]):
                    break

    def likely(self):
        waiting = any(proposal.outcome is None for proposal in self.case.proposals)
        return WEIGHED[self.case.ticket.status, waiting]

    def tries(self, doing, by):
        """Whether it was done. A refusal leaves the letter as it was."""
        case, before, done = self.case, state_of(self.case), doing
        try:
            doing.do(case, by=by, now=self.now)
        except Refused:
            assert state_of(case) == before, f"{doing.name} was refused and changed the letter"
            done = None
        check(case, before, done)
        if case.ticket.status != before["ticket"]["status"]:
            self.come_to.append(case.ticket.status)
        self.come_to += [r.reason for r in case.rounds[len(before["rounds"]) :]]
        return done is not None


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


def test_whatever_anybody_does_in_whatever_order():
    come_to = set()

    for nth in range(WALKS):
        come_to.update(walked(nth))

    assert {*Status, RoundReason.REOPENING, RoundReason.REVIEW} - come_to == set(), "nobody walks that far any more"


def walked(nth):
    """What the letter of the nth walk comes to; a failure says which walk it was."""
    draw = Random(nth)
    walk = Walk(**{fact: draw.choice(choices) for fact, choices in LETTER.items()})
    try:
        for _ in range(STEPS):
            walk.takes((draw.choice(HOWS), draw.choice(PLACES), draw.choice(PLACES), draw.choice(GAPS)))
    except AssertionError as failed:
        failed.add_note(f"walk {nth}")
        raise
    return walk.come_to
