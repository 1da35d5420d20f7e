"""The office works on the letter, and the citizen takes part: sign for, ask, answer, inform, extend, hand over."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from mailbox_service.base.refusals import Refused
from mailbox_service.tickets import deadlines, history, rights
from mailbox_service.tickets.actor import Actor
from mailbox_service.tickets.acts import OPEN, Act
from mailbox_service.tickets.case import Case
from mailbox_service.tickets.life import clock, decide, take_step, translate, written
from mailbox_service.tickets.tables import Attachment, Citizen, Message, Proposal, Recusal
from mailbox_service.tickets.tables.words import MessageKind, Part, ProposalKind, ProposalOutcome, Status

QUESTIONS = 2


def sign_for(case: Case, *, by: Actor, now: datetime) -> None:
    """Accept the letter for the office; whoever signs handles it.

    Raises:
        Refused: as `rights.require`.
    """
    rights.require(Act.SIGN_FOR, case, by)
    _sign(case, by=by, now=now)


def sign_on_the_way(case: Case, *, by: Actor, now: datetime) -> None:
    """The first other act of an officer signs for the letter too (DOMAIN §2). The act itself has asked `rights`."""
    if case.ticket.status == Status.ASSIGNED:
        _sign(case, by=by, now=now)


def _sign(case: Case, *, by: Actor, now: datetime) -> None:
    if case.lead:
        case.lead.signed_at = now
        case.lead.person_id = case.lead.person_id or by.person_id
    take_step(case, Act.SIGN_FOR, Status.IN_PROGRESS, by=by, now=now, department_id=_office(case))
    clock.mirror(case)


def _office(case: Case) -> int | None:
    return case.lead.department_id if case.lead else None


def ask(case: Case, question: str, *, by: Actor, now: datetime) -> None:
    """Ask the citizen. Both clocks stop until the answer, or ten working days of silence.

    Raises:
        Refused: as `rights.require`; "ask.empty"; "ask.twice" after two questions in this round; "ask.overdue".
    """
    rights.require(Act.ASK, case, by)
    text = written(question, "ask.empty")
    may_ask(case, now)
    sign_on_the_way(case, by=by, now=now)
    case.round.asked += 1
    _write(case, MessageKind.QUESTION, text, by=by, now=now)
    clock.pause(case, now)
    take_step(case, Act.ASK, Status.AWAITING_CITIZEN, by=by, now=now, department_id=_office(case))
    clock.mirror(case)


def may_ask(case: Case, now: datetime) -> None:
    """Let the office ask once more in this round, or say why not: "ask.twice"; "ask.overdue"."""
    if case.round.asked >= QUESTIONS:
        raise Refused("ask.twice")
    if deadlines.is_late(min(case.round.due_on, clock.office_due(case) or case.round.due_on), case.today(now)):
        raise Refused("ask.overdue")


def answer(case: Case, text: str, files: Sequence[Attachment] = (), *, by: Actor, now: datetime) -> None:
    """The citizen answers what was asked; both clocks go on.

    Raises:
        Refused: as `rights.require`; "answer.empty" with neither text nor file.
    """
    rights.require(Act.ANSWER, case, by)
    if not files:
        written(text, "answer.empty")
    _write(case, MessageKind.ANSWER, text.strip(), files, by=by, now=now)
    take_step(case, Act.ANSWER, Status.IN_PROGRESS, by=by, now=now)
    clock.resume(case, now)


def end_silence(case: Case, *, by: Actor, now: datetime) -> None:
    """Ten working days went by without an answer: the office goes on with what it has.

    Raises:
        Refused: as `rights.require`; "not_yet" before they are over.
    """
    rights.require(Act.END_SILENCE, case, by)
    asked_on = case.round.paused_on or case.today(now)
    if case.today(now) < deadlines.silence_on(case.city.calendar, asked_on):
        raise Refused("not_yet")
    take_step(case, Act.END_SILENCE, Status.IN_PROGRESS, by=by, now=now)
    clock.resume(case, now)


def inform(case: Case, text: str, *, by: Actor, now: datetime) -> None:
    """Tell the citizen something that asks nothing of them.

    Raises:
        Refused: as `rights.require`; "inform.empty".
    """
    rights.require(Act.INFORM, case, by)
    _write(case, MessageKind.INFORMATION, written(text, "inform.empty"), by=by, now=now)
    history.add(case, Act.INFORM, by=by, now=now, department_id=_office(case))


def add(case: Case, text: str, files: Sequence[Attachment] = (), *, by: Actor, now: datetime) -> None:
    """The citizen adds something. To an ended ticket it is kept and shown to the last lead, and moves nothing.

    Raises:
        Refused: as `rights.require`; "add.empty" with neither text nor file.
    """
    rights.require(Act.ADD, case, by)
    if not files:
        written(text, "add.empty")
    _write(case, MessageKind.ADDITION, text.strip(), files, by=by, now=now)
    history.add(case, Act.ADD, by=by, now=now, files=len(files))


def _write(
    case: Case, kind: MessageKind, text: str, files: Sequence[Attachment] = (), *, by: Actor, now: datetime
) -> None:
    from_citizen = by.person_id is None
    message = Message(
        ticket_id=case.ticket.id,
        round_no=case.ticket.round_no,
        kind=kind,
        at=now,
        person_id=by.person_id,
        department_id=None if from_citizen else _office(case),
        language=case.letter.language if from_citizen else "",
        text=text,
    )
    case.add(message)
    case.texts_changed = True
    for file in files:
        file.ticket_id, file.message_id, file.at = case.ticket.id, message.id, now
        case.add(file)
    if from_citizen and text and case.ticket.status in OPEN:
        translate.ask_for_message(case, message, now)


def correct_contact(case: Case, name: str, email: str, phone: str, *, by: Actor, now: datetime) -> None:
    """The citizen corrects name, mail or phone. A corrected address has not bounced yet.

    Raises:
        Refused: as `rights.require`.
    """
    rights.require(Act.CORRECT_CONTACT, case, by)
    if case.citizen is None:
        case.citizen = Citizen(ticket_id=case.ticket.id)
        case.new.append(case.citizen)
    citizen = case.citizen
    if email.strip() != citizen.email:
        citizen.bounced_at = None
    citizen.name, citizen.email, citizen.phone = name.strip(), email.strip(), phone.strip()
    history.add(case, Act.CORRECT_CONTACT, by=by, now=now)


def stop_mail(case: Case, *, by: Actor, now: datetime) -> None:
    """ "I did not write this": no mail for this ticket any more, and the clerk is told (DOMAIN §5).

    Raises:
        Refused: as `rights.require`.
    """
    rights.require(Act.STOP_MAIL, case, by)
    case.ticket.mail_stopped_at = case.ticket.mail_stopped_at or now
    history.add(case, Act.STOP_MAIL, by=by, now=now)


def set_urgent(case: Case, urgent: bool, *, by: Actor, now: datetime) -> None:
    """Danger to life or health: the ticket goes first, with a target on the same day beside its due dates.

    Raises:
        Refused: as `rights.require`.
    """
    rights.require(Act.SET_URGENT, case, by)
    case.ticket.urgent = urgent
    case.ticket.urgent_on = case.today(now) if urgent else None
    history.add(case, Act.SET_URGENT, by=by, now=now, urgent=urgent)


def propose_extension(case: Case, reason: str, *, by: Actor, now: datetime) -> None:
    """Ask for more time, once in a round and before it is due, for a reason the citizen is told.

    Raises:
        Refused: as `rights.require`; "extension.once"; "extension.too_late"; "proposal.waiting"; "reason.missing".
    """
    rights.require(Act.PROPOSE_EXTENSION, case, by)
    may_extend(case, now)
    written(reason, "reason.missing")
    sign_on_the_way(case, by=by, now=now)
    details: dict[str, object] = {"days": case.policy.extension_days}
    decide.propose(case, Act.PROPOSE_EXTENSION, ProposalKind.EXTEND, reason, details, by=by, now=now)


def may_extend(case: Case, now: datetime) -> None:
    """Let more time be asked for, or say why not: "extension.once"; "extension.too_late"; "proposal.waiting"."""
    if any(_was_extended(case, proposal.outcome, proposal.kind, proposal.round_no) for proposal in case.proposals):
        raise Refused("extension.once")
    if case.round.paused_on is None and deadlines.is_late(case.round.due_on, case.today(now)):
        raise Refused("extension.too_late")
    if case.pending(ProposalKind.EXTEND):
        raise Refused("proposal.waiting")


def _was_extended(case: Case, outcome: ProposalOutcome | None, kind: ProposalKind, round_no: int) -> bool:
    return kind == ProposalKind.EXTEND and outcome == ProposalOutcome.AGREED and round_no == case.ticket.round_no


def decide_extension(case: Case, agreed: bool, *, remark: str = "", by: Actor, now: datetime) -> None:
    """Move both due dates by the days proposed, or not. Undecided at the due date, it leaves the ticket late.

    Raises:
        Refused: as `rights.require`; "proposal.none"; "extension.too_late" to agree once it is late;
            "reason.missing" when refused without a word why.
    """
    proposal = decide.waiting(case, Act.DECIDE_EXTENSION, ProposalKind.EXTEND, by=by)
    if not agreed:
        decide.refuse(case, Act.DECIDE_EXTENSION, proposal, remark, by=by, now=now)
        return
    if case.round.paused_on is None and deadlines.is_late(case.round.due_on, case.today(now)):
        raise Refused("extension.too_late")
    decide.agree(proposal, remark, by=by, now=now)
    clock.extend(case, _days_asked(case, proposal))
    history.add(
        case,
        Act.DECIDE_EXTENSION,
        by=by,
        now=now,
        outcome=proposal.outcome,
        due_on=case.round.due_on,
        proposal_id=proposal.id,
    )


def _days_asked(case: Case, proposal: Proposal) -> int:
    """The days that were proposed: a promise that was changed meanwhile is for new letters."""
    asked = proposal.details.get("days")
    return asked if isinstance(asked, int) else case.policy.extension_days


def hand_over(case: Case, to: Actor, *, by: Actor, now: datetime) -> None:
    """Give the letter to a colleague of the same office.

    Raises:
        Refused: as `rights.require`; "handover.other_office"; "handover.kept_out" for somebody complained
            about or recused.
    """
    rights.require(Act.HAND_OVER, case, by)
    if rights.is_kept_out(case, to):
        raise Refused("handover.kept_out")
    if case.lead is None or not _is_colleague(case, to):
        raise Refused("handover.other_office")
    case.lead.person_id = to.person_id
    history.add(case, Act.HAND_OVER, by=by, now=now, department_id=_office(case), to=to.person_id)
    clock.mirror(case)


def _is_colleague(case: Case, to: Actor) -> bool:
    if case.ticket.restricted:
        return Part.OFFICER in rights.parts(case, to)
    return case.lead is not None and rights.works_in(to, case.lead.department_id)


def recuse(case: Case, *, by: Actor, now: datetime) -> None:
    """Step back from a letter one should not handle. It leaves their sight.

    Raises:
        Refused: as `rights.require`.
    """
    rights.require(Act.RECUSE, case, by)
    if by.person_id is not None:
        case.add(Recusal(ticket_id=case.ticket.id, person_id=by.person_id, at=now))
    for assignment in case.assignments:
        if assignment.ended_at is None and assignment.person_id == by.person_id:
            assignment.person_id = None
    history.add(case, Act.RECUSE, by=by, now=now, department_id=_office(case))
    clock.mirror(case)


def supervise(case: Case, *, by: Actor, now: datetime) -> None:
    """Put the letter under the manager's supervision.

    Raises:
        Refused: as `rights.require`.
    """
    rights.require(Act.SUPERVISE, case, by)
    case.ticket.supervised_at = case.ticket.supervised_at or now
    history.add(case, Act.SUPERVISE, by=by, now=now)
