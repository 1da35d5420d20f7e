"""/published/{id}: one letter and its reply under an address that stays, until it is taken down."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from litestar import Response, get
from litestar.exceptions import NotFoundException
from sqlmodel import Session

from mailbox_service.base.language import LANGUAGES, in_language, say
from mailbox_service.city.tables import Department, Topic
from mailbox_service.tickets.find import public
from mailbox_service.tickets.tables import Publication
from mailbox_service.web import errors, pages
from mailbox_service.web.page import Page
from mailbox_service.web.public.published import about, tag
from mailbox_service.web.site import Visit

_PUBLIC_ID = re.compile(r"[0-9a-z]{4,20}")


@dataclass(frozen=True, slots=True)
class LetterPage:
    """Question and answer on two sheets. `remark`: which text counts, when the reply is a translation."""

    page: Page
    canonical: str
    listed: bool
    about: str
    subject: str
    letter: str
    letter_lang: str
    reply: str
    reply_lang: str
    office: str
    remark: str


@get("/{lang:str}/published/{public_id:str}")
async def published_letter(request: Visit) -> Response[bytes]:
    """One letter and its reply under an address that stays; 410 once it was taken down."""
    request.require_language()
    visit, site = request, request.site
    public_id = visit.word("public_id")
    if not _PUBLIC_ID.fullmatch(public_id):
        raise NotFoundException
    topics = await site.topics.used(site.db)

    def read(session: Session) -> tuple[Publication | None, Sequence[Department]]:
        return public.letter(session, public_id), list(site.book.open(session).offices.values())

    found, offices = await site.db.reading(read)
    if found is None:
        raise NotFoundException
    if found.revoked_at is not None:
        return errors.page(visit, 410, headers={"X-Robots-Tag": "noindex"})
    answer = pages.html(visit, "public/published_letter.html", _letter_page(visit, found, topics, offices))
    answer.headers["Cache-Control"] = pages.OWN
    if not found.listed:
        answer.headers["X-Robots-Tag"] = "noindex"
    return answer


def _letter_page(
    visit: Visit, found: Publication, topics: Sequence[Topic], offices: Sequence[Department]
) -> LetterPage:
    lang, settings = visit.lang, visit.site.settings
    office = next((in_language(one.name, lang) for one in offices if one.id == found.department_id), "")
    return LetterPage(
        page=pages.frame(visit, found.subject),
        canonical=address(settings.public_url, found.public_id, found.language, settings.working_language),
        listed=found.listed,
        about=about(lang, found.topic_id, found.department_id, found.month, topics, offices),
        subject=found.subject,
        letter=found.letter,
        letter_lang=tag(found.letter_language),
        reply=found.reply,
        reply_lang=tag(found.language),
        office=office,
        remark=_remark(lang, found.language, settings.working_language),
    )


def _remark(lang: str, language: str, working_language: str) -> str:
    if language == working_language:
        return ""
    authoritative = say(lang, f"language.{working_language}")
    return say(lang, "Translation. The %(language)s text is authoritative.", language=authoritative)


def address(public_url: str, public_id: str, language: str, otherwise: str) -> str:
    """The one address of a published letter among those in four languages: the page in its reply's language."""
    return f"{public_url}/{language if language in LANGUAGES else otherwise}/published/{public_id}"
