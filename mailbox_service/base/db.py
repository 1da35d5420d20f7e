"""The database: one engine, two kinds of transaction, SQLite or PostgreSQL.

Work on rows is written once, as a plain function of a `Session`, and handed to `reading` or
`writing`. On SQLite it runs in one thread from begin to commit; on PostgreSQL in one greenlet,
which lets others run whenever the async driver waits. Nothing else opens a session or commits.
"""

from __future__ import annotations

import asyncio
import logging
import sqlite3
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

from sqlalchemy import Engine, create_engine, event
from sqlalchemy.exc import IntegrityError, OperationalError
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from sqlalchemy.orm.exc import StaleDataError
from sqlalchemy.util import greenlet_spawn
from sqlmodel import Session

from mailbox_service.base.glances import TUNED, Glances, OnPostgreSQL, OnSQLite
from mailbox_service.base.looks import GLANCE, Looks, Rows
from mailbox_service.base.refusals import Refused

log = logging.getLogger("mailbox.db")

Answer = TypeVar("Answer")
Work = Callable[[Session], Answer]

BUSY_MS = 10_000
FOLD_MS = 500  # so long do writers wait for readers that are in the way of emptying the log
READERS = 4
PREPARED_FROM = 3  # times that a connection to PostgreSQL was asked the same
_DISK_FULL_SQLITE = (sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR_WRITE, sqlite3.SQLITE_IOERR_SHMSIZE)
_DISK_FULL_POSTGRESQL = "53100"


class Database:
    """One database and its two kinds of transaction. Close it with `await close()`.

    A writing transaction that meets a broken uniqueness or a stale version ends as
    Refused("conflict"): somebody else was first, and nothing of this work is stored.
    """

    def __init__(self, url: str, *, connections: int = 10) -> None:
        self.url = url
        self.is_sqlite = url.startswith("sqlite")
        self._one_writer = asyncio.Lock()
        # The writer's thread is its own: no reader takes it, and who leaves while it works is still waited for.
        self._threads = ThreadPoolExecutor(READERS, "database") if self.is_sqlite else None
        self._writer = ThreadPoolExecutor(1, "writer") if self.is_sqlite else None
        self._pool = None if self.is_sqlite else _pool(url, connections)
        self._engine = self._pool.sync_engine if self._pool else sqlite_engine(url)
        self._glances: Glances = (
            OnSQLite(self._engine) if self.is_sqlite else OnPostgreSQL(self._engine, connections, PREPARED_FROM)
        )
        self._looking = self._engine  # what `reading` uses
        if not self.is_sqlite:  # no BEGIN and no ROLLBACK around each look
            self._looking = self._engine.execution_options(isolation_level="AUTOCOMMIT")

    async def reading(self, work: Work[Answer], *, few: bool = False) -> Answer:
        """Run work that changes nothing. On PostgreSQL, and in looks, each statement sees what is committed by then.

        `few`: it reads few rows, by an index, as `look` does: on SQLite nothing else is done meanwhile.
        """
        if few and self.is_sqlite:
            return self._read(work)
        return await self._run(self._read, work, self._threads)

    async def look(self, looks: Looks, facts: Mapping[str, object]) -> Rows:
        """What these looks find now. For few rows, read by an index: on SQLite nothing else is done meanwhile."""
        return looks.rows(await self._glances.answer(looks, facts))

    async def look_through(self, looks: Looks, facts: Mapping[str, object]) -> Rows:
        """The same for what may read many rows: on SQLite in a thread, so that others are served meanwhile."""
        if self._threads is None:
            return await self.look(looks, facts)
        asked = asyncio.get_running_loop().run_in_executor(self._threads, self._glances.ask, looks, facts)
        return looks.rows(await asked)

    async def writing(self, work: Work[Answer]) -> Answer:
        """Run work and commit it whole, before this returns, or not at all.

        Raises:
            Refused: "conflict" when a unique row exists already or the version is stale; "storage.full" when the
                disk has no room.
        """
        try:
            if not self.is_sqlite:
                return await self._run(self._write, work, None)
            async with self._one_writer:
                return await self._run(self._write, work, self._writer)
        except (IntegrityError, StaleDataError) as clash:
            raise Refused("conflict") from clash
        except OperationalError as fault:
            if not _is_full(fault):
                raise
            log.error("the database's disk is full: nothing was stored")
            raise Refused("storage.full") from fault

    async def fold(self) -> bool:
        """Bring everything committed into the one SQLite file and empty the log beside it, which holds older pages.

        False when a reader was in the way: ask again. PostgreSQL looks after its own.
        """
        if not self.is_sqlite:
            return True
        async with self._one_writer:
            return await asyncio.get_running_loop().run_in_executor(self._writer, self._fold)

    def _fold(self) -> bool:
        with self._engine.connect() as connection:
            driver: Any = connection.connection.driver_connection
            driver.execute(f"pragma busy_timeout={FOLD_MS}")
            try:
                busy, _pages, _folded = driver.execute("pragma wal_checkpoint(truncate)").fetchone()
            finally:
                driver.execute(f"pragma busy_timeout={BUSY_MS}")
        return not busy

    async def close(self) -> None:
        """Let every connection go."""
        for threads in (self._writer, self._threads):
            if threads is not None:
                threads.shutdown(wait=True)
        await self._glances.close()
        if self._pool is not None:
            await self._pool.dispose()
        else:
            self._engine.dispose()

    async def _run(
        self, way: Callable[[Work[Answer]], Answer], work: Work[Answer], threads: ThreadPoolExecutor | None
    ) -> Answer:
        if threads is None:
            return await greenlet_spawn(way, work)
        return await asyncio.get_running_loop().run_in_executor(threads, way, work)

    def _read(self, work: Work[Answer]) -> Answer:
        with Session(self._looking, expire_on_commit=False, info={GLANCE: self._glances.ask}) as session:
            return work(session)

    def _write(self, work: Work[Answer]) -> Answer:
        with Session(self._engine, expire_on_commit=False) as session, session.begin():
            if self.is_sqlite:
                session.connection(execution_options={"sqlite_begin": "BEGIN IMMEDIATE"})
            return work(session)


