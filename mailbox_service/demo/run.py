"""`mailbox demo`: one folder with everything in it, a city full of letters, a post office, and the service.

Started again it goes on where it was. Nothing leaves the machine.
"""

from __future__ import annotations

import asyncio
import os
import secrets
import shutil
import socket
import sys
import time
from datetime import timedelta
from pathlib import Path

from mailbox_service import migrations, serve
from mailbox_service.base import clock, pieces
from mailbox_service.base.db import Database
from mailbox_service.base.settings import Settings, read_settings
from mailbox_service.demo import bulk, bulk_figures, bulk_maker, by_mail, scan, seed
from mailbox_service.demo.mailcatcher import HOST, Catcher
from mailbox_service.demo.read import load_city
from mailbox_service.jobs import alike, figures, publish
from mailbox_service.tickets.find.city import CityBook

FOLDER = "demo-data"
PORT = "8000"
PASSWORD = "welcome-to-qinghe"
SECRET = "demo.secret"
OURS = ("mailbox.db", "mailbox.db-wal", "mailbox.db-shm", "mailbox.db.lock", "files", "mail", "erasures.txt", SECRET)
A_CITYS = ("mailbox.db", "files", "erasures.txt")  # what lies in the data folder of any
CAST = (
    ("kai", "clerk: passes letters on"),
    ("fang", "officer of the Foreign Affairs Office, translates English"),
    ("xu", "head of the Foreign Affairs Office"),
    ("dora", "officer of Roads and Bridges: writes replies"),
    ("henry", "head of Roads and Bridges: approves them"),
    ("shen", "approver in the mayor's office"),
    ("mina", "manager: figures, extensions, reviews"),
    ("ruth", "restricted desk: reports of misconduct"),
    ("ada", "administrator"),
    ("yan", "auditor"),
)


def run() -> None:
    """Prepare what is missing, then serve until stopped.

    Raises:
        ValueError: another program has the port, another demonstration the folder, or a real city.
    """
    folder = _folder()
    _must_be_ours(folder)
    port = int(os.environ.get("MAILBOX_PORT", PORT))
    _must_be_free(port)
    catcher = Catcher(folder / "mail")
    catcher.start()
    try:
        settings = _settings(folder, port, catcher.port)
        with serve.only_one(settings):
            migrations.upgrade(settings.database_url)
            asyncio.run(_fill(settings))
        _greet(settings)
        serve.serve(settings)
    except serve.AlreadyRunningError as other:
        raise ValueError(f"the demonstration is running already (process {other}).") from other
    finally:
        catcher.stop()


async def _fill(settings: Settings) -> None:
    db = Database(settings.database_url)
    try:
        await fill(db, settings)
    finally:
        await db.close()


ALL_TIME = timedelta(days=5 * 365)
# Letters that have come to their end: beside them those that wait are few, and an office's are enough for a rate. They
# come over the running month and the twelve before it.
A_YEAR, THIRTEEN_MONTHS = 2_000, bulk_maker.Spread(timedelta(days=397), open_share=0)


LARGE_STEP = 4_000  # pages: while a city is being filled, few others write


async def fill(db: Database, settings: Settings, *, letters: int = 0) -> None:
    """Tell the city's story, as far as it is not told yet, and its letters again until there are so many more.

    Without a number it is a year's letters, all at their end: what waits in the story is enough to be looked at.
    """
    book = CityBook(settings.zone, settings.working_language)
    await seed.seed(db, book, PASSWORD, now=clock.now(), progress=_show)
    await by_mail.bring(db, settings, book, now=clock.now())
    await scan.bring(db, settings, book, now=clock.now())
    await alike.find_likes(db, back=ALL_TIME)
    if letters > 0:
        added = await bulk.seed(db, book, letters, now=clock.now(), progress=Pace("letters added"))
        _say(f"{added} letters added; {letters} were asked for.", "\n")
    else:
        more = Pace("letters of the year before added")
        await bulk.seed(db, book, A_YEAR, now=clock.now(), progress=more, spread=THIRTEEN_MONTHS)
    await bulk_figures.count(db, book, now=clock.now(), progress=Pace("letters counted"))
    await pieces.bring_together(db, step=LARGE_STEP, progress=Pace("pages of the search index tidied"))
    await figures.figures(db, settings, book)
    await publish.publish(db, settings, book)


def reset() -> str:
    """Empty the folder, if it is a demonstration's; says what was done."""
    folder = _folder()
    if not (folder / SECRET).exists():
        return f"There is no demonstration in {folder}."
    for name in OURS:
        path = folder / name
        if path.is_dir():
            shutil.rmtree(path)
        else:
            path.unlink(missing_ok=True)
    return f"{folder} is empty again. `make demo` begins anew."


def _folder() -> Path:
    return Path(os.environ.get("MAILBOX_DATA_DIR", FOLDER)).absolute()


