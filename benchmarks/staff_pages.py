"""`make bench-staff`: what a queue, a letter's page and a search cost staff, with a thousand letters and with many.

Two cities are seeded for each database (`mailbox seed --letters N`); SQLite's are kept in `.bench` for
the next time. Five alternating runs of each page in the small city and the large one, between two of the yardstick's
/page, for a machine's speed changes from one second to the next; CPU time of server and database processes per
request, medians of times and of ratios. Written to RESULTS-staff.md.
"""

from __future__ import annotations

import asyncio
import os
import platform
import sys
from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median
from urllib.parse import quote

import sqlalchemy as sa
from pydantic import SecretStr
from sqlmodel import Session, col, select

from benchmarks import cost, letters, places, servers
from benchmarks.load import Build, drive
from mailbox_service import migrations
from mailbox_service.base import clock, tokens
from mailbox_service.base.db import Database
from mailbox_service.base.settings import Settings
from mailbox_service.base.tables import Session as StaffSession
from mailbox_service.city.tables import HeldRole, Person
from mailbox_service.demo import run as demo
from mailbox_service.tickets.acts import OPEN
from mailbox_service.tickets.tables import Ticket
from tests.databases import postgresql_server, rows

RUNS, WARM, PAGES = 5, 30, 150
SMALL, LARGE = 1_000, 100_000
GROWS, COSTS = 1.5, 4.0
KEPT = Path(__file__).parent.parent / ".bench"
RESULTS = Path(__file__).parent / "RESULTS-staff.md"
SECRET = "s" * 40
WORDS = "路灯"


@dataclass
class City:
    """A running city: its server, and the pages that somebody of it looks at, by what they are."""

    letters: int
    server: servers.Server
    pages: Mapping[str, Build]


@dataclass
class Figures:
    """CPU milliseconds per request of one database, run by run: page to (the yardstick beside it, small, large)."""

    database: str
    cpu: dict[str, list[tuple[float, float, float]]] = field(default_factory=dict)
    refused: int = 0

    def middle(self, page: str, which: int) -> float:
        """The median of the runs' times."""
        return median(run[which] for run in self.cpu[page])

    def ratio(self, page: str, which: int, to: int) -> float:
        """The median of the runs' ratios."""
        return median(run[which] / run[to] for run in self.cpu[page])


def main(large: int = LARGE) -> None:
    """Measure on both databases, and write the figures down."""
    found = []
    for name in ("SQLite", "PostgreSQL"):
        with ExitStack() as stack:
            small, big, bare = _open(stack, name, large)
            found.append(asyncio.run(_measure(name, bare, small, big)))
    text = _table(found, large)
    RESULTS.write_text(text)
    print(text)


def _open(stack: ExitStack, name: str, large: int) -> tuple[City, City, servers.Server]:
    server = stack.enter_context(postgresql_server(durable=True)) if name == "PostgreSQL" else None
    postmaster = places.process_of(server) if server else None
    cities = []
    for count in (SMALL, large):
        folder = KEPT / f"{name.lower()}-{count}"
        folder.mkdir(parents=True, exist_ok=True)
        url = _made(server, f"city_{count}") if server else f"sqlite:///{folder / 'ours.db'}"
        _seed(url, folder, count)
        running = stack.enter_context(servers.ours(url, folder, postmaster, MAILBOX_SECRET=SECRET))
        cities.append(City(count, running, _pages(url)))
    return cities[0], cities[1], stack.enter_context(servers.bare(url, folder, postmaster))


