"""`mailbox check` tells of what would keep mails, files or erasures from going on."""

from __future__ import annotations

from datetime import timedelta

import pytest

from mailbox_service import migrations
from mailbox_service.backup import mark
from mailbox_service.base import clock
from mailbox_service.base.tables import JobRun
from tests.databases import rows
from tests.doors.test_cli import environment, mailbox

__all__ = ["environment", "mailbox"]  # fixtures


def database(environment: dict[str, str]) -> str:
    return f"sqlite:///{environment['MAILBOX_DATA_DIR']}/mailbox.db"


def test_a_database_that_is_half_restored_is_named(mailbox, environment):
    mailbox("migrate")
    mark.begin(database(environment), migrations.head() or "", "a sum", clock.now())

    typed = mailbox("check")

    assert "WRONG  The database is only half restored: run `mailbox restore` once more." in typed.out


@pytest.mark.parametrize(("ago", "well"), [(timedelta(hours=2), True), (timedelta(hours=3), False)])
def test_jobs_that_run_no_more_are_named(mailbox, environment, ago, well):
    mailbox("migrate")
    with rows(database(environment)) as session:
        session.add(JobRun(name="tidy", last_started_at=clock.now() - ago))
        session.commit()

    assert ("No job has run since" in mailbox("check").out) is not well


@pytest.mark.parametrize(
    ("command", "says"),
    [
        ("sh -c true", "ok     Files are given to sh."),
        ("no-such-scanner {file}", "WRONG  The virus scanner no-such-scanner is not there: every file is refused."),
        ("clamscan '", "WRONG  MAILBOX_VIRUS_SCANNER can't be read as a command: every file is refused."),
    ],
)
def test_a_scanner_that_is_not_there_is_named(mailbox, command, says):
    mailbox("migrate")

    assert says in mailbox("check", MAILBOX_VIRUS_SCANNER=command).out


@pytest.mark.parametrize("place", ["a folder", "a file/list.txt"])
def test_a_list_of_erasures_that_can_not_be_written_is_named(mailbox, tmp_path, place):
    mailbox("migrate")
    (tmp_path / "a folder").mkdir()
    (tmp_path / "a file").write_bytes(b"")

    typed = mailbox("check", MAILBOX_ERASURES_FILE=f"{tmp_path}/{place}")

    assert f"WRONG  The list of erasures {tmp_path}/{place} can't be written" in typed.out