def _is_full(fault: OperationalError) -> bool:
    """Whether the disk had no room for it, in either database's words."""
    code = getattr(fault.orig, "sqlite_errorcode", None)
    return code in _DISK_FULL_SQLITE or getattr(fault.orig, "sqlstate", None) == _DISK_FULL_POSTGRESQL


def _pool(url: str, connections: int) -> AsyncEngine:
    """Connections that don't compile plans: it takes ten times as long as a page's statement, which reads few rows.

    A page that is read by an index costs them little more than the next one: what is asked for stands in memory.
    """
    how = {"prepare_threshold": PREPARED_FROM}
    engine = create_async_engine(url, pool_size=connections, max_overflow=0, connect_args=how)

    @event.listens_for(engine.sync_engine, "connect")
    def prepare(connection: Any, _record: Any) -> None:
        cursor = connection.cursor()
        cursor.execute(TUNED)
        cursor.close()
        connection.commit()

    return engine


def sqlite_engine(url: str) -> Engine:
    """A synchronous engine with WAL, full durability, foreign keys and immediate write transactions.

    The driver's own transaction handling is switched off: it begins too late for a reader to
    see one state and for a writer to wait at the door instead of failing half way.
    """
    engine = create_engine(
        url, connect_args={"timeout": BUSY_MS / 1000, "check_same_thread": False, "isolation_level": None}
    )

    @event.listens_for(engine, "connect")
    def prepare(connection: Any, _record: Any) -> None:
        connection.execute("pragma journal_mode=wal")
        connection.execute("pragma synchronous=full")
        connection.execute("pragma foreign_keys=on")
        connection.execute(f"pragma busy_timeout={BUSY_MS}")
        connection.execute("pragma secure_delete=on")  # what is erased is overwritten, not only forgotten

    @event.listens_for(engine, "begin")
    def begin(connection: Any) -> None:
        connection.exec_driver_sql(connection.get_execution_options().get("sqlite_begin", "BEGIN"))

    return engine
