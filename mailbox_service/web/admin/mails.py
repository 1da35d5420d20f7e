"""/admin/mails: every notice in every language as it leaves, text and HTML, about a letter that nobody wrote."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from litestar import Response
from markupsafe import Markup
from sqlmodel import Session

from mailbox_service.base.language import LANGUAGES, say
from mailbox_service.base.refusals import Refused
from mailbox_service.city import choices, find
from mailbox_service.mail import specimen
from mailbox_service.mail.specimen import Specimen
from mailbox_service.web import pages
from mailbox_service.web.admin import room
from mailbox_service.web.desk import Desk, frame
from mailbox_service.web.page import Option, Page

PATH = "/admin/mails"
MESSAGE = f"{PATH}/message"
_BODY = re.compile(r"<body[^>]*>(.*)</body>", re.DOTALL)
_DEAD = re.compile(r'\s(?:style|href)="[^"]*"')  # this page's own style; no link leads anywhere
_HEADING = re.compile(r"(</?h)([1-4])\b")
_BEYOND = 2  # how much deeper the mail's headings stand on the page


@dataclass(frozen=True, slots=True)
class MailsPage:
    """A notice, and which others there are. `inside` is what the HTML holds, without the mail's own style."""

    page: Page
    notices: Sequence[Option]
    spoken: Sequence[Option]
    notice: str
    language: str
    lang: str
    sender: str
    subject: str
    text: str
    inside: Markup
    message: str


async def show(desk: Desk) -> Response[bytes]:
    """One notice in one language; the first ones when none is named."""
    notice, language = _asked(desk)
    found, settings, lang = await _made(desk, notice, language), desk.site.settings, desk.lang
    context = MailsPage(
        page=frame(desk, say(lang, "Mail preview")),
        notices=[Option(one, f"{specimen.named(settings, one, lang)} ({one})") for one in specimen.NOTICES],
        spoken=[Option(one.code, one.name, lang=one.tag) for one in LANGUAGES.values()],
        notice=notice,
        language=language,
        lang=LANGUAGES[language].tag,
        sender=found.sender,
        subject=found.subject,
        text=found.text,
        inside=_inside(found.html),
        message=f"{MESSAGE}?notice={notice}&language={language}",
    )
    return pages.html(desk.visit, "admin/mails.html", context)


async def message(desk: Desk) -> Response[bytes]:
    """The whole message as a file for a mail program."""
    notice, language = _asked(desk)
    found = await _made(desk, notice, language)
    headers = {
        "Content-Disposition": f'attachment; filename="{notice}-{language}.eml"',
        "Cache-Control": pages.PERSONAL,
    }
    return Response(found.message, media_type="message/rfc822", headers=headers)


def _asked(desk: Desk) -> tuple[str, str]:
    notice, language = desk.asked("notice"), desk.asked("language")
    return (
        notice if notice in specimen.NOTICES else specimen.NOTICES[0],
        language if language in LANGUAGES else desk.lang,
    )


async def _made(desk: Desk, notice: str, language: str) -> Specimen:
    def work(session: Session) -> Specimen:
        reader = find.person(session, room.me(desk))
        if reader is None:
            raise Refused("not_found")
        settings = choices.before(session, desk.site.settings)
        return specimen.made(session, settings, desk.city, reader, notice, language, now=desk.now)

    return await desk.read(work)


def _inside(html: str) -> Markup:
    found = _BODY.search(html)
    dead = _DEAD.sub("", found[1] if found else "")
    return Markup(_HEADING.sub(lambda heading: f"{heading[1]}{int(heading[2]) + _BEYOND}", dead))


doors = [room.hang("GET", PATH, show), room.hang("GET", MESSAGE, message)]
