"""Files with an answer or an addition: what is kept, what is refused, and that nothing half is."""

from __future__ import annotations

import asyncio
import errno
import io
import re
from collections.abc import AsyncIterator
from html import unescape
from pathlib import Path

import httpx
import pytest
from PIL import Image
from sqlmodel import select

from mailbox_service.base import files as base_files
from mailbox_service.tickets.life import handle, route
from mailbox_service.tickets.tables import Attachment, Event, Message, Upload
from tests import samples
from tests.doors.public.conftest import HIDDEN, Citizen, open_citizen, words_of

MB = 1024 * 1024
NOTE = ("note.txt", b"The lamp has the number 4711.\n")
REMOVE = re.compile(r'name="remove" value="(\d+)"')
LINK = re.compile(r'<a href="([^"]+/files/\d+)"( download)?>')


@pytest.fixture
async def citizen(database_url: str, tmp_path: Path) -> AsyncIterator[Citizen]:
    """A citizen of a city that takes three files of a megabyte, two megabytes together."""
    limits = {"upload_max_files": 3, "upload_max_file_mb": 1, "upload_max_letter_mb": 2}
    async with open_citizen(database_url, tmp_path, **limits) as opened:
        yield opened


def form_of(page: httpx.Response) -> dict[str, str]:
    return {name: unescape(value) for name, value in HIDDEN.findall(page.text)}


async def send(citizen, path, *files, form=None, **fields):
    """Send the page's form with files, as a browser does."""
    typed = (form or form_of(await citizen.get(path))) | fields
    parts = [(name, (None, value)) for name, value in typed.items()]
    return await citizen.web.post(path, files=[*parts, *(("files", file) for file in files)])


async def add_page(citizen):
    return f"{await citizen.opened()}/add"


async def asked(citizen):
    page = await citizen.opened(language="zh")
    roads = citizen.town.offices["roads"]
    steps = (("karl", route.route, roads), ("dora", handle.ask, "Can you send a photo?"))
    await citizen.life(page.rpartition("/")[2], *steps)
    return f"{page}/answer"


def stored(citizen):
    """The files on the disk: in their places, and half written."""
    folder = citizen.site.settings.files_dir
    return [path for path in folder.rglob("*") if path.is_file()]


def nothing_is_left(citizen):
    return citizen.count(Upload) == citizen.count(Attachment) == 0 and stored(citizen) == []


# --- What is kept ----------------------------------------------------------------------------


async def test_a_file_goes_with_an_addition(citizen):
    page = await add_page(citizen)

    answer = await send(citizen, page, ("Lamp.PNG", samples.picture()), text="This is the lamp.")

    assert answer.status_code == 303
    with citizen.rows() as session:
        file = session.exec(select(Attachment)).one()
        message = session.exec(select(Message).where(Message.text == "This is the lamp.")).one()
        assert (file.name, file.content_type, file.message_id) == ("Lamp.jpg", "image/jpeg", message.id)
    assert citizen.count(Upload) == 0
    (kept,) = stored(citizen)
    assert not any(secret in kept.read_bytes() for secret in samples.SECRETS)


async def test_a_file_alone_is_an_addition(citizen):
    page = await add_page(citizen)

    answer = await send(citizen, page, NOTE, text="")

    assert answer.status_code == 303
    assert "note.txt" in words_of(await citizen.get(page.removesuffix("/add")))


async def test_an_answer_may_be_a_photo(citizen):
    page = await asked(citizen)

    answer = await send(citizen, page, ("lamp.jpg", samples.picture()), text="")

    assert answer.status_code == 303
    with citizen.rows() as session:
        assert session.exec(select(Event.act).where(Event.act == "answer")).one()
    assert citizen.count(Attachment) == 1


async def test_neither_words_nor_a_file_is_nothing(citizen):
    page = await add_page(citizen)

    answer = await send(citizen, page, ("", b""), text="")

    assert answer.status_code == 422
    assert nothing_is_left(citizen)


async def test_files_are_kept_while_the_form_has_a_problem(citizen):
    page = await add_page(citizen)

    wrong = await send(citizen, page, NOTE, text="a" * 10_001)
    again = await send(citizen, page, form=form_of(wrong), text="short")

    assert wrong.status_code == 422
    assert "1 of 3 files" in words_of(wrong)
    assert again.status_code == 303
    assert citizen.count(Attachment) == 1


async def test_files_are_sent_ahead_and_taken_back(citizen):
    page = await add_page(citizen)

    two = await send(citizen, page, NOTE, ("b.txt", b"b"), act="upload", text="typed")
    one = await send(citizen, page, form=form_of(two), remove=REMOVE.findall(two.text)[0], text="typed")

    assert "2 of 3 files" in words_of(two)
    assert "1 of 3 files" in words_of(one)
    assert "\ntyped</textarea>" in one.text
    assert "note.txt" not in words_of(one)
    assert len(stored(citizen)) == 1


