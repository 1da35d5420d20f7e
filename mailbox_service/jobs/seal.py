"""Sealing: new rows of the audit log and of the letters' histories are hung on the hash chain (`base.audit`)."""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import partial

from mailbox_service.base import audit, claim, clock
from mailbox_service.base.db import Database

EVENTS = audit.SealedSource(
    "event",
    (
        "id",
        "ticket_id",
        "round_no",
        "at",
        "act",
        "actor_kind",
        "person_id",
        "stands_for",
        "department_id",
        "status_before",
        "status_after",
        "facts",
    ),
)
SOURCES = (audit.AUDIT, EVENTS)  # what `mailbox audit verify` walks, too
LEASE = timedelta(minutes=2)
NIGHT = timedelta(days=1)


async def seal(db: Database, *, now: datetime | None = None) -> int:
    """Seal what is new, and once a day look for rows that were overlooked; one node at a time. Answers how many."""
    at, sealed = now or clock.now(), 0
    if not await db.writing(lambda session: claim.start_job(session, "seal", now=at, lease=LEASE)):
        return 0
    due = await db.writing(lambda s: claim.start_job(s, "seal all", now=at, lease=LEASE, every=NIGHT))
    try:
        sweep = due and await db.reading(lambda s: audit.are_overlooked(s, SOURCES, now=at))
        more = True
        while more:
            done = await db.writing(lambda session: audit.seal(session, SOURCES, now=at, sweep=sweep))
            sealed, more = sealed + done.count, done.more
    finally:
        await _end(db, at, sealed, due)
    return sealed


async def _end(db: Database, now: datetime, sealed: int, sweep: bool) -> None:
    names = ("seal", "seal all") if sweep else ("seal",)
    for name in names:
        await db.writing(partial(claim.end_job, name=name, now=now, outcome=f"{sealed} sealed"))
