"""The letters of one mail address: what "My letters" lists, for whoever reads that mailbox.

Addresses are the same whatever their capitals. A letter somebody has disowned ("I did not write
this") belongs to nobody's list, nor does spam.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, SQLModel

from mailbox_service.tickets.tables import Citizen, Ticket
from mailbox_service.tickets.tables.words import Status

MOST = 50

_ticket = SQLModel.metadata.tables[str(Ticket.__tablename__)]
_citizen = SQLModel.metadata.tables[str(Citizen.__tablename__)]
_same = sa.func.lower(_citizen.c.email) == sa.func.lower(sa.bindparam("address", type_=_citizen.c.email.type))
_theirs = sa.and_(_same, _ticket.c.mail_stopped_at.is_(None), _ticket.c.status != Status.SPAM)
_joined = _citizen.join(_ticket, _ticket.c.id == _citizen.c.ticket_id)

_LETTERS = (
    sa.select(
        *(_ticket.c[name] for name in (
            "id", "number", "code_generation", "status", "subject", "language", "received_at", "due_on", "provisional",
            "lead_department_id", "restricted", "wants_reply",
        )),
    )
    .select_from(_joined)
    .where(_theirs)
    .order_by(_ticket.c.id.desc())
    .limit(MOST)
)  # fmt: skip
_ONE = _LETTERS.where(_ticket.c.number == sa.bindparam("number"))
_REACHED = (
    sa.select(_citizen.c.email, _citizen.c.bounced_at)
    .select_from(_joined)
    .where(_theirs)
    .order_by(_citizen.c.bounced_at.is_(None), _ticket.c.id.desc())
    .limit(1)
)


def letters(session: Session, address: str) -> Sequence[Any]:
    """The newest letters of the address, newest first."""
    return session.connection().execute(_LETTERS, {"address": address}).all()


def letter(session: Session, address: str, number: str) -> Any | None:
    """One letter of the address, by its number; None when it is not on that list."""
    return session.connection().execute(_ONE, {"address": address, "number": number}).first()


def reached(session: Session, address: str) -> tuple[str, bool] | None:
    """The address as its letters have it, and whether mails to it came back; None when no letter has it."""
    row = session.connection().execute(_REACHED, {"address": address}).first()
    return None if row is None else (row.email, row.bounced_at is not None)