def _must_be_ours(folder: Path) -> None:
    """A city's own letters or files without our secret beside them: they are not to be told into, or thrown away."""
    if not (folder / SECRET).exists() and any((folder / name).exists() for name in A_CITYS):
        raise ValueError(f"{folder} holds a city's own data. Choose another: MAILBOX_DATA_DIR={FOLDER} mailbox demo")


def _must_be_free(port: int) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError as taken:
            raise ValueError(f"port {port} is taken. Choose another: MAILBOX_PORT={port + 1} make demo") from taken


def _settings(folder: Path, port: int, smtp_port: int) -> Settings:
    """The settings of this demonstration. Its processes read them from the environment, so they stand there."""
    secret = folder / SECRET
    if not secret.exists():
        secret.write_text(secrets.token_hex(32) + "\n", "utf-8")
        secret.chmod(0o600)
    os.environ |= {
        "MAILBOX_DATA_DIR": str(folder),
        "MAILBOX_DATABASE_URL": f"sqlite:///{folder / 'mailbox.db'}",
        "MAILBOX_SECRET_FILE": str(secret),
        "MAILBOX_HOST": HOST,
        "MAILBOX_PORT": str(port),
        "MAILBOX_PUBLIC_URL": f"http://{HOST}:{port}",
        "MAILBOX_SMTP_HOST": HOST,
        "MAILBOX_SMTP_PORT": str(smtp_port),
        "MAILBOX_SMTP_SECURITY": "none",
        "MAILBOX_SMTP_USER": "",
        "MAILBOX_IMAP_HOST": "",  # a real city's settings may stand in this shell: its mail is not ours to fetch …
        "MAILBOX_LMTP_LISTEN": "",
        "MAILBOX_ERASURES_FILE": str(folder / "erasures.txt"),  # … nor its list to write on
        "MAILBOX_MAIL_FROM": "mailbox@qinghe.example",
        "MAILBOX_LETTERS_BY_MAIL_TO": by_mail.PUBLIC,
        "MAILBOX_LETTERS_PER_ADDRESS_PER_HOUR": "1000",
        "MAILBOX_TRACKING_TRIES_PER_ADDRESS_PER_HOUR": "1000",
        "MAILBOX_SIGN_IN_TRIES_PER_ADDRESS_PER_HOUR": "1000",
        "MAILBOX_RECORD_NUMBERS": "清ICP备00000000号（示例）; 清公网安备00000000000号（示例）",
        "MAILBOX_DEMO": "true",
        "MAILBOX_DEMO_MAIL_PAGE": "true",
    }
    return read_settings()


def _show(done: int, total: int) -> None:
    if sys.stdout.isatty() or done in (0, total):
        end = "\n" if done == total or not sys.stdout.isatty() else ""
        _say(f"\rTelling the story of Qinghe: {done * 100 // max(total, 1):3d} %", end)


class Pace:
    """Says how far it is, how fast it goes, and how long it will still take."""

    def __init__(self, what: str) -> None:
        self.what, self.began_at = what, time.monotonic()

    def __call__(self, done: int, total: int) -> None:
        """Say it: on a terminal in one line that changes, elsewhere only at the beginning and the end."""
        if sys.stdout.isatty() or done in (0, total):
            end = "\n" if done == total or not sys.stdout.isatty() else ""
            _say(f"\r{self.said(done, total, time.monotonic() - self.began_at)}", end)

    def said(self, done: int, total: int, seconds: float) -> str:
        """ "120,000 of 1,000,000 letters added, 2,345 a second, 6 min 15 s left"."""
        said = f"{done:,} of {total:,} {self.what}"
        if not 0 < done < total:
            return f"{said:<72}"
        rate = done / max(seconds, 0.001)
        minutes, left = divmod(round((total - done) / rate), 60)
        minutes_left = f"{minutes} min " if minutes else ""
        return f"{f'{said}, {rate:,.0f} a second, {minutes_left}{left} s left':<72}"


def _greet(settings: Settings) -> None:
    names = {person.email.partition("@")[0]: person.name for person in load_city().people}
    lines = [
        "",
        f"  Citizens     {settings.public_url}/",
        f"  Staff        {settings.public_url}/staff",
        f"  Managers     {settings.public_url}/manager",
        f"  Mails        {settings.public_url}/demo/mail",
        "",
        f"  Sign in as one of these; the password is always {PASSWORD}",
        "",
        *(f"    {f'{name}@qinghe.example':24} {names[name]}  {does}" for name, does in CAST),
        "",
        "  Stop with Ctrl-C. The letters stay; `make demo-reset` throws them away.",
        "",
    ]
    _say("\n".join(lines), "\n")


def _say(text: str, end: str) -> None:
    sys.stdout.write(text + end)
    sys.stdout.flush()
