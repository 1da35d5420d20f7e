"""What every answer has: headers that protect it, cookies as they must be, files that browsers keep."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import httpx
import pytest
from litestar import Litestar
from pydantic import SecretStr

from mailbox_service.app import create_app
from mailbox_service.base.settings import Settings
from mailbox_service.web.pages import in_language, local
from mailbox_service.web.site import Visit
from tests.databases import rows
from tests.doors.hung import open_app

Open = Callable[..., httpx.AsyncClient]


@pytest.fixture
async def visit(sqlite_url: str, tmp_path: Path) -> AsyncIterator[Open]:
    """Opens the service with these settings."""
    apps: list[Litestar] = []

    def open_one(peer: str = "127.0.0.1", **changes: Any) -> httpx.AsyncClient:
        facts: dict[str, Any] = {"database_url": sqlite_url, "data_dir": tmp_path, "secret": "s" * 40} | changes
        app: Any = open_app(Settings(**facts))
        apps.append(app)
        transport = httpx.ASGITransport(app, raise_app_exceptions=False, client=(peer, 1))
        return httpx.AsyncClient(transport=transport, base_url=facts.get("public_url", "http://127.0.0.1:8000"))

    yield open_one
    for app in apps:
        await app.state.site.db.close()


@pytest.mark.parametrize("path", ["/en", "/en/write", "/nothing", "/static/css/site.css", "/"])
async def test_every_answer_is_protected(visit, path):
    answer = await visit().get(path)

    assert "default-src 'none'" in answer.headers["content-security-policy"]
    assert "frame-ancestors 'none'" in answer.headers["content-security-policy"]
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["referrer-policy"] == "same-origin"
    assert "strict-transport-security" not in answer.headers


async def test_under_https_cookies_are_bound_to_the_host(visit):
    answer = await visit(public_url="https://mailbox.example").get("/en/write")

    assert answer.headers["strict-transport-security"].startswith("max-age=")
    cookie = answer.headers["set-cookie"]
    assert re.match(r"__Host-visit=[\w-]+; Path=/; HttpOnly; SameSite=Lax; Secure$", cookie)


async def test_without_https_cookies_are_still_kept_from_scripts_and_other_sites(visit):
    cookie = (await visit().get("/en/write")).headers["set-cookie"]

    assert re.match(r"visit=[\w-]+; Path=/; HttpOnly; SameSite=Lax$", cookie)


@pytest.mark.parametrize(
    ("asked", "cookie", "led"),
    [("ja,en;q=0.5", "", "/ja"), ("fr", "", "/en"), ("", "", "/zh"), ("ja", "ko", "/ko"), ("ja", "xx", "/ja")],
)
async def test_the_first_address_leads_to_ones_language(visit, asked, cookie, led):
    headers = {"accept-language": asked, "cookie": f"language={cookie}"}

    assert (await visit().get("/", headers=headers)).headers["location"] == led


async def test_a_language_once_chosen_is_kept(visit):
    web = visit()
    await web.get("/ko")

    assert (await web.get("/")).headers["location"] == "/ko"


@pytest.mark.parametrize(
    "back", ["https://evil.example", "//evil.example", "/\\evil.example", "javascript:x", "/\n/evil", "\\/evil"]
)
async def test_a_size_leads_back_to_pages_of_ours_alone(visit, back):
    answer = await visit().get("/en/size/l", params={"back": back})

    assert (answer.status_code, answer.headers["location"]) == (303, "/en")


async def test_a_size_leads_back_to_its_page_and_is_kept(visit):
    web = visit()

    answer = await web.get("/en/size/s", params={"back": "/en/track?number=1"})

    assert answer.headers["location"] == "/en/track?number=1"
    assert 'data-size="s"' in (await web.get("/en")).text


def test_a_local_path_stays_and_a_page_is_found_in_another_language():
    assert local("/en/write?x=1", "/") == "/en/write?x=1"
    assert in_language("/en/letters/1?done=add", "ja") == "/ja/letters/1?done=add"
    assert in_language("/en?x", "ja") == "/ja?x"
    assert in_language("/staff", "ja") == "/ja"


async def test_files_have_names_that_browsers_may_keep_for_ever(visit):
    web = visit()
    page = (await web.get("/en")).text
    (style,) = re.findall(r'href="(/static/css/[^"]+)"', page)

    answer = await web.get(style)
    plain = await web.get("/static/css/site.css")
    again = await web.get("/static/css/site.css", headers={"if-none-match": plain.headers["etag"]})

    assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert answer.headers["content-type"] == "text/css; charset=utf-8"
    assert plain.headers["cache-control"] == "public, no-cache"
    assert (again.status_code, again.content) == (304, b"")


@pytest.mark.parametrize(
    ("peer", "forwarded", "trusted", "seen"),
    [
        ("203.0.113.9", "198.51.100.1", (), "203.0.113.9"),
        ("10.0.0.1", "198.51.100.1", "10.0.0.0/8", "198.51.100.1"),
        ("10.0.0.1", "1.1.1.1, 198.51.100.1, 10.0.0.2", "10.0.0.0/8", "198.51.100.1"),
        ("203.0.113.9", "198.51.100.1", "10.0.0.0/8", "203.0.113.9"),
        ("10.0.0.1", "nonsense", "10.0.0.0/8", "10.0.0.1"),
        ("10.0.0.1", "", "10.0.0.0/8", "10.0.0.1"),
    ],
)
async def test_the_visitors_address_is_taken_from_trusted_proxies_alone(
    tmp_path, sqlite_url, peer, forwarded, trusted, seen
):
    settings = Settings(database_url=sqlite_url, data_dir=tmp_path, secret=SecretStr("s" * 40), trusted_proxies=trusted)
    app: Any = open_app(settings)
    headers = [(b"x-forwarded-for", forwarded.encode())]

    scope: Any = {"type": "http", "headers": headers, "client": (peer, 1), "app": app, "litestar_app": app}
    knock = Visit(scope)

    assert knock.address == seen
    await app.state.site.db.close()


async def test_head_is_answered_as_get_would_be_without_the_page(visit):
    web = visit()

    head, page = await web.head("/en"), await web.get("/en")

    assert (head.status_code, head.content) == (200, b"")
    assert head.headers["content-length"] == page.headers["content-length"]


@pytest.mark.parametrize("lang", ["en", "zh", "ja", "ko"])
@pytest.mark.parametrize("page", ["", "/write", "/track", "/privacy", "/accessibility", "/receipt", "/nothing"])
async def test_every_page_speaks_its_language_and_needs_no_script(visit, lang, page):
    answer = await visit().get(f"/{lang}{page}")

    assert answer.status_code == (404 if page == "/nothing" else 200)
    tag = {"zh": "zh-Hans"}.get(lang, lang)
    assert f'<html lang="{tag}"' in answer.text
    assert answer.headers["content-language"] == tag
    assert answer.text.count("<h1") == 1
    assert " style=" not in answer.text
    assert not re.search(r"<script(?![^>]*src=)", answer.text)


async def test_a_fault_of_ours_is_a_page_with_a_reference_and_logs_no_text(visit, sqlite_url, caplog):
    with rows(sqlite_url) as session:
        session.connection().exec_driver_sql("alter table rate_window rename to gone")
    web = visit()
    page = (await web.get("/en/write")).text
    form = dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', page))

    answer = await web.post("/en/track", data=form | {"number": "own words", "code": "secret words"})

    assert answer.status_code == 500
    reference = re.search(r"[0-9a-f]{8}", answer.text.partition("<main")[2])
    assert reference
    (record,) = caplog.records
    assert reference[0] in record.getMessage()
    assert "OperationalError" in record.getMessage()
    assert "words" not in record.getMessage() + answer.text
    assert "rate_window" not in record.getMessage() + answer.text


async def test_the_service_may_work_beside_serving(sqlite_url, tmp_path):
    app: Any = create_app(Settings(database_url=sqlite_url, data_dir=tmp_path, secret=SecretStr("s" * 40)), worker=True)

    async with app.lifespan():
        transport = httpx.ASGITransport(app)
        answer = await httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1").get("/en")

    assert answer.status_code == 200
