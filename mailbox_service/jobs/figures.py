"""Figures: what acts and days have changed goes into the facts and their sums, a few seconds later."""

from __future__ import annotations

from datetime import datetime

from mailbox_service.base import clock
from mailbox_service.base.db import Database
from mailbox_service.base.settings import Settings
from mailbox_service.tickets.find.city import CityBook
from mailbox_service.tickets.statistics import kept


async def figures(db: Database, settings: Settings, book: CityBook, *, now: datetime | None = None) -> int:
    """Look again at every letter that was marked or has come due; answers how many."""
    today, done = clock.day_in(settings.zone, now or clock.now()), 0
    while await db.reading(lambda session: kept.is_waiting(session, today)):
        done += await db.writing(lambda session: kept.step(session, book.open(session).calendar, today))
    return done
