"""The writer gets back what was sent with a letter, and nobody else does."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests import samples
from tests.doors.public.conftest import Citizen, open_citizen
from tests.doors.public.uploading import LIMITS, LINK, NOTE, add_page, send, stored


@pytest.fixture
async def citizen(database_url: str, tmp_path: Path) -> AsyncIterator[Citizen]:
    """A citizen of a city that takes three files of a megabyte, two megabytes together."""
    async with open_citizen(database_url, tmp_path, **LIMITS) as opened:
        yield opened


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
