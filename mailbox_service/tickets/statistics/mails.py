"""Why mails to citizens did not arrive."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from enum import StrEnum
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlmodel import Session, SQLModel, col

from mailbox_service.tickets.statistics import counting, shared
from mailbox_service.tickets.statistics.period import Period
from mailbox_service.tickets.statistics.slices import EVERYTHING, Slice
from mailbox_service.tickets.tables import Ticket

_MOMENT = SQLModel.metadata.tables["ticket"].c.received_at.type
_mail = sa.table(  # the post room's
    "mail",
    *(sa.column(name) for name in ("ticket_id", "recipient", "failure")),
    *(sa.column(name, _MOMENT) for name in ("failed_at", "bounced_at")),
)
_ENHANCED = re.compile(r"5\.(\d+)\.\d+")  # RFC 3463, alone or after the plain code
_OF_ADDRESSES = ("1", "2", "4")
_NO_SUCH = ("550", "551", "553")


class Reason(StrEnum):
    """Why a mail was not delivered; what was held back on purpose is told apart from what failed."""

    NO_SUCH_ADDRESS = "no_such_address"
    REFUSED = "refused"
    GAVE_UP = "gave_up"
    BOUNCED = "bounced"
    HELD_BACK = "held_back"

    @classmethod
    def of(cls, failure: str, *, came_back: bool = False) -> Reason:
        """From the post room's short code: a server's ("550", "550 5.1.1"), "gave up: …", or why it was held back.

        `came_back`: after it had left. What a newer mail to a mended address stands for had had none.
        """
        if failure.startswith("gave up"):
            return cls.GAVE_UP
        if enhanced := _ENHANCED.search(failure):
            return cls.NO_SUCH_ADDRESS if enhanced[1] in _OF_ADDRESSES else cls.REFUSED
        if failure in (*_NO_SUCH, "superseded"):
            return cls.NO_SUCH_ADDRESS
        if failure[:1].isdigit() or not failure or came_back:
            return cls.REFUSED
        return cls.BOUNCED if failure == "bounced" else cls.HELD_BACK


def failures(session: Session, period: Period, zone: ZoneInfo, slice_: Slice = EVERYTHING) -> Mapping[Reason, int]:
    """How many mails to citizens failed or came back in the period, by reason, as the post room wrote it down then."""
    begins, ends = shared.moments(period, zone)
    part = shared.part(slice_, counting.families(session))
    found: Counter[Reason] = Counter()
    for at, came_back in ((_mail.c.failed_at, False), (_mail.c.bounced_at, True)):  # each has an index of its own
        counted = (
            sa.select(_mail.c.failure, sa.func.count())
            .join(Ticket, col(Ticket.id) == _mail.c.ticket_id)
            .where(at.is_not(None), at >= begins, at < ends)
            .where(_mail.c.recipient == "citizen", *shared.counts(), *part)
            .group_by(_mail.c.failure)
        )
        for failure, n in session.connection().execute(counted):
            found[Reason.of(failure, came_back=came_back)] += n
    return found
