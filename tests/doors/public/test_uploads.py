"""Files with an answer or an addition: what is kept, what is refused, and that nothing half is."""

from __future__ import annotations

import asyncio
import io
import re
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from PIL import Image
from sqlmodel import select

from mailbox_service.tickets.tables import Attachment, Event, Message, Upload
from tests import samples
from tests.doors.public.conftest import Citizen, open_citizen, words_of
from tests.doors.public.uploading import (
    LIMITS,
    MB,
    NOTE,
    REMOVE,
    add_page,
    asked,
    form_of,
    nothing_is_left,
    send,
    stored,
)


@pytest.fixture
async def citizen(database_url: str, tmp_path: Path) -> AsyncIterator[Citizen]:
    """A citizen of a city that takes three files of a megabyte, two megabytes together."""
    async with open_citizen(database_url, tmp_path, **LIMITS) as opened:
        yield opened


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
