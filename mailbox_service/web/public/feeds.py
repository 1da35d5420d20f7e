"""What programs read: the feed of published letters, the list of addresses for search engines, robots.txt.

Whoever keeps a copy has to ask again each time whether it is still true: what is taken down leaves at once.
"""

from __future__ import annotations

import hashlib
import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from email.utils import format_datetime
from xml.etree import ElementTree as Xml

from litestar import Response, get
from sqlmodel import Session

from mailbox_service.base.language import LANGUAGES, say
from mailbox_service.guidance import find as guidance
from mailbox_service.tickets.find import public
from mailbox_service.tickets.tables import Publication
from mailbox_service.web.public.guidance import href
from mailbox_service.web.public.published import tag
from mailbox_service.web.public.published_letter import address
from mailbox_service.web.site import Visit

ASK_AGAIN = "public, no-cache"
NOTHING_YET = datetime(2020, 1, 1, tzinfo=UTC)
PLAIN_PAGES = (
    "",
    "/write",
    "/track",
    "/published",
    "/guidance",
    "/performance",
    "/performance/data",
    "/privacy",
    "/accessibility",
)
CLOSED = ("letters/", "link/", "my-letters", "receipt", "stop/", "leave", "size/", "search")
_ATOM = "http://www.w3.org/2005/Atom"
_SITEMAP = "http://www.sitemaps.org/schemas/sitemap/0.9"
_XHTML = "http://www.w3.org/1999/xhtml"
_XML_LANG = "{http://www.w3.org/XML/1998/namespace}lang"
_NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


@get("/{lang:str}/published.atom")
async def feed(request: Visit) -> Response[bytes]:
    """The newest published letters as Atom (RFC 4287), headed in the language of the address."""
    request.require_language()
    found = await request.site.db.reading(public.feed)
    changed = max((copy.published_at for copy in found if copy.published_at), default=NOTHING_YET)
    return _answer(request, _atom(request, found, changed), "application/atom+xml", changed)


def _atom(visit: Visit, found: Sequence[Publication], changed: datetime) -> Xml.Element:
    lang, settings = visit.lang, visit.site.shown
    here = f"{settings.public_url}/{lang}/published"
    root = Xml.Element("feed", {"xmlns": _ATOM, _XML_LANG: LANGUAGES[lang].tag})
    _put(root, "id", f"{here}.atom")
    _put(root, "title", f"{say(lang, 'Published letters')} · {settings.service_name[lang]}")
    _put(root, "updated", changed.isoformat())
    _put(root, "link", rel="self", type="application/atom+xml", href=f"{here}.atom")
    _put(root, "link", rel="alternate", type="text/html", href=here)
    _put(Xml.SubElement(root, "author"), "name", settings.city_name[lang])
    for copy in found:
        entry = Xml.SubElement(root, "entry")
        _put(entry, "id", address(settings.public_url, copy.public_id, copy.language, settings.working_language))
        _put(entry, "title", copy.subject, **_spoken(copy.letter_language))
        _put(entry, "updated", (copy.published_at or changed).isoformat())
        _put(entry, "link", rel="alternate", type="text/html", href=f"{here}/{copy.public_id}")
        _put(entry, "summary", copy.letter, **_spoken(copy.letter_language))
        _put(entry, "content", copy.reply, type="text", **_spoken(copy.language))
    return root


def _spoken(language: str) -> dict[str, str]:
    return {_XML_LANG: tag(language)}


@get("/sitemap.xml")
async def sitemap(request: Visit) -> Response[bytes]:
    """Every page that a search engine may list: the plain ones, articles, published letters. No letter's own page.

    What is written in several languages names its other languages. A published letter is written once.
    """
    settings = request.site.settings

    def read(session: Session) -> tuple[Sequence[public.Line], list[guidance.Address]]:
        return public.listed(session), guidance.addresses(session)

    letters, articles = await request.site.db.reading(read)
    root = Xml.Element("urlset", {"xmlns": _SITEMAP, "xmlns:xhtml": _XHTML})
    for path in PLAIN_PAGES:
        _in_languages(root, {lang: f"{settings.public_url}/{lang}{path}" for lang in LANGUAGES}, None)
    by_article: dict[tuple[str, str], list[guidance.Address]] = defaultdict(list)
    for one in articles:
        by_article[one.section, one.slug].append(one)
    for several in by_article.values():
        places = {one.language: f"{settings.public_url}{href(one.language, one.section, one.slug)}" for one in several}
        _in_languages(root, places, max(one.saved_at for one in several))
    for line in letters:
        here = address(settings.public_url, line.public_id, line.language, settings.working_language)
        _entry(root, here, line.published_at)
    times = [*(one.saved_at for one in articles), *(line.published_at for line in letters)]
    return _answer(request, root, "application/xml", max(times, default=NOTHING_YET))


def _in_languages(root: Xml.Element, places: Mapping[str, str], changed: datetime | None) -> None:
    """An entry for each language of a page, all of them naming all of them."""
    for place in places.values():
        entry = _entry(root, place, changed)
        for lang, other in places.items() if len(places) > 1 else ():
            _put(entry, "xhtml:link", rel="alternate", hreflang=tag(lang), href=other)


def _entry(root: Xml.Element, where: str, changed: datetime | None) -> Xml.Element:
    entry = Xml.SubElement(root, "url")
    _put(entry, "loc", where)
    if changed is not None:
        _put(entry, "lastmod", changed.isoformat())
    return entry


@get("/robots.txt")
async def robots(request: Visit) -> Response[bytes]:
    """Where search engines have nothing to look for, and where the list of addresses is."""
    closed: Iterable[str] = ("/staff", "/manager", *(f"/{lang}/{path}" for lang in LANGUAGES for path in CLOSED))
    lines = ["User-agent: *", *(f"Disallow: {path}" for path in closed)]
    lines += ["", f"Sitemap: {request.site.settings.public_url}/sitemap.xml", ""]
    headers = {"Cache-Control": "public, max-age=3600"}
    return Response("\n".join(lines).encode(), media_type="text/plain", headers=headers)


def _put(parent: Xml.Element, name: str, text: str = "", **attributes: str) -> None:
    element = Xml.SubElement(parent, name, attributes)
    element.text = _NOT_XML.sub("", text) or None


def _answer(visit: Visit, root: Xml.Element, kind: str, changed: datetime) -> Response[bytes]:
    """The document, or that the reader has it already."""
    content = Xml.tostring(root, encoding="utf-8", xml_declaration=True)
    mark = f'"{hashlib.sha256(content).hexdigest()[:24]}"'
    at = format_datetime(changed.astimezone(UTC), usegmt=True)
    headers = {"ETag": mark, "Cache-Control": ASK_AGAIN, "Last-Modified": at}
    if mark in (visit.headers.get("if-none-match") or ""):
        return Response(b"", status_code=304, headers=headers, media_type=kind)
    return Response(content, headers=headers, media_type=kind)
