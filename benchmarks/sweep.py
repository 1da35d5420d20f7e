"""`python -m benchmarks.sweep [LETTERS]`: what the sweep reads to find the letters that are due among very many.

The letters are one letter told again in one statement, on both databases, in databases of their own that are thrown
away. The rows read are those that the database itself counts (`tests/rooms/sweeping.py`);
the time is CPU time of this process, which on PostgreSQL leaves out the server's. Written to RESULTS-sweep.md.
"""

from __future__ import annotations

import asyncio
import sys
import tempfile
import time
from functools import partial
from pathlib import Path

from mailbox_service.base.db import Database
from tests.databases import PostgreSQL, SQLiteFiles, postgresql_server
from tests.rooms import sweeping

STORED, DUE = 1_000_000, 20_000
RESULTS = Path(__file__).parent / "RESULTS-sweep.md"


def main(stored: int = STORED) -> None:
    """Measure both databases, print a line for each and keep them."""
    lines = []
    with tempfile.TemporaryDirectory(prefix="mailbox-sweep-") as folder, postgresql_server() as server:
        databases: list[tuple[str, SQLiteFiles | PostgreSQL]]
        databases = [("SQLite", SQLiteFiles(Path(folder))), ("PostgreSQL", PostgreSQL(server))]
        for name, places in databases:
            url = places.fresh()
            lines.append(f"- {name}: {asyncio.run(measure(url, stored))}")
            print(lines[-1])
            places.drop(url)
    said = "# What the sweep reads\n\n`python -m benchmarks.sweep`. Bar: at most twice the rows that are due.\n\n"
    RESULTS.write_text(said + "\n".join(lines) + "\n", "utf-8")


async def measure(url: str, stored: int) -> str:
    """Fill the database and look up what is due; answers the figures in a line."""
    db = Database(url)
    await db.writing(partial(sweeping.many_letters, stored=stored, due=DUE))
    cpu = time.process_time()
    found = await db.reading(sweeping.looked_up)
    cpu = time.process_time() - cpu
    rows = await db.reading(sweeping.rows_read)
    await db.close()
    return (
        f"{stored:,} letters, {found:,} due, {rows:,} rows read ({rows / found:.2f} for each), {cpu * 1000:.0f} ms CPU"
    )


if __name__ == "__main__":
    main(*(int(said) for said in sys.argv[1:2]))
