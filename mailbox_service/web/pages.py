"""From a door's facts to the page that leaves: the frame around it, and the answer that carries it."""

from __future__ import annotations

import gzip
from collections.abc import Sequence
from functools import lru_cache
from urllib.parse import quote

from litestar import Response

from mailbox_service.base.language import LANGUAGES, say
from mailbox_service.base.settings import Settings
from mailbox_service.web import csrf
from mailbox_service.web.page import Alternate, Banner, Footer, Link, Page, Problem, Size, Viewer, Ways
from mailbox_service.web.site import SIZES, Visit
from mailbox_service.web.static import takes_packed

PERSONAL = "no-store"
OWN = "private, no-cache"  # the browser may keep it, and with it what was typed, for Back
ADDRESSES = 1_024  # of pages, whose ways to other languages and sizes are kept ready
PACKED_FROM = 1_000  # bytes; below it packing gains nothing


def frame(
    visit: Visit,
    title: str,
    *,
    ways: Ways | None = None,
    form_id: str | None = None,
    form_act: str = "",
    notice: str = "",
    problems: Sequence[Problem] = (),
    viewer: Viewer | None = None,
) -> Page:
    """The frame of a page. Without `ways` it leads where citizens go.

    A page with a form (`form_id`), or with somebody signed in, carries the token its forms must send back.
    """
    lang, settings, address = visit.lang, visit.site.shown, here(visit)
    home, alternates, nav = ways or Ways(f"/{lang}", _alternates(lang, address), _citizens(lang, visit.path))
    return Page(
        lang=lang,
        lang_tag=LANGUAGES[lang].tag,
        title=title,
        city_name=settings.city_name[lang],
        service_name=settings.service_name[lang],
        home=home,
        path=visit.path,
        alternates=alternates,
        sizes=_sizes(lang, visit.size, address),
        size=visit.size,
        nav=nav,
        nav_label=say(lang, "Sections"),
        footer=_footer(settings, lang),
        csrf=csrf.token(visit) if form_id is not None or viewer is not None else "",
        form_id=form_id,
        form_act=form_act,
        viewer=viewer,
        notice=notice,
        problems=problems,
        banner=_banner(settings, lang, "" if ways else visit.path),
        address=settings.public_url + visit.path if visit.method == "GET" else "",
    )


def html(visit: Visit, template: str, context: object, *, status: int = 200, cache: str = PERSONAL) -> Response[bytes]:
    """The page as an answer. `context` is the page's own small object; its field `page` is the frame.

    Pages that hold personal data (`PERSONAL`) are never packed: their packed length would tell about them (BREACH).
    """
    content = visit.site.render(template, visit.lang, context).encode()
    headers = {"Cache-Control": cache, "Content-Language": LANGUAGES[visit.lang].tag}
    if cache != PERSONAL:
        headers["Vary"] = "Accept-Encoding"
        if len(content) >= PACKED_FROM and takes_packed(visit):
            content = gzip.compress(content, 4, mtime=0)
            headers["Content-Encoding"] = "gzip"
    return Response(content, status_code=status, headers=headers, media_type="text/html")


def see_other(path: str) -> Response[bytes]:
    """Send the browser on to a page of ours, after a form or a switch (303)."""
    return Response(
        b"", status_code=303, headers={"Location": path, "Cache-Control": PERSONAL}, media_type="text/plain"
    )


def local(path: str, otherwise: str) -> str:
    """A path of ours that somebody passed in an address; anything that could lead elsewhere becomes `otherwise`."""
    is_ours = path.startswith("/") and not path.startswith(("//", "/\\")) and path.isascii() and path.isprintable()
    return path if is_ours and "\\" not in path and len(path) <= 2000 else otherwise


def in_language(path: str, lang: str) -> str:
    """The same page's address in another language."""
    first, slash, rest = path[1:].partition("/")
    if (head := first.partition("?")[0]) in LANGUAGES:
        return f"/{lang}{first[len(head) :]}{slash}{rest}"
    return f"/{lang}"


def here(visit: Visit) -> str:
    """The page's path, with what was asked of it."""
    query = visit.scope["query_string"].decode("latin-1")
    return visit.path + ("?" + query if query and visit.method == "GET" else "")


@lru_cache(maxsize=ADDRESSES)
def _alternates(lang: str, address: str) -> tuple[Alternate, ...]:
    return tuple(
        Alternate(other.code, other.name, other.tag, in_language(address, other.code), other.code == lang)
        for other in LANGUAGES.values()
    )


@lru_cache(maxsize=ADDRESSES)
def _sizes(lang: str, size: str, address: str) -> tuple[Size, ...]:
    back = quote(address, safe="/")
    return tuple(Size(code, f"/{lang}/size/{code}?back={back}", code == size) for code in SIZES)


def _citizens(lang: str, path: str) -> tuple[Link, ...]:
    home = f"/{lang}"
    guidance, published = f"{home}/guidance", f"{home}/published"
    return (
        Link(say(lang, "Write a letter"), f"{home}/write", path == f"{home}/write"),
        Link(say(lang, "Track your letter"), f"{home}/track", path == f"{home}/track"),
        Link(say(lang, "Published letters"), published, path == published or path.startswith(f"{published}/")),
        Link(say(lang, "Guidance"), guidance, path == guidance or path.startswith(f"{guidance}/")),
    )


def _banner(settings: Settings, lang: str, path: str) -> Banner:
    """Whose page this is; on citizens' pages (`path` is not "") with the city's own sections, the open one current."""
    text = say(lang, "Official website of %(city)s", city=settings.city_name[lang])
    if settings.demo:
        text = say(lang, "Demonstration: an invented city. Letters are not answered.")
    named = [(section[lang], section["href"].replace("{lang}", lang)) for section in settings.sections]
    links = tuple(Link(name, href, href == path) for name, href in named) if path else ()
    return Banner(text, settings.demo, links, say(lang, "The city’s sections"))


def _footer(settings: Settings, lang: str) -> Footer:
    sponsors = tuple(names[lang] for names in settings.sponsors)
    records = tuple(known if isinstance(known, str) else known[lang] for known in settings.record_numbers)
    as_everywhere = any(isinstance(known, str) for known in settings.record_numbers)
    working = settings.working_language
    records_lang = LANGUAGES[working].tag if as_everywhere and working != lang else ""
    return _footer_of(lang, settings.support_phone, sponsors, records, records_lang)


@lru_cache(maxsize=32)
def _footer_of(lang: str, phone: str, sponsors: tuple[str, ...], records: tuple[str, ...], records_lang: str) -> Footer:
    links = (
        Link(say(lang, "How we keep our promises"), f"/{lang}/performance"),
        Link(say(lang, "Privacy"), f"/{lang}/privacy"),
        Link(say(lang, "Accessibility"), f"/{lang}/accessibility"),
    )
    return Footer(" · ".join(sponsors), " · ".join(records), records_lang, phone, links)
