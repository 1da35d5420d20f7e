"""The house, open, for the tests at the administrators' doors."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.doors.staff.house import House, open_house


@pytest.fixture
async def house(database_url: str, tmp_path: Path) -> AsyncIterator[House]:
    """The service with a town in it; the test runs once on each kind of database."""
    async with open_house(database_url, tmp_path) as opened:
        yield opened
