"""The subcommands of the calendar: bring in a year from a file, as the administrators' page does."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TypeAlias

from sqlmodel import Session

from mailbox_service.base import clock
from mailbox_service.base.refusals import Refused
from mailbox_service.base.settings import Settings, read_settings
from mailbox_service.city import calendar_file, calendars, find
from mailbox_service.city.calendar_file import MOST_BYTES, YearRead
from mailbox_service.city.calendars import Draft
from mailbox_service.city.tables import Way
from mailbox_service.command import CommandError, must_be_migrated, with_database
from mailbox_service.tickets.actor import SYSTEM
from mailbox_service.tickets.find import calendar as letters

Commands: TypeAlias = "argparse._SubParsersAction[argparse.ArgumentParser]"
FAULTS = {
    "date": "no date that can be read",
    "word": "neither H nor W",
    "year": "a day of another year",
    "twice": "said otherwise before",
    "long": "too many lines",
}
REFUSED = {
    "calendar.source": f"say from where it comes (--source), in at most {calendars.MOST_SOURCE} characters.",
    "calendar.year": f"the year must lie between {calendars.FIRST_YEAR} and {calendars.LAST_YEAR}.",
    "calendar.nothing": "the calendar says so already: nothing would change.",
}


def add(commands: Commands) -> None:
    """Hang these subcommands beside the others."""
    said = "the working days of a year"
    group = commands.add_parser("calendar", help=said, description=said)
    said = "make a year official from a CSV file; open letters with dates in it follow"
    bring = group.add_subparsers(required=True, metavar="COMMAND").add_parser("import", help=said, description=said)
    bring.add_argument("file", type=Path, help="a line for each day: 2027-01-01,H or 2027-01-03,W")
    bring.add_argument("--source", required=True, help="from where it comes, such as the notice and its date")
    bring.add_argument("--whole", action="store_true", help="it is whole, although it lacks 1 January or 1 October")
    bring.add_argument("--dry-run", action="store_true", help="only say what would change")
    bring.set_defaults(do=do_import)


def do_import(typed: argparse.Namespace) -> None:
    """Bring the year in, or say what that would change."""
    settings = read_settings()
    must_be_migrated(settings)
    read = _read(typed.file, whole=typed.whole)
    draft = Draft(read.year, dict(read.days), Way.FILE, typed.source)

    def bring(session: Session) -> str:
        try:
            return _bring(session, settings, draft, dry_run=typed.dry_run)
        except Refused as no:
            raise CommandError(REFUSED[no.code]) from no

    print(with_database(settings, lambda db: db.writing(bring)))


def _bring(session: Session, settings: Settings, draft: Draft, *, dry_run: bool) -> str:
    calendar = find.calendar(session, settings.zone)
    span = draft.require(calendar)
    moved = letters.would_move(session, SYSTEM, calendar, draft.applied(calendar), span).count
    said = f"{draft.year}: {len(draft.changes(calendar))} days change, the due dates of {moved} letters move."
    if dry_run:
        return f"{said} Nothing was stored."
    calendars.change(session, calendar, draft, by=None, now=clock.now())
    return f"{said} The letters follow while `mailbox serve` or `work` runs."


def _read(path: Path, *, whole: bool) -> YearRead:
    """The year a file tells of.

    Raises:
        CommandError: what is wrong with it, line by line.
    """
    with path.open("rb") as file:
        text = calendar_file.decoded(file.read(MOST_BYTES + 1))
    if text is None:
        raise CommandError(f"{path} is no table of days, or larger than {MOST_BYTES} bytes.")
    read = calendar_file.read(text)
    if read.faults:
        lines = (f"line {fault.line}: {FAULTS[fault.why]}: {fault.said}" for fault in read.faults)
        raise CommandError("\n".join((f"{path} can't be taken.", *lines)))
    if not read.days:
        raise CommandError(f"there is no day in {path}.")
    if not read.is_whole and not whole:
        raise CommandError(f"{path} does not name 1 January and 1 October. If it is whole all the same, say --whole.")
    return read
