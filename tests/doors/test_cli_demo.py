"""The demonstration stays in a folder of its own: it touches no city's data, and fetches none of its mail."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from mailbox_service.base.settings import Settings
from mailbox_service.demo import run
from tests.doors.test_cli import Mailbox, environment, mailbox

__all__ = ["environment", "mailbox"]  # fixtures


@pytest.fixture
def served(monkeypatch: pytest.MonkeyPatch) -> list[Settings]:
    """The settings with which a demonstration was served; nothing is told, and nobody answers."""
    found: list[Settings] = []

    async def tell_nothing(_settings: Settings) -> None:
        return None

    monkeypatch.setattr(run, "_fill", tell_nothing)
    monkeypatch.setattr("mailbox_service.serve.serve", found.append)
    monkeypatch.setattr(os, "environ", os.environ.copy())
    return found


@pytest.mark.parametrize("theirs", ["mailbox.db", "files/ab/file", "erasures.txt"])
def test_a_citys_folder_is_neither_told_into_nor_thrown_away(mailbox, environment, served, theirs):
    kept = Path(environment["MAILBOX_DATA_DIR"]) / theirs
    kept.parent.mkdir(parents=True)
    kept.write_bytes(b"")

    typed = mailbox("demo")

    assert "no demonstration" in mailbox("demo", "--reset").out
    assert (typed.code, "holds a city's own data" in typed.err, served) == (1, True, [])
    assert kept.exists()


def test_a_citys_mail_is_not_fetched_and_its_list_not_written(mailbox: Mailbox, environment, served, tmp_path):
    theirs = {"IMAP_HOST": "imap.city.example", "LMTP_LISTEN": "127.0.0.1:2424", "SMTP_USER": "city"}
    theirs |= {"ERASURES_FILE": f"{tmp_path}/theirs.txt"}

    typed = mailbox("demo", **{f"MAILBOX_{name}": said for name, said in theirs.items()})

    assert typed.code == 0
    assert (served[0].imap_host, served[0].lmtp_listen, served[0].smtp_user) == ("", "", "")
    assert served[0].erasures_file == Path(environment["MAILBOX_DATA_DIR"]) / "erasures.txt"
