"""The service as a process of its own, with the city of Qinghe in it, its mails going to a real server."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from argon2 import PasswordHasher

from mailbox_service.base import clock
from mailbox_service.demo import city
from tests.browser.office import PASSWORD
from tests.browser.places import Town
from tests.browser.walk import open_town
from tests.conftest import PostOffice
from tests.databases import SQLiteFiles, rows
from tests.doors.kill import House, living


@pytest.fixture
def house(sqlite_url: str, tmp_path: Path, smtp_server: PostOffice) -> Iterator[House]:
    """With people who can sign in."""
    with rows(sqlite_url) as session:
        city.found(session, PasswordHasher(time_cost=1, memory_cost=64).hash(PASSWORD), now=clock.now())
    with living(House(sqlite_url, tmp_path, smtp_server.port)) as opened:
        yield opened


@pytest.fixture(scope="module")
def town(sqlite_files: SQLiteFiles, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    """With letters in every state that a citizen may meet."""
    with open_town(sqlite_files, tmp_path_factory.mktemp("qinghe")) as opened:
        yield opened
