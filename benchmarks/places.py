"""Where a benchmark's letters lie: a migrated database of one kind, durable, in a folder of its own."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from sqlalchemy import make_url

from mailbox_service import migrations
from tests.databases import postgresql_server


@contextmanager
def place(name: str) -> Iterator[tuple[str, Path, int | None]]:
    """The URL of a database ("SQLite" or "PostgreSQL"), the folder, and PostgreSQL's process to count with ours."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="mailbox-bench-")))
        url, postmaster = f"sqlite:///{folder / 'bench.db'}", None
        if name == "PostgreSQL":
            url = stack.enter_context(postgresql_server(durable=True))
            postmaster = process_of(url)
        migrations.upgrade(url)
        yield url, folder, postmaster


def process_of(url: str) -> int:
    """The first process of the server that `postgresql_server` started."""
    data = Path(str(make_url(url).query["host"])) / "data"
    return int((data / "postmaster.pid").read_text().split()[0])
