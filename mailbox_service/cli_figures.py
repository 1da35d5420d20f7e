"""The subcommands about figures: made anew, and compared with the letters. Numbers are printed, never a text."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from functools import partial
from typing import TypeAlias

from mailbox_service.base.settings import read_settings
from mailbox_service.command import must_be_migrated, with_database
from mailbox_service.jobs import figures
from mailbox_service.tickets.find.city import CityBook

Commands: TypeAlias = "argparse._SubParsersAction[argparse.ArgumentParser]"


def add(commands: Commands) -> None:
    """Hang these subcommands beside the others."""
    said = "the figures: whether they agree with the letters, and making them anew"
    parser = commands.add_parser("figures", help=said, description=said)
    acts = parser.add_subparsers(required=True, metavar="COMMAND")
    said = "compare all figures with the letters; 1 when they differ"
    acts.add_parser("verify", help=said, description=said).set_defaults(do=do_verify)
    said = "make all figures anew, while the service runs; it can be stopped and run again"
    acts.add_parser("rebuild", help=said, description=said).set_defaults(do=do_rebuild)


def do_verify(_typed: argparse.Namespace) -> int:
    """Say whether sums, facts and letters agree, and name the first difference."""
    settings = read_settings()
    must_be_migrated(settings)
    book = CityBook(settings.zone, settings.working_language)
    verify = partial(figures.verify, settings=settings, book=book, progress=_progress("compared"))
    found = with_database(settings, verify)
    if found.difference:
        print(f"THEY DIFFER: {found.difference}")
        return 1
    print(f"{found.letters} letters and {found.parts} parts of the sums agree.")
    return 0


def do_rebuild(_typed: argparse.Namespace) -> None:
    """Make facts and sums anew, and say how far it is."""
    settings = read_settings()
    must_be_migrated(settings)
    book = CityBook(settings.zone, settings.working_language)
    rebuild = partial(figures.rebuild, settings=settings, book=book, progress=_progress("counted"))
    done = with_database(settings, rebuild)
    print(f"{done.letters} letters looked at: {done.facts} facts and {done.sums} rows of sums were others.")


def _progress(done_what: str) -> Callable[[int, int], None]:
    def show(done: int, total: int) -> None:
        if sys.stdout.isatty():
            print(f"\r{done_what}: {done} of {total} letters", end="\n" if done == total else "", flush=True)

    return show
