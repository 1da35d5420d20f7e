"""The `mailbox` command as somebody types it: what it does, and how it says what is wrong."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlmodel import Session, select

from mailbox_service import cli, migrations
from mailbox_service.base import audit, clock
from mailbox_service.jobs.seal import SOURCES
from mailbox_service.tickets.statistics import published
from mailbox_service.tickets.tables import Ticket
from tests.conftest import PostOffice
from tests.databases import rows

WAIT_SECONDS = 60


@dataclass
class Typed:
    """What came of a command: its exit code, and what it said."""

    code: int
    out: str
    err: str


Mailbox = Callable[..., Typed]


@pytest.fixture
def environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """A city's settings; its database is a SQLite file that isn't there yet."""
    for name in [name for name in os.environ if name.startswith("MAILBOX_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("MAILBOX_SECRET", "s" * 40)
    monkeypatch.setenv("MAILBOX_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.setenv("MAILBOX_PORT", str(a_free_port()))
    return dict(os.environ)


@pytest.fixture
def mailbox(
    environment: dict[str, str], capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> Mailbox:
    """Types a command and waits for its end; `more` are settings."""

    def type_(*words: str, **more: str) -> Typed:
        for name, value in more.items():
            monkeypatch.setenv(name, value)
        code = cli.main(words)
        said = capsys.readouterr()
        return Typed(code, said.out, said.err)

    return type_


def test_a_city_is_set_up_step_by_step(mailbox):
    assert "went from None" in mailbox("migrate").out
    assert "is at" in mailbox("migrate").out
    assert "6 kinds of letters" in mailbox("seed").out
    assert "0 kinds of letters, 0 years of the calendar, 0 offices" in mailbox("seed").out

    added = mailbox(
        "people", "add", "Dora@city.example", "--name", "Dora", "--role", "clerk", "--role", "officer:general"
    )

    assert added.code == 0
    assert "dora may sign in as dora@city.example" in added.out.lower()
    assert re.search(r"shown only now: (\w{4}-){3}\w{4}$", added.out.strip())


def test_offices_come_from_a_file(mailbox, tmp_path):
    offices = tmp_path / "offices.toml"
    offices.write_text(
        '[[department]]\ncode = "harbour"\nname = { en = "Harbour", zh = "港口", ja = "港", ko = "항구" }\n'
        '[[topic]]\ncode = "ships"\ndepartment = "harbour"\nname = { en = "Ships", zh = "船", ja = "船", ko = "배" }\n',
        "utf-8",
    )
    mailbox("migrate")

    assert "1 offices, 1 subject areas" in mailbox("seed", "--offices", str(offices)).out


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("people", "add", "nobody", "--name", "N"), "no mail address"),
        (("people", "add", "a@b.example", "--name", "N", "--role", "king"), "there is no role king. Roles: clerk"),
        (("people", "add", "a@b.example", "--name", "N", "--role", "officer"), "say of which office"),
        (("people", "add", "a@b.example", "--name", "N", "--role", "head:moon"), "there is no office moon"),
        (("serve", "--workers", "2"), "SQLite is served by one process"),
        (("seed", "--offices", "nowhere.toml"), "No such file"),
    ],
)
def test_what_was_typed_wrong_is_said_in_a_sentence(mailbox, words, says):
    mailbox("migrate")
    mailbox("seed")

    typed = mailbox(*words)

    assert typed.code == 1
    assert says in typed.err


def test_nobody_is_added_twice(mailbox):
    mailbox("migrate")
    mailbox("people", "add", "a@city.example", "--name", "A")

    again = mailbox("people", "add", "A@city.example", "--name", "A")

    assert (again.code, "is somebody already" in again.err) == (1, True)


@pytest.mark.parametrize("command", ["serve", "work", "seed"])
def test_an_empty_database_is_named_before_anything_starts(mailbox, command):
    typed = mailbox(command)

    assert typed.code == 1
    assert "run `mailbox migrate`" in typed.err


def test_missing_settings_are_all_named_at_once(mailbox):
    typed = mailbox("check", MAILBOX_SECRET="short", MAILBOX_SMTP_PORT="many")

    assert typed.code == 1
    assert "MAILBOX_SECRET" in typed.err
    assert "MAILBOX_SMTP_PORT" in typed.err


def test_check_says_everything_that_is_wrong(mailbox, tmp_path):
    (tmp_path / "data").write_text("a file where the folder should be", "utf-8")

    nowhere = {"MAILBOX_DATABASE_URL": f"sqlite:///{tmp_path}/nothing/here.db", "MAILBOX_SMTP_HOST": "127.0.0.1"}
    nowhere |= {"MAILBOX_SMTP_PORT": str(a_free_port()), "MAILBOX_PUBLIC_URL": "http://mailbox.example"}

    typed = mailbox("check", **nowhere)

    assert typed.code == 1
    for says in ("database can't be reached", "can't be written", "mail server 127.0.0.1", "use https"):
        assert says in typed.out


def test_check_finds_a_city_that_is_ready(mailbox, smtp_server: PostOffice):
    mailbox("migrate")
    mailbox("seed")
    mailbox("people", "add", "a@b.example", "--name", "A", *("--role", "clerk", "--role", "officer:general"),
            *("--role", "head:general"))  # fmt: skip

    typed = mailbox("check", MAILBOX_SMTP_HOST="127.0.0.1", MAILBOX_SMTP_PORT=str(smtp_server.port))

    assert (typed.code, "WRONG" in typed.out) == (0, False)


def test_the_audit_log_holds_until_somebody_changes_a_row(mailbox, environment):
    mailbox("migrate")
    url = f"sqlite:///{environment['MAILBOX_DATA_DIR']}/mailbox.db"
    mailbox("people", "add", "a@city.example", "--name", "A", "--role", "manager")
    run_seal(url)
    assert mailbox("audit", "verify").code == 0

    with rows(url) as session:
        for statement in ("drop trigger audit_row_no_update", "update audit_row set act = 'nothing'"):
            session.connection().execute(sa.text(statement))
    typed = mailbox("audit", "verify")

    assert typed.code == 1
    assert "BROKEN at position 1: audit_row" in typed.out


def run_seal(url: str) -> None:
    with rows(url) as session:
        audit.seal(session, SOURCES, now=clock.now())


def test_only_one_process_serves_a_sqlite_file(mailbox, environment):
    mailbox("migrate")
    mailbox("seed")
    first = subprocess.Popen([sys.executable, "-m", "mailbox_service.cli", "serve"], env=environment,
                             stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)  # fmt: skip
    try:
        wait_for(int(environment["MAILBOX_PORT"]))
        for command in ("serve", "work"):
            second = mailbox(command)
            assert second.code == 1
            assert f"process {first.pid}" in second.err
    finally:
        first.send_signal(signal.SIGTERM)
        assert first.wait(WAIT_SECONDS) == 0

    assert migrations.current(f"sqlite:///{environment['MAILBOX_DATA_DIR']}/mailbox.db") == migrations.head()


def test_the_demonstration_keeps_its_data_until_it_is_reset(mailbox, environment, tmp_path):
    folder, port = tmp_path / "data", int(environment["MAILBOX_PORT"])
    kept = tmp_path / "data" / "not-ours.txt"
    for first in (True, False):
        with a_demonstration(environment, port) as said, rows(f"sqlite:///{folder / 'mailbox.db'}") as session:
            assert is_alive(session)
        assert ("Telling the story" in said[0]) is first
        assert "kai@qinghe.example" in said[0]
        kept.write_text("something else", "utf-8")

    typed = mailbox("demo", "--reset")

    assert "empty again" in typed.out
    assert [path.name for path in folder.iterdir()] == ["not-ours.txt"]
    assert "no demonstration" in mailbox("demo", "--reset").out


def is_alive(session: Session) -> bool:
    """Whether offices have enough letters for their rates to be told, and the last weeks don't stand out."""
    newest = published.months(session)[0]
    told = [part for part in newest.parts if part["dimension"] == "office" and part["on_time_rate"] is not None]
    came = [clock.now() - moment for moment in session.exec(select(Ticket.received_at))]
    weeks = [sum(ago // timedelta(weeks=4) == nth for ago in came) for nth in range(12)]
    return len(told) >= 3 and max(weeks) < 2 * min(weeks)


class a_demonstration:  # noqa: N801 - read as words
    """Runs `mailbox demo` until its page opens; `said[0]` is what it printed, once it has ended."""

    def __init__(self, environment: dict[str, str], port: int) -> None:
        self.port, self.said = port, [""]
        command = [sys.executable, "-m", "mailbox_service.cli", "demo"]
        self.process = subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True)

    def __enter__(self) -> list[str]:
        wait_for(self.port)
        return self.said

    def __exit__(self, *_: object) -> None:
        self.process.send_signal(signal.SIGINT)
        self.said[0], _none = self.process.communicate(timeout=WAIT_SECONDS)


def wait_for(port: int) -> None:
    give_up = time.monotonic() + WAIT_SECONDS
    while time.monotonic() < give_up:
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise AssertionError("nothing listens")


def a_free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
