"""A town to be backed up, and the two acts: for the tests of `mailbox_service.backup`."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import Callable, Sequence
from datetime import timedelta
from pathlib import Path

from sqlmodel import col, select

from mailbox_service.backup import make, restore
from mailbox_service.backup.manifest import Manifest
from mailbox_service.base import clock
from mailbox_service.base.db import Database
from mailbox_service.base.files import Files
from mailbox_service.base.settings import Settings
from mailbox_service.jobs import seal
from mailbox_service.tickets.life import handle
from mailbox_service.tickets.tables import Attachment, Ticket
from tests.rooms.full import full_letter
from tests.rooms.post import NOW, PostTown, a_town

SOON, LATER = NOW + timedelta(days=3), NOW + timedelta(days=30)


async def a_town_with_files(db: Database, port: int, folder: Path) -> PostTown:
    """A town with two letters that have files, one of them with a mark in every text; its log is sealed."""
    post = await a_town(db, port, data_dir=folder, database_url=db.url)
    await full_letter(post, Files(post.settings.files_dir))
    await with_a_file(post, await post.letter("A lamp is dark"))
    await seal.seal(db, now=SOON)
    return post


async def with_a_file(post: PostTown, number: str) -> None:
    stored = Files(post.settings.files_dir).store([f"the file of {number}".encode()])
    file = Attachment(ticket_id=0, name="a.txt", content_type="text/plain", size=stored.size, at=NOW,
                      sha256=stored.sha256, stored=stored.key)  # fmt: skip
    await post.act(number, "citizen", handle.add, "A file", [file])


async def numbers(db: Database) -> tuple[str, str]:
    """The marked letter, and the other."""
    first, second, *_ = await db.reading(lambda s: s.exec(select(Ticket.number).order_by(col(Ticket.id))).all())
    return first, second


async def backup(post: PostTown, folder: Path, say: Callable[[str], None] = lambda _line: None) -> Manifest:
    return await asyncio.to_thread(make.backup, post.settings, folder, now=SOON, say=say)


async def bring_back(fresh: Settings, folder: Path, *lists: Path, replace: bool = False) -> restore.Restored:
    return await asyncio.to_thread(
        restore.restore, fresh, folder, lists, now=LATER, say=lambda _line: None, replace=replace
    )


def act(settings: Settings, name: str, folders: Sequence[Path]) -> None:
    """Back up or restore, in a process of its own: it dies as it says a line that begins with KILL_AT."""

    def say(line: str) -> None:
        if line.startswith(os.environ.get("KILL_AT", "nowhere")):
            os.kill(os.getpid(), signal.SIGKILL)

    folder, *lists = folders
    if name == "backup":
        make.backup(settings, folder, now=clock.now(), say=say)
    else:
        restore.restore(settings, folder, lists, now=clock.now(), say=say)
