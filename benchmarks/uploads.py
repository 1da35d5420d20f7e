"""What a file of 500 MB costs the real server in memory, and how soon one over the limit is refused.

`python -m benchmarks.uploads` measures this alone and puts it into RESULTS.md under its own heading.
"""

from __future__ import annotations

import asyncio
import re
import tempfile
import time
from collections.abc import AsyncIterator
from contextlib import AbstractContextManager, suppress
from dataclasses import dataclass
from pathlib import Path

from benchmarks import servers
from benchmarks.load import Connection
from mailbox_service import migrations
from mailbox_service.base import clock
from mailbox_service.city import setup
from tests.databases import rows

MB = 1024 * 1024
SENT_MB = 500
BAR_MB = 30
HEADING = "## A file of 500 MB"
RAISED = {
    "MAILBOX_UPLOAD_MAX_FILE_MB": "500",
    "MAILBOX_UPLOAD_MAX_LETTER_MB": "600",
    "MAILBOX_UPLOADS_MB_PER_ADDRESS_PER_HOUR": "5000",
}
FILM = b"\0\0\0\x1cftypisom\0\0\2\0isomiso2mp41"
PIECE = bytes(256 * 1024)
TOKEN = re.compile(r'name="csrf" value="([^"]*)"')
ONCE = re.compile(r'name="once" value="([^"]*)"')
BOUNDARY = "yyyyyyyyyyyyyyyy"


@dataclass
class Sent:
    """One upload: the answer's status, bytes sent until it came, seconds, megabytes of memory before and at most."""

    status: int
    sent: int
    seconds: float
    before: float = 0.0
    peak: float = 0.0

    @property
    def added(self) -> float:
        """Megabytes that the upload added at most."""
        return self.peak - self.before


def measure() -> str:
    """Run both, and say so as a section of RESULTS.md."""
    with tempfile.TemporaryDirectory(prefix="mailbox-bench-") as folder:
        taken = asyncio.run(_taken(Path(folder)))
    with tempfile.TemporaryDirectory(prefix="mailbox-bench-") as folder:
        announced, unannounced = asyncio.run(_refused(Path(folder)))
    lines = [
        HEADING,
        "",
        f"Streamed to one granian process on SQLite; memory is VmHWM afterwards less VmRSS before (bar: {BAR_MB} MB).",
        "",
        "| upload | answer | bytes sent until it came | seconds | memory before | peak | added |",
        "|---|---|---|---|---|---|---|",
        _row("limits raised", taken),
        _row("default limits, announced", announced),
        _row("default limits, unannounced (chunked)", unannounced),
    ]
    return "\n".join(lines) + "\n"


def _row(what: str, sent: Sent) -> str:
    memory = f"{sent.before:.0f} MB | {sent.peak:.0f} MB | {sent.added:.1f} MB"
    return f"| {what} | {sent.status} | {sent.sent / MB:.1f} MB | {sent.seconds:.1f} | {memory} |"


async def _taken(folder: Path) -> Sent:
    with _server(folder, RAISED) as server:
        await _send(server, mb=1, announced=True)  # what the first upload of all loads stays loaded
        sent = await _send(server, mb=SENT_MB, announced=True)
    if sent.status != 200:
        raise RuntimeError(f"the upload was answered {sent.status}")
    return sent


async def _refused(folder: Path) -> tuple[Sent, Sent]:
    with _server(folder, {}) as server:
        await _send(server, mb=1, announced=True)
        return await _send(server, mb=SENT_MB, announced=True), await _send(server, mb=SENT_MB, announced=False)


def _server(folder: Path, more: dict[str, str]) -> AbstractContextManager[servers.Server]:
    url = f"sqlite:///{folder / 'ours.db'}"
    migrations.upgrade(url)
    with rows(url) as session:
        setup.fill(session, now=clock.now())
    return servers.ours(url, folder, None, **more)


async def _send(server: servers.Server, *, mb: int, announced: bool) -> Sent:
    page = await _page(server.port)
    head, tail = _form(*page)
    size = len(head) + mb * MB + len(tail)
    length = f"Content-Length: {size}" if announced else "Transfer-Encoding: chunked"
    lines = [
        "POST /en/write HTTP/1.1",
        f"Host: 127.0.0.1:{server.port}",
        f"Cookie: {page[0]}",
        f"Content-Type: multipart/form-data; boundary={BOUNDARY}",
        length,
        "Connection: close",
    ]
    before, began = memory(server.pids[0], "VmRSS"), time.monotonic()
    status, sent = await _stream(server.port, "\r\n".join([*lines, "", ""]).encode(), _body(head, mb, tail), announced)
    seconds = time.monotonic() - began
    return Sent(status, sent, seconds, before, memory(server.pids[0], "VmHWM"))


async def _page(port: int) -> tuple[str, str, str]:
    connection = Connection(port)
    page = await connection.ask("GET", "/en/write")
    connection.close()
    text = page.body.decode()
    return page.cookies(), TOKEN.findall(text)[0], ONCE.findall(text)[0]


def _form(_cookies: str, token: str, once: str) -> tuple[bytes, bytes]:
    fields = {"csrf": token, "once": once, "act": "upload"}
    parts = [
        f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'
        for name, value in fields.items()
    ]
    file = f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="files"; filename="film.mp4"\r\n\r\n'
    return "".join([*parts, file]).encode(), f"\r\n--{BOUNDARY}--\r\n".encode()


async def _body(head: bytes, mb: int, tail: bytes) -> AsyncIterator[bytes]:
    yield head
    yield FILM + PIECE[len(FILM) :]
    for _ in range(mb * 4 - 1):
        yield PIECE
    yield tail


async def _stream(port: int, head: bytes, body: AsyncIterator[bytes], announced: bool) -> tuple[int, int]:
    """Send until all is sent or the answer is there; its status, and how many bytes of the body had gone by then."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port, limit=MB)
    answer, sent = asyncio.create_task(reader.readuntil(b"\r\n\r\n")), 0
    writer.write(head)
    with suppress(ConnectionError):  # the server has heard enough
        async for piece in body:
            if answer.done():
                break
            writer.write(piece if announced else f"{len(piece):x}\r\n".encode() + piece + b"\r\n")
            await writer.drain()
            sent += len(piece)
        if not announced and not answer.done():
            writer.write(b"0\r\n\r\n")
    said = await answer
    writer.close()
    return int(said.split(b" ", 2)[1]), sent


def memory(root: int, line: str) -> float:
    """Megabytes of a server's largest process, by a line of its status: VmRSS now, VmHWM at most so far."""
    found = []
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit():
            with suppress(OSError):  # it ended while we looked
                status = dict(each.split(":", 1) for each in (folder / "status").read_text().splitlines())
                if root in (int(folder.name), int(status["PPid"])):
                    found.append(int(status[line].split()[0]) / 1024)
    return max(found)


def main() -> None:
    """Measure, and put the section where it was, or at the end."""
    section, path = measure(), Path(__file__).parent / "RESULTS.md"
    path.write_text(path.read_text().split(HEADING)[0].rstrip() + "\n\n" + section)
    print(section)


if __name__ == "__main__":
    main()
