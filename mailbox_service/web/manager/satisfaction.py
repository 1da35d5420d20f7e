"""/manager/satisfaction: how content writers are, never without how many answered and whether it was solved."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from litestar import Response
from sqlmodel import Session

from mailbox_service.base.language import say
from mailbox_service.tickets.statistics import read
from mailbox_service.tickets.statistics.figures import Figure, Figures
from mailbox_service.tickets.statistics.period import Month
from mailbox_service.tickets.statistics.read import Comparison, Report
from mailbox_service.tickets.statistics.slices import Dimension
from mailbox_service.web import figures
from mailbox_service.web.desk import Desk, hang
from mailbox_service.web.manager import asking, drawing, room, tables
from mailbox_service.web.manager.asking import Asked
from mailbox_service.web.manager.room import Block

PATH = "/manager/satisfaction"
TOGETHER = (Figure.SATISFACTION, Figure.RESPONSE, Figure.SOLVED)
SHOWN = tables.wanted(*TOGETHER, Figure.REOPENED)
TOLD_APART = {
    Dimension.OFFICE: "By office",
    Dimension.KIND: "By kind of letter",
    Dimension.LANGUAGE: "By language",
}
Found = tuple[Comparison, Sequence[tuple[Month, Figures]], Mapping[Dimension, Report]]


async def show(desk: Desk) -> Response[bytes]:
    """The three rates together: in all, month by month, by office, kind and language.

    Raises:
        Refused: "not_yours" to who reads no figures.
    """
    asked = asking.asked(desk)

    def look(session: Session) -> Found:
        return (
            read.compare(session, asked.period, asked.slice),
            read.by_month(session, drawing.year_to(asked), asked.slice),
            {by: read.read(session, asked.period, asked.slice, by) for by in TOLD_APART},
        )

    whole, months, reports = await desk.read(look)
    blocks = [_whole(asked, whole), *drawing.rates(asked, "satisfaction", months, TOGETHER)]
    blocks += [_told_apart(asked, by, report) for by, report in reports.items()]
    return await room.show(asked, PATH, blocks, source=whole.now.source)


def _whole(asked: Asked, found: Comparison) -> Block:
    title = say(asked.lang, "In all")
    return Block(title, table=figures.draw(tables.compared(asked, "satisfaction", title, found, SHOWN), asked.lang))


def _told_apart(asked: Asked, by: Dimension, report: Report) -> Block:
    title = say(asked.lang, TOLD_APART[by])
    rows = {key: row for key, row in report.rows.items() if row.count("answered") or row.count("rated")}
    if not rows:
        return Block(title, empty=say(asked.lang, "Nothing was answered"))
    table = tables.by(asked, f"satisfaction-{by.value}", title, by, rows, report.total, SHOWN)
    return Block(title, table=figures.draw(table, asked.lang, defined=False))


doors = [hang("GET", PATH, show)]
