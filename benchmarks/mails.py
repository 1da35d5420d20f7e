"""`make bench-mail`: how fast a thousand notices leave, beside a bare loop of the same library to the same server.

The yardstick sends the same bytes over one connection with the same settings and records nothing. Ours takes them from
the outbox, fills in what is secret, writes down each try before and each answer after, durably, and counts its caps.
Five alternating runs on each database; the server keeps nothing and runs in a process of its own. What counts is the
ratio of the rates in the same run. Written to RESULTS-mail.md.
"""

from __future__ import annotations

import asyncio
import multiprocessing
import os
import platform
import sys
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from multiprocessing.connection import Connection
from pathlib import Path
from statistics import median

import sqlalchemy as sa
from aiosmtpd.smtp import SMTP as Server  # noqa: N811
from aiosmtpd.smtp import Envelope
from aiosmtpd.smtp import Session as Visit
from aiosmtplib import SMTP
from sqlmodel import Session, col, select

from benchmarks import cost, places
from mailbox_service.base.db import Database
from mailbox_service.base.settings import Settings
from mailbox_service.base.tables import RateWindow
from mailbox_service.jobs import deliver, notify
from mailbox_service.mail import leaving, outbox
from mailbox_service.mail.smtp import Sending
from mailbox_service.mail.tables import Mail
from mailbox_service.tickets.tables import Ticket
from tests.doors.staff import town as towns
from tests.rooms.post import settings_for

RUNS = int(os.environ.get("RUNS", "5"))
NOTICES = int(os.environ.get("NOTICES", "1000"))
BAR = 0.5


class Taker:
    """Takes every mail and keeps none."""

    async def handle_DATA(self, _server: Server, _visit: Visit, _envelope: Envelope) -> str:  # noqa: N802
        """Take it."""
        return "250 taken"


@dataclass
class Figures:
    """What one database's runs gave: mails a second, and CPU milliseconds of ours and the database per mail."""

    database: str
    bare: list[float] = field(default_factory=list)
    ours: list[float] = field(default_factory=list)
    cpu_bare: list[float] = field(default_factory=list)
    cpu_ours: list[float] = field(default_factory=list)

    @property
    def ratio(self) -> float:
        """Ours to the bare one's: the median of what each run gave."""
        return median(ours / bare for ours, bare in zip(self.ours, self.bare, strict=True))


def main() -> None:
    """Measure on both databases and write RESULTS-mail.md."""
    here, there = multiprocessing.Pipe()
    server = multiprocessing.Process(target=_serve, args=(there,), daemon=True)
    server.start()
    settings = settings_for(here.recv(), smtp_timeout_seconds=30)
    found = []
    for name in sys.argv[1:] or ("SQLite", "PostgreSQL"):
        print(f"{name} …", flush=True)
        with places.place(name) as (url, _folder, postmaster):
            found.append(asyncio.run(_measure(Figures(name), url, settings, postmaster)))
    server.terminate()
    text = _table(found)
    (Path(__file__).parent / "RESULTS-mail.md").write_text(text)
    print(text)


def _serve(pipe: Connection) -> None:
    async def run() -> None:
        listening = asyncio.get_running_loop().create_server(lambda: Server(Taker()), "127.0.0.1", 0)
        server = await listening
        pipe.send(server.sockets[0].getsockname()[1])
        await server.serve_forever()

    asyncio.run(run())


async def _measure(figures: Figures, url: str, settings: Settings, postmaster: int | None) -> Figures:
    db = Database(url)
    town = await db.writing(towns.found)
    for start in range(0, NOTICES, 50):
        await db.writing(partial(_letters, town=town, start=start))
    await notify.notify(db, settings, town.book)
    mails = await db.reading(partial(_as_they_leave, settings=settings))
    pids = (os.getpid(), postmaster) if postmaster else (os.getpid(),)
    for run in range(RUNS):
        await db.writing(_put_back)
        for rates, costs, work in (
            (figures.bare, figures.cpu_bare, partial(_bare, settings, mails)),
            (figures.ours, figures.cpu_ours, partial(deliver.deliver, db, settings, town.book)),
        ):
            spent, begun = cost.cpu_seconds(*pids), time.perf_counter()
            sent = await work()
            assert sent == NOTICES
            rates.append(NOTICES / (time.perf_counter() - begun))
            costs.append((cost.cpu_seconds(*pids) - spent) / NOTICES * 1000)
        print(f"  run {run + 1}: bare {figures.bare[-1]:.0f}/s, ours {figures.ours[-1]:.0f}/s", flush=True)
    await db.close()
    return figures


def _letters(session: Session, town: towns.Town, start: int) -> None:
    for n in range(start, start + 50):
        town.letter(
            session, subject=f"Letter {n}", email=f"carl{n}@example.org", language=("en", "zh", "ja", "ko")[n % 4]
        )


def _as_they_leave(session: Session, settings: Settings) -> list[Sending]:
    rows = session.exec(select(Mail, Ticket).join(Ticket, col(Ticket.id) == col(Mail.ticket_id)).order_by(col(Mail.id)))
    ready = [leaving.sending(settings, outbox.Outgoing(mail, ticket.number, 1)) for mail, ticket in rows]
    return [sending for sending in ready if sending is not None]


async def _bare(settings: Settings, mails: list[Sending]) -> int:
    client = SMTP(
        hostname=settings.smtp_host,
        port=settings.smtp_port,
        use_tls=False,
        start_tls=False,
        timeout=settings.smtp_timeout_seconds,
    )
    async with client:
        for each in mails:
            await client.sendmail(each.sender, [each.message.to_address], each.message.content)
    return len(mails)


def _put_back(session: Session) -> None:
    """Let every mail wait again, as if it had just been written."""
    session.connection().execute(sa.update(Mail).values(sent_at=None, tries=0, lease_until=None, claimed_by=""))
    session.connection().execute(sa.delete(RateWindow))


def _table(found: list[Figures]) -> str:
    cores, machine = os.cpu_count(), f"{platform.machine()}, Python {platform.python_version()}"
    lines = [
        "# How fast notices leave",
        "",
        f"`make bench-mail`, {datetime.now(UTC):%Y-%m-%d}, {cores} cores, {machine}. {NOTICES:,} notices to a server",
        f"on the same machine, medians of {RUNS} alternating runs. Bar: at least {BAR} × the rate of a bare aiosmtplib",
        "loop that sends the same bytes over one connection and records nothing. Ours holds two and records",
        "every try and answer durably. CPU is that of our process and the database, without the mail server's.",
        "",
        "| database | bare, mails a second | ours | ratio | bare, CPU ms a mail | ours |",
        "|---|---|---|---|---|---|",
    ]
    for one in found:
        rates = f"{median(one.bare):.0f} | {median(one.ours):.0f} | {one.ratio:.2f} ×"
        lines.append(f"| {one.database} | {rates} | {median(one.cpu_bare):.2f} | {median(one.cpu_ours):.2f} |")
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    main()
