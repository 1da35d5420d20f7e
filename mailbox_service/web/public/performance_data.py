"""/performance/data: the files of the open data, their fields, and the rules by which they were made."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from litestar import Response, get

from mailbox_service.base.language import in_language, say
from mailbox_service.base.language import month as month_name
from mailbox_service.tickets.statistics import published
from mailbox_service.tickets.statistics.public import FIGURES, fields_of
from mailbox_service.web import pages
from mailbox_service.web.page import Link, Page
from mailbox_service.web.public.open_data import KINDS
from mailbox_service.web.public.performance import versions
from mailbox_service.web.site import Visit


@dataclass(frozen=True, slots=True)
class Described:
    """A figure: its fields, what it is called and what it counts."""

    fields: Sequence[str]
    name: str
    meaning: str


@dataclass(frozen=True, slots=True)
class DataPage:
    """What the open data hold: each figure with its meaning, each month with its versions."""

    page: Page
    files: Sequence[Link]
    months: Sequence[tuple[str, Sequence[Link]]]
    figures: Sequence[Described]
    licence: str


@get("/{lang:str}/performance/data")
async def data(request: Visit) -> Response[bytes]:
    """The files, their fields, and the rules by which they were made."""
    request.require_language()
    lang = request.lang
    found = await request.site.db.reading(lambda session: published.months(session, limit=published.MOST_MONTHS))
    context = DataPage(
        page=pages.frame(request, say(lang, "Open data")),
        files=[Link(kind.upper(), f"/open-data/figures.{kind}") for kind in KINDS],
        months=[(month_name(row.month, lang), versions(lang, row)) for row in found],
        figures=[Described(fields_of(one), say(lang, one.name_key), say(lang, one.definition_key)) for one in FIGURES],
        licence=in_language(request.site.shown.open_data_licence, lang),
    )
    return pages.html(request, "public/performance_data.html", context, cache=pages.OWN)
