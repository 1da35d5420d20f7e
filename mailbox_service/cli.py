"""The `mailbox` command. Mistakes of whoever types are answered in a sentence; the exit code is then 1."""

from __future__ import annotations

import argparse
import asyncio
import getpass
import sys
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import TypeAlias, TypeVar

from sqlalchemy.exc import SQLAlchemyError
from sqlmodel import Session

import mailbox_service.tables  # noqa: F401 - `audit verify` reads any of them by name
from mailbox_service import checkup, cli_backup, cli_calendar, cli_figures, cli_keeping, cli_mail, migrations
from mailbox_service.base import audit, clock
from mailbox_service.base.language import LANGUAGES
from mailbox_service.base.settings import SettingsError, read_settings
from mailbox_service.city import find, people, setup
from mailbox_service.city.tables import RoleName
from mailbox_service.command import CommandError, must_be_migrated, with_database
from mailbox_service.jobs.seal import SOURCES

Answer = TypeVar("Answer")
Commands: TypeAlias = "argparse._SubParsersAction[argparse.ArgumentParser]"
OF_AN_OFFICE = (RoleName.OFFICER, RoleName.HEAD)


def main(arguments: Sequence[str] | None = None) -> int:
    """Do what was typed; answers the exit code."""
    typed = _parser().parse_args(arguments)
    try:
        return int(typed.do(typed) or 0)
    except (CommandError, SettingsError, ValueError) as wrong:
        return _complain(str(wrong))
    except (SQLAlchemyError, OSError) as wrong:
        return _complain(checkup.plain(wrong))
    except KeyboardInterrupt:
        return 130


def _complain(sentence: str) -> int:
    print(f"mailbox: {sentence}", file=sys.stderr)
    return 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="mailbox", description="The Mayor's Mailbox.")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    serve = _command(commands, "serve", do_serve, "answer browsers, and do the work in the background")
    serve.add_argument("--workers", type=int, default=1, help="processes; more than one only with PostgreSQL")
    serve.add_argument("--no-work", action="store_true", help="leave mails and deadlines to `mailbox work`")
    _command(commands, "work", do_work, "send mails and watch deadlines, without answering browsers")
    _command(commands, "migrate", do_migrate, "bring the database to the shape this version needs")
    seed = _command(commands, "seed", do_seed, "give a new city its promises, calendar and offices")
    seed.add_argument("--offices", type=Path, help="a TOML file of offices and topics instead of the first two")
    seed.add_argument("--demo", action="store_true", help="the invented city of Qinghe, with its letters")
    seed.add_argument("--letters", type=int, default=0, help="Qinghe, with so many letters more; goes on where it was")
    _command(commands, "check", do_check, "say what is wrong before citizens find out")

    add = _command(_group(commands, "people", "who works here"), "add", do_people_add, "let somebody sign in")
    add.add_argument("email")
    add.add_argument("--name", required=True)
    add.add_argument("--role", action="append", default=[], help="clerk, officer:roads, head:roads …; may be repeated")
    add.add_argument("--language", choices=LANGUAGES, default=None)
    add.add_argument("--ask", action="store_true", help="ask for the password instead of drawing one")
    verify = _command(_group(commands, "audit", "the log"), "verify", do_audit_verify, "find the first changed row")
    verify.add_argument("--head", help="the chain's last hash, as noted elsewhere: shows what was cut off")

    cli_keeping.add(commands)
    cli_backup.add(commands)
    cli_mail.add(commands)
    cli_calendar.add(commands)
    cli_figures.add(commands)

    demo = _command(commands, "demo", do_demo, "run the invented city of Qinghe on this machine")
    demo.add_argument("--reset", action="store_true", help="throw its data away")
    return parser


def _group(commands: Commands, name: str, help_: str) -> Commands:
    return commands.add_parser(name, help=help_, description=help_).add_subparsers(required=True, metavar="COMMAND")


def _command(
    commands: Commands,
    name: str,
    do: Callable[[argparse.Namespace], int | None],
    help_: str,
) -> argparse.ArgumentParser:
    parser = commands.add_parser(name, help=help_, description=help_)
    parser.set_defaults(do=do)
    return parser


# --- The service


def do_serve(typed: argparse.Namespace) -> None:
    from mailbox_service import serve

    settings = read_settings()
    if typed.workers < 1 or (typed.workers > 1 and settings.is_sqlite):
        raise CommandError("SQLite is served by one process. For --workers use PostgreSQL (MAILBOX_DATABASE_URL).")
    must_be_migrated(settings)
    print(f"Serving {settings.public_url} on {settings.host}:{settings.port}. Stop with Ctrl-C.", flush=True)
    try:
        serve.serve(settings, workers=typed.workers, jobs=not typed.no_work)
    except serve.AlreadyRunningError as other:
        raise _second(other) from other


