"""The letters whose text is due to go: the years are over, or the spam was not fetched back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlmodel import Session, col, select, tuple_

from mailbox_service.base import claim
from mailbox_service.tickets.acts import ENDED
from mailbox_service.tickets.life.route import SPAM_DAYS
from mailbox_service.tickets.tables import Proposal, Reply, Round, Ticket
from mailbox_service.tickets.tables.words import ReplyState

Place = tuple[datetime, int]
START: Place = (datetime.min, 0)
_FACTS = (col(Ticket.id), col(Ticket.number), col(Ticket.version))


@dataclass(frozen=True, slots=True)
class Due:
    """A letter that is due, and since when its last round is over (or it is spam). `place` leads to the next."""

    id: int
    number: str
    version: int
    ended_at: datetime
    place: Place


def over(session: Session, before: datetime, after: Place, limit: int) -> list[Due]:
    """Letters whose last round ended earlier, in the order they came in.

    Left out: what is under a legal hold, waits for a decision, or has a correction on its way. That the last round
    has ended says that the letter has: the status is not asked, or its index would be walked instead of ours.
    """
    undecided = sa.exists().where(col(Proposal.ticket_id) == col(Ticket.id), col(Proposal.outcome).is_(None))
    correcting = sa.exists().where(col(Reply.ticket_id) == col(Ticket.id), col(Reply.state) == ReplyState.SUBMITTED)
    last = sa.and_(col(Round.ticket_id) == col(Ticket.id), col(Round.no) == col(Ticket.round_no))
    key = tuple_(col(Ticket.received_at), col(Ticket.id))
    wanted = (
        sa.select(*_FACTS, col(Round.ended_at), col(Ticket.received_at))
        .join(Round, last)
        .where(
            col(Ticket.emptied_at).is_(None),
            col(Ticket.received_at) < before,
            col(Round.ended_at) < before,
            ~col(Ticket.legal_hold),
            ~undecided,
            ~correcting,
        )
    )
    if after != START:
        wanted = wanted.where(key > after)
    rows = session.connection().execute(wanted.order_by(col(Ticket.received_at), col(Ticket.id)).limit(limit))
    return [Due(id_, number, version, ended, (came, id_)) for id_, number, version, ended, came in rows if ended]


def old_spam(session: Session, now: datetime, after: Place, limit: int) -> list[Due]:
    """Spam that can't be restored any more, oldest first. A legal hold keeps it."""
    key = tuple_(col(Ticket.spam_at), col(Ticket.id))
    wanted = sa.select(*_FACTS, col(Ticket.spam_at)).where(
        col(Ticket.spam_at).is_not(None),
        col(Ticket.emptied_at).is_(None),
        col(Ticket.spam_at) < now - timedelta(days=SPAM_DAYS),
        ~col(Ticket.legal_hold),
    )
    if after != START:
        wanted = wanted.where(key > after)
    rows = session.connection().execute(wanted.order_by(col(Ticket.spam_at), col(Ticket.id)).limit(limit))
    return [Due(id_, number, version, at, (at, id_)) for id_, number, version, at in rows if at]


def empty(session: Session, due: Sequence[Due], now: datetime) -> int:
    """Decide that their text goes; answers how many. Who has changed since it was found is left for the next night."""
    same = tuple_(col(Ticket.id), col(Ticket.version)).in_([(each.id, each.version) for each in due])
    return claim.claim(session, Ticket, same, col(Ticket.emptied_at).is_(None), emptied_at=now,
                       version=Ticket.version + 1)  # fmt: skip


def empty_listed(session: Session, ids: Sequence[int], now: datetime) -> int:
    """Decide it again for letters on the list of erasures, whatever a restored backup says of them; answers how many.

    A correction that was on its way in an ended letter goes no further, as when it was decided first.
    """
    ended = sa.select(col(Ticket.id)).where(col(Ticket.id).in_(ids), col(Ticket.status).in_(ENDED))
    claim.claim(session, Reply, col(Reply.ticket_id).in_(ended), col(Reply.state) == ReplyState.SUBMITTED,
                state=ReplyState.SENT_BACK)  # fmt: skip
    again = (col(Ticket.id).in_(ids), col(Ticket.emptied_at).is_(None))
    return claim.claim(session, Ticket, *again, emptied_at=now, version=Ticket.version + 1)


def hold(session: Session, number: str, held: bool) -> int | None:
    """Put the letter under a legal hold, or lift it; its id, or None when there is no such letter with its text."""
    same = (Ticket.number == number, col(Ticket.emptied_at).is_(None))
    if not claim.claim(session, Ticket, *same, legal_hold=held, version=Ticket.version + 1):
        return None
    return session.exec(select(Ticket.id).where(Ticket.number == number)).one()
