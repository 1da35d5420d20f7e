"""What was written to the citizen, for a city that has switched on showing it in mails. Off by default.

Reasons are texts that somebody wrote, like the reply: an office may name in them what the letter is about.
"""

from __future__ import annotations

from sqlmodel import Session, col, select

from mailbox_service.base.language import say
from mailbox_service.tickets.tables import Event, Message, Proposal, Reply, Ticket, Translation
from mailbox_service.tickets.tables.words import MessageKind, ProposalKind, ProposalOutcome, ReplyState

_MESSAGES = {"question": MessageKind.QUESTION, "message": MessageKind.INFORMATION}
_REASONS = {
    "extended": ProposalKind.EXTEND,
    "late": ProposalKind.EXTEND,
    "declined": ProposalKind.DECLINE,
    "transferred": ProposalKind.TRANSFER,
}
_REMARKS = {"not_reopened": ProposalKind.REOPEN, "not_reviewed": ProposalKind.REVIEW}


def text_of(session: Session, event: Event, ticket: Ticket, notice: str, lang: str) -> str:
    """The question, message, reply or reason that the event is about, in the citizen's language where it has one."""
    if why := _REASONS.get(notice) or _REMARKS.get(notice):
        return _reason(session, event, why, lang, agreed=notice in _REASONS)
    if kind := _MESSAGES.get(notice):
        wanted = select(Message.text).where(Message.ticket_id == ticket.id, Message.kind == kind)
        wanted = wanted.where(Message.at == event.at)
        return session.exec(wanted.limit(1)).first() or ""
    return _reply(session, event, ticket) if notice in ("answered", "corrected") else ""


def _reason(session: Session, event: Event, kind: ProposalKind, lang: str, *, agreed: bool) -> str:
    """Why it was decided so, and where to turn instead."""
    outcome = ProposalOutcome.AGREED if agreed else ProposalOutcome.REFUSED
    wanted = select(Proposal).where(Proposal.ticket_id == event.ticket_id, Proposal.kind == kind)
    wanted = wanted.where(Proposal.outcome == outcome, Proposal.round_no == event.round_no)
    decided = session.exec(wanted.order_by(col(Proposal.id).desc()).limit(1)).first()
    if decided is None:
        return ""
    reason, instead = decided.reason if agreed else decided.remark, decided.details.get("instead")
    lines = [say(lang, "Reason: %(reason)s", reason=reason)] if reason else []
    lines += [say(lang, "Where to turn instead: %(instead)s", instead=instead)] if instead else []
    return "\n\n".join(lines)


def _reply(session: Session, event: Event, ticket: Ticket) -> str:
    sent = select(Reply).where(Reply.ticket_id == ticket.id, Reply.state == ReplyState.SENT, Reply.sent_at == event.at)
    reply = session.exec(sent.order_by(col(Reply.id).desc()).limit(1)).first()
    if reply is None:
        return ""
    done = col(Translation.done_at).is_not(None)
    translated = select(Translation.text).where(
        Translation.reply_id == reply.id, Translation.language == ticket.language, ~col(Translation.stale), done
    )
    return reply.own_text or session.exec(translated.limit(1)).first() or reply.text
