"""What no browser sends, byte by byte to the real server: it says no or hangs up, stores nothing and stays up."""

from __future__ import annotations

import contextlib
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlmodel import func, select

from mailbox_service import tables
from tests.conftest import PostOffice
from tests.databases import rows
from tests.doors.kill import House, living
from tests.doors.staff.town import found

FORM = b"Content-Type: application/x-www-form-urlencoded\r\n"
MULTIPART = b"Content-Type: multipart/form-data; boundary=xx\r\n"
FILE = b'--xx\r\nContent-Disposition: form-data; name="files"; filename="a.txt"\r\n\r\nwords'
SENT = {
    "raw bytes in the path": b"GET /ja/\xff\xfe HTTP/1.1\r\nHost: a\r\n\r\n",
    "a surrogate in the path": b"GET /ja/letters/%ED%A0%80 HTTP/1.1\r\nHost: a\r\n\r\n",
    "bytes in the path": b"GET /ja/published/%FF%FE HTTP/1.1\r\nHost: a\r\n\r\n",
    "a nul in the path": b"GET /ja/guidance/how_to/%00 HTTP/1.1\r\nHost: a\r\n\r\n",
    "a nul in the question": b"GET /ja/search?q=%00a HTTP/1.1\r\nHost: a\r\n\r\n",
    "a surrogate in the question": b"GET /ja/search?q=%ED%A0%80 HTTP/1.1\r\nHost: a\r\n\r\n",
    "raw bytes in the question": b"GET /ja/search?q=\xff\xfe HTTP/1.1\r\nHost: a\r\n\r\n",
    "a line break in the way back": b"GET /ja/size/l?back=/%0d%0aSet-Cookie:a=b HTTP/1.1\r\nHost: a\r\n\r\n",
    "raw bytes in a cookie": b"GET /ja/write HTTP/1.1\r\nHost: a\r\nCookie: letter=\xff\xfe; visit=\x80\r\n\r\n",
    "raw bytes in a language": b"GET / HTTP/1.1\r\nHost: a\r\nAccept-Language: \xff\xfe;q=x\r\n\r\n",
    "a very long address": b"GET /ja/link/" + b"x" * 60_000 + b" HTTP/1.1\r\nHost: a\r\n\r\n",
    "a very long question": b"GET /ja/search?q=" + b"x" * 60_000 + b" HTTP/1.1\r\nHost: a\r\n\r\n",
    "no host": b"GET /ja/write HTTP/1.1\r\n\r\n",
    "no HTTP": b"\x16\x03\x01\x02\x00hello\r\n\r\n",
    "an unknown method": b"BREW /ja/write HTTP/1.1\r\nHost: a\r\n\r\n",
    "a length that is no number": b"POST /ja/write HTTP/1.1\r\nHost: a\r\n" + FORM + b"Content-Length: many\r\n\r\na=b",
    "two lengths": b"POST /ja/write HTTP/1.1\r\nHost: a\r\n"
    + FORM
    + b"Content-Length: 3\r\nContent-Length: 9\r\n\r\na=b",
    "a length beyond all bounds": b"POST /ja/write HTTP/1.1\r\nHost: a\r\n"
    + FORM
    + b"Content-Length: 99999999999\r\n\r\na",
    "a body cut off": b"POST /ja/write HTTP/1.1\r\nHost: a\r\n" + FORM + b"Content-Length: 500\r\n\r\nsubject=half",
    "a file cut off": b"POST /ja/write HTTP/1.1\r\nHost: a\r\n" + MULTIPART + b"Content-Length: 900\r\n\r\n" + FILE,
    "broken pieces": b"POST /ja/write HTTP/1.1\r\nHost: a\r\n"
    + FORM
    + b"Transfer-Encoding: chunked\r\n\r\nzz\r\na\r\n",
    "pieces cut off": b"POST /ja/track HTTP/1.1\r\nHost: a\r\n" + FORM + b"Transfer-Encoding: chunked\r\n\r\n9\r\na=b",
}

CUT_OFF = {"a length beyond all bounds", "a body cut off", "a file cut off", "broken pieces", "pieces cut off"}
FINE = {"", "200", "303", "400", "403", "404", "405", "413", "414", "431"}  # "": the server hung up


@pytest.fixture
def house(sqlite_url: str, tmp_path: Path, smtp_server: PostOffice) -> Iterator[House]:
    with rows(sqlite_url) as session:
        found(session)
    with living(House(sqlite_url, tmp_path, smtp_server.port)) as opened:
        yield opened


def say(house: House, what: bytes, cut_off: bool = False) -> bytes:
    """Send it, hang up where it is cut off, and read what comes back; nothing, when the server hangs up first."""
    with socket.create_connection(("127.0.0.1", house.port), 10) as line, contextlib.suppress(ConnectionError):
        line.sendall(what)
        if cut_off:
            line.shutdown(socket.SHUT_WR)
        return line.recv(100_000)
    return b""


def counts(house: House) -> dict[str, int]:
    with rows(house.url) as session:
        return {
            table.name: session.exec(select(func.count()).select_from(table)).one()
            for table in tables.metadata.sorted_tables
            if table.name not in ("job_run", "figure_state")  # the worker beside the doors notes what it did
        }


def test_what_no_browser_sends_breaks_nothing(house: House) -> None:
    before = counts(house)

    answers = {name: say(house, what, name in CUT_OFF)[9:12].decode() for name, what in SENT.items()}

    assert {name: status for name, status in answers.items() if status not in FINE} == {}
    assert sum(map(bool, answers.values())) > len(SENT) / 2
    assert say(house, b"GET /ja HTTP/1.1\r\nHost: a\r\n\r\n").startswith(b"HTTP/1.1 200")
    assert counts(house) == before
    assert [path for path in (house.folder / "files").rglob("*") if path.is_file()] == []
    assert len(house.log.read_text().splitlines()) == 1  # where it serves, and no fault
