"""From events to mails: each event not yet told is claimed, its mails written and stored, in one transaction."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import partial

import sqlalchemy as sa
from sqlmodel import Session, col, select

from mailbox_service.base import claim, clock, stops
from mailbox_service.base.db import Database
from mailbox_service.base.settings import Settings
from mailbox_service.city import choices
from mailbox_service.mail import compose, notices, undeliverable
from mailbox_service.mail.tables import Mail
from mailbox_service.tickets import calling, keep
from mailbox_service.tickets.acts import Act
from mailbox_service.tickets.find.city import CityBook
from mailbox_service.tickets.tables import Call, Citizen, Event, Ticket

BATCH = 25  # on SQLite nobody writes while these are being rendered
HOLD_BACK = timedelta(minutes=5)

log = logging.getLogger(__name__)


async def notify(
    db: Database,
    settings: Settings,
    book: CityBook,
    *,
    now: datetime | None = None,
    failing: dict[int, datetime] | None = None,
) -> int:
    """Tell every event that waits; answers how many mails were written.

    `failing` remembers the events whose mails could not be written and until when they are left
    alone, so that one of them holds up nobody else.
    """
    at, held, after, written = now or clock.now(), {} if failing is None else failing, 0, 0
    while await db.reading(partial(_waits, after=after, held=held, now=at)):
        tell = partial(_tell, settings=settings, book=book, after=after, held=held, now=at)
        last, count = await db.writing(tell)
        after, written = max(last, after), written + count
        if not last:
            break
    return written


def tell_nobody(session: Session, now: datetime) -> int:
    """Mark every event as told without a mail: for a history that was made up or brought in; answers how many."""
    return claim.claim(session, Event, col(Event.told_at).is_(None), told_at=now)


def _waits(session: Session, after: int, held: dict[int, datetime], now: datetime) -> bool:
    return session.exec(select(Event.id).where(*_untold(after, held, now)).limit(1)).first() is not None


def _untold(after: int, held: dict[int, datetime], now: datetime) -> list[sa.ColumnElement[bool]]:
    left_alone = [event for event, until in held.items() if until > now]
    return [col(Event.told_at).is_(None), col(Event.id) > after, col(Event.id).not_in(left_alone)]


def _tell(
    session: Session, settings: Settings, book: CityBook, after: int, held: dict[int, datetime], now: datetime
) -> tuple[int, int]:
    """Claim a batch and store its mails; answers the last event's id (0: there was none) and how many mails."""
    due = sa.and_(*_untold(after, held, now))
    ids = claim.claim_batch(session, Event, due=due, lease=Event.told_at, now=now, until=now, limit=BATCH)
    mails: list[Mail] = []
    calls: list[Call] = []
    for occasion in _occasions(session, choices.before(session, settings) if ids else settings, book, ids, now):
        try:
            mails += compose.mails_of(occasion)
            if occasion.event.act == Act.CORRECT_CONTACT and occasion.citizen and not occasion.citizen.bounced_at:
                undeliverable.send_missed(session, occasion.citizen, now=now)
            call = calling.owed(occasion.event, notices.for_citizen(occasion.event), occasion.citizen)
            calls += [call] if call else []
        except Exception as fault:
            _hold_back(session, occasion.event.id, fault, held, now)
    keep.insert(session, mails)
    keep.insert(session, calls)
    stops.reach("after-rendering")
    return (ids[-1] if ids else 0), len(mails)


def _occasions(
    session: Session, settings: Settings, book: CityBook, ids: Sequence[int], now: datetime
) -> list[compose.Occasion]:
    events = session.exec(select(Event).where(col(Event.id).in_(ids)).order_by(col(Event.id))).all()
    letters = {event.ticket_id for event in events}
    tickets = {t.id: t for t in session.exec(select(Ticket).where(col(Ticket.id).in_(letters)))}
    citizens = {c.ticket_id: c for c in session.exec(select(Citizen).where(col(Citizen.ticket_id).in_(letters)))}
    return [
        compose.Occasion(
            session, settings, book.open(session), event, tickets[event.ticket_id], citizens.get(event.ticket_id), now
        )
        for event in events
    ]


def _hold_back(session: Session, event_id: int, fault: Exception, held: dict[int, datetime], now: datetime) -> None:
    """The event stays untold. Only the fault's kind and place are logged: its text may quote a letter."""
    held[event_id] = now + HOLD_BACK
    claim.claim(session, Event, Event.id == event_id, told_at=None)
    log.error("The mails of event %s could not be written: %s", event_id, type(fault).__name__)
