"""`mailbox calendar import` as somebody types it, and what a newer package's year does on `mailbox seed`."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from sqlmodel import col, select

from mailbox_service.base.tables import AuditRow
from mailbox_service.city import official_calendar
from mailbox_service.city.tables import CalendarChange, CalendarYear, Way
from tests.databases import rows
from tests.doors.test_cli import Mailbox, environment, mailbox

__all__ = ["environment", "mailbox"]  # fixtures

YEAR = "2031-01-01,H\n2031-01-04,W\n2031-10-01,H\n"


@pytest.fixture
def file(mailbox: Mailbox, tmp_path: Path) -> Path:
    """A year's file, beside a city that has been set up."""
    mailbox("migrate")
    mailbox("seed")
    path = tmp_path / "2031.csv"
    path.write_text(YEAR, "utf-8")
    return path


def stored() -> tuple[CalendarYear | None, list[CalendarChange], list[str]]:
    """The year, every change, and the acts of the log."""
    with rows(f"sqlite:///{os.environ['MAILBOX_DATA_DIR']}/mailbox.db") as session:
        acts = list(session.exec(select(AuditRow.act).where(col(AuditRow.act) == "calendar.changed")))
        return session.get(CalendarYear, 2031), list(session.exec(select(CalendarChange))), acts


def test_a_year_is_brought_in_once(mailbox: Mailbox, file: Path) -> None:
    brought = mailbox("calendar", "import", str(file), "--source", "Notice of 2030")
    again = mailbox("calendar", "import", str(file), "--source", "Notice of 2030")

    assert brought.code == 0, brought.err
    assert "2031: 3 days change, the due dates of 0 letters move. The letters follow" in brought.out
    assert (again.code, "nothing would change" in again.err) == (1, True)
    year, changes, acts = stored()
    assert year is not None
    assert year.source == "Notice of 2030"
    assert [(change.way, change.made_by) for change in changes] == [(Way.FILE, None)]
    assert acts == ["calendar.changed"]


def test_a_dry_run_only_says_what_would_change(mailbox: Mailbox, file: Path) -> None:
    typed = mailbox("calendar", "import", str(file), "--source", "Notice", "--dry-run")

    assert (typed.code, "3 days change" in typed.out, "Nothing was stored." in typed.out) == (0, True, True)
    assert stored() == (None, [], [])


@pytest.mark.parametrize(
    ("text", "more", "says"),
    [
        ("2031-01-01,H\nnever,W\n2031-01-04,maybe", (), "line 2: no date that can be read: never,W"),
        ("2031-01-01,H\n2031-01-04,maybe", (), "line 2: neither H nor W"),
        ("", (), "there is no day in"),
        ("2031-01-01,H", (), "say --whole"),
        ("1999-01-01,H", ("--whole",), "the year must lie between 2000 and 2199"),
        ("2031-01-01,H\n" * 6000, (), "larger than 64000 bytes"),
    ],
)
def test_what_is_wrong_with_a_file_is_said_by_its_lines(
    mailbox: Mailbox, file: Path, text: str, more: tuple[str, ...], says: str
) -> None:
    file.write_text(text, "utf-8")

    typed = mailbox("calendar", "import", str(file), "--source", "Notice", *more)

    assert (typed.code, says in typed.err) == (1, True), typed.err
    assert stored() == (None, [], [])


def test_a_year_that_is_whole_all_the_same_is_taken_at_ones_word(mailbox: Mailbox, file: Path) -> None:
    file.write_text("2031-05-05,H", "utf-8")

    assert mailbox("calendar", "import", str(file), "--source", "Notice", "--whole").code == 0


def test_no_source_is_refused(mailbox: Mailbox, file: Path) -> None:
    typed = mailbox("calendar", "import", str(file), "--source", " ")

    assert (typed.code, "say from where it comes" in typed.err) == (1, True)


def test_seeding_after_a_newer_package_changes_the_calendar(
    mailbox: Mailbox, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    entries = [*official_calendar.entries()]
    years = official_calendar.known_years() | {2031}
    monkeypatch.setattr(official_calendar, "known_years", lambda: years)
    monkeypatch.setattr(official_calendar, "entries", lambda: iter(entries))

    said = mailbox("seed").out

    assert "1 years of the calendar" in said
    assert "Letters whose due dates a new year moves follow" in said
    assert [change.way for change in stored()[1]] == [Way.PACKAGE]
    assert "moves follow" not in mailbox("seed").out
