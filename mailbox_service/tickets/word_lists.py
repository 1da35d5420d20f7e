"""SQLite's full text, written anew: its lists of words keep what was deleted until they are merged.

A delete there adds a second entry that hides the first. Only a merge of all lists drops both, and with
them the words of erased letters. It goes in small steps, so that nobody waits long for the database.
"""

from __future__ import annotations

import sqlalchemy as sa
from sqlmodel import Session

INDEXES = ("search_index", "public_index", "staff_index")
PAGES = 64  # written in one step: some 20 milliseconds

_CHANGES = sa.text("SELECT total_changes()")


def begin(session: Session, index: str) -> None:
    """Put all lists of the index down for merging."""
    _merge(session, index, -PAGES)


def go_on(session: Session, index: str) -> bool:
    """Merge some more pages; False when there was nothing left to merge."""
    before: int = session.connection().execute(_CHANGES).scalar_one()
    _merge(session, index, PAGES)
    after: int = session.connection().execute(_CHANGES).scalar_one()
    return after - before > 1  # as SQLite's manual says it: less than two changes mean nothing was done


def _merge(session: Session, index: str, pages: int) -> None:
    session.connection().exec_driver_sql(f"INSERT INTO {index}({index}, rank) VALUES ('merge', {pages})")
