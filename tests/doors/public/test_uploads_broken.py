"""Files that come broken, cut off, from elsewhere or to a full disk: a clear page, and nothing half kept."""

from __future__ import annotations

import errno
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from mailbox_service.base import files as base_files
from tests.doors.public.conftest import Citizen, open_citizen, words_of
from tests.doors.public.uploading import LIMITS, MB, NOTE, add_page, form_of, nothing_is_left, send


@pytest.fixture
async def citizen(database_url: str, tmp_path: Path) -> AsyncIterator[Citizen]:
    """A citizen of a city that takes three files of a megabyte, two megabytes together."""
    async with open_citizen(database_url, tmp_path, **LIMITS) as opened:
        yield opened


BOUNDARY = "multipart/form-data; boundary=xx"


def part(name, value, more=""):
    return f'--xx\r\nContent-Disposition: form-data; name="{name}"{more}\r\n\r\n'.encode() + value + b"\r\n"


FILE = part("files", b"words", '; filename="a.txt"')
BROKEN_NAME = b'--xx\r\nContent-Disposition: form-data; name="files"; filename="\xff\xfe.txt"\r\n\r\nwords\r\n'
BROKEN = {
    "cut off within the file": (BOUNDARY, FILE[:-5], 400),
    "no end": (BOUNDARY, FILE, 400),
    "no boundary": ("multipart/form-data", FILE + b"--xx--\r\n", 400),
    "another boundary": (BOUNDARY, b"--yy\r\n\r\n--yy--\r\n", 400),
    "a lone line feed": (BOUNDARY, FILE.replace(b"\r\n", b"\n") + b"--xx--\n", 400),
    "a lone carriage return": (BOUNDARY, FILE.replace(b"\r\n", b"\r") + b"--xx--\r", 400),
    "10,000 parts": (BOUNDARY, FILE * 10_000 + b"--xx--\r\n", 400),
    "10,000 empty files": (BOUNDARY, part("files", b"", '; filename=""') * 10_000 + b"--xx--\r\n", 400),
    "a name that isn't text": (BOUNDARY, BROKEN_NAME + b"--xx--\r\n", 400),
    "a nul byte in the name": (BOUNDARY, part("files", b"words", '; filename="a\x00.txt"') + b"--xx--\r\n", 400),
    "no name of the field": (BOUNDARY, FILE.replace(b' name="files";', b"") + b"--xx--\r\n", 400),
    "broken text beside it": (BOUNDARY, FILE + part("text", b"\xff\xfe") + b"--xx--\r\n", 400),
    "a text too long beside it": (BOUNDARY, FILE + part("text", b"a" * 600_000) + b"--xx--\r\n", 413),
}


@pytest.mark.parametrize("what", BROKEN)
async def test_a_broken_form_gets_a_page_and_leaves_no_file(citizen, what, caplog):
    page = await add_page(citizen)
    kind, body, status = BROKEN[what]
    body = body.replace(b"--xx\r\n", part("csrf", form_of(await citizen.get(page))["csrf"].encode()) + b"--xx\r\n", 1)

    answer = await citizen.web.post(page, content=body, headers={"content-type": kind})

    assert answer.status_code == status
    assert "<h1>" in answer.text
    assert nothing_is_left(citizen)
    assert caplog.records == []


async def test_an_announced_body_over_the_limit_is_refused_unread(citizen):
    page = await add_page(citizen)

    async def body():
        raise AssertionError("nobody should ask for it")
        yield b""

    headers = {"content-type": BOUNDARY, "content-length": str(500 * MB)}
    answer = await citizen.web.post(page, content=body(), headers=headers)

    assert answer.status_code == 413
    assert "larger than 2 MB" in words_of(answer)
    assert "files you uploaded before are safe" in words_of(answer)
    assert "your browser’s Back button leads there" in words_of(answer)
    assert f'href="{page}"' not in answer.text.partition("<main")[2]


async def test_an_unannounced_body_over_the_limit_is_refused_on_the_way(citizen):
    page = await add_page(citizen)
    token = form_of(await citizen.get(page))["csrf"]
    sent = 0

    async def body():
        nonlocal sent
        yield (
            part("csrf", token.encode()) + b'--xx\r\nContent-Disposition: form-data; name="files"; filename="a"\r\n\r\n'
        )
        for _ in range(500):
            sent += 1
            yield b"x" * MB

    answer = await citizen.web.post(page, content=body(), headers={"content-type": BOUNDARY})

    assert answer.status_code == 413
    assert sent <= 5
    assert nothing_is_left(citizen)


async def test_a_cut_connection_leaves_nothing_half(citizen, caplog):
    page = await add_page(citizen)
    token = form_of(await citizen.get(page))["csrf"]
    first = part("csrf", token.encode()) + FILE[:-2] + b"x" * 600_000
    events = iter([{"type": "http.request", "body": first, "more_body": True}, {"type": "http.disconnect"}])

    async def receive():
        return next(events)

    async def send_nothing(_message):
        return None

    cookies = "; ".join(f"{name}={value}" for name, value in citizen.web.cookies.items())
    headers = [(b"content-type", BOUNDARY.encode()), (b"cookie", cookies.encode()), (b"host", b"127.0.0.1:8000")]
    scope = {"type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "method": "POST", "path": page,
             "raw_path": page.encode(), "query_string": b"", "headers": headers, "scheme": "http",
             "server": ("127.0.0.1", 8000), "client": ("127.0.0.1", 1), "root_path": ""}  # fmt: skip
    await citizen.app(scope, receive, send_nothing)

    assert nothing_is_left(citizen)
    assert caplog.records == []


@pytest.mark.parametrize("token", ["", "1-abc"])
async def test_without_a_token_not_a_byte_is_written(citizen, token, monkeypatch):
    page = await add_page(citizen)
    monkeypatch.setattr(base_files.Incoming, "write", lambda *_: pytest.fail("a byte was written"))

    answer = await send(citizen, page, NOTE, form={"csrf": token}, text="typed")

    assert answer.status_code == 403
    assert "typed" in answer.text
    assert nothing_is_left(citizen)


async def test_a_form_from_another_site_brings_no_file(citizen):
    page = await add_page(citizen)
    form = form_of(await citizen.get(page))
    citizen.web.headers["sec-fetch-site"] = "cross-site"

    assert (await send(citizen, page, NOTE, form=form)).status_code == 403
    assert nothing_is_left(citizen)


async def test_a_letter_that_is_not_open_keeps_the_text_and_no_file(citizen):
    page = await add_page(citizen)
    form = form_of(await citizen.get(page))
    citizen.web.cookies.delete("letter")

    answer = await send(citizen, page, NOTE, form=form, text="typed")

    assert answer.status_code == 403
    assert "typed" in answer.text
    assert nothing_is_left(citizen)


async def test_a_full_disk_is_said_in_plain_words_and_the_text_is_kept(citizen, monkeypatch):
    page = await add_page(citizen)

    def full(*_):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    answer = await send(citizen, page, NOTE, text="typed")

    assert answer.status_code == 422
    assert "There is no room for files at the moment." in words_of(answer)
    assert "\ntyped</textarea>" in answer.text
    assert nothing_is_left(citizen)
