"""Several new rows of several tables at the price of few round trips.

SQLite takes one statement per table, parents first. PostgreSQL takes them all as one statement,
whose foreign keys are checked when it ends: each round trip there costs more than the insert.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, SQLModel

Rows = Mapping[str, Sequence[Mapping[str, Any]]]  # table → rows, each with every column
Shape = tuple[tuple[str, int], ...]  # tables in the order of their keys, and how many rows of each

MOST_TOGETHER = 12


def insert(session: Session, rows: Rows) -> None:
    """Insert rows whose ids are known."""
    connection = session.connection()
    shape = tuple(sorted(((name, len(some)) for name, some in rows.items()), key=lambda each: _ranks()[each[0]]))
    if connection.dialect.name == "sqlite" or not 1 < sum(count for _, count in shape) <= MOST_TOGETHER:
        for name, _ in shape:
            connection.execute(_one(name), rows[name])
        return
    facts = {
        f"{name}_{place}_{column}": value
        for name, some in rows.items()
        for place, row in enumerate(some)
        for column, value in row.items()
    }
    connection.execute(_together(shape), facts)


@lru_cache(maxsize=1)
def _ranks() -> dict[str, int]:
    return {table.name: place for place, table in enumerate(SQLModel.metadata.sorted_tables)}


@lru_cache(maxsize=64)
def _one(name: str) -> sa.Insert:
    return sa.insert(SQLModel.metadata.tables[name])


@lru_cache(maxsize=256)
def _together(shape: Shape) -> sa.Insert:
    *first, last = (_with_names(name, place) for name, count in shape for place in range(count))
    for place, each in enumerate(first):
        last = last.add_cte(each.cte(f"row_{place}"))
    return last


def _with_names(name: str, place: int) -> sa.Insert:
    table = SQLModel.metadata.tables[name]
    return sa.insert(table).values(
        {column.name: sa.bindparam(f"{name}_{place}_{column.name}", type_=column.type) for column in table.columns}
    )
