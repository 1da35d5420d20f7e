"""Writing letters to a real server that is killed again and again: the writers, and how the server is started."""

from __future__ import annotations

import contextlib
import http.client
import os
import re
import secrets
import signal
import socket
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from multiprocessing.process import BaseProcess
from pathlib import Path
from urllib.parse import urlencode

from tests import nursery
from tests.doors import killable

START_SECONDS = 90.0  # at the most: on a machine that does many other things
HIDDEN = re.compile(r'<input type="hidden" name="([^"]+)" value="([^"]*)"')
NUMBER = re.compile(r"\b(20\d\d-\d{7}-\d)\b")
CODE = re.compile(r"\b([0-9A-HJKMNP-TV-Z]{4}(?:[ -][0-9A-HJKMNP-TV-Z]{4}){3})\b")


@dataclass
class Letter:
    """One citizen's letter: what was sent under which key, and what the receipt page said."""

    key: str
    email: str
    number: str = ""
    code: str = ""
    tries: int = 0

    @property
    def acknowledged(self) -> bool:
        """Whether the citizen has seen number and code."""
        return bool(self.number and self.code)


@dataclass
class House:
    """The service as a process of its own, on one database and one folder, always at the same port."""

    url: str
    folder: Path
    smtp_port: int
    port: int = 0
    process: BaseProcess | None = None
    log: Path = field(init=False)

    def __post_init__(self) -> None:
        self.log = self.folder / "server.log"
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]

    def start(self, stop_at: str = "") -> None:
        """Start `mailbox serve`, worker included, told to die at a named point."""
        env = {name: value for name, value in os.environ.items() if name.startswith(nursery.OURS)} | {
            "MAILBOX_DATABASE_URL": self.url,
            "MAILBOX_DATA_DIR": str(self.folder),
            "MAILBOX_SECRET": "k" * 40,
            "MAILBOX_HOST": "127.0.0.1",
            "MAILBOX_PORT": str(self.port),
            "MAILBOX_PUBLIC_URL": f"http://127.0.0.1:{self.port}",
            "MAILBOX_SMTP_HOST": "127.0.0.1",
            "MAILBOX_SMTP_PORT": str(self.smtp_port),
            "MAILBOX_SMTP_SECURITY": "none",
            "MAILBOX_SMTP_TIMEOUT_SECONDS": "5",
            "MAILBOX_MAIL_FROM": "mailbox@qinghe.example",
            "MAILBOX_LETTERS_PER_ADDRESS_PER_HOUR": "100000",
            "MAILBOX_LETTERS_BEFORE_CHECK_PAGE": "100000",
            "MAILBOX_FORM_MIN_SECONDS": "0",
            "MAILBOX_SECOND_FACTOR_FOR": "",
            "MAILBOX_LOG_LEVEL": "warning",
        }
        if stop_at:
            env["MAILBOX_STOP_AT"] = stop_at
        self.process = nursery.head(killable.serve, str(self.log), **env)

    def wait_until_open(self) -> None:
        """Wait until it listens."""
        give_up = time.monotonic() + START_SECONDS
        while time.monotonic() < give_up:
            if self._listens():
                return
            time.sleep(0.05)
        raise AssertionError("the server does not listen:\n" + self.log.read_text(errors="replace")[-2000:])

    def kill(self) -> None:
        """SIGKILL to the server and all it started."""
        if self.process is not None and self.process.pid:
            with contextlib.suppress(ProcessLookupError):  # just born it leads no group yet
                os.killpg(self.process.pid, signal.SIGKILL)
            self.process.kill()
            self.process.join(START_SECONDS)
        give_up = time.monotonic() + START_SECONDS
        while self._listens() and time.monotonic() < give_up:
            time.sleep(0.02)  # its workers let go of the port a moment later

    def _listens(self) -> bool:
        try:
            socket.create_connection(("127.0.0.1", self.port), 1).close()
        except OSError:
            return False
        return True

    def wait_for_death(self, seconds: float) -> bool:
        """Whether the server, or one of its workers, has died within the time; then the rest is killed as well."""
        give_up = time.monotonic() + seconds
        while time.monotonic() < give_up:
            if self.process is None or not self.process.is_alive():
                return True
            time.sleep(0.02)
        return False


@contextlib.contextmanager
def living(house: House) -> Iterator[House]:
    """The house, open, until the test is done with it."""
    house.start()
    try:
        house.wait_until_open()
        yield house
    finally:
        house.kill()


def new_letter() -> Letter:
    """A letter nobody has sent yet."""
    key = secrets.token_hex(8)
    return Letter(key=key, email=f"{key}@example.org")


def send(house: House, letter: Letter, over: Callable[[], bool]) -> None:
    """Send it as a browser would, and again with the same form until the receipt was seen, or it is `over`."""
    form: dict[str, str] = {}
    cookies: dict[str, str] = {}
    while not letter.acknowledged and not over():
        try:
            if not form:
                _, page = ask(house, "GET", "/en/write", cookies)
                form = dict(HIDDEN.findall(page)) | words(letter)
            letter.tries += 1
            _, receipt = ask(house, "POST", "/en/write", cookies, form)
        except (OSError, http.client.HTTPException):
            time.sleep(0.2)
            continue
        number, code = NUMBER.search(receipt), CODE.search(receipt)
        if number and code:
            letter.number, letter.code = number[1], code[1]


def words(letter: Letter) -> dict[str, str]:
    """What the citizen types."""
    return {
        "kind": "help",
        "subject": f"Broken street lamp {letter.key}",
        "text": f"The lamp near number 12 has been dark for three weeks. {letter.key}",
        "name": "Carl",
        "email": letter.email,
        "identity": "named",
        "language": "en",
        "wants_reply": "yes",
    }


def ask(
    house: House, method: str, path: str, cookies: dict[str, str], form: dict[str, str] | None = None
) -> tuple[int, str]:
    """One page and its status, redirects followed, cookies kept."""
    for _ in range(5):
        connection = http.client.HTTPConnection("127.0.0.1", house.port, timeout=10)
        try:
            body = urlencode(form).encode() if form is not None else None
            headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in cookies.items())}
            if body is not None:
                headers["Content-Type"] = "application/x-www-form-urlencoded"
            connection.request(method, path, body, headers)
            answer = connection.getresponse()
            text = answer.read().decode()
            for each in answer.headers.get_all("Set-Cookie") or ():
                name, _, value = each.split(";", 1)[0].partition("=")
                cookies[name] = value
        finally:
            connection.close()
        if answer.status not in (302, 303):
            return answer.status, text
        method, form, path = "GET", None, answer.headers["Location"]
    raise AssertionError("redirected in circles")
