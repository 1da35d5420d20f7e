"""The reply: handed in, checked step by step by others than its author, sent; and the correction of a sent one.

Steps in this order: head of the lead department; approver, if the policy or the ticket asks; translation,
if the answer is owed in another language. Whoever takes the last step sends it.
"""

from __future__ import annotations

from datetime import datetime

from mailbox_service.base.refusals import Refused
from mailbox_service.tickets import history, rights
from mailbox_service.tickets.actor import Actor
from mailbox_service.tickets.acts import OPEN, Act
from mailbox_service.tickets.case import Case
from mailbox_service.tickets.life import clock, handle, merge, take_step, together, translate, written
from mailbox_service.tickets.tables import Approval, Reply
from mailbox_service.tickets.tables.words import (
    Outcome,
    Part,
    ReplyState,
    ReviewOutcome,
    RoundReason,
    Status,
    Step,
)

PART_OF = {Step.HEAD: Part.HEAD, Step.APPROVER: Part.APPROVER, Step.TRANSLATION: Part.TRANSLATOR}


def submit_reply(
    case: Case,
    text: str,
    own_text: str = "",
    *,
    review_outcome: ReviewOutcome | None = None,
    by: Actor,
    now: datetime,
) -> None:
    """Hand the office's reply in, in the working language and, if the office masters it, in the citizen's too.

    Where neither approval nor translation is asked, it is sent at once.

    Raises:
        Refused: as `rights.require`; "reply.empty"; "contribution.open" while a co-handling office still
            owes one; "reply.not_mastered"; "translation.nobody"; in a review's round
            "review.no_outcome", and "review.involved" to whoever took part in an earlier round.
    """
    rights.require(Act.SUBMIT_REPLY, case, by)
    _may_be_handed_in(case, review_outcome, by)
    reply = _new_version(case, text, own_text, by=by, now=now)
    handle.sign_on_the_way(case, by=by, now=now)
    case.round.review_outcome = review_outcome if case.round.reason == RoundReason.REVIEW else None
    case.add(reply)
    take_step(
        case,
        Act.SUBMIT_REPLY,
        Status.IN_REVIEW,
        by=by,
        now=now,
        department_id=reply.department_id,
        version=reply.version,
    )
    _advance(case, reply, Act.SUBMIT_REPLY, by=by, now=now)
    clock.mirror(case)


def _may_be_handed_in(case: Case, review_outcome: ReviewOutcome | None, by: Actor) -> None:
    if owing := [c.department_id for c in together.owed(case)]:
        raise Refused("contribution.open", departments=owing)
    if case.round.reason != RoundReason.REVIEW:
        return
    if review_outcome is None:
        raise Refused("review.no_outcome")
    if by.person_id in case.persons_involved(before=case.ticket.round_no):
        raise Refused("review.involved")


def correct_reply(case: Case, text: str, own_text: str = "", *, by: Actor, now: datetime) -> None:
    """Hand in a corrected version of the reply the citizen has; it goes the same steps and stands beside the first.

    Raises:
        Refused: as `submit_reply`; "reply.none" when nothing was sent in this round; "correction.waiting".
    """
    rights.require(Act.CORRECT_REPLY, case, by)
    if case.sent is None or case.sent.round_no != case.ticket.round_no:
        raise Refused("reply.none")
    if case.submitted:
        raise Refused("correction.waiting")
    reply = _new_version(case, text, own_text, by=by, now=now)
    reply.corrects_id = case.sent.id
    case.add(reply)
    history.add(case, Act.CORRECT_REPLY, by=by, now=now, version=reply.version)
    _advance(case, reply, Act.CORRECT_REPLY, by=by, now=now)


def _new_version(case: Case, text: str, own_text: str, *, by: Actor, now: datetime) -> Reply:
    """The next version, with its text frozen and the steps it will need."""
    kept, own = written(text, "reply.empty"), own_text.strip()
    language, lead = case.ticket.language, case.lead
    masters = case.city.offices[lead.department_id].masters if lead else []
    if own and language not in masters:
        raise Refused("reply.not_mastered")
    if case.is_foreign and not own and case.city.translator_of(language) is None:
        raise Refused("translation.nobody")
    needs_head, needs_approver = case.approvals_needed
    return Reply(
        ticket_id=case.ticket.id,
        round_no=case.ticket.round_no,
        version=len(case.replies) + 1,
        text=kept,
        own_text=own,
        author_id=by.person_id or 0,
        department_id=lead.department_id if lead else None,
        needs_head=needs_head,
        needs_approver=needs_approver,
        submitted_at=now,
        text_hash=translate.text_hash(kept),
    )


def approve(case: Case, version: int, *, remark: str = "", by: Actor, now: datetime) -> None:
    """Let the version through one's own step; the last step sends it.

    Raises:
        Refused: as `rights.require`; "two_people" to its author, to the author's deputy as such, and to
            whoever let it through before; "reply.none"; "reply.newer" when this version is no longer the
            one being checked; "reply.other_step" when it waits for somebody else.
    """
    act = _act(case, Act.APPROVE, Act.APPROVE_CORRECTION)
    reply = _checking(case, act, by, version)
    step = _own_step(case, reply, by)
    if step is Step.TRANSLATION:
        raise Refused("reply.other_step")
    if _who(by.person_id, _deputy_of(case, reply, step, by)) & _let_through(case, reply):
        raise Refused("two_people")
    _record(case, reply, step, True, remark, by=by, now=now)
    _advance(case, reply, act, by=by, now=now, step=step)
    clock.mirror(case)