def _made(server: str, database: str) -> str:
    engine = sa.create_engine(server, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(sa.text(f"CREATE DATABASE {database}"))
    engine.dispose()
    return sa.make_url(server).set(database=database).render_as_string(hide_password=False)


def _seed(url: str, folder: Path, count: int) -> None:
    print(f"{count:,} letters …", flush=True)
    migrations.upgrade(url)
    settings = Settings(database_url=url, data_dir=folder, secret=SecretStr(SECRET))

    async def fill() -> None:
        db = Database(url)
        try:
            await demo.fill(db, settings, letters=count)
        finally:
            await db.close()

    asyncio.run(fill())
    _settle(url)


def _settle(url: str) -> None:
    """What the database would do by itself later, while pages are measured."""
    engine = sa.create_engine(url, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        for statement in ["ANALYZE"] if engine.dialect.name == "sqlite" else ["VACUUM (ANALYZE)", "CHECKPOINT"]:
            connection.execute(sa.text(statement))
    engine.dispose()


def _pages(url: str) -> dict[str, Build]:
    """The pages an officer of the office with the most open letters looks at, signed in."""
    with rows(url) as session:
        is_open = col(Ticket.status).in_(OPEN)
        count = sa.func.count()
        office = (
            select(Ticket.lead_department_id)
            .where(is_open, ~col(Ticket.restricted))
            .group_by(col(Ticket.lead_department_id))
        )
        office_id = session.exec(
            office.having(col(Ticket.lead_department_id).is_not(None)).order_by(count.desc())
        ).first()
        who = session.exec(
            select(HeldRole.person_id).where(HeldRole.department_id == office_id, HeldRole.role == "officer")
        ).first()
        letter = select(Ticket.number).where(is_open, Ticket.lead_department_id == office_id, ~col(Ticket.restricted))
        numbers = session.exec(letter.order_by(col(Ticket.id).desc()).limit(20)).all()
        cookie = _signed_in(session, who or 0)
        clerk = _signed_in(session, session.exec(select(Person.id).where(col(Person.email).startswith("kai@"))).one())
    return {
        "an office's queue": _get("/staff?queue=my_office", cookie),
        "every open letter": _get("/staff?queue=all", clerk),
        "a letter's page": _get_one_of([f"/staff/tickets/{number}" for number in numbers], cookie),
        "a search": _get(f"/staff/search?q={quote(WORDS)}", clerk),
    }


def _signed_in(session: Session, person_id: int) -> str:
    token, now = tokens.fresh_token(), clock.now()
    session.add(
        StaffSession(
            token=tokens.hashed(token),
            person_id=person_id,
            csrf=tokens.fresh_token(),
            created_at=now,
            seen_at=now + timedelta(hours=1),
            expires_at=now + timedelta(hours=8),
        )
    )
    return f"staff={token}"


def _get(path: str, cookie: str) -> Build:
    return _get_one_of([path], cookie)


def _get_one_of(paths: list[str], cookie: str) -> Build:
    return lambda n: ("GET", paths[n % len(paths)], {"Cookie": cookie}, b"")


async def _measure(name: str, bare: servers.Server, small: City, big: City) -> Figures:
    figures = Figures(name)
    for page in small.pages:
        for city in (small, big):
            await drive(city.server.port, city.pages[page], requests=WARM, connections=1, expect=200)
    await drive(bare.port, letters.bare_page, requests=WARM, connections=1, expect=200)
    for run in range(RUNS):
        for page in small.pages:
            before = await _cost(figures, bare, letters.bare_page)
            few = await _cost(figures, small.server, small.pages[page])
            many = await _cost(figures, big.server, big.pages[page])
            after = await _cost(figures, bare, letters.bare_page)
            figures.cpu.setdefault(page, []).append(((before + after) / 2, few, many))
        print(f"  {name}: run {run + 1} of {RUNS}", flush=True)
    return figures


async def _cost(figures: Figures, server: servers.Server, build: Build) -> float:
    before = cost.cpu_now(*server.pids)
    measured = await drive(server.port, build, requests=PAGES, connections=1, expect=200)
    figures.refused += measured.refused
    return (cost.cpu_now(*server.pids) - before) / PAGES * 1000


def _table(found: list[Figures], large: int) -> str:
    lines = [
        "# What staff pages cost",
        "",
        f"`make bench-staff`, {datetime.now(UTC):%Y-%m-%d}, {os.cpu_count()} cores, {platform.machine()}, Python",
        f"{platform.python_version()}. CPU milliseconds of server and database processes per request, medians of five",
        "alternating runs, each between two of /page; ratios are medians of the runs' ratios.",
        f"Bars: ≤ {COSTS:.0f} × the yardstick's /page; with {large:,} letters less than",
        f"{GROWS} × with {SMALL:,}.",
        "",
        f"| database | page | /page | {SMALL:,} letters | {large:,} letters | to /page | grows |",
        "|---|---|---|---|---|---|---|",
    ]
    for figures in found:
        for page in figures.cpu:
            bare, small, big = (figures.middle(page, which) for which in range(3))
            lines.append(
                f"| {figures.database} | {page} | {bare:.2f} | {small:.2f} | {big:.2f}"
                f" | {figures.ratio(page, 1, 0):.2f} × | {figures.ratio(page, 2, 1):.2f} × |"
            )
    lines += ["", f"Refused: {sum(figures.refused for figures in found)}."]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    main(*(int(each) for each in sys.argv[1:2]))
