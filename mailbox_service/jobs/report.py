"""The reports people have ordered: on the first working day after the period, once for each person and period."""

from __future__ import annotations

from datetime import date, datetime
from functools import partial

from sqlmodel import Session

from mailbox_service.base import clock
from mailbox_service.base.db import Database
from mailbox_service.base.settings import Settings
from mailbox_service.city import choices, find
from mailbox_service.desk import reports
from mailbox_service.desk.reports import Due
from mailbox_service.mail import report as mails
from mailbox_service.tickets.find.city import CityBook
from mailbox_service.tickets.statistics import kept


async def report(db: Database, settings: Settings, book: CityBook, *, now: datetime | None = None) -> int:
    """Write the mails that are due, each in a transaction of its own that takes it first; answers how many."""
    at = now or clock.now()
    today = clock.day_in(settings.zone, at)
    due = await db.reading(partial(_due, book=book, today=today, now=at))
    return sum([await db.writing(partial(_tell, settings=settings, due=each, now=at)) for each in due])


def _due(session: Session, book: CityBook, today: date, now: datetime) -> list[Due]:
    """None while something waits to be counted: a mail is told once, and its figures stand."""
    due = reports.due(session, book.open(session).calendar, now)
    return [] if due and kept.is_waiting(session, today) else list(due)


def _tell(session: Session, settings: Settings, due: Due, now: datetime) -> bool:
    """Take it and write it, both or neither. False when another node was first."""
    person = find.person(session, due.person_id)
    if person is None or not reports.take(session, due):
        return False
    mails.write(session, choices.before(session, settings), person, due, now=now)
    return True
