"""What earlier letters say about passing on: where those of a subject went, and the last ones, to try a rule on."""

from __future__ import annotations

import sqlalchemy as sa
from sqlmodel import Session, col, select

from mailbox_service.tickets.routing import Asked
from mailbox_service.tickets.tables import Message, Ticket
from mailbox_service.tickets.tables.words import MessageKind, Status

LAST = 500
OF_SUBJECT = 200


def went(session: Session, topic_id: int | None) -> list[tuple[int, int]]:
    """The offices that lead the subject's last letters, with how many, most first. Restricted ones don't count."""
    if topic_id is None:
        return []
    last = (
        sa.select(col(Ticket.lead_department_id).label("office"))
        .where(col(Ticket.topic_id) == topic_id, ~col(Ticket.restricted), col(Ticket.lead_department_id).is_not(None))
        .order_by(col(Ticket.id).desc())
        .limit(OF_SUBJECT)
        .subquery()
    )
    count = sa.func.count()
    counted = sa.select(last.c.office, count).group_by(last.c.office).order_by(count.desc(), last.c.office)
    return [(office, number) for office, number in session.connection().execute(counted)]


def last_letters(session: Session) -> list[Asked]:
    """The last 500 letters as rules ask about them, newest first; neither restricted ones nor spam."""
    wanted = (
        select(Ticket, Message.language, Message.text)
        .join(Message, sa.and_(col(Message.ticket_id) == col(Ticket.id), col(Message.kind) == MessageKind.LETTER))
        .where(~col(Ticket.restricted), Ticket.status != Status.SPAM)
        .order_by(col(Ticket.id).desc())
        .limit(LAST)
    )
    return [
        Asked(
            ticket.kind,
            ticket.topic_id,
            language or ticket.language,
            ticket.channel,
            f"{ticket.subject}\n{text}",
            ticket.lead_department_id,
        )
        for ticket, language, text in session.exec(wanted)
    ]
