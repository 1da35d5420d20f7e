"""Retention: letters whose years are over, and old spam, are put down for erasing, every night (DOMAIN §6).

In small batches: a letter that was put down stays so, whatever stops the work; the rest is found again.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from datetime import datetime, timedelta
from functools import partial

from mailbox_service.base import claim, clock
from mailbox_service.base.db import Database
from mailbox_service.base.settings import Settings
from mailbox_service.tickets.find import retention
from mailbox_service.tickets.find.retention import Due

BATCH = 100
NIGHT = range(1, 5)  # hours of the city
EVERY, LEASE = timedelta(hours=12), timedelta(hours=1)


async def retain(db: Database, settings: Settings, *, now: datetime | None = None) -> int:
    """Once a night, put down what is due; answers how many letters. `jobs.erase` takes their texts."""
    at = now or clock.now()
    if at.astimezone(settings.zone).hour not in NIGHT:
        return 0
    if not await db.writing(lambda s: claim.start_job(s, "retain", now=at, lease=LEASE, every=EVERY)):
        return 0
    done = 0
    try:
        async for due in batches(db, settings, at):
            done += await db.writing(partial(retention.empty, due=due, now=at))
    finally:
        await db.writing(lambda session: claim.end_job(session, "retain", now=at, outcome=f"{done} letters"))
    return done


async def batches(db: Database, settings: Settings, now: datetime) -> AsyncIterator[list[Due]]:
    """Everything that is due, a batch at a time."""
    border = years_before(now, settings.retention_years)
    finds: list[Callable[..., list[Due]]] = [
        partial(retention.over, before=border, limit=BATCH),
        partial(retention.old_spam, now=now, limit=BATCH),
    ]
    for find in finds:
        place = retention.START
        while due := await db.reading(partial(find, after=place)):
            place = due[-1].place
            yield due


def years_before(now: datetime, years: int) -> datetime:
    """The same moment so many years ago; 29 February becomes the 28th."""
    try:
        return now.replace(year=now.year - years)
    except ValueError:
        return now.replace(year=now.year - years, day=28)
