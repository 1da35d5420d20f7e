"""/search: one search over what the city explains and the letters it has published."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from litestar import Response, get
from markupsafe import Markup
from sqlmodel import Session

from mailbox_service.base import ids
from mailbox_service.base.language import LANGUAGES, month, say, say_many
from mailbox_service.guidance import find as guidance
from mailbox_service.guidance import markdown
from mailbox_service.tickets import public_search
from mailbox_service.tickets.find import found as published
from mailbox_service.tickets.public_search import Hit
from mailbox_service.web import hits, pages
from mailbox_service.web.page import Page
from mailbox_service.web.public.guidance import href
from mailbox_service.web.site import Visit

MOST = 20
MOST_CHARACTERS = 200


@dataclass(frozen=True, slots=True)
class Result:
    """One hit: its title and a piece of its text with the words marked, `lang` their language; where it stands."""

    title: Markup
    href: str
    lang: str
    excerpt: Markup
    where: str


@dataclass(frozen=True, slots=True)
class SearchPage:
    """What was asked, and what was found."""

    page: Page
    query: str
    results: Sequence[Result]
    total: str
    older: str


@get("/{lang:str}/search")
async def search(request: Visit) -> Response[bytes]:
    """Articles and published letters with every word asked for, the newest first."""
    request.require_language()
    visit, lang = request, request.lang
    query = " ".join(str(visit.query_params.get("q", "")).replace("\0", "").split())[:MOST_CHARACTERS]
    before_id = ids.read(str(visit.query_params.get("before", "")))

    def read(session: Session) -> tuple[public_search.Matches, list[Result]]:
        matches = public_search.find(session, query, limit=MOST + 1, before_id=before_id)
        return matches, _results(session, lang, matches.hits[:MOST], query)

    matches, results = await visit.site.db.reading(read)
    more = len(matches.hits) > MOST
    context = SearchPage(
        page=pages.frame(visit, say(lang, "Search")),
        query=query,
        results=results,
        total=_total(lang, matches.count) if results else "",
        older=f"{visit.path}?{urlencode({'q': query, 'before': matches.hits[MOST - 1].id})}" if more else "",
    )
    return pages.html(visit, "public/search.html", context, cache=pages.OWN)


def _total(lang: str, count: int | None) -> str:
    if count is None:
        return say(lang, "More than 1,000 results")
    return say_many(lang, "%(count)s result", "%(count)s results", count)


def _results(session: Session, lang: str, found: Sequence[Hit], query: str) -> list[Result]:
    """The hits as they are shown. What was taken back between the two looks is left out."""
    articles = guidance.by_texts(session, [hit.of_id for hit in found if hit.of_kind == public_search.ARTICLE])
    letters = published.letters(session, [hit.of_id for hit in found if hit.of_kind == public_search.LETTER])
    results: list[Result] = []
    for hit in found:
        if hit.of_kind == public_search.ARTICLE and (article := articles.get(hit.of_id)):
            results.append(_article(lang, article, query))
        elif hit.of_kind == public_search.LETTER and (letter := letters.get(hit.of_id)):
            results.append(_letter(lang, letter, query))
    return results


def _article(lang: str, found: guidance.Found, query: str) -> Result:
    return Result(
        title=hits.marked(found.title, query),
        href=href(found.language, found.section, found.slug),
        lang=LANGUAGES[found.language].tag,
        excerpt=hits.excerpt(markdown.plain(found.text), query),
        where=say(lang, f"section.{found.section.value}"),
    )


def _letter(lang: str, found: published.Found, query: str) -> Result:
    known = LANGUAGES.get(found.language)
    return Result(
        title=hits.marked(found.subject, query),
        href=f"/{lang}/published/{found.public_id}",
        lang=known.tag if known else "",
        excerpt=hits.excerpt(f"{found.letter}\n{found.reply}", query),
        where=say(lang, "Published letter, %(month)s", month=month(found.month, lang)),
    )
