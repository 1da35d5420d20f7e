"""The subcommands that keep and erase: retention, hold, backup, restore. Numbers are printed, never a text."""

from __future__ import annotations

import argparse
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import TypeAlias

from sqlmodel import Session, select

from mailbox_service.backup import make, manifest, restore
from mailbox_service.base import audit, clock, texts
from mailbox_service.base.db import Database
from mailbox_service.base.settings import Settings, read_settings
from mailbox_service.base.tables import ActorKind
from mailbox_service.command import CommandError, must_be_migrated, with_database
from mailbox_service.jobs import erase, retain
from mailbox_service.tickets.find import retention
from mailbox_service.tickets.tables import Attachment

Commands: TypeAlias = "argparse._SubParsersAction[argparse.ArgumentParser]"


def add(commands: Commands) -> None:
    """Hang these subcommands beside the others."""
    said = "erase the letters whose years are over, and old spam"
    keep = commands.add_parser("retention", help=said, description=said)
    keep.add_argument("--dry-run", action="store_true", help="only say which letters, and how much of them")
    keep.set_defaults(do=do_retention)

    said = "keep a letter from being erased, or let it go"
    hold = commands.add_parser("hold", help=said, description=said)
    hold.add_argument("act", choices=("set", "lift"))
    hold.add_argument("number")
    hold.add_argument("--reason", required=True, help="a file's number; no names, for it stays in the log")
    hold.set_defaults(do=do_hold)

    said = "copy the living database and its files into a folder of their own"
    backup = commands.add_parser("backup", help=said, description=said)
    backup.add_argument("folder", type=Path)
    backup.set_defaults(do=do_backup)

    said = "bring a backup back, without what was erased since"
    back = commands.add_parser("restore", help=said, description=said)
    back.add_argument("folder", type=Path)
    back.add_argument("--into", type=Path, help="an empty data folder instead of MAILBOX_DATA_DIR (SQLite)")
    back.add_argument("--erasures", type=Path, action="append", default=[], help="a list of erasures; may be repeated")
    back.add_argument("--without-erasures", action="store_true", help="nothing was erased since the backup")
    back.set_defaults(do=do_restore)


# --- What is erased, and what is kept


def do_retention(typed: argparse.Namespace) -> None:
    """Put down what is due and erase it, or only say what it would be."""
    settings, now = read_settings(), clock.now()
    must_be_migrated(settings)
    letters, wanted = with_database(settings, partial(_retain, settings=settings, now=now, dry=typed.dry_run))
    border = retain.years_before(now, settings.retention_years)
    print(f"{letters} letters ended before {border:%Y-%m-%d} or are old spam: {wanted}")


async def _retain(db: Database, settings: Settings, now: datetime, dry: bool) -> tuple[int, str]:
    found = 0
    async for due in retain.batches(db, settings, now):
        for each in due:
            count, files = await db.reading(partial(_what_goes, ticket_id=each.id))
            print(f"{each.number}  ended {each.ended_at:%Y-%m-%d}  {count} texts  {files} files", flush=True)
        found += len(due) if dry else await db.writing(partial(retention.empty, due=due, now=now))
    if dry:
        return found, "nothing was changed."
    gone = await erase.erase(db, settings, now=now + timedelta(seconds=1), settle=timedelta(0))
    return found, f"{gone} were erased."


def _what_goes(session: Session, ticket_id: int) -> tuple[int, int]:
    files = select(Attachment.id).where(Attachment.ticket_id == ticket_id, Attachment.stored != "")
    return texts.count(session, erase.TEXTS, [ticket_id]), len(session.exec(files).all())


def do_hold(typed: argparse.Namespace) -> None:
    """Set or lift a legal hold, and log it."""
    settings, held = read_settings(), typed.act == "set"
    must_be_migrated(settings)

    def work(session: Session) -> None:
        found = retention.hold(session, typed.number, held)
        if found is None:
            raise CommandError(f"there is no letter {typed.number}, or it was erased.")
        act = "hold.set" if held else "hold.lifted"
        audit.record(session, act, by=None, kind=ActorKind.OPERATOR, now=clock.now(), about=("ticket", found),
                     reason=typed.reason)  # fmt: skip

    with_database(settings, lambda db: db.writing(work))
    print(f"{typed.number} is kept until the hold is lifted." if held else f"{typed.number} is under no hold.")


# --- Backup and restore


def _say(line: str) -> None:
    print(line, flush=True)


def do_backup(typed: argparse.Namespace) -> int:
    """Make a backup. Exit code 1 when a file that belongs to it was missing or damaged."""
    settings = read_settings()
    must_be_migrated(settings)
    made = make.backup(settings, typed.folder, now=clock.now(), say=_say)
    print(f"{typed.folder}: {made.rows['ticket']} letters, {made.files} files, database at {made.migration}.")
    print("Not in it; keep apart:", *manifest.KEEP_APART, f"Here the list is {settings.erasures_file}.", sep="\n  ")
    if made.missing:
        print("WRONG  These files are missing or damaged:", *made.missing, sep="\n  ")
    return 1 if made.missing else 0


def do_restore(typed: argparse.Namespace) -> int:
    """Bring a backup back. Exit code 1 when the sealed chain does not hold."""
    settings = read_settings()
    lists = _lists(typed, settings)
    if typed.into is not None:
        settings = _into(settings, typed.into)
    done = restore.restore(settings, typed.folder, lists, now=clock.now(), say=_say)
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
    return 0 if broken is None else 1


def _lists(typed: argparse.Namespace, settings: Settings) -> list[Path]:
    """The lists of erasures to hold the backup against. None at all is only right when it is said."""
    if typed.without_erasures:
        return []
    found: list[Path] = typed.erasures or [settings.erasures_file]
    if missing := [str(path) for path in found if not path.is_file()]:
        raise CommandError(
            f"there is no list of erasures {', '.join(missing)}. Name it with --erasures, once for each node;"
            " or say --without-erasures if nothing was erased since the backup."
        )
    return found


def _into(settings: Settings, folder: Path) -> Settings:
    if not settings.is_sqlite:
        raise CommandError("--into is for SQLite. For PostgreSQL name the empty database in MAILBOX_DATABASE_URL.")
    return settings.model_copy(update={"data_dir": folder, "database_url": f"sqlite:///{folder / 'mailbox.db'}"})
