"""Very many new rows of many tables, batch by batch: the way into the database for whoever fills a city.

A connection of its own and one transaction for each batch, which is stored whole or not at all. What is set for
speed holds for this connection, or for one transaction. Killed at any moment, it has lost no batch that it stored; when
the power fails, SQLite may lack the last ones, whole, and they are made again.

SQLite takes a batch as a small database, and each of its tables in one statement: that costs half as much as rows that
pass through Python. Its full-text index has room for all words of a batch: with a statement for each letter it writes
a piece of index for each letter, and spends its time on bringing them together.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from typing import Any, Protocol

import psycopg
import sqlalchemy as sa
from psycopg import sql

from mailbox_service.base.db import sqlite_engine

Rows = tuple[str, tuple[str, ...], Any]  # table, its columns, its rows: tuples, or for PostgreSQL COPY's text
Batch = Any  # bytes of a database with such tables, or for PostgreSQL a list of Rows

CACHE_MB = 256
FOLD_PAGES = 50_000  # of the log, before they are brought into the file: pages written several times go there once
WORDS_BYTES = 256 << 20  # of words in memory before a piece of full-text index is written …
WORDS_BYTES_USUALLY = 1 << 20  # … and FTS5's own default, which holds again after each batch
PENDING_KB = 256 << 10  # of words that wait for PostgreSQL's full-text index


class Load(Protocol):
    """A way into the tables."""

    def put(self, batch: Batch) -> None:
        """Store a batch of this database's kind: parents come before what names them."""

    def finish(self) -> None:
        """Let the database see how much there is now: its planner believes the city is small otherwise."""


@contextmanager
def open_load(url: str) -> Iterator[Load]:
    """The way into a database, for as long as it is needed."""
    with (_sqlite if url.startswith("sqlite") else _postgresql)(url) as load:
        yield load


@contextmanager
def _sqlite(url: str) -> Iterator[Load]:
    engine = sqlite_engine(url)
    try:
        with engine.connect() as connection:
            driver: Any = connection.connection.driver_connection
            driver.execute(f"pragma cache_size=-{CACHE_MB * 1024}")
            driver.execute(f"pragma wal_autocheckpoint={FOLD_PAGES}")
            driver.execute("pragma secure_delete=off")  # nothing is erased: pieces of an index are brought together
            driver.execute("pragma synchronous=normal")
            yield _SQLiteLoad(driver)
    finally:
        engine.dispose()


class _SQLiteLoad:
    def __init__(self, driver: sqlite3.Connection) -> None:
        self._driver = driver
        indexes = driver.execute("SELECT name FROM sqlite_master WHERE sql LIKE 'CREATE VIRTUAL TABLE%fts5%'")
        self._indexes = [name for (name,) in indexes]

    def put(self, batch: bytes) -> None:
        self._driver.execute("ATTACH ':memory:' AS batch")
        try:
            self._driver.deserialize(batch, name="batch")
            with self._one_transaction():
                self._room_for_words(WORDS_BYTES)
                for (table,) in self._driver.execute("SELECT name FROM batch.sqlite_master ORDER BY rowid").fetchall():
                    self._put(table)
                self._driver.execute("SAVEPOINT written")  # lets the index write its words down
                self._driver.execute("RELEASE written")
                self._room_for_words(WORDS_BYTES_USUALLY)
        finally:
            self._driver.execute("DETACH batch")

    def _put(self, table: str) -> None:
        named = self._driver.execute("SELECT name FROM pragma_table_info(?, 'batch') ORDER BY cid", (table,))
        columns = _listed(name for (name,) in named)
        self._driver.execute(f'INSERT INTO main."{table}" ({columns}) SELECT {columns} FROM batch."{table}"')

    def finish(self) -> None:
        self._driver.execute("ANALYZE")
        self._driver.execute("pragma wal_checkpoint(truncate)").fetchall()

    @contextmanager
    def _one_transaction(self) -> Iterator[None]:
        self._driver.execute("BEGIN IMMEDIATE")
        try:
            yield
            self._driver.execute("COMMIT")
        except BaseException:
            if self._driver.in_transaction:
                self._driver.execute("ROLLBACK")
            raise

    def _room_for_words(self, size: int) -> None:
        for name in self._indexes:
            self._driver.execute(f"INSERT INTO {name}({name}, rank) VALUES ('hashsize', ?)", (size,))


def small_database(tables: Iterable[Rows]) -> bytes:
    """Rows as SQLite takes them. The names are our own."""
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as database:
        database.execute("BEGIN")
        for table, columns, rows in tables:
            database.execute(f'CREATE TABLE "{table}" ({_listed(columns)})')
            database.executemany(f'INSERT INTO "{table}" VALUES ({", ".join("?" for _ in columns)})', rows)
        database.execute("COMMIT")
        return database.serialize()


def _listed(columns: Iterable[str]) -> str:
    return ", ".join(f'"{column}"' for column in columns)


@contextmanager
def _postgresql(url: str) -> Iterator[Load]:
    engine = sa.create_engine(url)
    try:
        with engine.connect() as connection:
            driver: Any = connection.connection.driver_connection
            driver.autocommit = True
            driver.execute("SET TIME ZONE 'UTC'")
            driver.execute(f"SET gin_pending_list_limit = {PENDING_KB}")
            driver.execute(f"SET work_mem = {PENDING_KB}")
            yield _PostgreSQLLoad(driver)
    finally:
        engine.dispose()


class _PostgreSQLLoad:
    def __init__(self, driver: psycopg.Connection[Any]) -> None:
        self._driver = driver

    def put(self, batch: list[Rows]) -> None:
        with self._driver.transaction(), self._driver.cursor() as cursor:
            for table, columns, rows in batch:
                listed = sql.SQL(", ").join(map(sql.Identifier, columns))
                copy = sql.SQL("COPY {} ({}) FROM STDIN").format(sql.Identifier(table), listed)
                with cursor.copy(copy) as into:
                    into.write(rows)

    def finish(self) -> None:
        self._driver.execute("VACUUM (ANALYZE)")
