"""/manager/offices: the offices side by side, on their own clocks, with what they were sent and how much of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from litestar import Response
from sqlmodel import Session

from mailbox_service.base.language import percent, say
from mailbox_service.tickets.statistics import read
from mailbox_service.tickets.statistics.figures import Figure, Figures
from mailbox_service.tickets.statistics.read import Report
from mailbox_service.tickets.statistics.slices import NONE, Dimension, Key, Slice
from mailbox_service.tickets.tables.words import Kind
from mailbox_service.web import charts, figures
from mailbox_service.web.charts import Amount
from mailbox_service.web.desk import Desk, hang
from mailbox_service.web.figures import Cell, Column, FigureTable
from mailbox_service.web.manager import asking, room, tables
from mailbox_service.web.manager.asking import Asked
from mailbox_service.web.manager.room import Block

PATH = "/manager/offices"
RANKED_FROM = 20
SHOWN = tables.wanted(
    *(Figure.OFFICE_ON_TIME, Figure.FIRST_RESPONSE, Figure.RESOLUTION, Figure.BACKLOG, Figure.OVERDUE),
    *(Figure.RETURNED, Figure.SATISFACTION, Figure.RESPONSE),
)


async def show(desk: Desk) -> Response[bytes]:
    """Every office; to a head their own.

    Raises:
        Refused: "not_yours" to who reads no figures.
    """
    asked = asking.asked(desk)

    def look(session: Session) -> tuple[Report, Mapping[int, Mapping[str, int]]]:
        return _report(session, asked), read.mix(session, asked.period)

    report, mix = await desk.read(look)
    blocks = [_side_by_side(asked, report), *_bars(asked, report)]
    if not set(asked.slice.filters) - {Dimension.OFFICE}:
        blocks.append(_mix(asked, report, mix))
    return await room.show(asked, PATH, blocks, source=report.source)


def _report(session: Session, asked: Asked) -> Report:
    """One office alone needs no telling apart."""
    if asked.slice.office is None:
        return read.read(session, asked.period, asked.slice, Dimension.OFFICE)
    alone = read.read(session, asked.period, asked.slice)
    return replace(alone, rows={asked.slice.office: alone.total})


def _side_by_side(asked: Asked, report: Report) -> Block:
    lang, ranks = asked.lang, ranked(report.rows)
    title = say(lang, "Offices side by side")
    if not report.rows:
        return Block(title, empty=say(lang, "Nothing was due"))
    place = Column("rank", say(lang, "Rank"), "count", say(lang, "figures.place", least=RANKED_FROM))
    drawn = tables.by(
        asked,
        "offices",
        title,
        Dimension.OFFICE,
        report.rows,
        report.total,
        SHOWN,
        first={"rank": (place, lambda key: Cell(ranks.get(key)))},
    )
    return Block(title, table=figures.draw(drawn, lang))


def ranked(rows: Mapping[Key, Figures]) -> dict[Key, int]:
    """The place of each office by its on-time rate, equal ones alike; offices that owed fewer than 20 have none."""
    rates = {key: row.rate(Figure.OFFICE_ON_TIME) for key, row in rows.items() if key != NONE}
    shares = {key: rate.share for key, rate in rates.items() if rate.share is not None and rate.n >= RANKED_FROM}
    return {key: 1 + sum(other > share for other in shares.values()) for key, share in shares.items()}


def _bars(asked: Asked, report: Report) -> list[Block]:
    """The on-time rates drawn, best first."""
    rates = [(key, row.rate(Figure.OFFICE_ON_TIME)) for key, row in report.rows.items() if key != NONE]
    known = sorted((rate.share, rate.n, key) for key, rate in rates if rate.share is not None)
    if len(known) < 2:
        return []
    lang = asked.lang
    title = say(lang, "On time by their own clock")
    amounts = [
        Amount(asked.name(Dimension.OFFICE, key), share, f"{percent(share, lang)} {_of(n, lang)}")
        for share, n, key in reversed(known)
    ]
    heads = (say(lang, "Office"), say(lang, Figure.OFFICE_ON_TIME.name_key))
    return [Block(title, bars=charts.bars(title, "", heads, amounts, most=1))]


def _of(n: int, lang: str) -> str:
    return figures.of_n(figures.Length(None, n), lang)


def _mix(asked: Asked, report: Report, mix: Mapping[int, Mapping[str, int]]) -> Block:
    """What each office was sent: a hard mix explains a low place."""
    lang = asked.lang
    title = say(lang, "What they were sent")
    offices = [key for key in report.rows if mix.get(int(key))]
    if not offices:
        return Block(title, empty=say(lang, "Nothing was due"))
    columns = [
        Column("office", say(lang, "Office"), "text"),
        Column("due", say(lang, Figure.DUE.name_key), "count", say(lang, Figure.DUE.definition_key)),
        *(Column(kind.value, say(lang, f"kind.{kind.value}")) for kind in Kind),
    ]
    rows = []
    for office in sorted(offices, key=lambda key: asked.name(Dimension.OFFICE, key)):
        kinds = mix[int(office)]
        cells = [
            _linked(kinds.get(kind.value, 0), asked.letters(Figure.DUE, _both(asked, office, kind))) for kind in Kind
        ]
        rows.append(figures.row(str(office), asked.name(Dimension.OFFICE, office), sum(kinds.values()), *cells))
    table = FigureTable("mix", title, columns, rows)
    return Block(title, say(lang, "The rounds due in the period, by kind of letter."), figures.draw(table, lang))


def _both(asked: Asked, office: Key, kind: Kind) -> Slice:
    return replace(asked.narrowed(Dimension.OFFICE, office), kind=kind)


def _linked(n: int, href: str) -> Cell:
    return Cell(n, href if n else "")


doors = [hang("GET", PATH, show)]
