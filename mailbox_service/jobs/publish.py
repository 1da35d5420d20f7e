"""Publishing: the figures of each whole month, once, some working days after its end."""

from __future__ import annotations

from datetime import datetime
from functools import partial

from sqlmodel import Session

from mailbox_service.base import clock
from mailbox_service.base.db import Database
from mailbox_service.base.refusals import Refused
from mailbox_service.base.settings import Settings
from mailbox_service.tickets.find.city import CityBook
from mailbox_service.tickets.statistics import published
from mailbox_service.tickets.statistics.period import Month


async def publish(db: Database, settings: Settings, book: CityBook, *, now: datetime | None = None) -> int:
    """Publish every month that waits, each in a transaction of its own; answers how many."""
    at = now or clock.now()
    today, days = clock.day_in(settings.zone, at), settings.figures_published_after_days

    def waiting(session: Session) -> list[Month]:
        return published.waiting(session, book.open(session).calendar, today, days)

    return sum([await _publish(db, month, at) for month in await db.reading(waiting)])


async def _publish(db: Database, month: Month, now: datetime) -> bool:
    """False when another node has just done it."""
    try:
        await db.writing(partial(published.publish, month=month, now=now))
    except Refused as refused:
        if refused.code != "conflict":
            raise
        return False
    return True
