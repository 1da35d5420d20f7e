"""After a change of the calendar every letter that it is about is counted anew, each in a transaction of its own.

It may be interrupted and run on as many nodes as one likes: a letter remembers what it was counted by.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import partial

from sqlmodel import Session, col

from mailbox_service.base import claim, clock
from mailbox_service.base.db import Database
from mailbox_service.base.refusals import Refused
from mailbox_service.city.tables import CalendarChange
from mailbox_service.tickets import recalendar
from mailbox_service.tickets.find import calendar as find
from mailbox_service.tickets.find.city import KEPT_SECONDS, CityBook

SETTLED = timedelta(seconds=2 * KEPT_SECONDS)  # no node reads an older calendar any more

log = logging.getLogger(__name__)


async def follow_calendar(db: Database, book: CityBook, *, now: datetime | None = None) -> int:
    """Count anew what the changes not yet done are about; answers how many letters had a date that moved."""
    at, moved = now or clock.now(), 0
    for change in await db.reading(find.unfinished_changes):
        after, left = 0, False
        while ids := await db.reading(partial(_behind, book=book, change=change, after=after)):
            after = ids[-1]
            for ticket_id in ids:
                done = await _count(db, book, ticket_id, at)
                moved, left = moved + bool(done), left or done is None
        if not left and at >= change.made_at + SETTLED:
            await db.writing(partial(_end, no=change.no, now=at))
    return moved


def _behind(session: Session, book: CityBook, change: CalendarChange, after: int) -> Sequence[int]:
    if book.open(session).calendar.no < change.no:
        book.forget()
    return find.behind(session, change, book.open(session).calendar, after=after)


async def _count(db: Database, book: CityBook, ticket_id: int, now: datetime) -> bool | None:
    """Whether a date of the letter has moved. None when somebody else is just changing it: the next round comes."""
    try:
        return await db.writing(lambda session: recalendar.count_one(session, book, ticket_id, now=now))
    except Refused as refused:
        log.info("Letter %s follows the calendar later: %s", ticket_id, refused.code)
    except Exception as fault:
        log.error("Letter %s could not follow the calendar: %s", ticket_id, type(fault).__name__)
    return None


def _end(session: Session, no: int, now: datetime) -> None:
    claim.claim(
        session, CalendarChange, col(CalendarChange.no) == no, col(CalendarChange.done_at).is_(None), done_at=now
    )
