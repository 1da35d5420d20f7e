"""In the morning of each working day: how much waits, to whom chose to be told."""

from __future__ import annotations

from datetime import datetime
from functools import partial

from sqlmodel import Session

from mailbox_service.base import clock
from mailbox_service.base.db import Database
from mailbox_service.base.settings import Settings
from mailbox_service.city import choices
from mailbox_service.mail import digest as digests
from mailbox_service.tickets.find.city import CityBook

FROM_HOUR = 7


async def digest(db: Database, settings: Settings, book: CityBook, *, now: datetime | None = None) -> int:
    """Write the digests that are due; answers how many. On days when nobody works there are none."""
    at = now or clock.now()
    city = await db.reading(book.open)
    today, written = city.calendar.day_of(at), 0
    if at.astimezone(settings.zone).hour < FROM_HOUR or not city.calendar.is_working(today):
        return 0
    while await db.reading(partial(digests.due, today=today)):
        written += await db.writing(partial(_some, settings=settings, book=book, now=at))
    return written


def _some(session: Session, settings: Settings, book: CityBook, now: datetime) -> int:
    city = book.open(session)
    shown = choices.before(session, settings)
    return digests.write(session, shown, city, city.calendar.day_of(now), now=now)[1]
