"""What everybody may know of a whole month. Restricted letters are in none of it.

Each count is rounded to 5 on its own, and a rate of fewer than 20 is not said (`shown`).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlmodel import Session, col

from mailbox_service.city.tables import RoleName
from mailbox_service.tickets.actor import Actor, Role
from mailbox_service.tickets.statistics import Rate
from mailbox_service.tickets.statistics.overview import REPLIED, promises
from mailbox_service.tickets.statistics.period import Month
from mailbox_service.tickets.tables import Round, Ticket
from mailbox_service.tickets.tables.words import ActorKind, Status

ROUNDED_TO = 5
SAID_FROM = 20
EVERYBODY = Actor(ActorKind.SYSTEM, roles=(Role(RoleName.AUDITOR),))  # reads as an auditor: nothing restricted


@dataclass(frozen=True, slots=True)
class PublicMonth:
    """A whole month in numbers that give nobody away. None is too few to be said."""

    month: Month
    received: int
    answered: int
    on_time: float | None
    on_time_n: int


def last_month(session: Session, day: date, zone: ZoneInfo) -> PublicMonth | None:
    """The month before the one that holds the day; None when fewer than 20 letters came in it.

    Received: letters that came in the month, without spam. Answered: rounds that ended in it with a reply, a
    refusal or a transfer the writer was told of. On time: the on-time rate of the rounds due in it (`promises`).
    """
    month = Month.of(day).before
    received = _received(session, month, zone)
    if received < SAID_FROM:
        return None
    kept = promises(session, EVERYBODY, month, day).extended
    rate, n = shown(kept)
    return PublicMonth(month, rounded(received), rounded(_answered(session, month)), rate, n)


def rounded(count: int) -> int:
    """The nearest multiple of 5."""
    return (count + ROUNDED_TO // 2) // ROUNDED_TO * ROUNDED_TO


def shown(rate: Rate) -> tuple[float | None, int]:
    """The rate as it may be said, in whole hundredths, and its n rounded; None from too few."""
    if rate.share is None or rate.n < SAID_FROM:
        return None, 0
    return round(rate.share, 2), rounded(rate.n)


def _received(session: Session, month: Month, zone: ZoneInfo) -> int:
    begins, ends = (datetime.combine(first, time(), zone) for first in (month.first, month.next.first))
    counted = sa.select(sa.func.count()).where(
        col(Ticket.received_at) >= begins,
        col(Ticket.received_at) < ends,
        col(Ticket.status) != Status.SPAM,
        ~col(Ticket.restricted),
    )
    return session.connection().execute(counted).scalar_one()


def _answered(session: Session, month: Month) -> int:
    counted = (
        sa.select(sa.func.count())
        .select_from(Round)
        .join(Ticket, col(Ticket.id) == col(Round.ticket_id))
        .where(
            col(Round.ended_on) >= month.first,
            col(Round.ended_on) < month.next.first,
            col(Round.outcome).in_(REPLIED),
            ~col(Ticket.restricted),
        )
    )
    return session.connection().execute(counted).scalar_one()