async def test_the_same_form_sent_twice_adds_once(citizen):
    page = await add_page(citizen)
    form = form_of(await citizen.get(page))

    for _ in range(2):
        assert (await send(citizen, page, NOTE, form=form, text="This is it.")).status_code == 303

    assert citizen.count(Attachment) == 1
    assert citizen.count(Message) == 2


async def test_another_file_without_words_is_another_addition(citizen):
    page = await add_page(citizen)

    for note in (b"one", b"two"):
        assert (await send(citizen, page, ("a.txt", note), text="")).status_code == 303

    assert citizen.count(Attachment) == 2


async def test_a_switch_of_language_takes_the_files_along_once(citizen):
    page = await add_page(citizen)
    form = form_of(await citizen.get(page)) | {"switch": "lang:ja", "text": "typed"}

    moved = await send(citizen, page, NOTE, form=form)
    there = await send(citizen, moved.headers["location"], NOTE, form=form)

    assert moved.status_code == 307
    assert "3件中1件" in words_of(there)
    assert len(stored(citizen)) == citizen.count(Upload) == 1


# --- What is refused -------------------------------------------------------------------------


async def test_a_file_too_large_is_named_and_the_others_are_kept(citizen):
    page = await add_page(citizen)

    answer = await send(citizen, page, ("film.txt", b"x" * (MB + 1)), NOTE, text="typed")

    assert answer.status_code == 422
    assert "film.txt is larger than 1 MB. Your other files are kept." in words_of(answer)
    assert "1 of 3 files" in words_of(answer)
    assert "\ntyped</textarea>" in answer.text
    assert [path.stat().st_size for path in stored(citizen)] == [len(NOTE[1])]


async def test_more_files_than_may_go_together_are_named(citizen):
    page = await add_page(citizen)

    first = await send(citizen, page, *[(f"{n}.txt", b"words") for n in range(5)], act="upload")
    more = await send(citizen, page, ("late.txt", b"late"), form=form_of(first), act="upload")

    assert "4.txt was not kept: at most 3 files can go together." in words_of(first)
    assert "late.txt was not kept" in words_of(more)
    assert len(stored(citizen)) == citizen.count(Upload) == 3


async def test_files_too_large_together_are_named(citizen):
    page = await add_page(citizen)

    first = await send(citizen, page, ("a.txt", b"a" * MB), ("b.txt", b"b" * 900_000), act="upload")
    more = await send(citizen, page, ("c.txt", b"c" * 500_000), form=form_of(first), act="upload")

    assert first.status_code == 200
    assert "c.txt was not kept: all files together may have up to 2 MB." in words_of(more)
    assert len(stored(citizen)) == 2


async def test_two_sendings_of_a_form_at_once_stay_within_the_limit(citizen):
    page = await add_page(citizen)
    form = form_of(await citizen.get(page)) | {"act": "upload"}

    await asyncio.gather(*(send(citizen, page, (f"{n}.txt", b"words"), form=form) for n in range(6)))

    assert citizen.count(Upload) == len(stored(citizen)) == 3


@pytest.mark.parametrize("lang", ["en", "zh", "ja", "ko"])
async def test_what_we_do_not_take_is_refused_in_plain_words(citizen, lang):
    page = (await add_page(citizen)).replace("/en/", f"/{lang}/")

    answer = await send(citizen, page, ("photo.jpg", b"<svg onload='alert(1)'/>"), act="upload")

    said = {"en": "We can't take photo.jpg", "zh": "无法接收photo.jpg", "ja": "photo.jpgは受け付けできない",
            "ko": "받을 수 없는 형식: photo.jpg"}  # fmt: skip
    assert said[lang] in words_of(answer)
    assert nothing_is_left(citizen)


async def test_broken_empty_and_bursting_files_are_refused(citizen):
    page = await add_page(citizen)
    bomb = io.BytesIO()
    Image.new("1", (20_000, 20_000)).save(bomb, "PNG")
    files = [("cut.jpg", samples.picture()[:200]), ("empty.txt", b""), ("bomb.png", bomb.getvalue())]

    answer = words_of(await send(citizen, page, *files, act="upload"))

    assert "We can't open cut.jpg as a picture." in answer
    assert "empty.txt is empty." in answer
    assert "The picture bomb.png has too many pixels." in answer
    assert nothing_is_left(citizen)


async def test_a_network_address_sends_only_so_much_in_an_hour(database_url, tmp_path):
    async with open_citizen(database_url, tmp_path, uploads_mb_per_address_per_hour=1) as citizen:
        page = await add_page(citizen)
        first = await send(citizen, page, ("a.txt", b"a" * 600_000), act="upload")
        more = await send(citizen, page, ("b.txt", b"b" * 600_000), form=form_of(first), act="upload", text="typed")

        assert first.status_code == 200
        assert re.search(r"Too many tries\. Try again at \d\d:\d\d", words_of(more))
        assert "\ntyped</textarea>" in more.text
        assert len(stored(citizen)) == 1