def _let_through(case: Case, reply: Reply) -> frozenset[int]:
    """Who let the version through before, or had their deputy do so."""
    passed = [_who(a.person_id, a.stands_for) for a in case.approvals if a.reply_id == reply.id and a.passed]
    return frozenset[int]().union(*passed)


def _who(*people: int | None) -> frozenset[int]:
    return frozenset(person for person in people if person is not None)


def send_back(case: Case, version: int, remark: str, *, by: Actor, now: datetime) -> None:
    """Give the version back to its office, with remarks: whoever it waits for, or at any step the head.

    Raises:
        Refused: as `rights.require`; "reply.none"; "reply.newer"; "reply.other_step"; "reason.missing".
    """
    act = _act(case, Act.SEND_BACK, Act.SEND_BACK_CORRECTION)
    reply = _checking(case, act, by, version, two_people=False)
    step = _own_step(case, reply, by, sending_back=True)
    deputy_of = _record(case, reply, step, False, written(remark, "reason.missing"), by=by, now=now)
    reply.state = ReplyState.SENT_BACK
    translate.make_stale(case, reply)
    if case.ticket.status == Status.IN_REVIEW:
        take_step(case, act, Status.IN_PROGRESS, by=by, now=now, step=step, version=version, stands_for=deputy_of)
        clock.mirror(case)
    else:
        history.add(case, act, by=by, now=now, step=step, version=version, stands_for=deputy_of)


def translate_reply(
    case: Case, version: int, text: str, language: str | None = None, *, by: Actor, now: datetime
) -> None:
    """Hand in the approved reply in the citizen's language (or a merged writer's); the last one sends it.

    Raises:
        Refused: as `rights.require`; "two_people" to the reply's author; "reply.none"; "reply.newer";
            "reply.other_step"; "translation.none"; "translation.empty"; "translation.stale".
    """
    act = _act(case, Act.TRANSLATE_REPLY, Act.TRANSLATE_CORRECTION)
    reply = _checking(case, act, by, version)
    if case.next_step(reply) is not Step.TRANSLATION:
        raise Refused("reply.other_step")
    translate.finish_reply(case, reply, language or case.languages_owed(reply)[0], text, by=by, now=now)
    _advance(case, reply, act, by=by, now=now, step=Step.TRANSLATION)
    clock.mirror(case)


def _act(case: Case, while_open: Act, of_a_correction: Act) -> Act:
    return while_open if case.ticket.status in OPEN else of_a_correction


def _checking(case: Case, act: Act, by: Actor, version: int, *, two_people: bool = True) -> Reply:
    reply = case.submitted
    rights.require(act, case, by, proposed_by=reply.author_id if reply and two_people else None)
    if reply is None:
        raise Refused("reply.none")
    if reply.version != version:
        raise Refused("reply.newer")
    return reply


def _own_step(case: Case, reply: Reply, by: Actor, *, sending_back: bool = False) -> Step:
    """The step the version waits for, if it is theirs; the head's own, when the head calls it back."""
    step = case.next_step(reply)
    own = rights.parts(case, by, not_for=None if sending_back else reply.author_id)
    if step is not None and PART_OF[step] in own:
        return step
    if sending_back and Part.HEAD in own:
        return Step.HEAD
    raise Refused("reply.other_step")


def _record(case: Case, reply: Reply, step: Step, passed: bool, remark: str, *, by: Actor, now: datetime) -> int | None:
    """Keep what they decided. Answers whose deputy they were in it."""
    deputy_of = _deputy_of(case, reply, step, by)
    case.add(
        Approval(
            ticket_id=case.ticket.id,
            reply_id=reply.id,
            step=step,
            passed=passed,
            person_id=by.person_id or 0,
            stands_for=deputy_of,
            remark=remark.strip(),
            at=now,
        )
    )
    return deputy_of


def _deputy_of(case: Case, reply: Reply, step: Step, by: Actor) -> int | None:
    return rights.stands_for(case, by, PART_OF[step], not_for=reply.author_id)


def _advance(case: Case, reply: Reply, act: Act, *, by: Actor, now: datetime, step: Step | None = None) -> None:
    """Send what needs no further step; ask the translators when that is what is left; note the step otherwise."""
    left = case.next_step(reply)
    deputy_of = _deputy_of(case, reply, step, by) if step else rights.stands_for_in(act, case, by)
    if left is None:
        _send(case, reply, act, by=by, now=now, stands_for=deputy_of)
        return
    if left is Step.TRANSLATION:
        translate.ask_for_reply(case, reply, now)
    if step is not None:
        history.add(case, act, by=by, now=now, step=step, version=reply.version, stands_for=deputy_of)


def _send(case: Case, reply: Reply, act: Act, *, by: Actor, now: datetime, stands_for: int | None) -> None:
    reply.state, reply.sent_at = ReplyState.SENT, now
    case.texts_changed = True
    if reply.corrects_id is not None:
        history.add(case, act, by=by, now=now, corrected=True, version=reply.version, stands_for=stands_for)
        merge.correct_children(case, reply, now)
        return
    case.ticket.answered_at = now
    facts = {"department_id": reply.department_id, "version": reply.version, "stands_for": stands_for}
    take_step(case, act, Status.ANSWERED, by=by, now=now, **facts)
    clock.end_round(case, Outcome.ANSWERED, now)
    merge.answer_children(case, reply, now)


def give_up(case: Case) -> None:
    """What is still being checked goes no further: the letter was taken back or emptied, or is handled anew."""
    if reply := case.submitted:
        reply.state = ReplyState.SENT_BACK
        translate.make_stale(case, reply)
