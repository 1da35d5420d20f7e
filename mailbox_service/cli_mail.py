"""The subcommands of mail: what a message says, as the service understands it."""

from __future__ import annotations

import argparse
import json
import sys
from typing import TypeAlias

from mailbox_service.mail.incoming import read

Commands: TypeAlias = "argparse._SubParsersAction[argparse.ArgumentParser]"


def add(commands: Commands) -> None:
    """Hang these subcommands beside the others."""
    said = "mail that comes in"
    group = commands.add_parser("mail", help=said, description=said).add_subparsers(required=True, metavar="COMMAND")
    said = "read one message from standard input and print what was understood, as JSON"
    inspect = group.add_parser("inspect", help=said, description=said)
    inspect.set_defaults(do=do_inspect)


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
