"""Alembic's entry: runs the steps on SQLite or PostgreSQL, whole or not at all."""

from __future__ import annotations

import os
import warnings
from typing import Any, Literal

from alembic import context
from sqlalchemy import JSON, Column, Connection
from sqlalchemy.dialects.postgresql import TSVECTOR
from sqlalchemy.exc import SAWarning

from mailbox_service.migrations import engine_for
from mailbox_service.tables import metadata

LOCK_TIMEOUT = "4s"  # a step that must wait longer for a table would make every request behind it wait too
ONE_AT_A_TIME = 20_261_123  # any number: nodes that migrate at the same moment queue on it


def run() -> None:
    """Walk the steps on the database named by the caller, `-x url=` or MAILBOX_DATABASE_URL."""
    url = context.config.attributes.get("url") or context.get_x_argument(as_dictionary=True).get("url")
    engine = engine_for(url or os.environ["MAILBOX_DATABASE_URL"])
    try:
        with engine.connect() as connection:
            if connection.dialect.name == "sqlite":
                run_on_sqlite(connection)
            else:
                run_on_postgresql(connection)
    finally:
        engine.dispose()


def run_on_sqlite(connection: Connection) -> None:
    """Tables are rebuilt by copying, so foreign keys rest meanwhile and are checked before the commit."""
    driver: Any = connection.connection.driver_connection
    driver.execute("pragma foreign_keys=off")  # has no effect inside a transaction
    connection = connection.execution_options(sqlite_begin="BEGIN IMMEDIATE")
    searches = _search_tables(connection)
    connection.rollback()  # alembic would take a transaction begun before for the caller's, and not commit
    context.configure(
        connection=connection,
        target_metadata=metadata,
        compare_type=True,
        render_item=_spelt,
        render_as_batch=True,
        transactional_ddl=True,
        include_name=lambda name, kind, _parents: kind != "table" or name not in searches,
    )
    with warnings.catch_warnings(), context.begin_transaction():
        warnings.filterwarnings("ignore", "Skipped unsupported reflection of expression-based index", SAWarning)
        context.run_migrations()
        if broken := connection.exec_driver_sql("pragma foreign_key_check").fetchall():
            raise RuntimeError(f"the migration left rows that point nowhere: {broken[:5]}")


def run_on_postgresql(connection: Connection) -> None:
    """One node at a time, and never waiting long for a table that requests need."""
    context.configure(connection=connection, target_metadata=metadata, compare_type=True, include_object=_is_ours)
    with context.begin_transaction():
        connection.exec_driver_sql(f"select pg_advisory_xact_lock({ONE_AT_A_TIME})")
        connection.exec_driver_sql(f"set local lock_timeout = '{LOCK_TIMEOUT}'")
        context.run_migrations()


def _search_tables(connection: Connection) -> set[str]:
    """The full-text tables and the tables SQLite keeps behind them: made by migrations, unknown to the models."""
    rows = connection.exec_driver_sql("select name, sql from sqlite_master where type = 'table'").fetchall()
    searches = [name for name, sql in rows if (sql or "").lower().startswith("create virtual table")]
    return {name for name, _ in rows if any(name == s or name.startswith(f"{s}_") for s in searches)}


def _spelt(kind: str, item: Any, context: Any) -> str | Literal[False]:
    """How a draft spells our JSON column; False leaves everything else to Alembic, which misspells only this."""
    if kind == "type" and isinstance(item, JSON):
        context.imports.add("from sqlalchemy.dialects import postgresql")
        return "sa.JSON().with_variant(postgresql.JSONB(), 'postgresql')"
    return False


def _is_ours(item: Any, _name: str | None, kind: str, reflected: bool, twin: Any) -> bool:
    """Whether autogenerate compares it: not what only migrations know, search vectors and indexes over expressions."""
    if not reflected or twin is not None:
        return True
    if kind == "column":
        return not isinstance(item.type, TSVECTOR)
    if kind == "index":
        over_columns = all(isinstance(each, Column) for each in item.expressions)
        return over_columns and not any(isinstance(column.type, TSVECTOR) for column in item.columns)
    return True


run()
