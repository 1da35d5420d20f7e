"""The mails the demonstration's post office has kept, newest first, and one of them. Anybody can read them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from email import message_from_bytes, policy
from pathlib import Path

from litestar import Response, get
from litestar.exceptions import NotFoundException

from mailbox_service.base.language import say
from mailbox_service.web import pages
from mailbox_service.web.page import Page
from mailbox_service.web.site import Visit

SHOWN = 200
NAME = re.compile(r"\d{20}")


@dataclass(frozen=True, slots=True)
class Caught:
    """One mail. `name` is its part of the address."""

    name: str
    at: datetime
    to: str
    subject: str
    text: str


@dataclass(frozen=True, slots=True)
class MailsPage:
    """The newest mails."""

    page: Page
    mails: Sequence[Caught]


@dataclass(frozen=True, slots=True)
class MailPage:
    """One mail, as plain text."""

    page: Page
    mail: Caught


@get("/demo/mail")
async def start(request: Visit) -> Response[bytes]:
    """The mails, in the visitor's language."""
    _require_demo(request)
    return pages.see_other(f"/{request.preferred_language}/demo/mail")


@get("/{lang:str}/demo/mail")
async def mails(request: Visit) -> Response[bytes]:
    """The newest mails."""
    folder = _require_demo(request)
    names = sorted((path.stem for path in folder.glob("*.eml")), reverse=True)[:SHOWN]
    page = pages.frame(request, say(request.lang, "Mails of the demonstration"))
    return pages.html(request, "demo/mails.html", MailsPage(page, [_read(folder, name) for name in names]))


@get("/{lang:str}/demo/mail/{name:str}")
async def one_mail(request: Visit) -> Response[bytes]:
    """One mail."""
    folder, name = _require_demo(request), request.word("name")
    if not NAME.fullmatch(name) or not (folder / f"{name}.eml").is_file():
        raise NotFoundException
    caught = _read(folder, name)
    return pages.html(request, "demo/mail.html", MailPage(pages.frame(request, caught.subject), caught))


def _require_demo(visit: Visit) -> Path:
    """The folder of the mails; where no demonstration runs, this page doesn't exist."""
    if "lang" in visit.path_params:
        visit.require_language()
    if not visit.site.settings.demo_mail_page:
        raise NotFoundException
    return visit.site.settings.data_dir / "mail"


def _read(folder: Path, name: str) -> Caught:
    message = message_from_bytes((folder / f"{name}.eml").read_bytes(), policy=policy.default)
    body = message.get_body(("plain",))
    return Caught(
        name=name,
        at=datetime.fromtimestamp(int(name) / 1e9, UTC),
        to=str(message["To"] or ""),
        subject=str(message["Subject"] or ""),
        text=body.get_content() if body is not None else "",
    )
