"""The house, open, for the tests at the managers' doors."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from mailbox_service.base.db import Database
from tests.databases import rows
from tests.doors.staff.house import House, open_house
from tests.doors.staff.town import Town, found
from tests.rooms import counted


@pytest.fixture
async def house(database_url: str, tmp_path: Path) -> AsyncIterator[House]:
    """The service with a town in it; the test runs once on each kind of database."""
    async with open_house(database_url, tmp_path) as opened:
        yield opened


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def counted_city(request: pytest.FixtureRequest) -> Iterator[tuple[str, Town]]:
    """A city with the letters of March that are counted by hand, as of the 20th; tests only look at it."""
    places = request.getfixturevalue("sqlite_files" if request.param == "sqlite" else "postgresql")
    url: str = places.fresh()
    with rows(url) as session:
        town = found(session)
        counted.letters(session, town)
    asyncio.run(_count(url, town))
    yield url, town
    places.drop(url)


async def _count(url: str, town: Town) -> None:
    db = Database(url)
    await counted.count(db, town)
    await db.close()


@pytest.fixture
async def march(counted_city: tuple[str, Town], tmp_path: Path) -> AsyncIterator[House]:
    """The house around that city."""
    url, town = counted_city
    async with open_house(url, tmp_path, town) as opened:
        yield opened
