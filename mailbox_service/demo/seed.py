"""Eighteen months of Qinghe, told once: letters that live their lives by the verbs the service itself uses.

Each letter is told from its arrival to where it stands now and stored whole, with ids of the moments
in which things happened. Letters are stored in batches in the order of their arrival; when it is
interrupted, the next run goes on with the batch that is missing.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import partial
from zlib import crc32

from sqlmodel import Session, select

from mailbox_service.base import claim, ids, tokens
from mailbox_service.base.db import Database
from mailbox_service.base.refusals import Refused
from mailbox_service.base.tables import JobRun
from mailbox_service.city import people
from mailbox_service.demo import articles, canned, city, clocks, desks
from mailbox_service.demo.hours import Hours
from mailbox_service.demo.plan import Plan, Unit
from mailbox_service.demo.scene import Scene
from mailbox_service.demo.tale import Tale
from mailbox_service.desk.tables import Draft
from mailbox_service.tickets import keep
from mailbox_service.tickets.find.city import CityBook
from mailbox_service.tickets.life import overdue
from mailbox_service.tickets.tables import Ticket

JOB = "demo"
BATCH = 40
UNTOLD = timedelta(days=3)  # of the newest letters: what happened since then is still told by mail

Progress = Callable[[int, int], None]


async def seed(db: Database, book: CityBook, password: str, *, now: datetime, progress: Progress) -> int:
    """Bring Qinghe to life; answers how many letters were added, 0 when it lives already."""
    stored = await people.hashed(password)
    until = await db.writing(lambda session: _begin(session, stored, now))
    if until is None:
        return 0
    book.forget()
    units = await db.reading(lambda session: _units(session, book, until))
    known = await db.reading(lambda session: set(session.exec(select(Ticket.once_key))))
    left = [unit for unit in units if unit.key not in known]
    total = len(left)
    for start in range(0, total, BATCH):
        progress(start, total)
        batch = left[start : start + BATCH]
        await db.writing(partial(_tell_all, batch=batch, until=until))
    progress(total, total)
    await db.writing(partial(_end, book=book, total=total, until=until, now=now))
    return total


def _end(session: Session, book: CityBook, total: int, until: datetime, now: datetime) -> None:
    with ids.as_of(until):
        cast = city.the_cast(session, until.date())
        desks.lay_out(session, book, cast, now=until)
        clocks.wind(desks.Desks(session, book, cast, until))
    claim.end_job(session, JOB, now=now, outcome=f"{total} letters")


def _begin(session: Session, password_hash: str, now: datetime) -> datetime | None:
    """Enter the city. Answers the moment up to which its story is told: that of the first try; None when told."""
    run = session.get(JobRun, JOB)
    if run is not None:
        return None if run.last_ended_at else run.last_started_at
    session.add(JobRun(name=JOB, last_started_at=now))
    city.found(session, password_hash, now=now)
    cast = city.the_cast(session, now.date())
    articles.publish(session, by=cast.people["kai"], now=now)
    canned.add(session, cast, now=now)
    return now


def _units(session: Session, book: CityBook, until: datetime) -> list[Unit]:
    cast = city.the_cast(session, until.date())
    return Plan(cast, book.open(session), until).units()


def _tell_all(session: Session, *, batch: list[Unit], until: datetime) -> None:
    for unit in batch:
        tell(session, unit, until)
        for tale in unit.tales:
            if tale.scene.case_ is not None:
                _store(session, tale, until, fresh=unit.fresh)


def tell(session: Session, unit: Unit, until: datetime) -> list[str]:
    """Let everything happen that lies before now. Answers what the rules refused: there a tale ends early."""
    refused: dict[int, str] = {}
    scenes = [tale.scene for tale in unit.tales]
    for scene in scenes:
        scene.number = partial(_number, session, scene)
    for moment in sorted((m for tale in unit.tales for m in tale.moments), key=lambda m: m.at):
        if moment.at > until:
            break
        for scene in scenes:
            _sweep(scene, moment.at)
        if id(moment.scene) in refused:
            continue
        moment.scene.now = moment.at.astimezone(UTC)
        try:
            with ids.as_of(moment.at):
                moment.turn(moment.scene, *moment.words)
        except (Refused, LookupError) as no:
            refused[id(moment.scene)] = f"{moment.scene.once_key} {moment.name}: {no}"
    for scene in scenes:
        _sweep(scene, until)
    return list(refused.values())


def _number(session: Session, scene: Scene) -> str:
    year = scene.city.calendar.day_of(scene.now).year
    return tokens.number_for(year, claim.next_number(session))


def _sweep(scene: Scene, until: datetime) -> None:
    """What the nightly sweep did meanwhile: reminders, lateness, closing, the end of a silence."""
    hours, nth = Hours(scene.city.calendar), timedelta(milliseconds=crc32(scene.once_key.encode()) % 1_200_000)
    while scene.case_ and scene.case.ticket.sweep_on:
        due = scene.case.ticket.sweep_on
        morning = hours.morning_of(due) + nth
        if morning > until:
            return
        with ids.as_of(morning):
            overdue.sweep(scene.case, now=morning.astimezone(UTC))
        if scene.case.ticket.sweep_on == due:
            return


def _store(session: Session, tale: Tale, until: datetime, *, fresh: bool) -> None:
    scene = tale.scene
    case = scene.case
    for event in case.events:
        if not fresh or event.at < until - UNTOLD:
            event.told_at = event.at
    keep.keep_new(session, case)
    writer = scene.officer.person_id
    if tale.stop == "sign" and case.lead and writer and tale.rng.random() < 0.6:
        begun = scene.letter.reply_zh.partition("\n\n")[0]
        session.add(Draft(ticket_id=case.ticket.id, text=begun, saved_by=writer, saved_at=scene.now))
