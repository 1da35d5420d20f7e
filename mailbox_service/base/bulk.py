"""New rows of several tables at the price of few round trips.

SQLite takes one statement per table, parents first. PostgreSQL takes them all as one statement with
one parameter, the rows as JSON, which it reads by the names and types of its own columns; foreign
keys are checked when the statement ends. Each round trip there costs more than the insert, and each
parameter costs more than its value.

Columns that are empty in every row of a table are left out, which is half of them.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from functools import lru_cache
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, SQLModel

Rows = Mapping[str, Sequence[Mapping[str, Any]]]  # table → its new rows
Filled = tuple[str, tuple[str, ...]]  # a table, and the columns that its new rows fill


def insert(session: Session, rows: Rows) -> None:
    """Insert rows whose ids are known. Columns without a value become NULL."""
    connection = session.connection()
    filled = [(name, _filled(rows[name])) for name in sorted(rows, key=_rank) if rows[name]]
    if connection.dialect.name == "sqlite":
        for name, columns in filled:
            connection.execute(_one(name, columns), [{c: row.get(c) for c in columns} for row in rows[name]])
    elif filled:
        given = {name: [{c: row.get(c) for c in columns} for row in rows[name]] for name, columns in filled}
        connection.execute(_together(tuple(filled)), {"given": _as_json(given)})


def _filled(rows: Sequence[Mapping[str, Any]]) -> tuple[str, ...]:
    columns = dict.fromkeys(column for row in rows for column, value in row.items() if value is not None)
    return tuple(columns)


@lru_cache(maxsize=1)
def _ranks() -> dict[str, int]:
    return {table.name: place for place, table in enumerate(SQLModel.metadata.sorted_tables)}


def _rank(name: str) -> int:
    return _ranks()[name]


@lru_cache(maxsize=256)
def _one(name: str, columns: tuple[str, ...]) -> sa.Insert:
    table = SQLModel.metadata.tables[name]
    return sa.insert(table).values({column: sa.bindparam(column, type_=table.c[column].type) for column in columns})


# --- PostgreSQL ------------------------------------------------------------------------------


@lru_cache(maxsize=256)
def _together(all_filled: tuple[Filled, ...]) -> sa.TextClause:
    """`WITH rows, row_0 AS (INSERT …), row_1 AS (INSERT …) INSERT …`. The names are our own, quoted."""
    *first, last = (_from_json(name, columns) for name, columns in all_filled)
    steps = [f"row_{place} AS ({insert})" for place, insert in enumerate(first)]
    given = "given AS (SELECT CAST(:given AS jsonb) AS rows)"
    return sa.text(f"WITH {', '.join([given, *steps])} {last}")


def _from_json(name: str, columns: tuple[str, ...]) -> str:
    listed = ", ".join(f'"{column}"' for column in columns)
    read = f"jsonb_populate_recordset(CAST(NULL AS \"{name}\"), rows -> '{name}')"
    return f'INSERT INTO "{name}" ({listed}) SELECT {listed} FROM given, {read}'


def _as_json(rows: Rows) -> str:
    return json.dumps(rows, ensure_ascii=False, default=_written)


def _written(at: date | datetime) -> str:
    return at.isoformat()
