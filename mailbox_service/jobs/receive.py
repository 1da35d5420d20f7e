"""From what came in to letters: fetch it where it lies elsewhere, look at each message, forget what became nothing."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import partial
from uuid import uuid4

from mailbox_service.base import claim, clock
from mailbox_service.base.db import Database
from mailbox_service.base.files import Files
from mailbox_service.base.settings import Settings
from mailbox_service.mail import imap, inbox, received
from mailbox_service.tickets.find.city import CityBook

EVERY, LEASE = timedelta(hours=1), timedelta(minutes=10)
EARLY = timedelta(seconds=1)
BATCH = 100

log = logging.getLogger(__name__)


async def receive(
    db: Database,
    settings: Settings,
    book: CityBook,
    *,
    now: datetime | None = None,
    stop: asyncio.Event | None = None,
) -> int:
    """Look at everything that waits, one message after the other; answers how many there were."""
    room, worker, done = inbox.Room(db, settings, book), uuid4().hex, 0
    while stop is None or not stop.is_set():
        at = now or clock.now()
        if not await db.reading(partial(received.is_waiting, now=at)) or not await inbox.process_next(room, worker, at):
            break
        done += 1
    return done


async def fetch(db: Database, settings: Settings, book: CityBook, *, now: datetime | None = None) -> int:
    """Fetch what lies in the mailbox elsewhere, on one node at a time; answers how many messages came."""
    at, every = now or clock.now(), timedelta(seconds=settings.imap_every_seconds) - EARLY
    if not await db.writing(lambda s: claim.start_job(s, "imap", now=at, lease=LEASE, every=every)):
        return 0
    outcome = "failed"
    try:
        came = await imap.poll(inbox.Room(db, settings, book), now=now)
        outcome = f"{came} messages"
    finally:
        await db.writing(lambda session: claim.end_job(session, "imap", now=at, outcome=outcome))
    return came


async def forget(db: Database, settings: Settings, *, now: datetime | None = None) -> int:
    """Once an hour take the bytes and texts of messages that became nothing and are too old; answers how many."""
    at, before = now or clock.now(), (now or clock.now()) - timedelta(days=settings.held_mail_days)
    if not await db.writing(lambda s: claim.start_job(s, "forget mail", now=at, lease=LEASE, every=EVERY)):
        return 0
    files, done = Files(settings.files_dir), 0
    while old := await db.reading(partial(received.outlived, before=before, limit=BATCH)):
        keys = await db.writing(partial(received.empty, old=old, now=at))
        await asyncio.to_thread(_remove, files, keys)
        done += len(keys)
    await db.writing(lambda session: claim.end_job(session, "forget mail", now=at, outcome=f"{done} messages"))
    return done


def _remove(files: Files, keys: Sequence[str]) -> None:
    """Take the bytes from the disk. What a crash leaves there no row names: `jobs.files` takes it."""
    for key in filter(None, keys):  # an erased letter has taken some along
        try:
            files.remove(key)
        except OSError as fault:
            log.error("The bytes of a message could not be erased: %s", fault.strerror)
