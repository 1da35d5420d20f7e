"""The database: one engine, two kinds of transaction, SQLite or PostgreSQL.

Work on rows is written once, as a plain function of a `Session`, and handed to `reading` or
`writing`. On SQLite it runs in one thread from begin to commit; on PostgreSQL through the async
driver and its pool. Nothing else opens a session, and nothing else commits.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

from sqlalchemy import Engine, create_engine, event
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, create_async_engine
from sqlalchemy.orm.exc import StaleDataError
from sqlmodel import Session

from mailbox_service.base.refusals import Refused

Answer = TypeVar("Answer")
Work = Callable[[Session], Answer]

BUSY_MS = 10_000
FOLD_MS = 500  # so long do writers wait for readers that are in the way of emptying the log
READERS = 4


class Database:
    """One database and its two kinds of transaction. Close it with `await close()`.

    A writing transaction that meets a broken uniqueness or a stale version ends as
    Refused("conflict"): somebody else was first, and nothing of this work is stored.
    """

    def __init__(self, url: str, *, connections: int = 10) -> None:
        self.url = url
        self.is_sqlite = url.startswith("sqlite")
        self._one_writer = asyncio.Lock()
        self._threads = ThreadPoolExecutor(READERS + 1, "database") if self.is_sqlite else None
        self._files: Engine | None = None
        self._server: AsyncEngine | None = None
        self._looking: AsyncEngine | None = None  # the same pool, without a BEGIN and a ROLLBACK around each look
        if self.is_sqlite:
            self._files = sqlite_engine(url)
        else:
            self._server = create_async_engine(
                url, pool_size=connections, max_overflow=0, pool_pre_ping=False, connect_args={"prepare_threshold": 3}
            )
            self._looking = self._server.execution_options(isolation_level="AUTOCOMMIT")

    async def reading(self, work: Work[Answer]) -> Answer:
        """Run work that changes nothing. On PostgreSQL each statement sees what is committed by then."""
        if self._server is not None:
            async with self._session(self._looking) as session:
                return await session.run_sync(_as_ours(work))
        return await self._in_thread(self._read, work)

    async def writing(self, work: Work[Answer]) -> Answer:
        """Run work and commit it whole, before this returns, or not at all.

        Raises:
            Refused: "conflict" when a unique row exists already or the version is stale.
        """
        try:
            if self._server is not None:
                async with self._session(self._server) as session, session.begin():
                    return await session.run_sync(_as_ours(work))
            async with self._one_writer:
                return await self._in_thread(self._write, work)
        except (IntegrityError, StaleDataError) as clash:
            raise Refused("conflict") from clash

    async def fold(self) -> bool:
        """Bring everything committed into the one SQLite file and empty the log beside it, which holds older pages.

        False when a reader was in the way: ask again. PostgreSQL looks after its own.
        """
        if self._server is not None:
            return True
        async with self._one_writer:
            return await asyncio.get_running_loop().run_in_executor(self._threads, self._fold)

    def _fold(self) -> bool:
        assert self._files is not None
        with self._files.connect() as connection:
            driver: Any = connection.connection.driver_connection
            driver.execute(f"pragma busy_timeout={FOLD_MS}")
            try:
                busy, _pages, _folded = driver.execute("pragma wal_checkpoint(truncate)").fetchone()
            finally:
                driver.execute(f"pragma busy_timeout={BUSY_MS}")
        return not busy

    async def close(self) -> None:
        """Let every connection go."""
        if self._server is not None:
            await self._server.dispose()
        if self._files is not None:
            self._files.dispose()
        if self._threads is not None:
            self._threads.shutdown(wait=True)

    @staticmethod
    def _session(engine: AsyncEngine | None) -> AsyncSession:
        return AsyncSession(engine, sync_session_class=Session, expire_on_commit=False)

    async def _in_thread(self, run: Callable[[Work[Answer]], Answer], work: Work[Answer]) -> Answer:
        return await asyncio.get_running_loop().run_in_executor(self._threads, run, work)

    def _read(self, work: Work[Answer]) -> Answer:
        with Session(self._files, expire_on_commit=False) as session:
            return work(session)

    def _write(self, work: Work[Answer]) -> Answer:
        with Session(self._files, expire_on_commit=False) as session, session.begin():
            session.connection(execution_options={"sqlite_begin": "BEGIN IMMEDIATE"})
            return work(session)


def _as_ours(work: Work[Answer]) -> Callable[[Any], Answer]:
    return lambda session: work(session)


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
