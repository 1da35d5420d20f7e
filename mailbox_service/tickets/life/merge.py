"""Letters that belong together or apart: one answer for several writers, and one letter made two."""

from __future__ import annotations

from datetime import datetime

from mailbox_service.base.ids import new_id
from mailbox_service.base.refusals import Refused
from mailbox_service.tickets import deadlines, history, rights
from mailbox_service.tickets.actor import SYSTEM, Actor
from mailbox_service.tickets.acts import OPEN, Act
from mailbox_service.tickets.case import Case
from mailbox_service.tickets.life import arrive, clock, take_step, together, translate, written
from mailbox_service.tickets.tables import Approval, Citizen, Reply, Ticket, Translation
from mailbox_service.tickets.tables.words import (
    Kind,
    Outcome,
    ReplyState,
    Share,
    Status,
    Step,
)


def merge(case: Case, into: Case, *, by: Actor, now: datetime) -> None:
    """Answer this letter together with another on the same matter; it keeps its due date, language and rating.

    Raises:
        Refused: as `rights.require`; "merge.itself"; "merge.leads" when others are merged into this one;
            "not_found" when the other is not theirs to see; "merge.ended" when it is not open;
            "merge.handlers" unless both are unrestricted or have the same handlers;
            "merge.language" when nobody translates the reply into this writer's language.
    """
    rights.require(Act.MERGE, case, by)
    if case.ticket.id == into.ticket.id:
        raise Refused("merge.itself")
    if any(child.ticket.status == Status.MERGED for child in case.children):
        raise Refused("merge.leads")
    if not rights.may_see(into, by):
        raise Refused("not_found")
    if into.ticket.status not in OPEN:
        raise Refused("merge.ended")
    if case.guarded != into.guarded:
        raise Refused("merge.handlers")
    _must_speak(case, into)
    together.let_go(case, now)
    case.ticket.merged_into_id, case.ticket.duplicate = into.ticket.id, _same_writer(case.citizen, into.citizen)
    case.ticket.lead_department_id = case.round.lead_department_id = into.ticket.lead_department_id
    take_step(case, Act.MERGE, Status.MERGED, by=by, now=now, into=into.ticket.id)
    clock.lapse(case, now)
    clock.mirror(case)
    into.children.append(case)
    if into.submitted and into.next_step(into.submitted) is Step.TRANSLATION:
        translate.ask_for_reply(into, into.submitted, now)


def _same_writer(one: Citizen | None, other: Citizen | None) -> bool:
    """Whether both came from the same writer, known by mail or phone. Figures count their matter once (DOMAIN §7)."""
    if one is None or other is None:
        return False
    same_mail = one.email != "" and one.email.casefold() == other.email.casefold()
    return same_mail or (one.phone != "" and one.phone == other.phone)


def _must_speak(case: Case, into: Case) -> None:
    language = case.ticket.language
    spoken = {case.city.working_language, into.ticket.language}
    if language not in spoken and case.city.translator_of(language) is None:
        raise Refused("merge.language")


def unmerge(case: Case, *, by: Actor, now: datetime) -> None:
    """Take the letter out again, until it is answered.

    Raises:
        Refused: as `rights.require`.
    """
    rights.require(Act.UNMERGE, case, by)
    _release(case, by=by, now=now)


def release_children(case: Case, now: datetime) -> None:
    """The lead letter has ended unanswered: those merged into it wait to be passed on again."""
    for child in case.children:
        if child.ticket.status == Status.MERGED:
            _release(child, by=SYSTEM, now=now)


def part(case: Case, now: datetime) -> None:
    """What held letters together is no longer the same: this one, and those merged into it, go their own ways."""
    release_children(case, now)
    if case.ticket.status == Status.MERGED:
        _release(case, by=SYSTEM, now=now)


def _release(case: Case, *, by: Actor, now: datetime) -> None:
    case.ticket.merged_into_id, case.ticket.duplicate = None, False
    case.ticket.lead_department_id = case.round.lead_department_id = None
    take_step(case, Act.UNMERGE, Status.RECEIVED, by=by, now=now)
    clock.lapse(case, now)
    clock.mirror(case)


def answer_children(case: Case, reply: Reply, now: datetime) -> None:
    """Give each merged letter the lead's reply as its own, in its own language, and end its round."""
    for child in case.shared_with(reply):
        _copy_reply(case, child, reply, now)
        child.ticket.answered_at = now
        if reply.department_id is not None:
            _led_with(case, child, reply.department_id)
        take_step(child, Act.ANSWER_MERGED, Status.ANSWERED, by=SYSTEM, now=now, department_id=reply.department_id)
        clock.end_round(child, Outcome.ANSWERED, now)


