"""The figures of letters that no act has written: counted once they are stored, as `mailbox figures rebuild` would.

Letters are taken in pieces, each with its facts and with what they add to the sums. When it is interrupted, the next
run goes on with the letters that have no facts yet.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, datetime
from functools import partial

import sqlalchemy as sa
from sqlmodel import Session, select

from mailbox_service.base import clock
from mailbox_service.base.db import Database
from mailbox_service.city.workdays import Calendar
from mailbox_service.tickets.find.city import CityBook
from mailbox_service.tickets.statistics import anew
from mailbox_service.tickets.tables import Ticket

PIECE = 2_000

Progress = Callable[[int, int], None]


async def count(db: Database, book: CityBook, *, now: datetime, progress: Progress) -> int:
    """Give every letter its facts that has none; answers how many there were."""
    calendar = await db.reading(lambda session: book.open(session).calendar)
    today, after, done = clock.day_in(book.zone, now), 0, 0
    left = await db.reading(_letters) if await db.reading(partial(anew.uncounted, after=0, limit=1)) else 0
    while ids := await db.reading(partial(anew.uncounted, after=after, limit=PIECE)):
        progress(done, max(left, done))
        await db.writing(partial(_put, calendar=calendar, ids=ids, today=today))
        after, done = ids[-1], done + len(ids)
    if done:
        progress(done, done)
    return done


def _letters(session: Session) -> int:
    return session.exec(select(sa.func.count()).select_from(Ticket)).one()


def _put(session: Session, calendar: Calendar, ids: Sequence[int], today: date) -> None:
    anew.put_facts(session, calendar, ids, today)
