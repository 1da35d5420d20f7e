"""/manager/figures: every figure of any part of the letters, beside the period before or told apart by one thing."""

from __future__ import annotations

from collections.abc import Sequence

from litestar import Response
from sqlmodel import Session

from mailbox_service.base.language import say
from mailbox_service.tickets.statistics import read
from mailbox_service.tickets.statistics.read import Comparison
from mailbox_service.web import figures
from mailbox_service.web.desk import Desk, hang
from mailbox_service.web.figures import FigureTable
from mailbox_service.web.manager import asking, room, tables
from mailbox_service.web.manager.asking import Asked
from mailbox_service.web.manager.room import Block
from mailbox_service.web.manager.tables import GROUPS

PATH = "/manager/figures"
GROUP_NAMES = {
    "arriving": "What came and went",
    "promises": "Promises kept",
    "verdict": "What writers say",
    "ways": "How it went",
}


async def show(desk: Desk) -> Response[bytes]:
    """The groups of figures, each a table.

    Raises:
        Refused: "not_yours" to who reads no figures.
    """
    asked = asking.asked(desk)

    def look(session: Session) -> Comparison:
        return read.compare(session, asked.period, asked.slice, asked.by)

    found = await desk.read(look)
    blocks = [_block(asked, table) for table in told(asked, found)]
    return await room.show(asked, PATH, blocks, source=found.now.source, by=True)


def told(asked: Asked, found: Comparison) -> Sequence[FigureTable]:
    """Every figure: now and before, or a column each where they are told apart."""
    by, lang = asked.by, asked.lang
    return [
        tables.compared(asked, name, say(lang, GROUP_NAMES[name]), found, tables.wanted(*group))
        if by is None
        else tables.by(
            asked, name, say(lang, GROUP_NAMES[name]), by, found.now.rows, found.now.total, tables.wanted(*group)
        )
        for name, group in GROUPS.items()
    ]


def _block(asked: Asked, table: FigureTable) -> Block:
    if not table.rows:
        return Block(table.caption, empty=say(asked.lang, "Nothing was received"))
    return Block(table.caption, table=figures.draw(table, asked.lang))


doors = [hang("GET", PATH, show)]
