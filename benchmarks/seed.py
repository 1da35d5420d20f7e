"""`make bench-seed`: how fast a city is filled, on both databases, and whether it stays as fast while it grows.

An empty city is told its story, then its letters again by the hundred thousand, and their figures are counted, as
`mailbox seed --letters N` does.
Letters a second by the clock, and per second of CPU of every process that took part: the maker, the one that stores,
the database's own. Written to RESULTS-seed.md. The machine should have nothing else to do; the clock minds, the CPU
seconds less. A million letters take 25 GB in the folder `.bench`, which are given back.
"""

from __future__ import annotations

import asyncio
import os
import platform
import resource
import shutil
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import accumulate, pairwise
from pathlib import Path
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from benchmarks import cost, places
from mailbox_service import migrations
from mailbox_service.base import clock, pieces
from mailbox_service.base.db import Database
from mailbox_service.demo import bulk, bulk_figures, seed
from mailbox_service.demo import run as demo
from mailbox_service.tickets.find.city import CityBook
from tests.databases import postgresql_server

LETTERS = {"SQLite": 1_000_000, "PostgreSQL": 100_000}
BAR = 2_000  # letters a second
FOLDER = Path(__file__).parent.parent / ".bench" / f"seed-{os.getpid()}"
RESULTS = Path(__file__).parent / "RESULTS-seed.md"


@dataclass
class Run:
    """One city's filling: at each batch how many letters there were, the clock, and the CPU seconds so far."""

    database: str
    letters: int
    pids: list[int]
    marks: list[tuple[int, float, float]] = field(default_factory=list)
    gigabytes: float = 0.0
    megabytes: float = 0.0
    words: tuple[float, float] = (0.0, 0.0)  # seconds to bring them together afterwards: by the clock, of CPU
    figures: tuple[float, float] = (0.0, 0.0)  # the same to count them

    def mark(self, done: int, _total: int) -> None:
        """Note how far it is; says it now and then."""
        self.marks.append((done, *self.spent()))
        if len(self.marks) % 10 == 0:
            print(f"  {self.database}: {done:,} letters, {self.rate(0, -1):,.0f} a second", flush=True)

    def spent(self) -> tuple[float, float]:
        """The clock, and the CPU seconds so far."""
        return time.monotonic(), cost.cpu_seconds(*self.pids)

    def rate(self, first: int, last: int, what: int = 1) -> float:
        """Letters a second between two marks: by the clock (1), by the CPU (2)."""
        one, other = self.marks[first], self.marks[last]
        return (other[0] - one[0]) / max(other[what] - one[what], 0.001)


def main(*letters: int) -> None:
    """Fill both, and write the figures down. 0 leaves a database out."""
    runs = []
    for name, count in zip(LETTERS, letters or LETTERS.values(), strict=False):
        if count:
            with _database(name) as (url, pids):
                run = Run(name, count, [os.getpid(), *pids])
                asyncio.run(_fill(url, run))
                run.gigabytes, run.megabytes = _size(url) / 1e9, _peak() / 1e3
                runs.append(run)
    text = _table(runs)
    RESULTS.write_text(text)
    print(text)


@contextmanager
def _database(name: str) -> Iterator[tuple[str, list[int]]]:
    shutil.rmtree(FOLDER, ignore_errors=True)
    FOLDER.mkdir(parents=True)
    try:
        if name == "SQLite":
            yield f"sqlite:///{FOLDER / 'mailbox.db'}", []
            return
        with postgresql_server(durable=True) as url:
            yield url, [places.process_of(url)]
    finally:
        shutil.rmtree(FOLDER, ignore_errors=True)


async def _fill(url: str, run: Run) -> None:
    migrations.upgrade(url)
    db, book, now = Database(url), CityBook(ZoneInfo("Asia/Shanghai"), "zh"), clock.now()
    try:
        await seed.seed(db, book, "welcome-to-qinghe", now=now, progress=lambda _done, _total: None)
        await bulk.seed(db, book, run.letters, now=now, progress=run.mark)
        run.mark(run.letters, run.letters)
        stored = run.spent()
        await pieces.bring_together(db, step=demo.LARGE_STEP)
        together = run.spent()
        await bulk_figures.count(db, book, now=now, progress=lambda _done, _total: None)
        run.words, run.figures = _between(stored, together), _between(together, run.spent())
    finally:
        await db.close()


def _between(one: tuple[float, float], other: tuple[float, float]) -> tuple[float, float]:
    return other[0] - one[0], other[1] - one[1]


def _size(url: str) -> int:
    if url.startswith("sqlite"):
        return (FOLDER / "mailbox.db").stat().st_size
    engine = sa.create_engine(url)
    with engine.connect() as connection:
        size: int = connection.execute(sa.text("SELECT pg_database_size(current_database())")).scalar_one()
    engine.dispose()
    return size


def _peak() -> int:
    """Kilobytes of the larger of the two processes at their largest."""
    return max(resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))


def _table(runs: list[Run]) -> str:
    lines = [
        "# How fast a city is filled",
        "",
        f"`make bench-seed`, {datetime.now(UTC):%Y-%m-%d}, {os.cpu_count()} cores, {platform.machine()}, Python",
        f"{platform.python_version()}. Bar: {BAR:,} letters a second in bulk. Seven of ten letters are in Chinese.",
        "CPU: of the process that makes letters, the one that stores them, and the database's own. The last look at",
        "all tables (ANALYZE) is in it. Afterwards SQLite's full-text index is brought together, and figures",
        "are counted: `with words` and `with figures` are all up to there.",
        "",
        f"Load of the machine at the end: {os.getloadavg()[2]:.1f}. With more than 2, others were at work, too, and",
        "the clock says little.",
        "",
        "| database | letters | seconds | a second | … with words | … with figures"
        " | per CPU second | … with words | … with figures | size | memory of one |",
        "|---|---|---|---|---|---|---|---|---|---|---|",
    ]
    for run in runs:
        seconds, cpu = (run.marks[-1][what] - run.marks[0][what] for what in (1, 2))
        lines.append(
            f"| {run.database} | {run.letters:,} | {seconds:,.0f}"
            f" | {_rates(run, seconds, 0)} | {_rates(run, cpu, 1)} | {run.gigabytes:.1f} GB | {run.megabytes:,.0f} MB |"
        )
    lines += ["", "Tenth by tenth, letters a second by the clock and per CPU second:", ""]
    lines += ["| database | " + " | ".join(f"{n}" for n in range(1, 11)) + " |", "|---|" + "---|" * 10]
    for run in runs:
        for what, name in ((1, "clock"), (2, "CPU")):
            lines.append(f"| {run.database}, {name} | " + " | ".join(_tenths(run, what)) + " |")
    return "\n".join(lines) + "\n"


def _rates(run: Run, seconds: float, what: int) -> str:
    """Letters a second stored, with their words brought together, and with figures."""
    steps = accumulate((seconds, run.words[what], run.figures[what]))
    return " | ".join(f"{run.letters / step:,.0f}" for step in steps)


def _tenths(run: Run, what: int) -> list[str]:
    done = [mark[0] for mark in run.marks]
    bounds = [next(at for at, letters in enumerate(done) if letters >= run.letters * n / 10) for n in range(11)]
    return [f"{run.rate(one, other, what):,.0f}" if other > one else "–" for one, other in pairwise(bounds)]


if __name__ == "__main__":
    main(*(int(each) for each in sys.argv[1:3]))
