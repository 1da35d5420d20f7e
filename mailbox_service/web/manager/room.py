"""What every page of figures is made of: the tabs, the question as a form, and blocks of tables and charts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from litestar import Response

from mailbox_service.base.language import say
from mailbox_service.tickets.statistics.read import Source
from mailbox_service.tickets.statistics.slices import Dimension
from mailbox_service.web import pages
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
    f"{HOME}/mail": "Mail",
    f"{HOME}/translations": "Translations",
    f"{HOME}/figures": "All figures",
    f"{HOME}/definitions": "What the figures mean",
}


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
    """The pages of figures, each asked the same question."""
    return [Link(say(asked.lang, name), f"{path}?{asked.query()}", path == here) for path, name in TABS.items()]


def show(
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
    """The page of these blocks. `by` offers to tell the figures apart."""
    page = FiguresPage(
        page=frame(asked.desk, say(asked.lang, TABS[path])),
        tabs=tabs(asked, path),
        lead=lead,
        form=asking.form(asked, path, without=without, by=by) if form else None,
        notes=notes(asked, source) if form else (),
        blocks=blocks,
    )
    return pages.html(asked.desk.visit, "manager/figures.html", page)


def notes(asked: Asked, source: Source) -> list[str]:
    """How the figures were come by, and what to mind when comparing."""
    lang, said = asked.lang, []
    if asked.is_running:
        said.append(say(lang, "This period is still running: its counts are compared with a whole one."))
    if source is Source.FACTS:
        said.append(say(lang, "definition.from_facts"))
    return said
