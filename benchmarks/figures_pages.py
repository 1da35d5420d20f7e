"""`make bench-figures`: what the managers' pages of figures cost with a thousand letters and with a million.

Two cities are seeded for each database (`mailbox seed --letters N`, which counts figures, too); SQLite's are kept in
`.bench` for the next time. Five alternating runs of the small city and the large one; CPU time of server and
database processes per request, medians. Free combinations are timed on the large city: they are counted letter by
letter. One database alone: `python -m benchmarks.figures_pages 1000000 SQLite`. Written to RESULTS-figures.md.
"""

from __future__ import annotations

import asyncio
import json
import os
import platform
import sys
import time
from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from statistics import median

from sqlmodel import Session, col, select

from benchmarks import cost, places, servers, staff_pages
from benchmarks.load import Build, Connection, drive
from mailbox_service.city.tables import Department, Person
from tests.databases import postgresql_server, rows

RUNS, WARM, REQUESTS = 5, 10, 40
SMALL, LARGE = 1_000, 1_000_000
GROWS, SECONDS = 1.5, 2.0
KEPT = Path(__file__).parent.parent / ".bench"
RESULTS = Path(__file__).parent / "RESULTS-figures.md"
MEASURED = KEPT / "figures.json"
DATABASES = ("SQLite", "PostgreSQL")


@dataclass
class City:
    """A running city, and the pages of figures that its manager looks at."""

    letters: int
    server: servers.Server
    pages: Mapping[str, Build]
    free: Mapping[str, Build]


@dataclass
class Found:
    """One database's figures: CPU milliseconds per request run by run, and seconds of free combinations."""

    database: str
    letters: int
    cpu: dict[str, dict[str, list[float]]] = field(default_factory=dict)
    free: dict[str, float] = field(default_factory=dict)
    refused: int = 0


def main(large: int = LARGE, *names: str) -> None:
    """Measure these databases (both without a name), and write down what was measured last of each."""
    for name in names or DATABASES:
        with ExitStack() as stack:
            found = asyncio.run(_measure(name, *_open(stack, name, large)))
        _keep(found)
    text = _table()
    RESULTS.write_text(text)
    print(text)


def _open(stack: ExitStack, name: str, large: int) -> tuple[City, City]:
    server = stack.enter_context(postgresql_server(durable=True)) if name == "PostgreSQL" else None
    postmaster = places.process_of(server) if server else None
    cities = []
    for count in (SMALL, large):
        folder = KEPT / f"{name.lower()}-{count}"
        folder.mkdir(parents=True, exist_ok=True)
        url = staff_pages._made(server, f"city_{count}") if server else f"sqlite:///{folder / 'ours.db'}"
        staff_pages._seed(url, folder, count)
        running = stack.enter_context(servers.ours(url, folder, postmaster, MAILBOX_SECRET=staff_pages.SECRET))
        cities.append(City(count, running, *_pages(url)))
    return cities[0], cities[1]


def _pages(url: str) -> tuple[Mapping[str, Build], Mapping[str, Build]]:
    with rows(url) as session:
        mina = session.exec(select(Person.id).where(col(Person.email).startswith("mina@"))).one()
        cookie = staff_pages._signed_in(session, mina)
        office = _an_office(session)
    get = staff_pages._get
    pages = {
        "the overview": get("/manager", cookie),
        "the overview of one office": get(f"/manager?office={office}", cookie),
        "offices side by side": get("/manager/offices", cookie),
        "what letters are about, of a year": get(f"/manager/topics?period={datetime.now(UTC).year}", cookie),
        "all figures, of a year": get(f"/manager/figures?period={datetime.now(UTC).year}", cookie),
    }
    year = datetime.now(UTC).year - 1
    free = {
        "a year, kind and language": get(f"/manager/figures?period={year}&kind=help&language=zh", cookie),
        "a year, office and channel": get(f"/manager/figures?period={year}&office={office}&channel=web", cookie),
        "two hundred days, one kind": get(f"/manager/figures?from={year}-02-03&to={year}-08-22&kind=complaint", cookie),
        "a month, by office, one language": get(f"/manager/figures?period={year}-10&by=office&language=ja", cookie),
    }
    return pages, free


