"""/guidance: what the city explains, by section; each article in the languages it was written in."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from litestar import Response, get, post
from litestar.exceptions import NotFoundException
from markupsafe import Markup
from sqlmodel import Session

from mailbox_service.base import claim, clock, ids, tokens
from mailbox_service.base.language import LANGUAGES, day, say, short_day
from mailbox_service.base.refusals import Refused
from mailbox_service.guidance import find, markdown, write
from mailbox_service.guidance.find import Known, Line
from mailbox_service.guidance.tables import ArticleText, Section
from mailbox_service.web import csrf, forms, pages
from mailbox_service.web.page import Link, Page
from mailbox_service.web.public import switch
from mailbox_service.web.site import Visit

HOUR_SECONDS = 3600
ANSWERS_PER_HOUR = 100  # of one network address
OUTLINED = 3  # parts from which on an outline helps
RULE = "article_answer"


@dataclass(frozen=True, slots=True)
class Entry:
    """An article in a list. `lang` is its title's language tag; `language` names it when it isn't the page's."""

    title: str
    href: str
    lang: str
    language: str
    changed: str


@dataclass(frozen=True, slots=True)
class Shelf:
    """A section and the first of its articles."""

    title: str
    href: str
    entries: Sequence[Entry]


@dataclass(frozen=True, slots=True)
class GuidancePage:
    """The sections that have articles."""

    page: Page
    shelves: Sequence[Shelf]


@dataclass(frozen=True, slots=True)
class SectionPage:
    """A section's articles."""

    page: Page
    crumbs: Sequence[Link]
    entries: Sequence[Entry]
    more: str


@dataclass(frozen=True, slots=True)
class Other:
    """A language an article can be read in."""

    name: str
    tag: str
    href: str


@dataclass(frozen=True, slots=True)
class ArticlePage:
    """One article; without `html` it isn't there in the page's language, and `others` say where it is."""

    page: Page
    crumbs: Sequence[Link]
    title: str
    lang: str
    html: Markup
    outline: Mapping[str, str]
    changed: str
    others: Sequence[Other]
    action: str
    csrf: str
    answered: str


@get("/{lang:str}/guidance")
async def guidance(request: Visit) -> Response[bytes]:
    """Every section that has something to say, with its first articles."""
    request.require_language()
    lang = request.lang
    shelves = await request.site.front.articles(request.site.db)
    context = GuidancePage(
        page=pages.frame(request, say(lang, "Guidance")),
        shelves=[shelf(request, where, lines) for where, lines in shelves.items()],
    )
    return pages.html(request, "public/guidance.html", context, cache=pages.OWN)


def shelf(visit: Visit, where: Section, lines: Sequence[Line]) -> Shelf:
    """A section as a list of its first articles."""
    lang = visit.lang
    return Shelf(say(lang, f"section.{where.value}"), href(lang, where), [entry(visit, line) for line in lines])


def entry(visit: Visit, line: Line) -> Entry:
    """An article in a list, in the page's language where it is written in it."""
    best, lang = line.best(visit.lang), visit.lang
    known = LANGUAGES[best.language]
    where = href(best.language, line.article.section, line.article.slug)
    changed = short_day(best.saved_at.astimezone(visit.site.zone).date(), lang)
    return Entry(best.title, where, known.tag, "" if best.language == lang else known.name, changed)


def href(lang: str, where: Section, slug: str = "") -> str:
    """A section's address, or an article's in it."""
    return f"/{lang}/guidance/{where.value}" + (f"/{slug}" if slug else "")


@get("/{lang:str}/guidance/{section:str}")
async def section(request: Visit) -> Response[bytes]:
    """One section, by position and then the newest first. An article's own word leads to the article."""
    visit = request
    if visit.word("section") not in set(Section):
        known = await _known(visit, visit.word("section"))
        return pages.see_other(href(visit.lang, known.article.section, known.article.slug))
    where = _section(visit)
    after = ids.read(str(visit.query_params.get("after", "")))
    lines = await visit.site.db.reading(lambda session: find.section(session, where, after=after, limit=find.MOST + 1))
    lang = visit.lang
    more = f"{visit.path}?after={lines[find.MOST - 1].article.id}" if len(lines) > find.MOST else ""
    context = SectionPage(
        page=pages.frame(visit, say(lang, f"section.{where.value}")),
        crumbs=_crumbs(lang),
        entries=[entry(visit, line) for line in lines[: find.MOST]],
        more=more,
    )
    return pages.html(visit, "public/guidance_section.html", context, cache=pages.OWN)


