"""The subcommands backup and restore: what is typed, and what is said of it. Numbers are printed, never a text."""

from __future__ import annotations

import argparse
from functools import partial
from pathlib import Path
from typing import TypeAlias

from mailbox_service.backup import make, manifest, restore
from mailbox_service.base import clock
from mailbox_service.base.settings import Settings, read_settings
from mailbox_service.command import CommandError, must_be_migrated, with_database

Commands: TypeAlias = "argparse._SubParsersAction[argparse.ArgumentParser]"


def add(commands: Commands) -> None:
    """Hang these subcommands beside the others."""
    said = "copy the living database and its files into a folder of their own"
    backup = commands.add_parser("backup", help=said, description=said)
    backup.add_argument("folder", type=Path, help="a folder that isn't there yet")
    backup.set_defaults(do=do_backup)

    said = "bring a backup back, without what was erased since"
    back = commands.add_parser("restore", help=said, description=said)
    back.add_argument("folder", type=Path, help="what `mailbox backup` has made")
    said = "another list of erasures than our own; may be repeated"
    back.add_argument("--erasures", type=Path, action="append", default=[], help=said)
    back.add_argument("--without-erasures", action="store_true", help="nothing was erased since the backup")
    back.add_argument("--replace", action="store_true", help="the letters that are in the database now are lost")
    back.set_defaults(do=do_restore)


def do_backup(typed: argparse.Namespace) -> int:
    """Make a backup. Exit code 1 when a file that belongs to it was missing or damaged."""
    settings, now = read_settings(), clock.now()
    must_be_migrated(settings)
    made = make.backup(settings, typed.folder, now=now, say=_say)
    with_database(settings, lambda db: db.writing(partial(make.note, made=made, now=now)))
    print(f"{typed.folder}: {made.rows['ticket']} letters, {made.files} files, database at {made.migration}.")
    print("Not in it; keep apart:", *manifest.KEEP_APART, sep="\n  ")
    if made.missing:
        print("WRONG  These files are missing or damaged:", *made.missing, sep="\n  ")
    return 1 if made.missing else 0


def do_restore(typed: argparse.Namespace) -> int:
    """Bring a backup back. Exit code 1 when the sealed chain does not hold."""
    from mailbox_service import serve

    settings = read_settings()
    lists = _lists(typed, settings)
    try:
        with serve.only_one(settings):
            done = restore.restore(settings, typed.folder, lists, now=clock.now(), say=_say, replace=typed.replace)
    except serve.AlreadyRunningError as other:
        raise CommandError(f"the service is running on this database (process {other}): stop it first.") from other
    _tell(done)
    return 0 if done.chain.broken is None else 1


def _tell(done: restore.Restored) -> None:
    made = done.manifest
    print(f"The backup of {made.made_at} is back: {made.rows['ticket']} letters, {made.files} files.")
    print(f"Emptied again: {done.erased} letters. Everybody signs in anew.")
    if done.open_numbers:
        print("Open when the backup was made, and now without text:", *done.open_numbers, sep="\n  ")
    if made.missing:
        print("Missing since before the backup:", *made.missing, sep="\n  ")
    print(f"{done.mails_waiting} mails wait. Some may have left after the backup: they leave a second time.")
    print(f"{done.chain.checked} sealed rows hold. The chain ends with {done.chain.head}")
    if (broken := done.chain.broken) is not None:
        print(f"BROKEN at position {broken.position}: {broken.source} ({broken.why})")


def _lists(typed: argparse.Namespace, settings: Settings) -> list[Path]:
    """The lists of erasures to hold the backup against: those named, and our own where it is. None must be said."""
    if typed.without_erasures:
        return []
    named: list[Path] = typed.erasures
    found = [*named, settings.erasures_file] if settings.erasures_file.is_file() or not named else named
    if missing := [str(path) for path in found if not path.is_file()]:
        raise CommandError(
            f"there is no list of erasures {', '.join(missing)}: letters that were erased would come back. Name it with"
            " --erasures, once for each node; or say --without-erasures if nothing was erased since the backup."
        )
    return found


def _say(line: str) -> None:
    print(line, flush=True)
