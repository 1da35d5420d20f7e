"""The files of a letter, for its writer: which there are, and one of them to be sent."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, SQLModel

from mailbox_service.tickets.tables import Attachment, Ticket
from mailbox_service.tickets.tables.words import Status

MOST = 500

_ticket = SQLModel.metadata.tables[str(Ticket.__tablename__)]
_file = SQLModel.metadata.tables[str(Attachment.__tablename__)]
_id = sa.bindparam("id", type_=sa.BigInteger)

HAS_FILES = sa.exists().where(_file.c.ticket_id == _ticket.c.id).label("has_files")  # a column for who reads the ticket
_OF_LETTER = (
    sa.select(_file.c.id, _file.c.message_id, _file.c.name, _file.c.content_type, _file.c.size)
    .where(_file.c.ticket_id == _id)
    .order_by(_file.c.id)
    .limit(MOST)
)
_ONE = (
    sa.select(_file.c.name, _file.c.content_type, _file.c.size, _file.c.stored)
    .select_from(_file.join(_ticket, _ticket.c.id == _file.c.ticket_id))
    .where(
        _file.c.id == sa.bindparam("file", type_=sa.BigInteger),
        _ticket.c.id == _id,
        _ticket.c.number == sa.bindparam("number"),
        _ticket.c.code_generation == sa.bindparam("generation"),
        _ticket.c.status != Status.SPAM,
    )
)


def of_letter(session: Session, ticket_id: int) -> Sequence[Any]:
    """The letter's files in the order in which they came, each with its message."""
    return session.connection().execute(_OF_LETTER, {"id": ticket_id}).all()


def one(session: Session, ticket_id: int, generation: int, number: str, file_id: int) -> Any | None:
    """A file of the letter that was opened with this code; None when they don't belong together."""
    facts = {"id": ticket_id, "generation": generation, "number": number, "file": file_id}
    return session.connection().execute(_ONE, facts).first()
