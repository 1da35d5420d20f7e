"""The plug is pulled while sixteen citizens write, on SQLite; a file for each database, to run side by side."""

from __future__ import annotations

from pathlib import Path

from tests.conftest import PostOffice
from tests.doors import plug


def test_no_acknowledged_letter_is_lost_and_none_is_there_twice(
    sqlite_url: str, tmp_path: Path, smtp_server: PostOffice
) -> None:
    plug.pull(sqlite_url, tmp_path, smtp_server)
