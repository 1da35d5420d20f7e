"""What every subcommand of `mailbox` stands on: its sentences, and a database that is ready."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import TypeVar

from sqlalchemy import make_url

from mailbox_service import migrations
from mailbox_service.backup import mark
from mailbox_service.base.db import Database
from mailbox_service.base.refusals import Refused
from mailbox_service.base.settings import Settings

Answer = TypeVar("Answer")


class CommandError(Exception):
    """What was typed, or what was found, doesn't allow it. The text is the sentence."""


def must_be_migrated(settings: Settings) -> None:
    """Go on with a database of this version's shape.

    Raises:
        CommandError: there is none, it has another shape, or it is only half restored.
    """
    if settings.is_sqlite and not Path(make_url(settings.database_url).database or "").exists():
        raise CommandError("there is no database yet: run `mailbox migrate`, then `mailbox seed`.")
    if mark.state(settings.database_url) in (mark.State.BEGUN, mark.State.LOADED):
        raise CommandError("the database is only half restored: run `mailbox restore` once more.")
    if migrations.current(settings.database_url) != migrations.head():
        raise CommandError("the database has another shape than this version needs: run `mailbox migrate`.")


def with_database(settings: Settings, use: Callable[[Database], Awaitable[Answer]]) -> Answer:
    """Open the database for one use of it.

    Raises:
        CommandError: what was to be done was refused.
    """

    async def run() -> Answer:
        db = Database(settings.database_url, connections=settings.database_connections)
        try:
            return await use(db)
        finally:
            await db.close()

    try:
        return asyncio.run(run())
    except Refused as no:
        raise CommandError(f"refused: {no}. Somebody else was first; look and try again.") from no
