"""SQLite's full-text indexes, brought together little by little: each transaction adds a piece to them.

FTS5 brings pieces together with the letters that come, some with each; but all at once, within one letter's
transaction, when there are more of one age than it puts up with (`crisismerge`). After a city was filled that was half
a minute in which nobody could write. So migrations let it put up with a thousand, and here pieces are brought together
in small steps, each a transaction of its own, between which others write. PostgreSQL looks after its own.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from functools import partial

import sqlalchemy as sa
from sqlmodel import Session

from mailbox_service.base.db import Database

STEP = 500  # pages: 2 MB of index, a twentieth of a second
CHANGED = 2  # rows at least, when FTS5 had something to do: https://www.sqlite.org/fts5.html, "The 'merge' Command"

INDEXES = "SELECT name FROM sqlite_master WHERE sql LIKE 'CREATE VIRTUAL TABLE%fts5%' ORDER BY name"

Progress = Callable[[int, int], None]


async def bring_together(
    db: Database, *, stop: asyncio.Event | None = None, step: int = STEP, progress: Progress | None = None
) -> int:
    """Bring together what lies in many pieces, until there are few of each age; answers how many steps that took.

    It may be interrupted and run again. `progress` is told how many pages of how many were looked at.
    """
    if not db.is_sqlite:
        return 0
    steps, indexes = 0, await db.reading(_indexes)
    pages = await db.reading(partial(_pages, indexes=indexes)) if progress else 0
    for index in indexes:
        while not (stop and stop.is_set()) and await db.writing(partial(_merge, index=index, pages=step)):
            steps += 1
            if progress:
                progress(min(steps * step, pages - 1), pages)
    if progress:
        progress(pages, pages)
    return steps


def _indexes(session: Session) -> Sequence[str]:
    return session.connection().execute(sa.text(INDEXES)).scalars().all()


def _pages(session: Session, indexes: Sequence[str]) -> int:
    counts = (session.connection().exec_driver_sql(f'SELECT count(*) FROM "{name}_data"') for name in indexes)
    return sum(count.scalar_one() for count in counts)


def _merge(session: Session, index: str, pages: int) -> bool:
    """Whether there was something to bring together. The name is our own."""
    connection = session.connection()
    driver = connection.connection.driver_connection
    assert driver is not None
    before: int = driver.total_changes
    connection.exec_driver_sql(f'INSERT INTO "{index}"("{index}", rank) VALUES (\'merge\', ?)', (pages,))
    return bool(driver.total_changes - before >= CHANGED)
