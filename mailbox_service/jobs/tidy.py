"""Tidying: sign-ins that are over, windows that are over, who was at a letter, old mails' bodies."""

from __future__ import annotations

from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlmodel import Session, col

from mailbox_service.base import claim, clock
from mailbox_service.base.db import Database
from mailbox_service.base.tables import Session as SignIn
from mailbox_service.desk import presence
from mailbox_service.mail import outbox

EVERY, LEASE = timedelta(hours=1), timedelta(minutes=10)
WINDOWS, BODIES = timedelta(days=2), timedelta(days=30)


async def tidy(db: Database, *, now: datetime | None = None) -> int:
    """Tidy up, on one node, once an hour; answers how many rows were taken away or emptied."""
    at = now or clock.now()
    if not await db.writing(lambda s: claim.start_job(s, "tidy", now=at, lease=LEASE, every=EVERY)):
        return 0
    done = await db.writing(lambda session: _forget(session, at))
    while emptied := await db.writing(lambda session: outbox.empty_old(session, at - BODIES, at)):
        done += emptied
    await db.writing(lambda session: claim.end_job(session, "tidy", now=at, outcome=f"{done} rows"))
    return done


def _forget(session: Session, now: datetime) -> int:
    over = sa.delete(SignIn).where(col(SignIn.expires_at) < now)
    signed_out: int = session.connection().execute(over).rowcount
    gone = presence.forget(session, now - presence.BELIEVED)
    return signed_out + gone + claim.forget_tries(session, now - WINDOWS)
