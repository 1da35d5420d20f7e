"""What the tests of backup and restore may ask for."""

from __future__ import annotations

from pathlib import Path

import pytest

from mailbox_service.base.db import Database
from mailbox_service.base.settings import Settings
from tests.conftest import PostOffice
from tests.rooms import kept
from tests.rooms.post import PostTown, settings_for


@pytest.fixture
async def post(db: Database, smtp_server: PostOffice, tmp_path: Path) -> PostTown:
    """A town with two letters that have files, one of them with a mark in every text; its log is sealed."""
    return await kept.a_town_with_files(db, smtp_server.port, tmp_path / "old")


@pytest.fixture
def fresh(request: pytest.FixtureRequest, database_url: str, tmp_path: Path) -> Settings:
    """Another machine with the same secret and the same kind of database, without a single table."""
    kind = "sqlite_files" if database_url.startswith("sqlite") else "postgresql"
    return settings_for(25, data_dir=tmp_path / "new", database_url=request.getfixturevalue(kind).empty())
