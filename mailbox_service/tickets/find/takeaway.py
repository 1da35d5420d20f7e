"""What a citizen takes away of a letter beside what its page shows: files, every round, every rating."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, SQLModel

from mailbox_service.tickets.find.citizen import Letter, letter
from mailbox_service.tickets.tables import Attachment, Rating, Round, Ticket
from mailbox_service.tickets.tables.words import MessageKind

FROM_CITIZENS = frozenset({MessageKind.LETTER, MessageKind.ADDITION, MessageKind.ANSWER})

_ticket, _round, _rating, _file = (
    SQLModel.metadata.tables[str(model.__tablename__)] for model in (Ticket, Round, Rating, Attachment)
)
_id = sa.bindparam("id", type_=sa.BigInteger)


def _of_letter(table: sa.Table, *names: str) -> sa.Select[Any]:
    return sa.select(*(table.c[name] for name in names)).where(table.c.ticket_id == _id).order_by(table.c.id)


_ROUNDS = _of_letter(
    _round, "no", "reason", "begun_at", "original_due_on", "due_on", "extended_days", "paused_days", "ended_at",
    "outcome", "review_outcome",
)  # fmt: skip
_RATINGS = _of_letter(_rating, "round_no", "satisfaction", "solved", "reason", "at")
_FILES = _of_letter(_file, "id", "message_id", "name", "content_type", "size", "sha256", "stored", "at")
_MORE = sa.select(*(_ticket.c[name] for name in ("channel", "wants_reply", "privacy_version", "topic_id"))).where(
    _ticket.c.id == _id
)


@dataclass(frozen=True, slots=True)
class Everything:
    """A letter as its writer sees it, and the rest of what is kept about it and is theirs."""

    letter: Letter
    more: Any
    rounds: Sequence[Any]
    ratings: Sequence[Any]
    files: Sequence[Any]


def everything(session: Session, ticket_id: int, generation: int, number: str) -> Everything | None:
    """All of it; None when id, number and code generation don't belong together. Of files, those with their bytes."""
    found = letter(session, ticket_id, generation, number)
    if found is None:
        return None
    run, key = session.connection().execute, {"id": ticket_id}
    return Everything(
        found,
        run(_MORE, key).one(),
        run(_ROUNDS, key).all(),
        run(_RATINGS, key).all(),
        run(_FILES, key).all() if found.head.emptied_at is None else (),
    )
