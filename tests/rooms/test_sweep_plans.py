"""However many letters are stored, the sweep reads those that are due, and no row twice (`benchmarks/sweep.py`)."""

from __future__ import annotations

from functools import partial

from sqlmodel import Session

from mailbox_service.base.db import Database
from mailbox_service.jobs import deadlines
from tests.rooms import sweeping

STORED, DUE = 100_000, 2_000


async def test_the_sweep_reads_at_most_twice_the_rows_that_are_due(db: Database) -> None:
    await db.writing(partial(sweeping.many_letters, stored=STORED, due=DUE))

    found, rows, plans = await db.reading(look)

    assert found == DUE
    assert DUE <= rows <= 2 * DUE, f"{rows} rows were read for {DUE} that are due"
    for plan in plans:
        assert "ix_ticket_sweep" in plan
        assert "SORT" not in plan.upper()
        assert "TEMP B-TREE" not in plan


def look(session: Session) -> tuple[int, int, list[str]]:
    """How many letters the sweep finds, how many rows it reads for them, and how it goes about it."""
    said = sweeping.statements(session, lambda s: deadlines.due(s, sweeping.TODAY, deadlines.START))
    how = "EXPLAIN QUERY PLAN" if session.connection().dialect.name == "sqlite" else "EXPLAIN"
    plans = [session.connection().exec_driver_sql(f"{how} {statement}", asked).all() for statement, asked in said]
    written = ["\n".join(map(str, plan)) for plan in plans]
    return sweeping.looked_up(session), sweeping.rows_read(session), written
