"""The subcommands of mail: what a message says, as the service understands it, and taking one in."""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import sys
from typing import TypeAlias

from mailbox_service.base import clock
from mailbox_service.base.db import Database
from mailbox_service.base.settings import Settings, read_settings
from mailbox_service.command import must_be_migrated
from mailbox_service.mail import inbox
from mailbox_service.mail.incoming import read
from mailbox_service.mail.tables import Source
from mailbox_service.tickets.find.city import CityBook

Commands: TypeAlias = "argparse._SubParsersAction[argparse.ArgumentParser]"


def add(commands: Commands) -> None:
    """Hang these subcommands beside the others."""
    said = "mail that comes in"
    group = commands.add_parser("mail", help=said, description=said).add_subparsers(required=True, metavar="COMMAND")
    said = "read one message from standard input and print what was understood, as JSON"
    inspect = group.add_parser("inspect", help=said, description=said)
    inspect.set_defaults(do=do_inspect)
    said = "keep one message from standard input, for a mail server's pipe; answers as sysexits.h says"
    take = group.add_parser("receive", help=said, description=said)
    take.add_argument("--from", dest="sender", metavar="ADDRESS", help="the envelope's sender; empty for none")
    take.add_argument("--to", action="append", default=[], metavar="ADDRESS", help="for whom it came; may be repeated")
    take.set_defaults(do=do_receive)


def do_inspect(_typed: argparse.Namespace) -> int:
    """Print what the message says; what can't be read is said as "held", and the exit code is 1."""
    raw = sys.stdin.buffer.read(read.MOST_BYTES + 1)
    try:
        said = read.read(raw).as_json()
    except read.NotUnderstoodError as held:
        print(json.dumps({"held": held.reason}))
        return 1
    print(json.dumps(said, ensure_ascii=False, indent=2))
    return 0


def do_receive(typed: argparse.Namespace) -> int:
    """Keep the message. Whatever goes wrong, the mail server tries it again; only one that is too large goes back."""
    try:
        settings = read_settings()
        raw = sys.stdin.buffer.read(settings.mail_max_bytes + 1)
        if len(raw) > settings.mail_max_bytes:
            print(f"mailbox: the message is larger than {settings.mail_max_mb} MB.", file=sys.stderr)
            return os.EX_DATAERR
        must_be_migrated(settings)
        asyncio.run(_store(settings, raw, typed.sender, typed.to or [""]))
    except Exception as fault:  # its text may quote the message
        print(f"mailbox: not kept now ({type(fault).__name__}).", file=sys.stderr)
        return os.EX_TEMPFAIL
    return os.EX_OK


async def _store(settings: Settings, raw: bytes, said: str | None, recipients: list[str]) -> None:
    sender = inbox.NOBODY if said in ("", inbox.NOBODY, "MAILER-DAEMON") else said or ""
    db = Database(settings.database_url, connections=settings.database_connections)
    room = inbox.Room(db, settings, CityBook(settings.zone, settings.working_language))
    try:
        for to in recipients:
            await inbox.store(room, raw, Source.PIPE, envelope_from=sender, envelope_to=to, now=clock.now())
    finally:
        await db.close()
