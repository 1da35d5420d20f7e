"""How the database got its shape: one file per step in `versions/`, and the few calls that walk them."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine, create_engine

from mailbox_service.base.db import sqlite_engine

HERE = Path(__file__).parent


def upgrade(url: str, to: str = "head") -> None:
    """Bring the database up to a revision; nothing happens when it is there already."""
    command.upgrade(config(url), to)


def downgrade(url: str, steps: int) -> None:
    """Take the newest steps back."""
    command.downgrade(config(url), f"-{steps}")


def head() -> str | None:
    """The revision this code needs; None while there is none.

    Raises:
        alembic.util.CommandError: two branches both claim to be the newest.
    """
    return ScriptDirectory.from_config(config("")).get_current_head()


def current(url: str) -> str | None:
    """The revision the database is at; None when it has never been migrated."""
    engine = engine_for(url)
    try:
        with engine.connect() as connection:
            return MigrationContext.configure(connection).get_current_revision()
    finally:
        engine.dispose()


def config(url: str) -> Config:
    """Alembic's own settings, without a file, for one database."""
    found = Config()
    found.set_main_option("script_location", str(HERE).replace("%", "%%"))
    found.attributes["url"] = url
    return found


def engine_for(url: str) -> Engine:
    """A synchronous engine for either database, for work outside the service's two transactions."""
    return sqlite_engine(url) if url.startswith("sqlite") else create_engine(url)