def _led_with(case: Case, child: Case, department_id: int) -> None:
    """The office's part in a merged letter: since it has the lead letter, or since this one came, whichever is later.

    Its own date is an office's for this letter's round. Begun with the answer, it could never be late.
    """
    since = max(child.round.begun_at, case.lead.begun_at if case.lead else child.round.begun_at)
    part = clock.begin_assignment(child, department_id, Share.LEAD, since)
    part.person_id = case.lead.person_id if case.lead else None


def correct_children(case: Case, reply: Reply, now: datetime) -> None:
    """Put the corrected version beside the reply of each merged letter that was answered with the first one."""
    for child in case.shared_with(reply):
        corrected = child.sent
        own = _copy_reply(case, child, reply, now)
        own.corrects_id = corrected.id if corrected else None
        history.add(child, Act.APPROVE_CORRECTION, by=SYSTEM, now=now, version=own.version, corrected=True)


def _copy_reply(case: Case, child: Case, reply: Reply, now: datetime) -> Reply:
    same, kept = child.ticket.language == case.ticket.language, child.ticket.emptied_at is None
    own = Reply(
        ticket_id=child.ticket.id,
        round_no=child.ticket.round_no,
        version=len(child.replies) + 1,
        state=ReplyState.SENT,
        text=reply.text if kept else "",
        own_text=reply.own_text if same and kept else "",
        author_id=reply.author_id,
        department_id=reply.department_id,
        needs_head=reply.needs_head,
        needs_approver=reply.needs_approver,
        submitted_at=reply.submitted_at,
        text_hash=reply.text_hash,
        sent_at=now,
    )
    child.add(own)
    child.texts_changed = True
    for step in case.approvals:  # whoever let it go has had this letter in hand, too
        if step.reply_id == reply.id and step.passed:
            copied = step.model_dump(exclude={"id", "remark"}) | {"ticket_id": child.ticket.id, "reply_id": own.id}
            child.add(Approval(**copied))
    for text in case.translations:
        if text.reply_id == reply.id and text.language == child.ticket.language and text.done_at and not text.stale:
            copied = text.model_dump(exclude={"id"}) | {"ticket_id": child.ticket.id, "reply_id": own.id}
            child.add(Translation(**(copied if kept else copied | {"text": ""})))
    return own


def split(case: Case, subject: str, text: str, kind: Kind, *, number: str, by: Actor, now: datetime) -> Case:
    """Make a second letter of the second matter in this one, with the same writer and the same receipt.

    Returns the new letter, which the door stores beside this one.

    Raises:
        Refused: as `rights.require`; "letter.no_subject"; "letter.no_text".
    """
    rights.require(Act.SPLIT, case, by)
    heading, said = written(subject, "letter.no_subject"), written(text, "letter.no_text")
    ticket = _second_ticket(case, heading, kind, number, now)
    citizen = case.citizen and Citizen(**(case.citizen.model_dump() | {"ticket_id": ticket.id}))
    second = arrive.begun(case.city, ticket, citizen, said, case.letter.language)
    for row in (*case.parties, *case.recusals, *(h for h in case.handlers if h.ended_at is None)):
        second.add(type(row)(**(row.model_dump(exclude={"id"}) | {"ticket_id": ticket.id})))
    clock.mirror(second)
    history.add(second, Act.SPLIT, by=by, now=now, split_from=case.ticket.id)
    history.add(case, Act.SPLIT, by=by, now=now, split_into=ticket.id)
    return second


def _second_ticket(case: Case, subject: str, kind: Kind, number: str, now: datetime) -> Ticket:
    first, calendar = case.ticket, case.city.calendar
    begun, days = calendar.day_of(first.received_at), case.city.policies[kind].reply_days
    return Ticket(
        id=new_id(),
        number=number,
        kind=kind,
        topic_id=first.topic_id,
        subject=subject,
        language=first.language,
        channel=first.channel,
        identity=first.identity,
        wants_reply=first.wants_reply,
        publication_consent=first.publication_consent,
        privacy_version=first.privacy_version,
        received_at=first.received_at,
        entered_at=now,
        due_on=deadlines.citizen_due(calendar, begun, days),
        restricted=first.restricted or kind == Kind.REPORT,
        desk=first.desk,
        mail_stopped_at=first.mail_stopped_at,
        linked_from_id=first.id,
    )
