"""The letters an office has still to do with, in whatever part: for its closing. Numbers and counts, never texts."""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa
from sqlmodel import Session, col, select

from mailbox_service.tickets.acts import OPEN, UNFINISHED
from mailbox_service.tickets.tables import Assignment, Contribution, Party, Reply, Ticket, Translation
from mailbox_service.tickets.tables.words import ReplyState


def count_open(session: Session, department_id: int) -> int:
    """How many letters the office leads, co-handles or translates now."""
    counted = sa.select(sa.func.count()).select_from(Ticket).where(_has(department_id, _asked_of()))
    return session.connection().execute(counted).scalar_one()


def following(session: Session, department_id: int, into_id: int, limit: int) -> Sequence[str]:
    """The numbers of the letters that follow to the successor, oldest first; not those that complain about it."""
    about = sa.exists().where(col(Party.ticket_id) == col(Ticket.id), col(Party.department_id) == into_id)
    wanted = select(Ticket.number).where(_has(department_id, sa.true()), ~about).order_by(col(Ticket.id)).limit(limit)
    return session.exec(wanted).all()


def _asked_of() -> sa.ColumnElement[bool]:
    """A translation that somebody waits for: of a letter that is not over, or of a reply that has not gone out."""
    of_message = sa.and_(col(Translation.message_id).is_not(None), col(Ticket.status).in_(UNFINISHED))
    return sa.or_(of_message, col(Reply.state) == ReplyState.SUBMITTED)


def _has(department_id: int, asked: sa.ColumnElement[bool]) -> sa.ColumnElement[bool]:
    """By the part it has in the letter, not by each letter's: an office has few that are open."""
    assigned = select(Assignment.ticket_id).where(
        Assignment.department_id == department_id, col(Assignment.ended_at).is_(None)
    )
    owes = (
        select(Contribution.ticket_id)
        .join(Ticket, col(Ticket.id) == col(Contribution.ticket_id))
        .where(
            Contribution.department_id == department_id,
            col(Contribution.given_at).is_(None),
            col(Contribution.waived_at).is_(None),
            col(Contribution.round_no) == col(Ticket.round_no),
            col(Ticket.status).in_(OPEN),
        )
    )
    translates = (
        select(Translation.ticket_id)
        .join(Ticket, col(Ticket.id) == col(Translation.ticket_id))
        .outerjoin(Reply, col(Reply.id) == col(Translation.reply_id))
        .where(
            Translation.department_id == department_id,
            col(Translation.done_at).is_(None),
            ~col(Translation.stale),
            asked,
        )
    )
    return sa.or_(*(col(Ticket.id).in_(part) for part in (assigned, owes, translates)))
