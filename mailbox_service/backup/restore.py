"""Restoring a backup: checked first, then brought to this version's shape, then held against the list of erasures.

On SQLite all that happens in a file aside, which gets its name at the end. On PostgreSQL a mark in the database
says that the restore isn't finished, and the service doesn't start; the same command then goes on.
"""

from __future__ import annotations

import asyncio
import os
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path

from alembic.script import ScriptDirectory
from alembic.util import CommandError as UnknownRevision

from mailbox_service import migrations
from mailbox_service.backup import BackupError, Say, in_plain_words, manifest, mark, postgresql, snapshot
from mailbox_service.backup.manifest import Manifest
from mailbox_service.base import audit, erasures
from mailbox_service.base.db import Database
from mailbox_service.base.files import Files
from mailbox_service.base.settings import Settings
from mailbox_service.jobs.erase import erase
from mailbox_service.jobs.seal import SOURCES

TOLD_EVERY = 500  # files


@dataclass(frozen=True)
class Restored:
    """What came back: the backup's manifest, how many listed letters were emptied again, the numbers of those that
    were still open in the backup, how many mails wait, and how the sealed chain holds."""

    manifest: Manifest
    erased: int
    open_numbers: list[str]
    mails_waiting: int
    chain: audit.Verdict


def restore(
    settings: Settings, source: Path, lists: Sequence[Path], *, now: datetime, say: Say, replace: bool = False
) -> Restored:
    """Bring the backup into the settings' data folder and their empty database; with `replace` over what is in it.

    `lists` are the lists of erasures of every node; none means that nothing was erased since.

    Raises:
        BackupError: there is a database already, or somebody is connected to it; the backup is not whole, or newer
            than this version; the disk is full.
    """
    with in_plain_words(say):
        made = _checked(settings, source)
        listed = sorted({letter for path in lists for letter in erasures.read(path)})
        _must_be_free(settings, made, replace)
        _bring_files(settings, source, say)
        database = source / made.database_file
        filled = _beside(settings, database) if settings.is_sqlite else _loaded(settings, database, made, say)
        if mark.begun_from(filled.database_url) != made.database_sha256:
            mark.begin(filled.database_url, made.migration, made.database_sha256, now)
        done = asyncio.run(_finish(filled, made, listed, now, say))
        if settings.is_sqlite:
            _put_in_place(snapshot.database_path(filled), snapshot.database_path(settings))
        return done


def _checked(settings: Settings, source: Path) -> Manifest:
    """The manifest of a backup that is whole and that this version understands."""
    made = manifest.read(source)
    if made.database != ("sqlite" if settings.is_sqlite else "postgresql"):
        raise BackupError(f"the backup is one of {made.database}, and MAILBOX_DATABASE_URL names another kind.")
    try:
        ScriptDirectory.from_config(migrations.config("")).get_revision(made.migration)
    except UnknownRevision as wrong:
        raise BackupError(f"the backup was made by a newer version ({made.version}, {made.migration}).") from wrong
    for name, digest in ((made.database_file, made.database_sha256), (manifest.LIST, made.list_sha256)):
        if not (source / name).is_file() or manifest.sha256(source / name) != digest:
            raise BackupError(f"the backup is damaged: {name} is missing or is not what was written.")
    if not settings.is_sqlite:
        postgresql.look_into(source / made.database_file)
    return made


def _must_be_free(settings: Settings, made: Manifest, replace: bool) -> None:
    """Go on with no database, with one that this backup is half restored into, or over any when that is said."""
    url = settings.database_url
    if settings.is_sqlite:
        path = snapshot.database_path(settings)
        free = not path.exists() or not path.stat().st_size
    else:
        if others := mark.others(url):
            raise BackupError(f"{others} connections to the database are open: stop the service on every node first.")
        free = mark.state(url) in (mark.State.EMPTY, mark.State.LOADED) or mark.begun_from(url) == made.database_sha256
    if not free and not replace:
        raise BackupError(
            "there is a database already. Name an empty one: MAILBOX_DATA_DIR for SQLite, MAILBOX_DATABASE_URL for"
            " PostgreSQL; or say --replace, and the letters in it are lost."
        )


def _bring_files(settings: Settings, source: Path, say: Say) -> None:
    """Copy the files to their place; those that an interrupted try has brought are only checked."""
    listed = manifest.read_list(source)
    for n, (key, digest) in enumerate(sorted(listed.items()), start=1):
        target = manifest.place(settings.files_dir, key)
        if not (target.exists() and manifest.sha256(target) == digest):
            _copy(manifest.place(source / "files", key), target, digest)
        if n % TOLD_EVERY == 0 or n == len(listed):
            say(f"Files: {n} of {len(listed)}")


def _copy(source: Path, target: Path, digest: str) -> None:
    target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    aside = target.with_name(f"{target.name}.new")
    try:
        shutil.copyfile(source, aside)
    except FileNotFoundError:
        raise BackupError(f"the backup is damaged: {source} is missing.") from None
    if manifest.sha256(aside) != digest:
        aside.unlink()
        raise BackupError(f"the backup is damaged: {source} is not what was written.")
    aside.replace(target)


def _beside(settings: Settings, source: Path) -> Settings:
    """Copy the SQLite file beside the place where it will be; answers the settings that open it there."""
    final = snapshot.database_path(settings)
    aside = final.with_name(f"{final.name}.restoring")
    aside.parent.mkdir(parents=True, exist_ok=True)
    for left in aside.parent.glob(f"{aside.name}*"):
        left.unlink()
    shutil.copyfile(source, aside)
    return settings.model_copy(update={"database_url": f"sqlite:///{aside}"})


def _put_in_place(aside: Path, final: Path) -> None:
    snapshot.one_file(aside)
    os.sync()
    for name in ("-wal", "-shm"):  # of the old database: they would be taken for the new one's
        Path(f"{final}{name}").unlink(missing_ok=True)
    aside.replace(final)


def _loaded(settings: Settings, source: Path, made: Manifest, say: Say) -> Settings:
    """Fill the PostgreSQL database, unless it is half restored from this backup: then its letters are there."""
    url = settings.database_url
    if mark.begun_from(url) == made.database_sha256:
        return settings
    if mark.state(url) is not mark.State.EMPTY:
        mark.clear(url)
    say("Database: pg_restore is filling it.")
    postgresql.load(url, source)
    return settings


async def _finish(settings: Settings, made: Manifest, listed: Sequence[int], now: datetime, say: Say) -> Restored:
    """Bring it to this version's shape, sign everybody out, empty what was erased since, and verify the chain."""
    await asyncio.to_thread(migrations.upgrade, settings.database_url)
    own = settings.erasures_file
    known_here = erasures.read(own) if own.exists() else set()
    erasures.add(own, [letter for letter in listed if letter not in known_here], now)
    db = Database(settings.database_url)
    try:
        open_numbers = await db.writing(partial(mark.prepare, listed=listed, now=now))
        keys = await db.writing(partial(mark.empty_mail, listed=listed, now=now))
        await asyncio.to_thread(Files(settings.files_dir).remove_all, keys)
        say(f"Erasures: {len(listed)} letters and messages are on the list.")
        erased = await erase(db, settings, now=now + timedelta(seconds=1), settle=timedelta(0))
        known = made.audit_head or None
        chain = await db.reading(lambda session: audit.verify(session, SOURCES, known_head=known))
        waiting = await db.writing(partial(mark.end, now=now, letters=erased))
        await db.fold()
    finally:
        await db.close()
    return Restored(made, erased, open_numbers, waiting, chain)
