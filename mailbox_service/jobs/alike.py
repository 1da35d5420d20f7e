"""By what a new letter's likes are found: computed soon after it has come, so that no writer waits for it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlmodel import Session, col, select

from mailbox_service.base import clock
from mailbox_service.base.db import Database
from mailbox_service.base.ids import first_id_of
from mailbox_service.base.refusals import Refused
from mailbox_service.tickets import grouping
from mailbox_service.tickets.tables import Likeness, Message, Ticket
from mailbox_service.tickets.tables.words import MessageKind

BATCH = 50
BACK = timedelta(days=2)  # after a longer pause of the jobs `mailbox index` looks at all letters


async def find_likes(db: Database, *, now: datetime | None = None, back: timedelta = BACK) -> int:
    """Every letter of the last two days that has no likeness yet; answers how many there were."""
    since, done = first_id_of((now or clock.now()) - back), 0
    while await db.reading(lambda session: _new(session, since, 1)):
        try:
            done += await db.writing(lambda session: _put(session, since))
        except Refused:  # another node was at the same letters; the next look finds what is left
            break
    return done


def put_new(session: Session, moment: datetime) -> int:
    """The next fifty of those that have come since then; answers how many."""
    return _put(session, first_id_of(moment))


def _put(session: Session, since: int) -> int:
    found = _new(session, since, BATCH)
    for ticket_id, subject, text in found:
        grouping.put(session, ticket_id, subject, text)
    return len(found)


def _new(session: Session, since: int, most: int) -> Sequence[tuple[int, str, str]]:
    wanted = (
        select(Ticket.id, Ticket.subject, Message.text)
        .join(Message, sa.and_(col(Message.ticket_id) == col(Ticket.id), col(Message.kind) == MessageKind.LETTER))
        .where(
            col(Ticket.id) >= since,
            col(Ticket.emptied_at).is_(None),
            ~sa.exists().where(col(Likeness.ticket_id) == col(Ticket.id)),
        )
    )
    return session.exec(wanted.order_by(col(Ticket.id)).limit(most)).all()
