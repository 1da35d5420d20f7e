"""A city's letters, many times over: each letter with all that hangs on it, copied within the database.

What the copies say is cut short, and PostgreSQL finds letters by few of their words: how a statement finds its way
depends on how many rows there are and how they differ, not on what they say.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

import sqlalchemy as sa
from sqlmodel.sql.sqltypes import AutoString

from mailbox_service.tables import metadata
from tests.databases import rows

STEP = 9_999_999_999_971  # a prime: a copy's id is so much lower, and nobody's
SHORT = 40  # characters
# Of a letter's five hundred words those that somebody looks for, and a few others: an index of all takes a minute.
FEW_WORDS = (
    "UPDATE {table} SET vector = array_to_tsvector(ARRAY(SELECT word FROM unnest(tsvector_to_array(vector))"
    " WITH ORDINALITY AS each (word, nth) WHERE nth % 20 = 0 OR word ~ '[梧桐路市]|bus|a0'))"
)
QUICK = ("synchronous = off", "journal_mode = off", "foreign_keys = off", "temp_store = memory", "cache_size = -300000")


def multiply(url: str, letters: int, only: Collection[str]) -> None:
    """Let there be so many letters in these tables, or a few more, each with ids and a number of its own."""
    tables = [table for table in metadata.sorted_tables if table.name in only]
    with rows(url) as session:
        connection = session.connection()
        here = connection.dialect.name == "sqlite"
        if here:
            driver: Any = connection.connection.driver_connection
            for said in ("COMMIT", *(f"PRAGMA {pragma}" for pragma in QUICK), "BEGIN"):
                driver.execute(said)
        else:
            connection.exec_driver_sql("SET maintenance_work_mem = '300MB'")  # an index is sorted in memory
            for table in tables:
                if "words" in table.c:
                    connection.exec_driver_sql(FEW_WORDS.format(table=table.name).replace("%", "%%"))
        again = [made for table in tables for made in (_bare_here if here else _bare_there)(connection, table)]
        made = connection.execute(sa.select(sa.func.count()).select_from(metadata.tables["ticket"])).scalar_one()
        times = -(-letters // made)
        for table in tables:
            connection.execute(_copies(table, tables, times, here=here))
        for index in again:
            connection.exec_driver_sql(index)
        connection.exec_driver_sql("ANALYZE")


def _copies(table: sa.Table, tables: list[sa.Table], times: int, *, here: bool) -> sa.Insert:
    numbers = sa.select(sa.literal(1).label("nth")).cte("copy", recursive=True)
    numbers = numbers.union_all(sa.select(numbers.c.nth + 1).where(numbers.c.nth < times - 1))
    values = [_copied(column, tables, numbers.c.nth) for column in table.c]
    names = [column.name for column in table.c]
    if not here and "words" in names:  # the words as PostgreSQL keeps them: a column of its own
        names, values = [*names, "vector"], [*values, sa.literal_column(f"{table.name}.vector")]
    copies = sa.select(*values).select_from(table.join(numbers, sa.true()))
    into = sa.table(table.name, *(sa.column(name) for name in names))
    return sa.insert(into).from_select(names, copies)


def _copied(column: sa.Column[Any], tables: list[sa.Table], nth: sa.ColumnElement[int]) -> Any:
    if isinstance(column.type, sa.Integer | sa.BigInteger) and _names_a_copy(column, tables):
        return column - nth * sa.literal(STEP, sa.BigInteger)
    if not isinstance(column.type, AutoString):
        return column
    return column + "~" + sa.cast(nth, sa.String) if _is_unique(column) else sa.func.substr(column, 1, SHORT)


def _names_a_copy(column: sa.Column[Any], tables: list[sa.Table]) -> bool:
    """Whether the number is the id of a row that is copied, with a foreign key or without."""
    ids = {"id", *(f"{table.name}_id" for table in tables)} if column.table in tables else set()
    return column.name in ids or any(key.column.table in tables for key in column.foreign_keys)


def _is_unique(column: sa.Column[Any]) -> bool:
    """Whether no two rows may say the same there, whatever letter they belong to."""
    kinds = [set(one.columns) for one in column.table.constraints if isinstance(one, sa.UniqueConstraint)]
    kinds += [set(one.columns) for one in column.table.indexes if one.unique]
    return any(kind == {column} for kind in kinds)


# --- Without what slows copying down; each answers how the indexes are made again, all at once ---


def _bare_here(connection: sa.Connection, table: sa.Table) -> list[str]:
    said = "SELECT type, name, sql FROM sqlite_schema WHERE tbl_name = ? AND type IN ('index', 'trigger')"
    found = [row for row in connection.exec_driver_sql(said, (table.name,)) if row.sql]
    for row in found:
        connection.exec_driver_sql(f'DROP {row.type} "{row.name}"')
    return [row.sql for row in found if row.type == "index"]


def _bare_there(connection: sa.Connection, table: sa.Table) -> list[str]:
    for key in sa.inspect(connection).get_foreign_keys(table.name):
        connection.exec_driver_sql(f'ALTER TABLE "{table.name}" DROP CONSTRAINT "{key["name"]}"')
    said = (
        "SELECT indexname AS name, indexdef AS sql FROM pg_indexes JOIN pg_index ON indexrelid = indexname::regclass"
        f" WHERE tablename = '{table.name}' AND NOT indisunique"
    )
    found = list(connection.exec_driver_sql(said))
    for row in found:
        connection.exec_driver_sql(f'DROP INDEX "{row.name}"')
    return [row.sql for row in found]
