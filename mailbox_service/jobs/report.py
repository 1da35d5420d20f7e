"""The reports people have ordered: on the first working day after the period, once for each person and period."""

from __future__ import annotations

from datetime import datetime
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


async def report(db: Database, settings: Settings, book: CityBook, *, now: datetime | None = None) -> int:
    """Write the mails that are due, each in a transaction of its own that takes it first; answers how many."""
    at = now or clock.now()
    due = await db.reading(lambda session: reports.due(session, book.open(session).calendar, at))
    return sum([await db.writing(partial(_tell, settings=settings, due=each, now=at)) for each in due])


def _tell(session: Session, settings: Settings, due: Due, now: datetime) -> bool:
    """Take it and write it, both or neither. False when another node was first."""
    person = find.person(session, due.person_id)
    if person is None or not reports.take(session, due):
        return False
    mails.write(session, choices.before(session, settings), person, due, now=now)
    return True
