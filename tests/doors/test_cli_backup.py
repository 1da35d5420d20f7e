"""`mailbox backup`, `restore`, `retention` and `hold` as somebody types them."""

from __future__ import annotations

import asyncio
import os
import re
import resource
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable
from datetime import timedelta
from functools import partial
from pathlib import Path

import pytest
from sqlmodel import col, select

from mailbox_service import migrations
from mailbox_service.backup import manifest
from mailbox_service.base import clock, erasures
from mailbox_service.base.db import Database
from mailbox_service.base.files import Files
from mailbox_service.base.tables import AuditRow
from mailbox_service.jobs import erase
from mailbox_service.tickets.tables import Ticket
from tests.databases import rows
from tests.doors.test_cli import Mailbox, Typed, environment, mailbox, wait_for
from tests.rooms.full import MARK
from tests.rooms.kept import a_town_with_files

__all__ = ["environment", "mailbox"]  # fixtures

MAILBOX = [sys.executable, "-m", "mailbox_service.cli"]


@pytest.fixture
def city(mailbox: Mailbox, environment: dict[str, str]) -> Path:
    """The data folder of a city with two letters, of long ago."""
    folder = Path(environment["MAILBOX_DATA_DIR"])
    mailbox("migrate")

    async def fill() -> None:
        db = Database(f"sqlite:///{folder}/mailbox.db")
        await a_town_with_files(db, 25, folder)
        await db.close()

    asyncio.run(fill())
    return folder


def letters(folder: Path) -> list[Ticket]:
    with rows(f"sqlite:///{folder}/mailbox.db") as session:
        return list(session.exec(select(Ticket).order_by(col(Ticket.id))))


def acts(folder: Path) -> list[str]:
    with rows(f"sqlite:///{folder}/mailbox.db") as session:
        return list(session.exec(select(AuditRow.act)))


def test_a_city_is_backed_up_and_brought_back_on_another_machine(city, mailbox, tmp_path):
    made = mailbox("backup", f"{tmp_path}/2026-11-24")
    first, _ = letters(city)
    erasures.add(city / "erasures.txt", [first.id], clock.now())

    kept_apart = str(city / "erasures.txt")
    back = mailbox("restore", f"{tmp_path}/2026-11-24", "--erasures", kept_apart, MAILBOX_DATA_DIR=f"{tmp_path}/new")

    assert (made.code, back.code, made.err + back.err) == (0, 0, "")
    assert f"2 letters, 2 files, database at {migrations.head()}" in made.out
    assert "Database: 100 %" in made.out
    assert "Files: 2 of 2" in made.out
    for name in ("MAILBOX_SECRET", "MAILBOX_SMTP_PASSWORD", "MAILBOX_ERASURES_FILE"):
        assert name in made.out
    assert "s" * 40 not in made.out
    assert "Emptied again: 1 letters" in back.out
    assert "sealed rows hold" in back.out
    assert [ticket.subject for ticket in letters(tmp_path / "new")] == ["", "A lamp is dark"]
    assert "backup.made" in acts(city)
    assert "backup.restored" in acts(tmp_path / "new")
    assert mailbox("audit", "verify").code == 0


def test_without_a_list_of_erasures_nothing_comes_back_until_that_is_said(city, mailbox, tmp_path):
    mailbox("backup", f"{tmp_path}/b")

    refused = mailbox("restore", f"{tmp_path}/b", MAILBOX_DATA_DIR=f"{tmp_path}/new")
    told = mailbox("restore", f"{tmp_path}/b", "--without-erasures")

    assert (refused.code, "letters that were erased would come back" in refused.err) == (1, True)
    assert (told.code, "Emptied again: 0 letters" in told.out) == (0, True)


def test_a_database_in_use_is_not_restored_over_unless_told(city, mailbox, tmp_path):
    mailbox("backup", f"{tmp_path}/b")

    refused = mailbox("restore", f"{tmp_path}/b", "--without-erasures")
    told = mailbox("restore", f"{tmp_path}/b", "--without-erasures", "--replace")

    assert (refused.code, "there is a database already" in refused.err) == (1, True)
    assert (told.code, told.err) == (0, "")


def test_a_running_service_is_not_restored_under(city, mailbox, environment, tmp_path):
    mailbox("backup", f"{tmp_path}/b")
    service = subprocess.Popen([*MAILBOX, "serve"], env=environment, stdout=subprocess.DEVNULL,
                               stderr=subprocess.DEVNULL)  # fmt: skip
    try:
        wait_for(int(environment["MAILBOX_PORT"]))
        refused = mailbox("restore", f"{tmp_path}/b", "--without-erasures", "--replace")
        again = mailbox("backup", f"{tmp_path}/while-it-serves")
    finally:
        service.send_signal(signal.SIGTERM)
        service.wait(60)

    assert refused.code == 1
    assert f"the service is running on this database (process {service.pid}): stop it first" in refused.err
    assert (again.code, again.err) == (0, "")


def test_a_lost_file_is_named_and_the_exit_code_says_so(city, mailbox, tmp_path):
    key = next(Files(city / "files").keys())
    shutil.rmtree(city / "files" / key[:2])

    typed = mailbox("backup", f"{tmp_path}/b")

    assert typed.code == 1
    assert re.search(rf"WRONG  These files are missing or damaged:\n  {key}", typed.out)


