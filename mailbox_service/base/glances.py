"""The shortest way from a page's looks to what they find: one statement for the driver, no session, no transaction.

What SQLAlchemy does around a statement that is written already costs more than most looks. Nothing is written here.
`Database.look` and what `Database.reading` runs look this way; in a transaction that writes, looks see what it wrote.
"""

from __future__ import annotations

import threading
from collections.abc import Mapping
from typing import Any, Protocol

import msgspec
import sqlalchemy as sa
from psycopg import AsyncConnection, AsyncRawCursor, OperationalError
from psycopg.types.json import set_json_loads
from psycopg_pool import AsyncConnectionPool
from sqlalchemy.dialects.postgresql import psycopg
from sqlalchemy.util import await_only

from mailbox_service.base.looks import Looks

WAIT_SECONDS = 10.0  # for a connection, when PostgreSQL is away or all are in use
IDLE_SECONDS = 600.0
TUNED = "SET jit = off; SET random_page_cost = 1.1"
GONE = (None, "57P01", "57P02")  # no answer any more; shut down; crashed
Facts = Mapping[str, object]


class Glances(Protocol):
    """Connections for looks alone."""

    def ask(self, looks: Looks, facts: Facts) -> Any:
        """The one row that the looks' statement answers now; in a thread or a greenlet of `Database.reading`."""

    async def answer(self, looks: Looks, facts: Facts) -> Any:
        """The same for a coroutine."""

    async def close(self) -> None:
        """Let the connections go."""


class OnSQLite:
    """A connection for each thread that looks."""

    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine
        self._here = threading.local()
        self._open: list[Any] = []

    def ask(self, looks: Looks, facts: Facts) -> Any:
        """Read to its end, so that nothing holds up emptying the log."""
        statement, parameters = looks.asked(self._engine.dialect, facts)
        _tell(self._engine, statement, parameters)
        return self._connection().execute(statement, parameters).fetchall()[0]

    async def answer(self, looks: Looks, facts: Facts) -> Any:
        """At once: handing it to a thread and back would cost more than a look by keys."""
        return self.ask(looks, facts)

    def _connection(self) -> Any:
        if not hasattr(self._here, "connection"):
            pooled: Any = self._engine.raw_connection()
            self._here.connection = pooled.driver_connection
            self._open.append(pooled.driver_connection)
            pooled.detach()  # from then on ours; the pool's others are for sessions
        return self._here.connection

    async def close(self) -> None:
        """Let the connections go. Nobody may look any more."""
        for connection in self._open:
            connection.close()


class OnPostgreSQL:
    """A pool of connections on which each statement stands alone. It opens with the first look."""

    def __init__(self, engine: sa.Engine, connections: int, prepared_from: int) -> None:
        self._engine = engine
        self._dialect = psycopg.dialect(paramstyle="numeric_dollar")  # type: ignore[no-untyped-call]
        _, how = self._dialect.create_connect_args(engine.url)  # type: ignore[no-untyped-call]
        how |= {"autocommit": True, "prepare_threshold": prepared_from, "cursor_factory": AsyncRawCursor}
        self._pool: Any = AsyncConnectionPool(
            kwargs=how,
            min_size=0,  # else the first look would open a second one while the first is opened
            max_size=connections,
            configure=_prepare,
            open=False,
            timeout=WAIT_SECONDS,
            max_idle=IDLE_SECONDS,
        )

    def ask(self, looks: Looks, facts: Facts) -> Any:
        """The greenlet waits for the driver."""
        return await_only(self.answer(looks, facts))

    async def answer(self, looks: Looks, facts: Facts) -> Any:
        """Asked once more when the server went away meanwhile: it may be back, or another has taken its place."""
        asked = looks.asked(self._dialect, facts)
        _tell(self._engine, *asked)
        if self._pool.closed:
            await self._pool.open()
        try:
            return await self._row(*asked)
        except OperationalError as fault:
            if fault.sqlstate not in GONE:
                raise
            await self._pool.check()
            return await self._row(*asked)

    async def _row(self, statement: str, parameters: Any) -> Any:
        connection = await self._pool.getconn()
        try:
            cursor = await connection.execute(statement, parameters)
            return await cursor.fetchone()
        finally:
            await self._pool.putconn(connection)

    async def close(self) -> None:
        """Let the connections go."""
        if not self._pool.closed:
            await self._pool.close()


def _tell(engine: sa.Engine, statement: str, parameters: Any) -> None:
    """Let those who listen to what the engine asks hear this, too."""
    for listener in engine.dispatch.before_cursor_execute:
        listener(None, None, statement, parameters, None, False)


async def _prepare(connection: AsyncConnection[Any]) -> None:
    set_json_loads(msgspec.json.decode, connection)
    await connection.cursor().execute(TUNED)
