"""New rows of several tables at the price of few round trips.

SQLite takes one statement per table, parents first. PostgreSQL takes them all as one statement,
whose foreign keys are checked when it ends: each round trip there costs more than the insert.
Empty columns are left out, which is half of them: what isn't sent needn't be bound.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from itertools import groupby
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, SQLModel

Rows = Mapping[str, Sequence[Mapping[str, Any]]]  # table → its new rows
Filled = tuple[str, tuple[str, ...]]  # a table, and the columns that a row of it fills

MOST_TOGETHER = 12


def insert(session: Session, rows: Rows) -> None:
    """Insert rows whose ids are known. Columns without a value become NULL."""
    connection = session.connection()
    filled = [
        ((name, tuple(column for column, value in row.items() if value is not None)), row)
        for name in sorted(rows, key=_rank)
        for row in rows[name]
    ]
    if connection.dialect.name == "sqlite" or not 1 < len(filled) <= MOST_TOGETHER:
        for alike, some in groupby(filled, key=lambda each: each[0]):
            connection.execute(_one(alike), [{column: row[column] for column in alike[1]} for _, row in some])
        return
    values = (row[column] for (_, columns), row in filled for column in columns)
    connection.execute(_together(tuple(each for each, _ in filled)), {f"p{n}": value for n, value in enumerate(values)})


@lru_cache(maxsize=1)
def _ranks() -> dict[str, int]:
    return {table.name: place for place, table in enumerate(SQLModel.metadata.sorted_tables)}


def _rank(name: str) -> int:
    return _ranks()[name]


@lru_cache(maxsize=256)
def _one(filled: Filled) -> sa.Insert:
    name, columns = filled
    table = SQLModel.metadata.tables[name]
    return sa.insert(table).values({column: sa.bindparam(column, type_=table.c[column].type) for column in columns})


@lru_cache(maxsize=512)
def _together(all_filled: tuple[Filled, ...]) -> sa.Insert:
    inserts, count = [], 0
    for name, columns in all_filled:
        table = SQLModel.metadata.tables[name]
        named = {column: sa.bindparam(f"p{count + n}", type_=table.c[column].type) for n, column in enumerate(columns)}
        inserts.append(sa.insert(table).values(named))
        count += len(columns)
    *first, last = inserts
    return last.add_cte(*(each.cte(f"row_{place}") for place, each in enumerate(first)))