def _an_office(session: Session) -> int:
    wanted = select(Department.id).where(col(Department.code) == "transport")
    return session.exec(wanted).first() or session.exec(select(Department.id).order_by(col(Department.id))).first() or 0


async def _measure(name: str, small: City, big: City) -> Found:
    found = Found(name, big.letters)
    for page in small.pages:
        for city in (small, big):
            await drive(city.server.port, city.pages[page], requests=WARM, connections=1, expect=200)
    for run in range(RUNS):
        for page in small.pages:
            for who, city in (("small", small), ("large", big)):
                await _cost(found, page, who, city)
        print(f"  {name}: run {run + 1} of {RUNS}", flush=True)
    for combination, build in big.free.items():
        found.free[combination] = await _seconds(found, big, build)
    return found


async def _cost(found: Found, page: str, who: str, city: City) -> None:
    before = cost.cpu_seconds(*city.server.pids)
    measured = await drive(city.server.port, city.pages[page], requests=REQUESTS, connections=1, expect=200)
    spent = (cost.cpu_seconds(*city.server.pids) - before) / REQUESTS * 1000
    found.cpu.setdefault(page, {}).setdefault(who, []).append(spent)
    found.refused += measured.refused


async def _seconds(found: Found, city: City, build: Build) -> float:
    """The middle of three looks, by the CPU time of server and database: the machine may have other work."""
    spent = []
    connection = Connection(city.server.port)
    for n in range(3):
        before, begun = cost.cpu_seconds(*city.server.pids), time.perf_counter()
        method, path, headers, body = build(n)
        answer = await connection.ask(method, path, headers, body)
        found.refused += answer.status != 200
        spent.append(cost.cpu_seconds(*city.server.pids) - before)
        print(f"  {path}: {spent[-1]:.2f} s of CPU, {time.perf_counter() - begun:.2f} s waited", flush=True)
    connection.close()
    return median(spent)


def _keep(found: Found) -> None:
    known = json.loads(MEASURED.read_text()) if MEASURED.exists() else {}
    MEASURED.write_text(json.dumps(known | {found.database: asdict(found)}))


def _table() -> str:
    known = [Found(**each) for name, each in json.loads(MEASURED.read_text()).items() if name in DATABASES]
    lines = [
        "# What pages of figures cost",
        "",
        f"`make bench-figures`, {datetime.now(UTC):%Y-%m-%d}, {os.cpu_count()} cores, {platform.machine()}, Python",
        f"{platform.python_version()}. CPU milliseconds of server and database processes per request, medians of five",
        f"alternating runs. Bar: the overview with {LARGE:,} letters less than {GROWS} × with {SMALL:,}.",
        "",
        f"| database | page | {SMALL:,} letters | many | letters | grows |",
        "|---|---|---|---|---|---|",
    ]
    for found in known:
        for page, runs in found.cpu.items():
            small, big = median(runs["small"]), median(runs["large"])
            lines.append(
                f"| {found.database} | {page} | {small:.1f} | {big:.1f} | {found.letters:,} | {big / small:.2f} × |"
            )
    lines += [
        "",
        f"Free combinations, counted letter by letter; seconds of CPU for the page. Bar: ≤ {SECONDS:.0f}.",
        "",
        "| database | letters | asked for | seconds |",
        "|---|---|---|---|",
    ]
    for found in known:
        lines += [f"| {found.database} | {found.letters:,} | {name} | {s:.2f} |" for name, s in found.free.items()]
    lines += ["", f"Refused: {sum(found.refused for found in known)}."]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else LARGE, *sys.argv[2:])