# --- Virus scanner ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("command", "said"),
    [
        ("grep -q 4711", ""),
        ("grep -q 4711 {file}", ""),
        ("sh -c 'exit 1'", "note.txt was not kept: our virus scanner warns of it."),
        ("sh -c 'exit 2'", "note.txt can't be checked for viruses now."),
        ("no-such-scanner-here", "note.txt can't be checked for viruses now."),
    ],
)
async def test_the_citys_scanner_has_its_say(sqlite_url, tmp_path, command, said):
    async with open_citizen(sqlite_url, tmp_path, virus_scanner=command) as citizen:
        answer = await send(citizen, await add_page(citizen), NOTE, act="upload")

        assert said in words_of(answer)
        assert (citizen.count(Upload), len(stored(citizen))) == ((0, 0) if said else (1, 1))


# --- Broken, cut off, from elsewhere ---------------------------------------------------------

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


# --- Whose files ------------------------------------------------------------------------------


async def test_two_forms_of_one_visitor_do_not_mix(citizen):
    page = await add_page(citizen)

    first = await send(citizen, page, NOTE, act="upload")
    second = await send(citizen, page, ("b.txt", b"b"), text="the second form")

    assert second.status_code == 303
    with citizen.rows() as session:
        assert [row.name for row in session.exec(select(Attachment))] == ["b.txt"]
    assert (await send(citizen, page, form=form_of(first), text="the first form")).status_code == 303
    assert citizen.count(Attachment) == 2


async def test_nobody_else_sees_takes_or_removes_my_files(citizen):
    page = await add_page(citizen)
    mine = await send(citizen, page, NOTE, act="upload")
    once, file = form_of(mine)["once"], REMOVE.findall(mine.text)[0]
    citizen.web.cookies.clear()
    other = await add_page(citizen)

    theirs = form_of(await citizen.get(other)) | {"once": once}
    seen = await send(citizen, other, form=theirs, remove=file)
    await send(citizen, other, form=theirs, text="with your file")

    assert "note.txt" not in words_of(seen)
    assert citizen.count(Upload) == 1
    assert citizen.count(Attachment) == 0


# --- Back to whoever may see them -------------------------------------------------------------


async def test_the_writer_gets_the_file_back_as_it_was(citizen):
    page = await add_page(citizen)
    name = "街灯 “4711”.txt"
    await send(citizen, page, (name, NOTE[1]), text="")

    ((link, download),) = LINK.findall((await citizen.get(page.removesuffix("/add"))).text)
    answer = await citizen.get(link)

    assert download
    assert answer.content == NOTE[1]
    assert answer.headers["content-type"].startswith("text/plain")
    assert answer.headers["content-length"] == str(len(NOTE[1]))
    assert answer.headers["content-disposition"].startswith("attachment; filename*=UTF-8''%E8%A1%97")
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert "sandbox" in answer.headers["content-security-policy"]
    assert answer.headers["cache-control"] == "no-store"


async def test_only_a_safe_picture_is_shown_by_the_browser(citizen):
    page = await add_page(citizen)
    files = [("a.jpg", samples.picture()), ("b.pdf", samples.TAKEN["pdf"]), ("c.heic", samples.heic())]
    assert (await send(citizen, page, *files, text="")).status_code == 303

    links = [link for link, _ in LINK.findall((await citizen.get(page.removesuffix("/add"))).text)]
    how = [(await citizen.get(link)).headers["content-disposition"].partition(";")[0] for link in links]

    assert how == ["inline", "attachment", "attachment"]


async def test_a_file_is_not_there_for_anybody_else(citizen):
    page = await add_page(citizen)
    await send(citizen, page, NOTE, text="")
    ((link, _),) = LINK.findall((await citizen.get(page.removesuffix("/add"))).text)

    citizen.web.cookies.delete("letter")
    closed = await citizen.get(link)
    other = await citizen.opened()
    foreign = await citizen.get(link)
    borrowed = await citizen.get(f"{other}/files/{link.rpartition('/')[2]}")

    assert closed.status_code == 303
    assert {foreign.status_code, borrowed.status_code} == {404}
    for strange in ("0", "x", "9" * 30, "-1", "%00"):
        assert (await citizen.get(f"{other}/files/{strange}")).status_code == 404


async def test_bytes_that_are_gone_are_not_found(citizen):
    page = await add_page(citizen)
    await send(citizen, page, NOTE, text="")
    ((link, _),) = LINK.findall((await citizen.get(page.removesuffix("/add"))).text)
    for path in stored(citizen):
        path.unlink()

    assert (await citizen.get(link)).status_code == 404
