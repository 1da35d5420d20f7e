"""What was written to the citizen, for a city that has switched on showing it in mails. Off by default."""

from __future__ import annotations

from sqlmodel import Session, col, select

from mailbox_service.tickets.tables import Event, Message, Reply, Ticket, Translation
from mailbox_service.tickets.tables.words import MessageKind, ReplyState

_MESSAGES = {"question": MessageKind.QUESTION, "message": MessageKind.INFORMATION}


def text_of(session: Session, event: Event, ticket: Ticket, notice: str) -> str:
    """The question, message or reply that the event is about, in the citizen's language where it has one."""
    if kind := _MESSAGES.get(notice):
        wanted = select(Message.text).where(Message.ticket_id == ticket.id, Message.kind == kind)
        wanted = wanted.where(Message.at == event.at)
        return session.exec(wanted.limit(1)).first() or ""
    return _reply(session, event, ticket) if notice in ("answered", "corrected") else ""


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
