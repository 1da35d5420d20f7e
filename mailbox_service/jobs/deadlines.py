"""The sweep: reminder, red, supervision, the word that the reply is late, and the ends of silence, day by day.

Each letter is swept in a transaction of its own. It may run as often as one likes, on as many nodes,
and after days of standing still: what was done is remembered on the letter.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from datetime import date, datetime
from functools import partial

from sqlmodel import Session, col, select, tuple_

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

log = logging.getLogger(__name__)


async def deadlines(db: Database, settings: Settings, book: CityBook, *, now: datetime | None = None) -> int:
    """Sweep every letter that is due today or was before; answers how many."""
    at, place, swept = now or clock.now(), START, 0
    today = clock.day_in(settings.zone, at)
    while due := await db.reading(partial(_due, today=today, after=place)):
        place = due[-1]
        for _, ticket_id in due:
            swept += await _sweep(db, book, ticket_id, at)
    return swept


def _due(session: Session, today: date, after: tuple[date, int]) -> Sequence[tuple[date, int]]:
    """The day and the id of the next letters with something to do, in that order."""
    key = tuple_(col(Ticket.sweep_on), col(Ticket.id))
    due = select(col(Ticket.sweep_on), Ticket.id).where(col(Ticket.sweep_on) <= today, key > after)
    rows = session.exec(due.order_by(col(Ticket.sweep_on), col(Ticket.id)).limit(BATCH))
    return [(day, ticket_id) for day, ticket_id in rows if day is not None]


async def _sweep(db: Database, book: CityBook, ticket_id: int, now: datetime) -> bool:
    """Sweep one letter. When somebody else is just changing it, it is left for the next round."""
    try:
        return await db.writing(lambda session: _sweep_one(session, book, ticket_id, now))
    except Refused as refused:
        log.info("Letter %s is swept later: %s", ticket_id, refused.code)
    except Exception as fault:
        log.error("Letter %s could not be swept: %s", ticket_id, type(fault).__name__)
    return False


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
