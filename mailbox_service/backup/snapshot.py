"""The database as of one moment, while others write: what it looked like then, in a file, and what it named."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

import sqlalchemy as sa
from alembic.runtime.migration import MigrationContext
from sqlalchemy import make_url

from mailbox_service import migrations
from mailbox_service.backup import BackupError, Say, postgresql
from mailbox_service.base.settings import Settings
from mailbox_service.tables import metadata

SQLITE, POSTGRESQL = "mailbox.db", "database.dump"
PAGES = 4096  # copied between two words about it: 16 MB
UNCOUNTED = {"staff_session", "job_run"}


@dataclass(frozen=True)
class Snapshot:
    """What the copy holds: its shape, rows by table, the stored files with their sums, where the sealed chain ended."""

    kind: str
    file: str
    migration: str
    rows: dict[str, int]
    files: dict[str, str]
    audit_head: str


def take(settings: Settings, folder: Path, say: Say) -> Snapshot:
    """Copy the database into the folder. Nobody who writes meanwhile waits for it.

    Raises:
        BackupError: the copy is not sound, or the tool that makes it is missing or failed.
    """
    return _sqlite(settings, folder, say) if settings.is_sqlite else _postgresql(settings, folder, say)


def database_path(settings: Settings) -> Path:
    """Where the SQLite file lies."""
    return Path(make_url(settings.database_url).database or "")


def _sqlite(settings: Settings, folder: Path, say: Say) -> Snapshot:
    copy = folder / SQLITE
    copy.unlink(missing_ok=True)
    with closing(sqlite3.connect(database_path(settings), isolation_level=None, timeout=10)) as live:
        live.execute("begin")  # one reader's view for all steps: without it each commit would begin the copy anew
        live.execute("select count(*) from sqlite_master").fetchone()
        with closing(sqlite3.connect(copy, isolation_level=None)) as target:
            live.backup(target, pages=PAGES, progress=lambda _s, rest, all_: say(_progress(all_ - rest, all_)))
            _forget_sessions(target)
    engine = migrations.engine_for(f"sqlite:///{copy}")
    try:
        with engine.connect() as connection:
            found = _facts(connection, "sqlite", SQLITE)
    finally:
        engine.dispose()
    one_file(copy)
    return found


def one_file(path: Path) -> None:
    """Bring all of a SQLite database that nobody uses into its one file, so that it can be moved or copied."""
    with closing(sqlite3.connect(path, isolation_level=None)) as database:
        database.execute("pragma journal_mode=delete")


def _progress(done: int, pages: int) -> str:
    return f"Database: {done * 100 // max(pages, 1)} %"


def _forget_sessions(copy: sqlite3.Connection) -> None:
    """Who is signed in does not go into a backup. Then the copy is read through once."""
    copy.execute("pragma journal_mode=delete")
    copy.execute("pragma secure_delete=on")
    copy.execute("delete from staff_session")
    (said,) = copy.execute("pragma quick_check").fetchone()
    if said != "ok":
        raise BackupError(f"the database is damaged: {said}")


def _postgresql(settings: Settings, folder: Path, say: Say) -> Snapshot:
    with _one_view(settings.database_url) as connection:
        say("Database: pg_dump is writing it.")
        snapshot = connection.exec_driver_sql("select pg_export_snapshot()").scalar_one()
        postgresql.dump(settings.database_url, folder / POSTGRESQL, snapshot)
        return _facts(connection, "postgresql", POSTGRESQL)


@contextmanager
def _one_view(url: str) -> Iterator[sa.Connection]:
    """A connection that sees the database as of one moment to its end."""
    engine = migrations.engine_for(url)
    try:
        with engine.connect() as connection:
            yield connection.execution_options(isolation_level="REPEATABLE READ")
    finally:
        engine.dispose()


def _facts(connection: sa.Connection, kind: str, file: str) -> Snapshot:
    tables = [table for table in metadata.sorted_tables if table.name not in UNCOUNTED]
    rows = {t.name: connection.execute(sa.select(sa.func.count()).select_from(t)).scalar_one() for t in tables}
    seals = metadata.tables["seal"]
    head = connection.execute(sa.select(seals.c.chain).order_by(seals.c.position.desc()).limit(1)).scalar()
    shape = MigrationContext.configure(connection).get_current_revision()
    return Snapshot(kind, file, shape or "", rows, _files(connection), head or "")


def _files(connection: sa.Connection) -> dict[str, str]:
    found: dict[str, str] = {}
    for name in ("attachment", "upload", "received"):
        table = metadata.tables[name]
        named = sa.select(table.c.stored, table.c.sha256).where(table.c.stored != "")
        found |= {row.stored: row.sha256 for row in connection.execute(named)}
    return found


def still_named(settings: Settings, keys: set[str]) -> set[str]:
    """Which of these files the database names now: a letter may have been erased since the copy was made."""
    engine = migrations.engine_for(settings.database_url)
    try:
        with engine.connect() as connection:
            return keys & set(_files(connection))
    finally:
        engine.dispose()
