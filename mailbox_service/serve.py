"""Starting the service: the web server with the worker beside it, or the worker alone; on SQLite only one of them.

Whoever waits here for others to work needs no doors: those hang in `asgi`, in the processes that answer.
"""

from __future__ import annotations

import asyncio
import fcntl
import logging
import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from granian import Granian
from granian.constants import Interfaces
from granian.log import LogLevels
from sqlalchemy import make_url

from mailbox_service.base.db import Database
from mailbox_service.base.settings import Settings
from mailbox_service.jobs import runner
from mailbox_service.tickets.find.city import CityBook

STOP_SECONDS = 20  # for what is being done when the service is told to stop


class AlreadyRunningError(Exception):
    """Another process serves this SQLite file."""


def serve(settings: Settings, *, workers: int = 1, jobs: bool = True) -> None:
    """Serve until told to stop; with `jobs` each process also runs the worker.

    Raises:
        AlreadyRunningError: a `serve` or `work` has the SQLite file already.
    """
    with only_one(settings):
        Granian(
            f"mailbox_service.asgi:{'doors_and_jobs' if jobs else 'doors'}",
            address=settings.host,
            port=settings.port,
            interface=Interfaces.ASGI,
            workers=workers,
            factory=True,
            websockets=False,
            log_level=LogLevels.warning if settings.log_level == "info" else LogLevels(settings.log_level),
            workers_kill_timeout=STOP_SECONDS,
        ).serve()


async def work(settings: Settings) -> None:
    """Run the jobs alone until told to stop; what is being done then is finished.

    Raises:
        AlreadyRunningError: a `serve` or `work` has the SQLite file already.
    """
    stop = asyncio.Event()
    for signal_ in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(signal_, stop.set)
    with only_one(settings):
        db = Database(settings.database_url, connections=settings.database_connections)
        try:
            await runner.run(db, settings, CityBook(settings.zone, settings.working_language), stop)
        finally:
            await db.close()


@contextmanager
def only_one(settings: Settings) -> Iterator[None]:
    """Hold the lock beside the SQLite file. It falls with the process, however that ends."""
    if not settings.is_sqlite:
        yield
        return
    file = Path(f"{make_url(settings.database_url).database}.lock")
    file.parent.mkdir(parents=True, exist_ok=True)
    with file.open("a+") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as taken:
            lock.seek(0)
            raise AlreadyRunningError(lock.read().strip()) from taken
        lock.truncate(0)
        lock.write(str(os.getpid()))
        lock.flush()
        yield


def write_log(settings: Settings) -> None:
    """One line per event, to standard error."""
    logging.basicConfig(level=settings.log_level.upper(), format="%(asctime)s %(levelname)s %(name)s %(message)s")
