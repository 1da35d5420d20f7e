"""Published letters as the public search names them."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from typing import NamedTuple

import sqlalchemy as sa
from sqlmodel import Session, col

from mailbox_service.tickets.tables import Publication


class Found(NamedTuple):
    """Enough of a published letter for a hit's title, address and excerpt. `language` is the letter's."""

    id: int
    public_id: str
    language: str
    month: date
    subject: str
    letter: str
    reply: str


def letters(session: Session, publication_ids: Collection[int], topic_ids: Collection[int] = ()) -> dict[int, Found]:
    """Published letters by their rows' ids; what was taken down meanwhile is left out.

    With `topic_ids` only those on these subjects.
    """
    wanted = sa.select(
        col(Publication.id),
        col(Publication.public_id),
        col(Publication.letter_language),
        col(Publication.month),
        col(Publication.subject),
        col(Publication.letter),
        col(Publication.reply),
    ).where(
        col(Publication.id).in_(publication_ids),
        col(Publication.published_at).is_not(None),
        col(Publication.revoked_at).is_(None),
    )
    if topic_ids:
        wanted = wanted.where(col(Publication.topic_id).in_(topic_ids))
    return {row.id: Found(*row) for row in session.connection().execute(wanted)}
