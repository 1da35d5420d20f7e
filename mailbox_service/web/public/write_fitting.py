"""/write/fitting: guidance and published answers that fit a letter, offered while it is written.

The letter's words come in the body of a form, never in an address, and are kept nowhere. A report of misconduct is
never looked up.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from litestar import Response, post
from sqlmodel import Session

from mailbox_service.base import claim, clock
from mailbox_service.base.refusals import Refused
from mailbox_service.guidance import find as guidance
from mailbox_service.tickets import public_search
from mailbox_service.tickets.find import found as published
from mailbox_service.tickets.tables.words import Kind
from mailbox_service.web import forms, pages
from mailbox_service.web.public.guidance import href
from mailbox_service.web.site import Visit

HOUR_SECONDS = 3600
ASKED_PER_ADDRESS_PER_HOUR = 6_000  # a school's three hundred writers, twenty pauses each
MOST_BYTES = 20_000
MOST_OFFERS = 3


@dataclass(frozen=True, slots=True)
class Offer:
    """Something to read that may answer the letter before it is sent."""

    title: str
    href: str
    of_kind: str


@dataclass(frozen=True, slots=True)
class FittingPart:
    """A part of a page, not a page: the offers alone."""

    offers: Sequence[Offer]


@post("/{lang:str}/write/fitting", status_code=200)
async def fitting(request: Visit) -> Response[bytes]:
    """What fits the words so far, as a part of the page that asks.

    Raises:
        Refused: "too_many" questions from this network address within the hour.
    """
    request.require_language()
    visit, now = request, clock.now()
    form = await forms.read(visit, most_bytes=MOST_BYTES)
    typed = {"kind": form.line("kind"), "subject": form.line("subject"), "text": form.text("text")}
    mark = visit.mark
    if typed["kind"] != Kind.REPORT:
        await visit.site.db.writing(lambda session: _count(session, mark, now))
    return pages.html(visit, "public/write_fitting.html", FittingPart(await offers(visit, typed)))


def _count(session: Session, mark: str, now: datetime) -> None:
    if claim.count_try(session, "fitting", mark, HOUR_SECONDS, now) > ASKED_PER_ADDRESS_PER_HOUR:
        raise Refused("too_many", at=claim.window_end(HOUR_SECONDS, now))


async def offers(visit: Visit, typed: Mapping[str, str]) -> Sequence[Offer]:
    """What fits a letter, best first; nothing for a report of misconduct."""
    words, lang = f"{typed['subject']}\n{typed['text']}".strip(), visit.lang
    if typed["kind"] == Kind.REPORT or not words:
        return ()
    return await visit.site.db.reading(lambda session: _fitting(session, words, lang))


def _fitting(session: Session, words: str, lang: str) -> list[Offer]:
    hits = public_search.like(session, words, lang=lang, limit=MOST_OFFERS)
    articles = guidance.by_texts(session, [hit.of_id for hit in hits if hit.of_kind == public_search.ARTICLE])
    letters = published.letters(session, [hit.of_id for hit in hits if hit.of_kind == public_search.LETTER])
    found: list[Offer] = []
    for hit in hits:
        if hit.of_kind == public_search.ARTICLE and (article := articles.get(hit.of_id)):
            found.append(Offer(article.title, href(lang, article.section, article.slug), hit.of_kind))
        elif hit.of_kind == public_search.LETTER and (letter := letters.get(hit.of_id)):
            found.append(Offer(letter.subject, f"/{lang}/published/{letter.public_id}", hit.of_kind))
    return found
