"""What figures that are not of rounds have in common: which letters count, and the days of a period as moments."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlmodel import col

from mailbox_service.tickets.statistics.counting import Families
from mailbox_service.tickets.statistics.period import Period
from mailbox_service.tickets.statistics.slices import NONE, Dimension, Slice
from mailbox_service.tickets.tables import Party, Ticket
from mailbox_service.tickets.tables.words import Status

Condition = sa.ColumnElement[bool]
_COLUMNS = {
    Dimension.OFFICE: col(Ticket.lead_department_id),
    Dimension.KIND: col(Ticket.kind),
    Dimension.TOPIC: col(Ticket.topic_id),
    Dimension.LANGUAGE: col(Ticket.language),
    Dimension.CHANNEL: col(Ticket.channel),
}


def counts() -> list[Condition]:
    """The letters that figures are about: neither spam nor restricted, and nobody is complained about."""
    complained = sa.exists().where(col(Party.ticket_id) == col(Ticket.id))
    return [~col(Ticket.restricted), col(Ticket.status) != Status.SPAM, ~complained]


def part(slice_: Slice, within: Families, *, without: Sequence[Dimension] = ()) -> list[Condition]:
    """What a slice asks of a letter as it stands now."""
    return [
        _COLUMNS[by].is_(None) if key == NONE else _COLUMNS[by].in_(within.values(by, key, below=slice_.below))
        for by, key in slice_.filters.items()
        if by not in without
    ]


def moments(period: Period, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """When the period begins, and when the day after it does."""
    return (
        datetime.combine(period.first, time(), zone),
        datetime.combine(period.last + timedelta(days=1), time(), zone),
    )