def _section(visit: Visit) -> Section:
    visit.require_language()
    try:
        return Section(visit.word("section"))
    except ValueError as unknown:
        raise NotFoundException from unknown


def _crumbs(lang: str, where: Section | None = None) -> list[Link]:
    crumbs = [Link(say(lang, "Guidance"), f"/{lang}/guidance")]
    return [*crumbs, Link(say(lang, f"section.{where.value}"), href(lang, where))] if where else crumbs


@get("/{lang:str}/guidance/{section:str}/{slug:str}")
async def article(request: Visit) -> Response[bytes]:
    """One article; at an address it has left, the way to where it stands now."""
    where, known = _section(request), await _known(request, request.word("slug"))
    if known.article.section != where:
        return pages.see_other(href(request.lang, known.article.section, known.article.slug))
    answered = str(request.query_params.get("answered", ""))
    return _page(request, known, answered if answered in ("yes", "no") else "")


async def _known(visit: Visit, slug: str) -> Known:
    visit.require_language()
    known = await visit.site.db.reading(lambda session: find.article(session, slug))
    if known is None or known.article.retired_at is not None or not known.texts:
        raise NotFoundException
    return known


def _page(visit: Visit, known: Known, answered: str) -> Response[bytes]:
    lang, where = visit.lang, known.article.section
    text = known.texts.get(lang)
    shown = text or _best(known.texts, lang)
    read = markdown.rendered(text.text) if text else markdown.rendered("")
    notice = say(lang, "Thank you for your answer.") if answered else ""
    context = ArticlePage(
        page=pages.frame(visit, shown.title, notice=notice),
        crumbs=_crumbs(lang, where),
        title=shown.title,
        lang=LANGUAGES[shown.language].tag,
        html=read.html,
        outline={part.id: part.text for part in read.outline} if len(read.outline) >= OUTLINED else {},
        changed=day(shown.saved_at.astimezone(visit.site.zone).date(), lang),
        others=() if text else [_other(known, code) for code in LANGUAGES if code in known.texts],
        action=visit.path,
        csrf=csrf.token(visit),
        answered=answered,
    )
    return pages.html(visit, "public/article.html", context, cache=pages.OWN)


def _best(texts: Mapping[str, ArticleText], lang: str) -> ArticleText:
    return next(texts[code] for code in (lang, *find.FALLBACKS) if code in texts)


def _other(known: Known, code: str) -> Other:
    language = LANGUAGES[code]
    return Other(language.name, language.tag, href(code, known.article.section, known.article.slug))


@post("/{lang:str}/guidance/{section:str}/{slug:str}", status_code=200)
async def judge(request: Visit) -> Response[bytes]:
    """ "Did this answer your question?": counted once a day for each reader."""
    visit = request
    form = await forms.read(visit)
    _section(visit)
    if answer := switch.follow(visit, form):
        return answer
    known, said = await _known(visit, visit.word("slug")), form.line("helped")
    if visit.lang not in known.texts:
        raise NotFoundException
    if said not in ("yes", "no"):
        return pages.see_other(visit.path)
    await _count(visit, known, helped=said == "yes")
    return pages.see_other(f"{visit.path}?answered={said}")


async def _count(visit: Visit, known: Known, *, helped: bool) -> None:
    """Keep the answer under a mark that tells nothing: another article's, or tomorrow's, is another one."""
    now, lang = clock.now(), visit.lang
    today = now.astimezone(visit.site.zone).date()
    key = tokens.key_for(visit.site.settings.secret, RULE)
    seen = f"{today}:{known.article.id}:{visit.kept(csrf.COOKIE)}"
    mark = hmac.new(key, seen.encode(), hashlib.sha256).hexdigest()[:40]

    def count(session: Session) -> None:
        if claim.count_try(session, RULE, visit.mark, HOUR_SECONDS, now) > ANSWERS_PER_HOUR:
            raise Refused("too_many", at=claim.window_end(HOUR_SECONDS, now))
        write.answer(session, known.article, lang, helped, mark=mark, now=now)

    await visit.site.db.writing(count)
