"""Very many new rows of many tables, batch by batch: the way into the database for whoever fills a city.

A connection of its own and one transaction for each batch, which is stored whole or not at all. What is set for
speed holds for this connection, or for one transaction. Killed at any moment, it has stored the first batches, whole;
when the power fails, SQLite may lack the last ones of them, and they are made again.

SQLite takes a batch as a small database, and each of its tables in one statement: that costs half as much as rows that
pass through Python. Its full-text index has room for all words of a batch: with a statement for each letter it writes
a piece of index for each letter, and spends its time on bringing them together.
"""

from __future__ import annotations

import sqlite3
from collections import deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from contextlib import ExitStack, closing, contextmanager, suppress
from typing import Any, Protocol

import psycopg
import sqlalchemy as sa
from psycopg import errors, sql

from mailbox_service.base import pieces
from mailbox_service.base.db import sqlite_engine

Rows = tuple[str, tuple[str, ...], Any]  # table, its columns, its rows: tuples, or a COPY to PostgreSQL
Batch = Any  # bytes of a database with such tables, or for PostgreSQL a list of Rows

BINARY = b"PGCOPY\n\xff\r\n\0"  # how COPY's binary format begins, and no text
CACHE_MB = 256
FOLD_PAGES = 200_000  # of the log, before they are brought into the file: pages written several times go there once
# A batch is one piece of full-text index, with room for its words; `base/pieces.py` brings them together afterwards.
# FTS5's own defaults hold again after each batch, where a migration says nothing else.
WORDS = {"hashsize": 512 << 20, "automerge": 0}
WORDS_USUALLY = {"hashsize": 1 << 20, "automerge": 4}
PENDING_KB = 16 << 10  # of words that wait for PostgreSQL's full-text index …
SORTING_KB = 64 << 10  # … and room to sort them: with its usual 4 MB they go in in four parts, each a walk of its own
SIDE_BY_SIDE = 2  # batches that PostgreSQL stores at once
LARGEST_FIRST = (
    "SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = current_schema()::regnamespace"
    " ORDER BY pg_table_size(oid) DESC"
)


class Load(Protocol):
    """A way into the tables. `stored` is how many batches are there by now: always the first ones."""

    stored: int

    def put(self, batch: Batch) -> None:
        """Store a batch of this database's kind, or begin to: parents come before what names them."""

    def finish(self) -> None:
        """Wait until all is stored, and let the database see how much that is: its planner believes it is little."""


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
        indexes = driver.execute(pieces.INDEXES).fetchall()
        self._words_usually = {name: WORDS_USUALLY | self._said(name) for (name,) in indexes}
        self.stored = 0

    def put(self, batch: bytes) -> None:
        self._driver.execute("ATTACH ':memory:' AS batch")
        try:
            self._driver.deserialize(batch, name="batch")
            with self._driver:  # one transaction, whole or not at all
                self._driver.execute("BEGIN IMMEDIATE")
                self._set_words(dict.fromkeys(self._words_usually, WORDS))
                for (table,) in self._driver.execute("SELECT name FROM batch.sqlite_master ORDER BY rowid").fetchall():
                    self._put(table)
                self._driver.execute("SAVEPOINT written")  # lets the index write its words down
                self._driver.execute("RELEASE written")
                self._set_words(self._words_usually)
        finally:
            self._driver.execute("DETACH batch")
        self.stored += 1

    def _put(self, table: str) -> None:
        named = self._driver.execute("SELECT name FROM pragma_table_info(?, 'batch') ORDER BY cid", (table,))
        columns = _listed(name for (name,) in named)
        self._driver.execute(f'INSERT INTO main."{table}" ({columns}) SELECT {columns} FROM batch."{table}"')

    def finish(self) -> None:
        self._driver.execute("ANALYZE")
        self._driver.execute("pragma wal_checkpoint(truncate)").fetchall()

    def _said(self, index: str) -> dict[str, int]:
        """What a migration has set for an index."""
        said = self._driver.execute(f"SELECT k, v FROM {index}_config").fetchall()
        return {name: value for name, value in said if name in WORDS}

    def _set_words(self, settings: Mapping[str, Mapping[str, int]]) -> None:
        for index, values in settings.items():
            for name, value in values.items():
                self._driver.execute(f"INSERT INTO {index}({index}, rank) VALUES (?, ?)", (name, value))


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
        with ExitStack() as stack:
            connections = [stack.enter_context(engine.connect()) for _ in range(SIDE_BY_SIDE)]
            drivers: list[Any] = [connection.connection.driver_connection for connection in connections]
            for driver in drivers:
                _tune(driver)
            yield _PostgreSQLLoad(drivers, stack.enter_context(ThreadPoolExecutor(SIDE_BY_SIDE)))
    finally:
        engine.dispose()


def _tune(driver: psycopg.Connection[Any]) -> None:
    driver.autocommit = True
    driver.execute("SET TIME ZONE 'UTC'")
    driver.execute(f"SET gin_pending_list_limit = {PENDING_KB}")
    driver.execute(f"SET work_mem = {SORTING_KB}")
    for where_possible in (
        "SET session_replication_role = replica",  # who may: rows come whole, no row needs to be asked for its parent
        "SET default_toast_compression = lz4",
    ):
        with suppress(errors.InsufficientPrivilege, errors.InvalidParameterValue, errors.UndefinedObject):
            driver.execute(where_possible)


class _PostgreSQLLoad:
    """One server process stores what one core can: so the next batch comes in over a connection of its own meanwhile.

    It is committed only after the one before is: what is stored is at any moment a beginning of what was put.
    """

    def __init__(self, drivers: Sequence[psycopg.Connection[Any]], threads: Executor) -> None:
        self._free, self._threads = deque(drivers), threads
        self._coming = deque[Future[psycopg.Connection[Any]]]()
        self.stored = 0

    def put(self, batch: list[Rows]) -> None:
        if not self._free:
            self._free.append(self._coming.popleft().result())
        before = self._coming[-1] if self._coming else None
        self._coming.append(self._threads.submit(self._store, self._free.popleft(), batch, before))

    def _store(
        self, driver: psycopg.Connection[Any], batch: list[Rows], before: Future[Any] | None
    ) -> psycopg.Connection[Any]:
        with driver.transaction(), driver.cursor() as cursor:
            for table, columns, rows in batch:
                _copy(cursor, table, columns, rows)
            if before is not None:
                before.result()  # fails as that one did
        self.stored += 1
        return driver

    def finish(self) -> None:
        self._free.extend(coming.result() for coming in self._coming)
        self._coming.clear()
        tables = [table for (table,) in self._free[0].execute(LARGEST_FIRST)]
        list(self._threads.map(self._look_at, tables))

    def _look_at(self, table: str) -> None:
        driver = self._free.popleft()
        driver.execute(sql.SQL("VACUUM (ANALYZE) {}").format(sql.Identifier(table)))
        self._free.append(driver)


def _copy(cursor: psycopg.Cursor[Any], table: str, columns: Iterable[str], rows: bytes) -> None:
    listed = sql.SQL(", ").join(map(sql.Identifier, columns))
    form = sql.SQL("binary" if rows.startswith(BINARY) else "text")
    copy = sql.SQL("COPY {} ({}) FROM STDIN (FORMAT {})").format(sql.Identifier(table), listed, form)
    with cursor.copy(copy) as into:
        into.write(rows)
