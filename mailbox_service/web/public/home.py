"""The first page: what to do in danger, the two ways in, and what the city has been asked and has to say."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from litestar import Response, get
from markupsafe import Markup

from mailbox_service.base.language import LANGUAGES, number, say
from mailbox_service.base.language import month as month_name
from mailbox_service.tickets.find import public
from mailbox_service.tickets.statistics.public import SAID_FROM
from mailbox_service.tickets.tables import PublishedMonth
from mailbox_service.web import pages
from mailbox_service.web.page import Page
from mailbox_service.web.parts import Tile
from mailbox_service.web.public.guidance import Shelf, shelf
from mailbox_service.web.public.published import Row, tag
from mailbox_service.web.site import YEAR_SECONDS, Visit

NEWEST = 3
AMONG = 30  # of so many new ones, those in the reader's language come first


@dataclass(frozen=True, slots=True)
class Figures:
    """Last month in numbers, each with what it means."""

    month: str
    tiles: Sequence[Tile]


@dataclass(frozen=True, slots=True)
class HomePage:
    """What to do in danger, and the two ways in. Empty blocks are left out."""

    page: Page
    police: str
    fire: str
    ambulance: str
    phone: str
    newest: Sequence[Row]
    figures: Figures | None
    shelves: Sequence[Shelf]


@get("/{lang:str}")
async def home(request: Visit) -> Response[bytes]:
    """The first page in one language, which is the one to begin with from now on."""
    request.require_language()
    lang, settings, site = request.lang, request.site.shown, request.site
    if request.kept("language") != lang:
        request.keep("language", lang, YEAR_SECONDS)
    articles = await site.front.articles(site.db)
    lately = await site.db.reading(lambda session: public.newest(session, AMONG))
    newest = sorted(lately, key=lambda line: line.letter_language != lang)[:NEWEST]
    context = HomePage(
        page=pages.frame(request, say(lang, "Write to the city")),
        police=settings.emergency_police,
        fire=settings.emergency_fire,
        ambulance=settings.emergency_ambulance,
        phone=settings.support_phone,
        newest=[_row(lang, line) for line in newest],
        figures=_figures(lang, await site.front.month(site.db)),
        shelves=[shelf(request, where, lines) for where, lines in articles.items()],
    )
    return pages.html(request, "public/home.html", context, cache=pages.OWN)


def _row(lang: str, line: public.Line) -> Row:
    """A published letter; read anew each time, since one that is taken back is gone at once."""
    known = LANGUAGES.get(line.letter_language)
    other = Markup()
    if known and known.code != lang:
        other = Markup('<span lang="{}">{}</span> · ').format(known.tag, known.name)
    return Row(
        href=f"/{lang}/published/{line.public_id}",
        subject=line.subject,
        lang=tag(line.letter_language),
        about=other + month_name(line.month, lang),
    )


def _figures(lang: str, month: PublishedMonth | None) -> Figures | None:
    """A few figures of the month published last, as they were published; None when too little happened in it."""
    if month is None or month.whole.get("received", 0) < SAID_FROM:
        return None
    whole = month.whole
    tiles = [
        Tile(number(whole["received"], lang), say(lang, "letters received")),
        Tile(number(whole["ended"], lang), say(lang, "letters brought to an end")),
    ]
    for field, label in (("on_time", "answered on time"), ("satisfaction", "satisfied with the reply")):
        if (rate := whole.get(f"{field}_rate")) is not None:
            note = say(lang, "of about %(n)s", n=whole[f"{field}_n"])
            tiles.append(Tile(f"{round(rate * 100)}%", say(lang, label), note=note))
    return Figures(month_name(month.month, lang), tiles)