def test_a_damaged_database_is_said_plainly(city, mailbox, tmp_path):
    with (city / "mailbox.db").open("r+b") as file:
        file.seek(-65536, os.SEEK_END)
        file.write(b"\xff" * 65536)

    typed = mailbox("backup", f"{tmp_path}/b")

    assert (typed.code, (tmp_path / "b").exists()) == (1, False)
    assert re.search(r"the database (is damaged|can't be read)", typed.err)


@pytest.mark.parametrize("room", [200_000, 4_000_000], ids=["for half the database", "for half a file"])
def test_a_full_disk_is_said_plainly_and_the_same_command_goes_on(city, environment, tmp_path, room):
    stored = Files(city / "files").store([b"x" * 6_000_000])
    with rows(f"sqlite:///{city}/mailbox.db") as session:
        session.connection().exec_driver_sql(
            f"update attachment set stored = '{stored.key}', sha256 = '{stored.sha256}' where id ="
            " (select max(id) from attachment)"
        )

    full = typed("backup", f"{tmp_path}/b", environment=environment, before=partial(_only, room))
    whole = typed("backup", f"{tmp_path}/b", environment=environment)

    assert full.code == 1
    assert "the disk is full. Make room and run the same command again" in full.err
    assert "Traceback" not in full.err
    assert (whole.code, "2 letters, 2 files" in whole.out) == (0, True)


def test_ctrl_c_leaves_nothing_that_looks_whole(city, environment, tmp_path):
    stored = [Files(city / "files").store([b"x"]) for _ in range(600)]
    with rows(f"sqlite:///{city}/mailbox.db") as session:
        for n, each in enumerate(stored):
            session.connection().exec_driver_sql(
                "insert into upload (id, stored, sha256, name, content_type, size, at, holder)"
                f" values ({n + 1}, '{each.key}', '{each.sha256}', 'a', 'text/plain', 1, '2026-01-01', 'h')"
            )
    waits = manifest.place(tmp_path / "b.part" / "files", max(each.key for each in stored))
    waits.parent.mkdir(parents=True)
    os.mkfifo(waits)  # taken for what an earlier try has brought; reading it never ends by itself
    process = subprocess.Popen([*MAILBOX, "backup", f"{tmp_path}/b"], env=environment, stdout=subprocess.PIPE,
                               stderr=subprocess.PIPE, text=True, preexec_fn=heed_ctrl_c)  # fmt: skip
    assert process.stdout is not None
    while "Files: 500" not in process.stdout.readline():
        continue
    process.send_signal(signal.SIGINT)
    said, wrong = process.communicate(timeout=60)
    waits.unlink()

    assert (process.returncode, (tmp_path / "b").exists(), wrong) == (130, False, "")
    assert "Stopped half way. Run the same command again: it goes on." in said
    assert typed("backup", f"{tmp_path}/b", environment=environment).code == 0


def heed_ctrl_c() -> None:
    """As a shell starts it in the foreground; in the background it would leave Ctrl-C aside."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def typed(*words: str, environment: dict[str, str], before: Callable[[], None] | None = None) -> Typed:
    done = subprocess.run([*MAILBOX, *words], env=environment, capture_output=True, text=True, check=False,
                          preexec_fn=before)  # fmt: skip
    return Typed(done.returncode, done.stdout, done.stderr)


def _only(room: int) -> None:
    """No file may grow beyond so many bytes, as if the disk were full."""
    resource.setrlimit(resource.RLIMIT_FSIZE, (room, room))


# --- What is erased, and what is kept


def test_retention_lists_what_is_due_and_erases_only_when_meant(city, mailbox, monkeypatch):
    monkeypatch.setattr(erase, "SETTLE", timedelta(0))
    first, second = letters(city)
    with rows(f"sqlite:///{city}/mailbox.db") as session:
        session.connection().exec_driver_sql("update ticket set received_at = '2011-01-01 00:00:00'")
        session.connection().exec_driver_sql("update round set ended_at = '2012-01-01' where ended_at is not null")

    dry = mailbox("retention", "--dry-run")
    untouched = letters(city)[0].subject
    done = mailbox("retention")
    again = mailbox("retention")

    assert (dry.code, done.code) == (0, 0)
    assert re.search(
        rf"{first.number}  ended 2012-01-01  \d\d texts  1 files\n1 letters .* nothing was changed", dry.out
    )
    assert second.number not in dry.out
    assert MARK not in dry.out
    assert MARK in untouched
    assert "1 were erased" in done.out
    assert letters(city)[0].subject == ""
    assert "0 letters" in again.out
    listed = erasures.read(city / "erasures.txt")  # with the mail that came for it
    assert (first.id in listed, second.id in listed) == (True, False)


def test_a_hold_keeps_a_letter_until_it_is_lifted(city, mailbox):
    first, _ = letters(city)
    with rows(f"sqlite:///{city}/mailbox.db") as session:
        session.connection().exec_driver_sql("update ticket set received_at = '2011-01-01 00:00:00'")
        session.connection().exec_driver_sql("update round set ended_at = '2012-01-01' where ended_at is not null")

    held = mailbox("hold", "set", first.number, "--reason", "case 12/2026")
    kept = mailbox("retention", "--dry-run")
    lifted = mailbox("hold", "lift", first.number, "--reason", "closed")

    assert "is kept until the hold is lifted" in held.out
    assert first.number not in kept.out
    assert "is under no hold" in lifted.out
    assert first.number in mailbox("retention", "--dry-run").out
    assert {"hold.set", "hold.lifted"} <= set(acts(city))
    unknown = mailbox("hold", "set", "2026-0000000-0", "--reason", "none")
    assert (unknown.code, "there is no letter" in unknown.err) == (1, True)
