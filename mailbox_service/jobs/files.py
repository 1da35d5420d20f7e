"""Tidying the folder of attachments: what nobody sent, what a crash left unfinished, and bytes no row names."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from functools import partial
from itertools import islice

import sqlalchemy as sa
from sqlmodel import Session, col, select

from mailbox_service.base import claim, clock
from mailbox_service.base.db import Database
from mailbox_service.base.files import Files
from mailbox_service.base.settings import Settings
from mailbox_service.mail.tables import Received
from mailbox_service.tickets.tables import Attachment, Upload

EVERY, LEASE = timedelta(hours=1), timedelta(minutes=10)
WAITS = timedelta(days=1)  # a file for its letter, and bytes for their row
BATCH = 500


async def tidy_files(db: Database, settings: Settings, *, now: datetime | None = None) -> int:
    """Tidy up, on one node, once an hour; answers how many files were thrown away."""
    at, files = now or clock.now(), Files(settings.files_dir)
    if not await db.writing(lambda s: claim.start_job(s, "files", now=at, lease=LEASE, every=EVERY)):
        return 0
    await db.writing(lambda session: _forget(session, at - WAITS))
    seconds = int(WAITS.total_seconds())
    keys = files.keys(older_than_seconds=seconds)
    done = await asyncio.to_thread(files.sweep, older_than_seconds=seconds)
    while batch := await asyncio.to_thread(_some, keys):
        named = await db.reading(partial(_named, keys=batch))
        for key in set(batch) - named:
            done += await asyncio.to_thread(files.remove, key)
    await db.writing(lambda session: claim.end_job(session, "files", now=at, outcome=f"{done} files"))
    return done


def _forget(session: Session, before: datetime) -> None:
    """Files that waited for a letter which was never sent."""
    session.connection().execute(sa.delete(Upload).where(col(Upload.at) < before))


def _some(keys: Iterator[str]) -> list[str]:
    return list(islice(keys, BATCH))


def _named(session: Session, keys: Sequence[str]) -> set[str]:
    """Which of these a row names. One statement: a file that just passes from form to letter is seen in either."""
    sent = select(Attachment.stored).where(col(Attachment.stored).in_(keys))
    waiting = select(Upload.stored).where(col(Upload.stored).in_(keys))
    came = select(Received.stored).where(col(Received.stored).in_(keys))
    return set(session.connection().execute(sa.union(sent, waiting, came)).scalars())
