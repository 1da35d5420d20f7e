"""`make bench`: what a letter and a look at it cost, as ratios to the bare yardstick in the same run.

For each database: five alternating runs of the yardstick and of our service, CPU time of server and
database processes per request, medians; then sixteen connections at once. Written to RESULTS.md.
"""

from __future__ import annotations

import asyncio
import os
import platform
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from statistics import median

from benchmarks import cost, letters, places, servers, uploads
from benchmarks.load import Build, Measured, drive
from mailbox_service.base import clock
from mailbox_service.city import setup
from tests.databases import rows

RUNS = 5
SUBMITS, PAGES, STORM = 300, 600, 3_000
BARS = {"submit": 5.0, "page": 3.0}


@dataclass
class Figures:
    """What one database's runs gave: CPU milliseconds per request, bare and ours, run by run."""

    database: str
    cpu: dict[tuple[str, str], list[float]] = field(default_factory=dict)
    storm: Measured = field(default_factory=Measured)
    storm_seconds: float = 0.0
    refused: int = 0

    def note(self, act: str, who: str, milliseconds: float) -> None:
        """Keep one run's figure."""
        self.cpu.setdefault((act, who), []).append(milliseconds)

    def ratio(self, act: str) -> float:
        """Ours to the bare one's, medians."""
        return median(self.cpu[act, "ours"]) / median(self.cpu[act, "bare"])


def main() -> None:
    """Measure on both databases and write RESULTS.md."""
    found = []
    for name in ("SQLite", "PostgreSQL"):
        print(f"{name} …", flush=True)
        with _both(name) as (bare, ours):
            found.append(asyncio.run(_measure(name, bare, ours)))
    print("uploads …", flush=True)
    text = f"{_table(found)}\n{uploads.measure()}"
    (Path(__file__).parent / "RESULTS.md").write_text(text)
    print(text)


@contextmanager
def _both(name: str) -> Iterator[tuple[servers.Server, servers.Server]]:
    with places.place(name) as (url, folder, postmaster), ExitStack() as stack:
        with rows(url) as session:
            setup.fill(session, now=clock.now())
        bare = stack.enter_context(servers.bare(url, folder, postmaster))
        yield bare, stack.enter_context(servers.ours(url, folder, postmaster))


async def _measure(name: str, bare: servers.Server, ours: servers.Server) -> Figures:
    figures = Figures(name)
    citizen = await letters.Citizen.arrives(ours.port)
    submits = {"bare": letters.bare_submit, "ours": citizen.submit}
    pages = {"bare": letters.bare_page, "ours": citizen.page}
    for who, server in (("bare", bare), ("ours", ours)):
        await drive(server.port, submits[who], requests=50, connections=1, expect=letters.TAKEN[who])
        await drive(server.port, pages[who], requests=50, connections=1, expect=200)
    for run in range(RUNS):
        for who, server in (("bare", bare), ("ours", ours)):
            await _cost(figures, "submit", who, server, submits[who], SUBMITS, letters.TAKEN[who])
            await _cost(figures, "page", who, server, pages[who], PAGES, 200)
        print(f"  run {run + 1} of {RUNS}", flush=True)
    figures.storm = await drive(ours.port, citizen.submit, requests=STORM, connections=16, expect=letters.TAKEN["ours"])
    figures.refused += figures.storm.refused
    return figures


async def _cost(
    figures: Figures, act: str, who: str, server: servers.Server, build: Build, requests: int, expect: int
) -> None:
    before = cost.cpu_seconds(*server.pids)
    measured = await drive(server.port, build, requests=requests, connections=1, expect=expect)
    figures.note(act, who, (cost.cpu_seconds(*server.pids) - before) / requests * 1000)
    figures.refused += measured.refused


def _table(found: list[Figures]) -> str:
    cores, machine = os.cpu_count(), f"{platform.machine()}, Python {platform.python_version()}"
    lines = [
        "# Results",
        "",
        f"`make bench`, {datetime.now(UTC):%Y-%m-%d}, {cores} cores, {machine}. CPU milliseconds of server and",
        "database processes per request, medians of five alternating runs; our jobs are not running.",
        "",
        "| database | request | bare | ours | ratio | bar |",
        "|---|---|---|---|---|---|",
    ]
    for figures in found:
        for act, what in (("submit", "submit a letter"), ("page", "a letter's page")):
            bare, ours = (median(figures.cpu[act, who]) for who in ("bare", "ours"))
            ratio = figures.ratio(act)
            lines.append(
                f"| {figures.database} | {what} | {bare:.2f} | {ours:.2f} | {ratio:.1f} × | ≤ {BARS[act]:.0f} × |"
            )
    lines += ["", "Sixteen connections submitting at once (bar on SQLite: 150 letters a second, p99 under 500 ms):", ""]
    lines += ["| database | letters a second | p50 | p99 | refused |", "|---|---|---|---|---|"]
    for figures in found:
        storm = figures.storm
        rate, p50, p99 = STORM / storm.wall, storm.quantile(0.5) * 1000, storm.quantile(0.99) * 1000
        lines.append(f"| {figures.database} | {rate:.0f} | {p50:.0f} ms | {p99:.0f} ms | {figures.refused} |")
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    main()
