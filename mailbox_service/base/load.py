"""Very many new rows of many tables, batch by batch: the way into the database for whoever fills a city.

A connection of its own and one transaction for each batch, which is stored whole or not at all. What is set for
speed holds for this connection, or for one transaction, and takes nothing from durability: a commit is on the disk.

SQLite's full-text index is given each batch in one statement, with room for all of its words: with a statement for
each letter it writes a piece of index for each letter, and spends its time on bringing them together.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Protocol

import psycopg
import sqlalchemy as sa
from psycopg import sql

from mailbox_service.base.db import sqlite_engine

Batch = list[tuple[str, tuple[str, ...], Any]]  # table, its columns, its rows: tuples, or for PostgreSQL COPY's text

CACHE_MB = 256
FOLD_PAGES = 50_000  # of the log, before they are brought into the file: pages written several times go there once
WORDS_BYTES = 256 << 20  # of words in memory before a piece of full-text index is written …
WORDS_BYTES_USUALLY = 1 << 20  # … and FTS5's own default, which holds again after each batch
PENDING_KB = 256 << 10  # of words that wait for PostgreSQL's full-text index


class Load(Protocol):
    """A way into the tables."""

    def put(self, batch: Batch) -> None:
        """Store a batch: parents come before what names them."""

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
            driver.execute("pragma temp_store=memory")
            yield _SQLiteLoad(driver)
    finally:
        engine.dispose()


class _SQLiteLoad:
    def __init__(self, driver: sqlite3.Connection) -> None:
        self._driver = driver
        self._indexed = {
            name for (name,) in driver.execute("SELECT DISTINCT tbl_name FROM sqlite_master WHERE type = 'trigger'")
        }
        indexes = driver.execute("SELECT name FROM sqlite_master WHERE sql LIKE 'CREATE VIRTUAL TABLE%fts5%'")
        self._indexes = [name for (name,) in indexes]

    def put(self, batch: Batch) -> None:
        with self._one_transaction():
            self._room_for_words(WORDS_BYTES)
            for table, columns, rows in batch:
                (self._put_indexed if table in self._indexed else self._put_plain)(table, columns, rows)
            self._driver.execute("SAVEPOINT written")  # lets the index write its words down
            self._driver.execute("RELEASE written")
            self._room_for_words(WORDS_BYTES_USUALLY)

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

    def _put_plain(self, table: str, columns: tuple[str, ...], rows: Any) -> None:
        self._driver.executemany(_insert(table, columns), rows)

    def _put_indexed(self, table: str, columns: tuple[str, ...], rows: Any) -> None:
        listed = ", ".join(f'"{column}"' for column in columns)
        self._driver.execute(f"CREATE TEMP TABLE fresh ({listed})")
        self._driver.executemany(_insert("fresh", columns), rows)
        self._driver.execute(f'INSERT INTO main."{table}" ({listed}) SELECT {listed} FROM fresh')
        self._driver.execute("DROP TABLE fresh")

    def _room_for_words(self, size: int) -> None:
        for name in self._indexes:
            self._driver.execute(f"INSERT INTO {name}({name}, rank) VALUES ('hashsize', ?)", (size,))


def _insert(table: str, columns: tuple[str, ...]) -> str:
    """The names are our own."""
    listed, given = ", ".join(f'"{column}"' for column in columns), ", ".join("?" for _ in columns)
    return f'INSERT INTO "{table}" ({listed}) VALUES ({given})'


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

    def put(self, batch: Batch) -> None:
        with self._driver.transaction(), self._driver.cursor() as cursor:
            for table, columns, rows in batch:
                listed = sql.SQL(", ").join(map(sql.Identifier, columns))
                copy = sql.SQL("COPY {} ({}) FROM STDIN").format(sql.Identifier(table), listed)
                with cursor.copy(copy) as into:
                    into.write(rows)

    def finish(self) -> None:
        self._driver.execute("VACUUM (ANALYZE)")
