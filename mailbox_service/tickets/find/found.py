"""Published letters as the public search names them."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date
from typing import NamedTuple

import sqlalchemy as sa
from sqlmodel import Session, col

from mailbox_service.base.looks import Looks, Row, Rows, Several
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


def letters(session: Session, publication_ids: Collection[int]) -> dict[int, Found]:
    """Published letters by their rows' ids; what was taken down meanwhile is left out."""
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
    return {row.id: Found(*row) for row in session.connection().execute(wanted)}


def of_area(session: Session, publication_ids: Collection[int], topic_ids: Collection[int]) -> set[int]:
    """Which of the published letters are of one of the topics."""
    known = (col(Publication.id).in_(publication_ids), col(Publication.topic_id).in_(topic_ids))
    return set(session.connection().execute(sa.select(col(Publication.id)).where(*known)).scalars())


def titles(publication_ids: Sequence[int], rows: Rows) -> list[Row]:
    """Id, address and subject of the letters that `TITLES` has found, in the order of the ids.

    What was taken down meanwhile is left out.
    """
    found = {row.id: row for row in rows("titles")}
    return [found[id_] for id_ in publication_ids if id_ in found]


SOME = Several("publication", 3)
TITLES = Looks(
    titles=sa.select(col(Publication.id), col(Publication.public_id), col(Publication.subject)).where(
        col(Publication.id).in_(SOME.params),
        col(Publication.published_at).is_not(None),
        col(Publication.revoked_at).is_(None),
    )
)  # by the facts of `SOME`
