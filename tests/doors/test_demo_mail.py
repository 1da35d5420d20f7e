"""The page of a demonstration's mails: it shows what was kept, and where no demonstration runs it isn't there."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from smtplib import SMTP
from typing import Any

import httpx
import pytest
from pydantic import SecretStr

from mailbox_service.base.settings import Settings
from mailbox_service.demo.mailcatcher import HOST, Catcher
from tests.doors.hung import open_app

MAIL = """From: mailbox@qinghe.example
To: carl@example.org
Subject: =?utf-8?b?5biC6ZW/5L+h566x?=
Content-Type: text/plain; charset=utf-8

See <b>where</b> it stands: http://127.0.0.1:8000/en/link/abc
"""


async def a_browser(url: str, folder: Path, *, demo: bool) -> AsyncIterator[httpx.AsyncClient]:
    settings = Settings(secret=SecretStr("s" * 40), database_url=url, data_dir=folder, demo_mail_page=demo)
    app: Any = open_app(settings)
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://test") as browser:
        yield browser
    await app.state.site.db.close()


@pytest.fixture
async def browser(sqlite_url: str, tmp_path: Path) -> AsyncIterator[httpx.AsyncClient]:
    async for one in a_browser(sqlite_url, tmp_path, demo=True):
        yield one


@pytest.fixture
async def stranger(sqlite_url: str, tmp_path: Path) -> AsyncIterator[httpx.AsyncClient]:
    async for one in a_browser(sqlite_url, tmp_path, demo=False):
        yield one


@pytest.fixture
def mail(tmp_path: Path) -> str:
    """A mail that the demonstration's post office took; its name in the address."""
    catcher = Catcher(tmp_path / "mail")
    catcher.start()
    with SMTP(HOST, catcher.port) as line:
        line.sendmail("mailbox@qinghe.example", ["carl@example.org"], MAIL)
    catcher.stop()
    (kept,) = (tmp_path / "mail").glob("*.eml")
    return kept.stem


async def test_the_page_lists_the_mails_in_the_visitors_language(browser, mail):
    start = await browser.get("/demo/mail", headers={"accept-language": "ko"})
    page = await browser.get(start.headers["location"])

    assert start.headers["location"] == "/ko/demo/mail"
    assert page.status_code == 200
    assert f"/ko/demo/mail/{mail}" in page.text
    assert "市长信箱" in page.text


async def test_a_mail_is_shown_as_its_text_with_links_that_can_be_followed(browser, mail):
    page = await browser.get(f"/en/demo/mail/{mail}")

    assert "&lt;b&gt;where&lt;/b&gt;" in page.text
    assert 'href="http://127.0.0.1:8000/en/link/abc"' in page.text


@pytest.mark.parametrize("path", ["/en/demo/mail/1", "/en/demo/mail/00000000000000000000", "/xx/demo/mail"])
async def test_other_addresses_lead_nowhere(browser, mail, path):
    assert (await browser.get(path)).status_code == 404


@pytest.mark.parametrize("path", ["/demo/mail", "/en/demo/mail", "/en/demo/mail/{mail}"])
async def test_without_a_demonstration_there_is_no_such_page(stranger, mail, path):
    assert (await stranger.get(path.format(mail=mail))).status_code == 404


async def test_without_mails_the_page_says_so(browser):
    assert "No mail yet." in (await browser.get("/en/demo/mail")).text
