"""Why mails to citizens did not arrive."""

from __future__ import annotations

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
    sa.column("failed_at", _MOMENT),
)


class Reason(StrEnum):
    """Why a mail was not delivered; what was held back on purpose is told apart from what failed."""

    NO_SUCH_ADDRESS = "no_such_address"
    REFUSED = "refused"
    GAVE_UP = "gave_up"
    BOUNCED = "bounced"
    HELD_BACK = "held_back"

    @classmethod
    def of(cls, failure: str) -> Reason:
        """From the post room's short code: an SMTP code, "gave up: …", or why it was held back."""
        if failure.startswith("gave up"):
            return cls.GAVE_UP
        if failure in ("550", "551", "553"):
            return cls.NO_SUCH_ADDRESS
        if failure[:1].isdigit() or not failure:
            return cls.REFUSED
        return cls.BOUNCED if failure == "bounced" else cls.HELD_BACK


def failures(session: Session, period: Period, zone: ZoneInfo, slice_: Slice = EVERYTHING) -> Mapping[Reason, int]:
    """How many mails to citizens failed in the period, by reason, as the post room wrote it down then."""
    begins, ends = shared.moments(period, zone)
    counted = (
        sa.select(_mail.c.failure, sa.func.count())
        .join(Ticket, col(Ticket.id) == _mail.c.ticket_id)
        .where(_mail.c.failed_at.is_not(None), _mail.c.failed_at >= begins, _mail.c.failed_at < ends)
        .where(_mail.c.recipient == "citizen", *shared.counts())
        .where(*shared.part(slice_, counting.families(session)))
        .group_by(_mail.c.failure)
    )
    found: Counter[Reason] = Counter()
    for failure, n in session.connection().execute(counted):
        found[Reason.of(failure)] += n
    return found