def do_work(_typed: argparse.Namespace) -> None:
    from mailbox_service import serve

    settings = read_settings()
    must_be_migrated(settings)
    serve.write_log(settings)
    try:
        asyncio.run(serve.work(settings))
    except serve.AlreadyRunningError as other:
        raise _second(other) from other


def _second(other: Exception) -> CommandError:
    return CommandError(
        f"another `mailbox serve` or `work` has this database (process {other}). With SQLite there is only one;"
        " it does the work, too."
    )


def do_check(_typed: argparse.Namespace) -> int:
    settings = read_settings()
    print("ok     The settings can be read.")
    findings = asyncio.run(checkup.look(settings))
    for finding in findings:
        print("ok    " if finding.well else "WRONG ", finding.says)
    return 0 if all(finding.well for finding in findings) else 1


# --- The database


def do_migrate(_typed: argparse.Namespace) -> None:
    settings = read_settings()
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    before = migrations.current(settings.database_url)
    migrations.upgrade(settings.database_url)
    after = migrations.head()
    print(f"The database is at {after}." if before == after else f"The database went from {before} to {after}.")


def do_seed(typed: argparse.Namespace) -> None:
    settings = read_settings()
    must_be_migrated(settings)
    if typed.demo or typed.letters:
        from mailbox_service.demo import run

        with_database(settings, lambda db: run.fill(db, settings, letters=typed.letters))
        return
    rows = setup.read_offices(typed.offices) if typed.offices else None
    fill = partial(setup.fill, rows=rows, now=clock.now(), zone=settings.zone)
    filled = with_database(settings, lambda db: db.writing(fill))
    if filled.years:
        print("Letters whose due dates a new year moves follow while `mailbox serve` or `work` runs.")
    print(
        f"Added: promises for {filled.policies} kinds of letters, {filled.years} years of the calendar,"
        f" {filled.offices} offices, {filled.topics} subject areas."
    )


def do_people_add(typed: argparse.Namespace) -> None:
    settings = read_settings()
    must_be_migrated(settings)
    password = _asked_password() if typed.ask else people.drawn_password()
    stored = asyncio.run(people.hashed(password))

    def add(session: Session) -> None:
        if find.person_by_email(session, typed.email):
            raise CommandError(f"{typed.email} is somebody already.")
        people.add(
            session,
            email=typed.email,
            name=typed.name,
            language=typed.language or settings.working_language,
            password_hash=stored,
            roles=_roles(session, typed.role),
            now=clock.now(),
        )

    if typed.email.count("@") != 1 or not typed.email.isprintable():
        raise CommandError(f"{typed.email} is no mail address.")
    with_database(settings, lambda db: db.writing(add))
    print(f"{typed.name} may sign in as {typed.email}.")
    if not typed.ask:
        print(f"The password is shown only now: {password}")


def _asked_password() -> str:
    password = getpass.getpass("Password: ")
    if len(password) < people.SHORTEST:
        raise CommandError(f"a password has at least {people.SHORTEST} characters.")
    if getpass.getpass("Once more: ") != password:
        raise CommandError("the two passwords differ.")
    return password


def _roles(session: Session, words: Sequence[str]) -> list[tuple[RoleName, int | None]]:
    """ "clerk" or "officer:roads", as typed, with the office's id."""
    offices = {office.code: office.id for office in find.offices(session)}
    roles = []
    for word in words:
        name, _, code = word.partition(":")
        if name not in list(RoleName):
            raise CommandError(f"there is no role {name}. Roles: {', '.join(RoleName)}.")
        if code and code not in offices:
            raise CommandError(f"there is no office {code}. Offices: {', '.join(offices)}.")
        if RoleName(name) in OF_AN_OFFICE and not code:
            raise CommandError(f"say of which office: {name}:roads. Offices: {', '.join(offices)}.")
        roles.append((RoleName(name), offices.get(code)))
    return roles


def do_audit_verify(typed: argparse.Namespace) -> int:
    settings = read_settings()
    must_be_migrated(settings)
    verdict = with_database(settings, lambda db: db.reading(lambda s: audit.verify(s, SOURCES, known_head=typed.head)))
    print(f"{verdict.checked} sealed rows hold. The chain ends with {verdict.head}")
    if (broken := verdict.broken) is None:
        return 0
    row = f"{broken.source} {broken.row_id}" if broken.row_id is not None else broken.source
    print(f"BROKEN at position {broken.position}: {row} ({broken.why})")
    return 1


# --- The demonstration


def do_demo(typed: argparse.Namespace) -> None:
    from mailbox_service.demo import run

    if typed.reset:
        print(run.reset())
        return
    run.run()


if __name__ == "__main__":
    sys.exit(main())
