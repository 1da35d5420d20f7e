"""Figures: what acts and days have changed goes into facts and sums, a few seconds later; and is checked by night.

`rebuild` and `verify` are the same for an operator (`mailbox figures`). All of it goes in short steps beside the
running service, on any node.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import partial
from typing import TypeVar

import sqlalchemy as sa
from sqlmodel import Session, col

from mailbox_service.base import claim, clock
from mailbox_service.base.db import Database, Work
from mailbox_service.base.settings import Settings
from mailbox_service.city.workdays import Calendar
from mailbox_service.tickets.find.city import CityBook
from mailbox_service.tickets.statistics import anew, kept, state
from mailbox_service.tickets.tables import Ticket

NIGHT = range(1, 5)  # hours of the city
EVERY, LEASE = timedelta(hours=12), timedelta(hours=1)
A_NIGHT = 100_000  # letters that one night's check looks at; the next goes on after them

Progress = Callable[[int, int], None]
Answer = TypeVar("Answer")
log = logging.getLogger(__name__)


async def figures(db: Database, settings: Settings, book: CityBook, *, now: datetime | None = None) -> int:
    """Look again at every letter that was marked or has come due; answers how many."""
    today, done = clock.day_in(settings.zone, now or clock.now()), 0
    if not await db.reading(lambda session: state.knows_calendar(session, _calendar(session, book))):
        await db.writing(partial(_follow_calendar, book=book))
    while await db.reading(partial(kept.is_waiting, today=today)):
        step = await db.writing(partial(_step, book=book, today=today))
        if not step:  # another node is at it
            break
        done += step
    return done


def _follow_calendar(session: Session, book: CityBook) -> None:
    claim.alone(session, kept.ALONE, wait=True)
    state.follow_calendar(session, _calendar(session, book))


def _step(session: Session, book: CityBook, today: date) -> int:
    """Alone before the calendar is read: what another follows it by meanwhile would be counted by the former one."""
    return kept.step(session, _calendar(session, book), today) if claim.alone(session, kept.ALONE) else 0


def _calendar(session: Session, book: CityBook) -> Calendar:
    """The calendar in use. This node's copy may be older than the one that another has counted by: it is read anew."""
    if not state.knows_calendar(session, book.open(session).calendar):
        book.forget()
    return book.open(session).calendar


# --- From scratch ------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Rebuilt:
    """What a rebuild found: letters looked at, facts and rows of sums that were others."""

    letters: int
    facts: int
    sums: int


async def rebuild(
    db: Database,
    settings: Settings,
    book: CityBook,
    *,
    progress: Progress,
    now: datetime | None = None,
    piece: int = anew.PIECE,
) -> Rebuilt:
    """Make every fact and every sum anew. When it is interrupted, the next one goes on where it was.

    `piece` is how many letters a transaction looks at.
    """
    today = clock.day_in(settings.zone, now or clock.now())
    after = await db.reading(_goes_on_after)
    total = await db.reading(partial(_count, after=after))
    looked_at = facts = sums = 0
    while ids := await db.reading(partial(anew.letters, after=after, limit=piece)):
        progress(looked_at, total)
        facts += await db.writing(partial(_put_facts, book=book, ids=ids, today=today))
        after, looked_at = ids[-1], looked_at + len(ids)
    progress(looked_at, max(looked_at, total))
    for part in await db.reading(lambda session: list(anew.parts(session))):
        sums += await db.writing(partial(anew.put_sums, part=part))
    await db.writing(partial(state.remember, name=state.REBUILD, value={}))
    return Rebuilt(looked_at, facts, sums)


def _goes_on_after(session: Session) -> int:
    return int(state.remembered(session, state.REBUILD).get("after", 0))


def _count(session: Session, after: int) -> int:
    left = sa.select(sa.func.count()).select_from(Ticket).where(col(Ticket.id) > after)
    return int(session.connection().execute(left).scalar_one())


def _put_facts(session: Session, book: CityBook, ids: Sequence[int], today: date) -> int:
    others = anew.put_facts(session, _calendar(session, book), ids, today)
    state.remember(session, state.REBUILD, {"after": ids[-1]})
    return others


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a check found: letters and parts of sums looked at, and the first difference, "" for none."""

    letters: int
    parts: int
    difference: str
    last: int = 0


async def verify(
    db: Database,
    settings: Settings,
    book: CityBook,
    *,
    progress: Progress,
    now: datetime | None = None,
    after: int = 0,
    most: int | None = None,
) -> Verdict:
    """Compare the sums with the facts, and the facts of letters with what they say now.

    `after` and `most`: letters from an id on, and how many; `last` then says how far it came, 0 for to the end.
    """
    parts = await db.reading(lambda session: list(anew.parts(session)))
    for place, part in enumerate(parts):
        if difference := await _in_one_view(db, partial(anew.sum_difference, part=part)):
            return Verdict(0, place, difference, after)
    today = clock.day_in(settings.zone, now or clock.now())
    calendar = await db.reading(lambda session: _calendar(session, book))
    total, looked_at = await db.reading(partial(_count, after=after)), 0
    while ids := await db.reading(partial(anew.letters, after=after)):
        progress(looked_at, total)
        if difference := await _of_letters(db, calendar, list(ids), today):
            return Verdict(looked_at, len(parts), difference, after)
        after, looked_at = ids[-1], looked_at + len(ids)
        if most is not None and looked_at >= most:
            return Verdict(looked_at, len(parts), "", after)
    progress(looked_at, max(looked_at, total))
    return Verdict(looked_at, len(parts), "")


async def _in_one_view(db: Database, work: Work[Answer]) -> Answer:
    """On SQLite a look sees one state of the database; on PostgreSQL the lock of whoever changes figures gives one."""
    return await (db.reading(work) if db.is_sqlite else db.writing(work))


async def _of_letters(db: Database, calendar: Calendar, ids: list[int], today: date) -> str:
    if not (found := await db.reading(partial(anew.suspects, calendar=calendar, ids=ids, today=today))):
        return ""
    return await db.writing(partial(anew.proven, calendar=calendar, ids=sorted(found), today=today))


# --- By night ----------------------------------------------------------------------------------


async def check(db: Database, settings: Settings, book: CityBook, *, now: datetime | None = None) -> int:
    """Once a night, compare all sums and a part of the letters, and say so when they differ; answers how many letters.

    What it found stands on the overview (`state.of`), in the log and beside the job.
    """
    at = now or clock.now()
    if at.astimezone(settings.zone).hour not in NIGHT:
        return 0
    if not await db.writing(lambda s: claim.start_job(s, "figures", now=at, lease=LEASE, every=EVERY)):
        return 0
    outcome, found = "it was interrupted", Verdict(0, 0, "")
    try:
        begun = await db.reading(partial(state.remembered, name=state.CHECK))
        found = await verify(db, settings, book, progress=lambda *_: None, now=at, after=int(begun.get("last", 0)),
                             most=A_NIGHT)  # fmt: skip
        outcome = (
            f"they differ: {found.difference}" if found.difference else f"{found.letters} letters and all sums agree"
        )
        await db.writing(partial(state.checked, difference=found.difference, last=found.last, now=at))
        if found.difference:
            log.error("Figures and letters do not agree (%s). Run `mailbox figures rebuild`.", found.difference)
    finally:
        await db.writing(partial(claim.end_job, name="figures", now=at, outcome=outcome))
    return found.letters
