"""Erasing: what a decision or the years have emptied goes from every room's tables, and its files from the disk.

The order makes a crash harmless at every point. First the letters, and the mails by which they came, stand on the
list of erasures, which lies outside the database. Then their texts go, in one transaction. Then the files' bytes,
then what SQLite's lists of words and its log still hold. Only then is it written down that all has gone; whatever was
not finished is done again, and doing it again changes nothing.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import partial

import sqlalchemy as sa
from sqlalchemy.orm import aliased
from sqlmodel import Session, col, select

from mailbox_service.base import audit, claim, clock, erasures, stops, texts
from mailbox_service.base.db import Database
from mailbox_service.base.files import Files
from mailbox_service.base.settings import Settings
from mailbox_service.desk.texts import TEXTS as DESK_TEXTS
from mailbox_service.mail import received
from mailbox_service.mail.texts import FILES as MAIL_FILES
from mailbox_service.mail.texts import TEXTS as MAIL_TEXTS
from mailbox_service.tickets import grouping, word_lists
from mailbox_service.tickets.tables import Attachment, Publication, Ticket
from mailbox_service.tickets.texts import FILES as TICKET_FILES
from mailbox_service.tickets.texts import TEXTS as TICKET_TEXTS

TEXTS = (*TICKET_TEXTS, *DESK_TEXTS, *MAIL_TEXTS)
FILES = (TICKET_FILES, MAIL_FILES)
BATCH = 50
LEASE = timedelta(minutes=2)  # who takes longer is joined by another, which does no harm
SETTLE = timedelta(seconds=30)  # whoever was just writing about the letter has committed by then
FOLDS = 5

log = logging.getLogger(__name__)


async def erase(db: Database, settings: Settings, *, now: datetime | None = None, settle: timedelta = SETTLE) -> int:
    """Erase every letter that was emptied longer than `settle` ago; answers how many have gone altogether."""
    at = now or clock.now()
    if not await db.reading(partial(_waiting, before=at - settle, after=0)):
        return 0
    if not await db.writing(lambda s: claim.start_job(s, "erase", now=at, lease=LEASE)):
        return 0
    files, after, done = Files(settings.files_dir), 0, 0
    gone: list[int] = []
    try:
        while ids := await db.reading(partial(_waiting, before=at - settle, after=after)):
            after = ids[-1]
            came = await db.reading(partial(received.ids_of, ticket_ids=ids))
            await asyncio.to_thread(erasures.add, settings.erasures_file, [*ids, *came], at)
            gone += await _erase(db, files, ids, at)
        if gone:
            await wipe(db)
        for start in range(0, len(gone), BATCH):
            some = gone[start : start + BATCH]
            await db.writing(partial(_write_down, ids=some, now=at))
            done += len(some)
    finally:
        await db.writing(lambda session: claim.end_job(session, "erase", now=at, outcome=f"{done} letters"))
    return done


def _waiting(session: Session, before: datetime, after: int) -> Sequence[int]:
    """The next letters whose text is to go, oldest first."""
    rest = select(Ticket.id).where(
        col(Ticket.emptied_at).is_not(None), col(Ticket.erased_at).is_(None), col(Ticket.id) > after
    )
    return session.exec(rest.where(col(Ticket.emptied_at) <= before).order_by(col(Ticket.id)).limit(BATCH)).all()


async def _erase(db: Database, files: Files, ids: Sequence[int], now: datetime) -> list[int]:
    """Take texts and bytes of these letters; answers those of which nothing is left but words in lists."""
    stops.reach("erasure-listed")
    keys = await db.writing(partial(_take_texts, ids=ids, now=now))
    stops.reach("erasure-without-texts")
    left = await asyncio.to_thread(_remove, files, keys)
    stops.reach("erasure-without-files")
    return [letter for letter in ids if letter not in left]


def _take_texts(session: Session, ids: Sequence[int], now: datetime) -> list[tuple[int, str]]:
    """Take every text of these letters; answers their files, as (letter, key), but not those another letter names."""
    claim.claim(session, Publication, col(Publication.ticket_id).in_(ids), col(Publication.revoked_at).is_(None),
                revoked_at=now)  # fmt: skip
    texts.empty(session, TEXTS, ids)
    grouping.forget(session, ids)
    other = aliased(Attachment)
    shared = sa.exists().where(col(other.stored) == col(Attachment.stored), col(other.ticket_id).not_in(ids))
    named = select(Attachment.ticket_id, Attachment.stored).where(
        col(Attachment.ticket_id).in_(ids), col(Attachment.stored) != "", ~shared
    )
    return [*session.exec(named.order_by(col(Attachment.id))), *received.files_of(session, ids)]


def _remove(files: Files, keys: Sequence[tuple[int, str]]) -> set[int]:
    """Take the bytes from the disk; answers the letters of which some could not be taken. They are tried again."""
    left: set[int] = set()
    for letter, key in keys:
        try:
            files.remove(key)
        except OSError as fault:
            log.error("A file of letter %s could not be erased: %s", letter, fault.strerror)
            left.add(letter)
    return left


def _write_down(session: Session, ids: Sequence[int], now: datetime) -> None:
    """Forget where the files lay, and say in the log that these letters have gone."""
    texts.empty(session, FILES, ids)
    for letter in ids:
        if claim.claim(session, Ticket, Ticket.id == letter, col(Ticket.erased_at).is_(None), erased_at=now):
            audit.record(session, "letter.erased", by=None, now=now, about=("ticket", letter))


async def wipe(db: Database) -> None:
    """On SQLite: leave nothing of what was taken in the lists of words and in the log beside the file."""
    if not db.is_sqlite:
        return
    for index in word_lists.INDEXES:
        await db.writing(partial(word_lists.begin, index=index))
        more = True
        while more:  # citizens write between two steps
            more = await db.writing(partial(word_lists.go_on, index=index))
    for _ in range(FOLDS):
        if await db.fold():
            return
    log.info("The database's log is emptied later: somebody is reading.")
