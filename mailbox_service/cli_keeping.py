"""The subcommands that erase, keep and index: retention, hold, index. Numbers are printed, never a text."""

from __future__ import annotations

import argparse
import asyncio
from datetime import datetime
from functools import partial
from typing import TypeAlias

from sqlmodel import Session, select

from mailbox_service.base import audit, clock, texts
from mailbox_service.base.db import Database
from mailbox_service.base.settings import Settings, read_settings
from mailbox_service.base.tables import ActorKind
from mailbox_service.command import CommandError, must_be_migrated, with_database
from mailbox_service.jobs import erase, index, retain
from mailbox_service.tickets.find import retention
from mailbox_service.tickets.find.city import CityBook
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

    said = "make anew what letters are found by; it can be stopped and run again"
    anew = commands.add_parser("index", help=said, description=said)
    anew.add_argument("--after", default="", metavar="NUMBER", help="go on after this letter")
    anew.set_defaults(do=do_index)


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
    if found:
        print(f"Waiting {erase.SETTLE.seconds} seconds for whoever is just writing about one of them.", flush=True)
        await asyncio.sleep(erase.SETTLE.seconds)
    gone = await erase.erase(db, settings, settle=erase.SETTLE)
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


def do_index(typed: argparse.Namespace) -> None:
    """Index every letter anew, and say how far it is."""
    settings = read_settings()
    must_be_migrated(settings)
    book = CityBook(settings.zone, settings.working_language)

    def said(done: int, total: int, number: str) -> None:
        if done == total or not done % 1_000:
            print(f"{done:,} of {total:,} letters, up to {number}", flush=True)

    done = with_database(settings, lambda db: index.rebuild(db, book, after=typed.after, progress=said))
    print(f"{done:,} letters are found by their words of today.")
