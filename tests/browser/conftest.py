"""The service as a process of its own, with the city of Qinghe in it, its mails going to a real server."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from argon2 import PasswordHasher

from mailbox_service.base import clock
from mailbox_service.demo import city
from tests.browser.office import PASSWORD
from tests.conftest import PostOffice
from tests.databases import rows
from tests.doors.kill import House


@pytest.fixture
def house(sqlite_url: str, tmp_path: Path, smtp_server: PostOffice) -> Iterator[House]:
    with rows(sqlite_url) as session:
        city.found(session, PasswordHasher(time_cost=1, memory_cost=64).hash(PASSWORD), now=clock.now())
    opened = House(sqlite_url, tmp_path, smtp_server.port)
    opened.start()
    try:
        opened.wait_until_open()
        yield opened
    finally:
        opened.kill()
