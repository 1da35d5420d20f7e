"""The timetable, and the one process that keeps to it. A job that fails is logged and tried again; the others go on."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime
from traceback import extract_tb

from mailbox_service.base import pieces
from mailbox_service.base.db import Database
from mailbox_service.base.settings import Settings
from mailbox_service.jobs import (
    alike,
    calendar,
    deadlines,
    deliver,
    digest,
    erase,
    figures,
    files,
    notify,
    publish,
    receive,
    report,
    retain,
    seal,
    tidy,
)
from mailbox_service.mail import (
    inbox,
    lmtp,
    outbox,
    received,
)
from mailbox_service.tickets.find.city import CityBook

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Job:
    """One line of the timetable. `wakes` names a job that has work as soon as this one has done something."""

    name: str
    every_seconds: float
    work: Callable[[], Awaitable[int]]
    wakes: str = ""
    knock: asyncio.Event = field(default_factory=asyncio.Event)


def timetable(db: Database, settings: Settings, book: CityBook, stop: asyncio.Event) -> list[Job]:
    """Every job and how often it looks for work. Looking costs one short SELECT."""
    failing: dict[int, datetime] = {}
    elsewhere = [Job("fetch mail", settings.imap_every_seconds, lambda: receive.fetch(db, settings, book), "receive")]
    unswept: dict[int, datetime] = {}
    return [
        *(elsewhere if settings.imap_host else ()),
        Job("receive", 1.0, lambda: receive.receive(db, settings, book, stop=stop), wakes="notify"),
        Job("forget mail", 600.0, lambda: receive.forget(db, settings)),
        Job("notify", 0.5, lambda: notify.notify(db, settings, book, failing=failing), wakes="deliver"),
        Job("deliver", 1.0, lambda: deliver.deliver(db, settings, book, stop=stop)),
        Job("alike", 2.0, lambda: alike.find_likes(db)),
        Job("figures", 2.0, lambda: figures.figures(db, settings, book)),
        Job("check figures", 600.0, lambda: figures.check(db, settings, book)),
        Job("calendar", 10.0, lambda: calendar.follow_calendar(db, book)),
        Job("deadlines", 60.0, lambda: deadlines.deadlines(db, settings, book, failing=unswept), wakes="notify"),
        Job("digest", 300.0, lambda: digest.digest(db, settings, book), wakes="deliver"),
        Job("seal", 20.0, lambda: seal.seal(db)),
        Job("publish", 60.0, lambda: publish.publish(db, settings, book)),
        Job("report", 60.0, lambda: report.report(db, settings, book), wakes="deliver"),
        Job("pieces", 600.0, lambda: pieces.bring_together(db, stop=stop)),
        Job("tidy", 600.0, lambda: tidy.tidy(db)),
        Job("retain", 600.0, lambda: retain.retain(db, settings), wakes="erase"),
        Job("erase", 15.0, lambda: erase.erase(db, settings)),
        Job("files", 600.0, lambda: files.tidy_files(db, settings)),
    ]


async def run(db: Database, settings: Settings, book: CityBook, stop: asyncio.Event) -> None:
    """Keep to the timetable until told to stop; what is being done then is finished first."""
    if settings.is_sqlite:  # one process writes to this file: whoever held a mail is gone
        await _do(Job("let go", 0, lambda: db.writing(outbox.let_go)))
        await _do(Job("let go", 0, lambda: db.writing(received.let_go)))
    if not settings.smtp_host:
        log.warning("MAILBOX_SMTP_HOST is not set: mails are written and wait.")
    jobs = timetable(db, settings, book, stop)
    knocks = {job.name: job.knock for job in jobs}
    async with lmtp.listening(inbox.Room(db, settings, book)):
        await asyncio.gather(*(_keep(job, knocks, stop) for job in jobs))


async def run_once(db: Database, settings: Settings, book: CityBook, *, now: datetime | None = None) -> None:
    """Do everything that is due, once and in order: for tests, the demonstration and the command line."""
    await receive.receive(db, settings, book, now=now)
    await alike.find_likes(db, now=now)
    await calendar.follow_calendar(db, book, now=now)
    await deadlines.deadlines(db, settings, book, now=now)
    await notify.notify(db, settings, book, now=now)
    await figures.figures(db, settings, book, now=now)
    await report.report(db, settings, book, now=now)
    await digest.digest(db, settings, book, now=now)
    await deliver.deliver(db, settings, book, now=now)
    await figures.figures(db, settings, book, now=now)
    await figures.check(db, settings, book, now=now)
    await publish.publish(db, settings, book, now=now)
    await seal.seal(db, now=now)
    await pieces.bring_together(db)
    await tidy.tidy(db, now=now)
    await retain.retain(db, settings, now=now)
    await erase.erase(db, settings, now=now)
    await receive.forget(db, settings, now=now)
    await files.tidy_files(db, settings, now=now)


async def _keep(job: Job, knocks: dict[str, asyncio.Event], stop: asyncio.Event) -> None:
    while not stop.is_set():
        job.knock.clear()
        if await _do(job) and job.wakes:
            knocks[job.wakes].set()
        await _rest(job, stop)


async def _do(job: Job) -> int:
    try:
        return await job.work()
    except Exception as fault:  # its text may quote a letter: only its kind and place are logged
        place = extract_tb(fault.__traceback__)[-1]
        log.error("The job %s failed: %s in %s:%s", job.name, type(fault).__name__, place.name, place.lineno)
        return 0


async def _rest(job: Job, stop: asyncio.Event) -> None:
    """Until it is time again, somebody knocks, or all is over."""
    waits = [asyncio.create_task(job.knock.wait()), asyncio.create_task(stop.wait())]
    await asyncio.wait(waits, timeout=job.every_seconds, return_when=asyncio.FIRST_COMPLETED)
    for wait in waits:
        wait.cancel()
    await asyncio.gather(*waits, return_exceptions=True)
