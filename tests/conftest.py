"""What every test may ask for: a database, a post office, a browser."""

from __future__ import annotations

import gc
import shutil
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import TYPE_CHECKING, Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope
from aiosmtpd.smtp import Session as Visit

from mailbox_service.base.db import Database
from tests import compiled
from tests.databases import PostgreSQL, SQLiteFiles, passing_folder, postgresql_server

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, Page

# The files that take longest, the longest first.
LONGEST = (
    "tests/rooms/test_scale_plans.py",
    "tests/browser/test_accessibility_staff.py",
    "tests/browser/test_accessibility_states.py",
    "tests/doors/test_kill_postgresql.py",
    "tests/doors/test_kill_sqlite.py",
    "tests/browser/test_accessibility.py",
    "tests/doors/test_kill_worker.py",
    "tests/browser/test_together.py",
    "tests/rooms/test_bulk_seed.py",
    "tests/rooms/test_queues.py",
    "tests/rooms/test_figures_kept.py",
    "tests/rooms/test_mails_stress.py",
    "tests/rooms/test_backup_faults.py",
    "tests/doors/test_cli_backup.py",
)
# The first of them that is there: the first is Chromium without windows, which takes a third less of the processor.
BROWSERS = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")
CHROMIUM_FLAGS = [
    "--no-sandbox",
    "--disable-dev-shm-usage",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


def pytest_configure() -> None:
    """Before any engine is made."""
    compiled.keep()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Let the longest files begin first: a worker that is given one last keeps the others waiting."""
    places = {file: place for place, file in enumerate(LONGEST)}
    items.sort(key=lambda item: places.get(item.location[0], len(places)))


def pytest_collection_finish() -> None:
    """Look no more at what was imported when looking for garbage: it stays, and is most of what there is."""
    gc.collect()
    gc.freeze()


@pytest.fixture(scope="session")
def sqlite_files() -> Iterator[SQLiteFiles]:
    """Where migrated SQLite files come from."""
    with passing_folder("sqlite") as folder:
        yield SQLiteFiles(folder)


@pytest.fixture(scope="session")
def postgresql() -> Iterator[PostgreSQL]:
    """Where migrated PostgreSQL databases come from; the server starts with the first test that asks."""
    with postgresql_server() as url:
        server = PostgreSQL(url)
        yield server
        server.close()


@pytest.fixture
def sqlite_url(sqlite_files: SQLiteFiles) -> Iterator[str]:
    """The URL of a fresh migrated SQLite file, for a test about SQLite alone."""
    url = sqlite_files.fresh()
    yield url
    sqlite_files.drop(url)


@pytest.fixture
def postgresql_url(postgresql: PostgreSQL) -> Iterator[str]:
    """The URL of a fresh migrated PostgreSQL database, for a test about PostgreSQL alone."""
    url = postgresql.fresh()
    yield url
    postgresql.drop(url)


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest) -> str:
    """The URL of a fresh migrated database; the test runs once on each kind."""
    url: str = request.getfixturevalue(f"{request.param}_url")
    return url


@pytest.fixture
async def db(database_url: str) -> AsyncIterator[Database]:
    """A fresh migrated database, opened; the test runs once on each kind."""
    database = Database(database_url)
    yield database
    await database.close()


@dataclass
class PostOffice:
    """A real SMTP server that keeps what it is given.

    Put an answer ("550 no such user") into `answers` under a recipient's address to have it refused.
    """

    host: str = "127.0.0.1"
    port: int = 0
    mails: list[EmailMessage] = field(default_factory=list)
    envelopes: list[Envelope] = field(default_factory=list)
    answers: dict[str, str] = field(default_factory=dict)

    async def handle_RCPT(  # noqa: N802 - aiosmtpd's name
        self, _server: SMTP, _visit: Visit, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        """Take the recipient, or answer as told."""
        if address in self.answers:
            return self.answers[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, _server: SMTP, _visit: Visit, envelope: Envelope) -> str:  # noqa: N802
        """Keep the mail."""
        self.envelopes.append(envelope)
        self.mails.append(message_from_bytes(bytes(envelope.content or b""), policy=policy.default))  # type: ignore[arg-type]
        return "250 kept"


class _OnAnyPort(Controller):
    """aiosmtpd's controller, able to listen on whichever port is free."""

    def _trigger_server(self) -> None:
        listening: Any = self.server
        self.port = listening.sockets[0].getsockname()[1]
        super()._trigger_server()


@pytest.fixture
def smtp_server() -> Iterator[PostOffice]:
    """A post office on a free port of this machine."""
    office = PostOffice()
    controller = _OnAnyPort(office, hostname=office.host, port=0)
    controller.start()
    office.port = controller.port
    yield office
    controller.stop()


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Debian's Chromium. A test that uses it may not be async, nor use an async fixture such as `db`."""
    from playwright.sync_api import sync_playwright

    where = next(filter(None, map(shutil.which, BROWSERS)), None)
    if where is None:
        pytest.fail("The tests need Chromium: run `make test`, or `apt-get install chromium fonts-noto-cjk`.")
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=where, args=CHROMIUM_FLAGS)
        yield chromium
        chromium.close()


@pytest.fixture
def new_context(browser: Browser) -> Iterator[Callable[..., BrowserContext]]:
    """Opens a browser context: `new_context(java_script_enabled=False, locale="ja")`."""
    contexts: list[BrowserContext] = []

    def open_one(**options: Any) -> BrowserContext:
        contexts.append(browser.new_context(**options))
        return contexts[-1]

    yield open_one
    for context in contexts:
        context.close()


@pytest.fixture
def page(new_context: Callable[..., BrowserContext]) -> Page:
    """An empty page with JavaScript."""
    return new_context().new_page()
