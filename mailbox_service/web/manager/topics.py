"""/manager/topics: what letters are about, what grows against the period before, and how they come."""

from __future__ import annotations

from collections.abc import Mapping

from litestar import Response
from sqlmodel import Session

from mailbox_service.base.language import say
from mailbox_service.tickets.statistics import Rate, read
from mailbox_service.tickets.statistics.figures import Figure, Figures
from mailbox_service.tickets.statistics.read import Comparison
from mailbox_service.tickets.statistics.slices import Dimension, Key
from mailbox_service.web import figures
from mailbox_service.web.desk import Desk, hang
from mailbox_service.web.figures import Cell, Column
from mailbox_service.web.manager import asking, room, tables
from mailbox_service.web.manager.asking import Asked
from mailbox_service.web.manager.room import Block
from mailbox_service.web.manager.tables import GROWS_BY, GROWS_FROM, Wanted

PATH = "/manager/topics"
TOLD_APART = {
    Dimension.TOPIC: "Subject areas",
    Dimension.KIND: "Kinds of letter",
    Dimension.LANGUAGE: "Languages",
    Dimension.CHANNEL: "How they came in",
}
RECEIVED = Wanted(Figure.RECEIVED)
BESIDE = (Wanted(Figure.ON_TIME), Wanted(Figure.RESOLUTION, "median"))


async def show(desk: Desk) -> Response[bytes]:
    """Four tables, the subject areas that grow most first.

    Raises:
        Refused: "not_yours" to who reads no figures.
    """
    asked = asking.asked(desk)

    def look(session: Session) -> Mapping[Dimension, Comparison]:
        return {by: read.compare(session, asked.period, asked.slice, by) for by in TOLD_APART}

    found = await desk.read(look)
    blocks = [_block(asked, by, each) for by, each in found.items()]
    return await room.show(asked, PATH, blocks, source=found[Dimension.TOPIC].now.source)


def _block(asked: Asked, by: Dimension, found: Comparison) -> Block:
    lang, title = asked.lang, say(asked.lang, TOLD_APART[by])
    rows = {key: found.now.rows.get(key, Figures()) for key in {**found.now.rows, **found.before.rows}}
    rows = {key: row for key, row in rows.items() if _received(row) or _received(found.before.rows.get(key))}
    if not rows:
        return Block(title, empty=say(lang, "Nothing was received"))
    table = tables.by(
        asked,
        by.value,
        title,
        by,
        rows,
        found.now.total,
        [RECEIVED, *BESIDE],
        order=lambda key: (-_growth(found, key), asked.name(by, key)),
        more=_beside(asked, found),
    )
    return Block(title, table=figures.draw(table, lang, defined=by is Dimension.TOPIC))


def _beside(asked: Asked, found: Comparison) -> tables.Own:
    lang, whole = asked.lang, _received(found.now.total)

    def share(key: Key) -> Cell:
        return Cell(Rate(_received(_row(found.now, key)), whole))

    def change(key: Key) -> Cell:
        now, before = _row(found.now, key), _row(found.before, key)
        flagged = key != "" and tables.grows(_received(now), _received(before))
        return Cell(tables.change(RECEIVED, now, before, flagged=flagged))

    grown = say(lang, "figures.change", least=GROWS_FROM, percent=f"{GROWS_BY:.0%}")
    return {
        "share": (Column("share", say(lang, "Share of all"), "rate", say(lang, "figures.share")), share),
        "change": (Column("change", say(lang, "figures.changed"), "change", grown), change),
    }


def _row(report: read.Report, key: Key) -> Figures:
    return report.total if key == "" else report.rows.get(key, Figures())


def _received(row: Figures | None) -> int:
    return row.count("received") if row else 0


def _growth(found: Comparison, key: Key) -> int:
    return _received(_row(found.now, key)) - _received(_row(found.before, key))


doors = [hang("GET", PATH, show)]
