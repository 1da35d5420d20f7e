"""The sweep: reminder, red, supervision, the word that the reply is late, and the ends of silence, day by day.

Each letter is swept in a transaction of its own. It may run as often as one likes, on as many nodes,
and after days of standing still: what was done is remembered on the letter. Only what is due is read, once
(a test counts the rows); a letter that can't be swept is left alone for a while and holds up nobody.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from functools import partial

import sqlalchemy as sa
from sqlmodel import Session, col, select

from mailbox_service.base import clock
from mailbox_service.base.db import Database
from mailbox_service.base.refusals import Refused
from mailbox_service.base.settings import Settings
from mailbox_service.tickets import keep, recalendar
from mailbox_service.tickets.find import case as cases
from mailbox_service.tickets.find.city import CityBook
from mailbox_service.tickets.life import overdue
from mailbox_service.tickets.tables import Ticket

BATCH = 200
START = (date.min, 0)
HOLD_BACK = timedelta(minutes=30)

log = logging.getLogger(__name__)


async def deadlines(
    db: Database,
    settings: Settings,
    book: CityBook,
    *,
    now: datetime | None = None,
    failing: dict[int, datetime] | None = None,
) -> int:
    """Sweep every letter that is due today or was before; answers how many.

    `failing` remembers the letters that could not be swept, and until when they are left alone.
    """
    at, place, swept, held = now or clock.now(), START, 0, {} if failing is None else failing
    today = clock.day_in(settings.zone, at)
    while waiting := await db.reading(partial(due, today=today, after=place)):
        place = waiting[-1]
        for _, ticket_id in waiting:
            if at >= held.get(ticket_id, at):
                swept += await _sweep(db, book, ticket_id, at, held)
    return swept


def due(session: Session, today: date, after: tuple[date, int]) -> Sequence[tuple[date, int]]:
    """The day and the id of the next letters with something to do, in that order.

    First what is left of the day where the last look ended: one statement for both makes SQLite begin that day anew.
    """
    day, ticket_id = after
    on, id_ = col(Ticket.sweep_on), col(Ticket.id)
    found = _looked(session, BATCH, on == day, id_ > ticket_id)
    return [*found, *_looked(session, BATCH - len(found), on > day, on <= today)]


def _looked(session: Session, limit: int, *where: sa.ColumnElement[bool]) -> Sequence[tuple[date, int]]:
    wanted = select(col(Ticket.sweep_on), Ticket.id).where(*where)
    rows = session.exec(wanted.order_by(col(Ticket.sweep_on), col(Ticket.id)).limit(limit)) if limit else ()
    return [(day, ticket_id) for day, ticket_id in rows if day is not None]


async def _sweep(db: Database, book: CityBook, ticket_id: int, now: datetime, held: dict[int, datetime]) -> bool:
    """Sweep one letter. When somebody else is just changing it, it is left for the next round."""
    try:
        done = await db.writing(lambda session: _sweep_one(session, book, ticket_id, now))
    except Refused as refused:
        log.info("Letter %s is swept later: %s", ticket_id, refused.code)
        if refused.code != "conflict":
            held[ticket_id] = now + HOLD_BACK
        return False
    except Exception as fault:
        log.error("Letter %s could not be swept: %s", ticket_id, type(fault).__name__)
        held[ticket_id] = now + HOLD_BACK
        return False
    held.pop(ticket_id, None)
    return done


def _sweep_one(session: Session, book: CityBook, ticket_id: int, now: datetime) -> bool:
    ticket = session.get(Ticket, ticket_id)
    city = book.open(session)
    if ticket is None or ticket.sweep_on is None or city.calendar.day_of(now) < ticket.sweep_on:
        return False
    case = cases.whole(session, city, ticket)
    recalendar.catch_up(session, book, case, now=now)
    overdue.sweep(case, now=now)
    keep.keep(session, case)
    return True
