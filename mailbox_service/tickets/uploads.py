"""Files that wait for the letter or message they came with, until that is sent or a day has passed.

The bytes lie in `base.files`; here are the rows that name them. What a file is and how large it may
be was decided when it came (`base.arrival`). Taking away bytes is the caller's, after the transaction;
what nobody sends is tidied away (`jobs.files`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, SQLModel, col, select

from mailbox_service.base import claim
from mailbox_service.base.arrival import Came
from mailbox_service.base.refusals import Refused
from mailbox_service.tickets import keep as kept
from mailbox_service.tickets.case import Case
from mailbox_service.tickets.tables import Attachment, Upload

HOUR_SECONDS = 3600
MOST_AT_ONCE = 500
MB = 1024 * 1024

_upload = SQLModel.metadata.tables[str(Upload.__tablename__)]


@dataclass(frozen=True, slots=True)
class Limits:
    """How many files go with one letter or message, and how many bytes together."""

    files: int
    together: int


def waiting(session: Session, holder: str) -> list[Upload]:
    """The files that wait for this form, oldest first."""
    rows = select(Upload).where(Upload.holder == holder).order_by(col(Upload.id)).limit(MOST_AT_ONCE)
    return list(session.exec(rows))


def keep(
    session: Session, holder: str, came: Sequence[Came], limits: Limits, *, now: datetime
) -> list[tuple[Came, Refused]]:
    """Let files wait, as many as the limits allow together with those that wait already; answers the others.

    Refused: "upload.many", "upload.together".
    """
    # Counting takes the holder's row until the end: two sendings of one form wait for each other.
    claim.count_try(session, "upload of a form", holder, HOUR_SECONDS, now)
    there, refused = waiting(session, holder), []
    count, together = len(there), sum(row.size for row in there)
    for one in came:
        if count >= limits.files:
            refused.append((one, Refused("upload.many", file=one.name, limit=limits.files)))
        elif together + one.size > limits.together:
            refused.append((one, Refused("upload.together", file=one.name, limit=f"{limits.together // MB} MB")))
        else:
            session.add(Upload(holder=holder, at=now, **_facts(one)))
            count, together = count + 1, together + one.size
    return refused


def remove(session: Session, holder: str, upload_id: int) -> str | None:
    """Take one waiting file of this form away; the key of its bytes, None when there was none."""
    gone = sa.delete(_upload).where(_upload.c.id == upload_id, _upload.c.holder == holder).returning(_upload.c.stored)
    return session.connection().execute(gone).scalar()


def take(session: Session, holder: str, *, now: datetime) -> list[Attachment]:
    """The form is sent: its files as attachments, for the verb to place; they wait no more."""
    rows = waiting(session, holder)
    if not rows:
        return []
    taking = sa.delete(_upload).where(_upload.c.id.in_([row.id for row in rows])).returning(_upload.c.id)
    ours = set(session.connection().execute(taking).scalars())  # not what somebody has just taken away
    return [attachment(row, now) for row in rows if row.id in ours]


def attachment(file: Came | Upload, now: datetime) -> Attachment:
    """A file that came or waited, for the verb to place."""
    return Attachment(ticket_id=0, at=now, **_facts(file))


def _facts(file: Came | Upload) -> dict[str, Any]:
    return {name: getattr(file, name) for name in ("name", "content_type", "size", "sha256", "stored")}


def attach(session: Session, case: Case, holder: str, *, now: datetime) -> None:
    """Hang the form's files on the case's newest message, after the case was stored, in the same transaction."""
    files = take(session, holder, now=now)
    for file in files:
        file.ticket_id, file.message_id = case.ticket.id, case.messages[-1].id
        case.attachments.append(file)
    if files:
        kept.insert(session, files)


def are_a_repeat(session: Session, ticket_id: int, holder: str, since: datetime) -> bool:
    """Whether every file that waits for this form came to the ticket just now: the same form sent twice."""
    just = select(Attachment.sha256).where(Attachment.ticket_id == ticket_id, col(Attachment.at) >= since)
    there = set(session.exec(just.limit(MOST_AT_ONCE)))
    return all(row.sha256 in there for row in waiting(session, holder))
