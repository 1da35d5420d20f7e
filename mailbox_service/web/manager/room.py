"""What every page of figures is made of: the tabs, the question as a form, and blocks of tables and charts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from litestar import Response

from mailbox_service.base.language import say
from mailbox_service.tickets.statistics.read import Source
from mailbox_service.tickets.statistics.slices import Dimension
from mailbox_service.web import exports, pages, periods
from mailbox_service.web.charts import Bars, Trend
from mailbox_service.web.desk import frame
from mailbox_service.web.figures import Drawn
from mailbox_service.web.manager import asking
from mailbox_service.web.manager.asking import Asked, Form
from mailbox_service.web.page import Link, Page

HOME = "/manager"
TABS = {
    HOME: "Overview",
    f"{HOME}/offices": "Offices",
    f"{HOME}/topics": "What letters are about",
    f"{HOME}/ages": "Ages",
    f"{HOME}/satisfaction": "Satisfaction",
    f"{HOME}/mail": "Mails not delivered",
    f"{HOME}/translations": "Translations",
    f"{HOME}/figures": "All figures",
    f"{HOME}/report": "Report",
    f"{HOME}/definitions": "What the figures mean",
}
PUBLISHED = f"{HOME}/published"


@dataclass(frozen=True, slots=True)
class Block:
    """A part of a page under a heading: a sentence, a chart, a table; `empty` is said instead when there is nothing."""

    title: str
    text: str = ""
    table: Drawn | None = None
    bars: Bars | None = None
    trend: Trend | None = None
    meanings: Sequence[tuple[str, str]] = ()
    empty: str = ""


@dataclass(frozen=True, slots=True)
class FiguresPage:
    """A page of figures. `notes` say how they were come by; `form` is None where nothing is asked."""

    page: Page
    tabs: Sequence[Link]
    lead: str
    form: Form | None
    notes: Sequence[str]
    blocks: Sequence[Block]


def tabs(asked: Asked, here: str) -> list[Link]:
    """The pages of figures, each asked the same question; the report, and what everybody can read."""
    lang, query = asked.lang, asked.query()
    found = [Link(say(lang, name), f"{path}?{query}", path == here) for path, name in TABS.items()]
    return [*found, *([] if asked.reader.is_head else [Link(say(lang, "Published figures"), PUBLISHED)])]


async def show(
    asked: Asked,
    path: str,
    blocks: Sequence[Block],
    *,
    lead: str = "",
    source: Source = Source.SUMS,
    without: Sequence[Dimension] = (),
    form: bool = True,
    by: bool = False,
) -> Response[bytes]:
    """The page of these blocks, or its tables as a file. `by` offers to tell the figures apart."""
    if exports.wanted(asked.desk):
        return await send(asked, path.rpartition("/")[2], blocks)
    page = FiguresPage(
        page=frame(asked.desk, say(asked.lang, TABS[path])),
        tabs=tabs(asked, path),
        lead=lead,
        form=asking.form(asked, path, without=without, by=by) if form else None,
        notes=notes(asked, source) if form else (),
        blocks=offered(asked, path, blocks),
    )
    return pages.html(asked.desk.visit, "manager/figures.html", page)


def offered(asked: Asked, path: str, blocks: Sequence[Block]) -> list[Block]:
    """The same blocks, their tables with the ways to save them."""
    return [
        replace(block, table=_offered(asked, path, block.table)) if block.table and block.table.source else block
        for block in blocks
    ]


def _offered(asked: Asked, path: str, table: Drawn) -> Drawn:
    key = table.source.key if table.source else ""
    ways = [f"{path}?{asked.query({exports.TABLE: key, exports.ASKED: kind})}" for kind in ("csv", "xlsx")]
    return replace(table, csv_href=ways[0], xlsx_href=ways[1])


async def send(asked: Asked, name: str, blocks: Sequence[Block]) -> Response[bytes]:
    """The page's tables, or the one asked for, as a file."""
    tables = [block.table.source for block in blocks if block.table and block.table.source]
    code = periods.code(asked.period)
    return await exports.send(asked.desk, f"{name}-{code}", tables, about(asked), period=code)


def about(asked: Asked) -> list[tuple[str, str]]:
    """The period and the filters, as a file says them."""
    lang = asked.lang
    filters = [(asking.head_of(by, lang), asked.name(by, key)) for by, key in asked.slice.filters.items()]
    return [(say(lang, "Period"), periods.words(asked.period, lang)), *filters]


def notes(asked: Asked, source: Source) -> list[str]:
    """How the figures were come by, and what to mind when comparing."""
    lang, said = asked.lang, []
    if asked.is_running:
        said.append(say(lang, "This period is still running: its counts are compared with a whole one."))
    if source is Source.FACTS:
        said.append(say(lang, "definition.from_facts"))
    return said
