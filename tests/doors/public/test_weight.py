"""What a page weighs on a slow line, with all it asks for, as the service really answers."""

from __future__ import annotations

import re
from typing import Any

import httpx
import pytest
from pydantic import SecretStr

from mailbox_service.base import clock
from mailbox_service.base.settings import Settings
from mailbox_service.demo import city
from tests.databases import rows
from tests.doors.hung import open_app
from tests.doors.public.conftest import LETTER, Citizen

MOST, MOST_PACKED = 100_000, 30_000
ASKED_FOR = re.compile(r'<(?:link rel="(?:icon|stylesheet)"[^>]*|script[^>]*|img[^>]*)(?:href|src)="([^"]+)"')
IMPORTED = re.compile(rb'(?:from|import)\s*\(?"(\./[^"]+)"')


async def raw(citizen, method, path, **more):
    """The answer as it came over the line: its body's length there, and unpacked."""
    async with citizen.web.stream(method, path, headers={"accept-encoding": "gzip"}, **more) as answer:
        packed = b"".join([piece async for piece in answer.aiter_raw()])
    plain = httpx.Response(200, headers=answer.headers, content=packed).content
    return answer, len(packed), plain


@pytest.fixture
async def qinghe(sqlite_url, tmp_path):
    """The demonstration's city, whose many subject areas stand in the form."""
    with rows(sqlite_url) as session:
        city.found(session, "-", now=clock.now())
    app: Any = open_app(Settings(database_url=sqlite_url, data_dir=tmp_path, secret=SecretStr("s" * 40)))
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://127.0.0.1:8000") as web:
        nobody: Any = None
        yield Citizen(app, web, sqlite_url, nobody)
    await app.state.site.db.close()


@pytest.mark.parametrize("lang", ["en", "zh", "ja", "ko"])
async def test_the_form_with_an_error_is_light(qinghe, lang):
    citizen = qinghe
    form = await citizen.fill(f"/{lang}/write", **(LETTER | {"subject": "", "email": "carl at home"}))

    page, packed, plain = await raw(citizen, "POST", f"/{lang}/write", data=form)
    asked = sorted(set(ASKED_FOR.findall(plain.decode())))

    assert page.status_code == 422
    assert page.headers["content-encoding"] == "gzip"
    assert {"css", "js", "svg"} <= {path.rpartition(".")[2] for path in asked}
    assert all(path.startswith("/static/") for path in asked)
    total, total_packed = len(plain), packed
    for path in asked:
        answer, small, whole = await raw(citizen, "GET", path)
        assert answer.status_code == 200
        assert not IMPORTED.findall(whole), path  # it would ask for more
        total, total_packed = total + len(whole), total_packed + small
    assert total < MOST, (total, total_packed)
    assert total_packed < MOST_PACKED, (total, total_packed)


async def test_no_page_names_another_host(citizen):
    for path in ("/en", "/en/write", "/en/write/steps", "/en/track"):
        text = (await citizen.get(path)).text

        assert re.findall(r'(?:src|action|<link[^>]*href)="(?:https?:)?//', text) == []


async def test_who_takes_no_packed_pages_gets_plain_ones(citizen):
    for wanted in ("identity", "gzip;q=0", "br"):
        for path in ("/en/write", citizen.site.assets.href("css/site.css")):
            answer = await citizen.get(path, headers={"accept-encoding": wanted})

            assert "content-encoding" not in answer.headers
            assert answer.headers["vary"] == "Accept-Encoding"


async def test_pages_with_personal_data_are_never_packed(citizen):
    page = await citizen.opened()

    for path in (page, "/en/receipt"):
        answer = await citizen.get(path, headers={"accept-encoding": "gzip"})

        assert "content-encoding" not in answer.headers


async def test_a_token_is_written_differently_each_time(citizen):
    first, second = [(await citizen.fill("/en/write"))["csrf"] for _ in range(2)]

    assert first != second
    assert len(first) == len(second)
