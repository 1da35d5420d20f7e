"""/manager/ages: how old what is open is, in working days, in all and by office."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from litestar import Response
from sqlmodel import Session

from mailbox_service.base.language import number, say, say_many, short_day
from mailbox_service.tickets.statistics import ages
from mailbox_service.tickets.statistics.ages import BANDS, Ages, Band
from mailbox_service.tickets.statistics.figures import Figure
from mailbox_service.tickets.statistics.slices import Dimension, Key
from mailbox_service.web import charts, figures
from mailbox_service.web.charts import Amount
from mailbox_service.web.desk import Desk, hang
from mailbox_service.web.figures import Cell, Column, FigureTable, Row
from mailbox_service.web.manager import asking, room
from mailbox_service.web.manager.asking import Asked
from mailbox_service.web.manager.room import Block

PATH = "/manager/ages"


async def show(desk: Desk) -> Response[bytes]:
    """What was open at the end of the period, or is open now while it runs.

    Raises:
        Refused: "not_yours" to who reads no figures.
    """
    asked = asking.asked(desk)
    day = min(asked.period.last, desk.today)

    def look(session: Session) -> Mapping[Key, Ages]:
        return ages.ages(session, desk.city.calendar, day, asked.slice, Dimension.OFFICE)

    found = await desk.read(look)
    lang = asked.lang
    if "" not in found:
        return await room.show(asked, PATH, [Block(_title(asked, day), empty=say(lang, "Nothing was open"))])
    return await room.show(asked, PATH, [_drawn(asked, day, found[""]), _by_office(asked, found)])


def _title(asked: Asked, day: date) -> str:
    return say(asked.lang, "Open at the end of %(day)s", day=short_day(day, asked.lang))


def _drawn(asked: Asked, day: date, whole: Ages) -> Block:
    lang = asked.lang
    subtitle = " ".join(
        (
            say_many(lang, "%(count)s letter", "%(count)s letters", whole.n),
            say_many(lang, "(oldest: %(count)s working day)", "(oldest: %(count)s working days)", whole.oldest),
        )
    )
    heads = (say(lang, "Working days since it began"), say(lang, "Letters"))
    amounts = [Amount(_words(band, lang), band.n, _written(band, lang)) for band in whole.bands]
    return Block(
        _title(asked, day),
        say(lang, "figures.ages"),
        bars=charts.bars(say(lang, "By age in working days"), subtitle, heads, amounts),
    )


def _words(band: Band, lang: str) -> str:
    if band.last is None:
        return say_many(lang, "%(count)s working day or more", "%(count)s working days or more", band.first)
    return say(lang, "%(first)s to %(last)s working days", first=band.first, last=band.last)


def _written(band: Band, lang: str) -> str:
    if not band.overdue:
        return number(band.n, lang)
    return say(lang, "%(n)s (late: %(late)s)", n=band.n, late=band.overdue)


def _by_office(asked: Asked, found: Mapping[Key, Ages]) -> Block:
    lang = asked.lang
    title = say(lang, "By office")
    columns = [
        Column("office", say(lang, "Office"), "text"),
        Column("open", say(lang, Figure.BACKLOG.name_key), "count", say(lang, Figure.BACKLOG.definition_key)),
        Column("overdue", say(lang, Figure.OVERDUE.name_key), "count", say(lang, Figure.OVERDUE.definition_key)),
        Column("oldest", say(lang, "Oldest, working days"), "days"),
        *(Column(f"age_{first}", _head(first, last), "count") for first, last in BANDS),
    ]
    offices = sorted((key for key in found if key != ""), key=lambda key: asked.name(Dimension.OFFICE, key))
    rows = [_row(asked, key, found[key]) for key in offices]
    if len(rows) > 1:
        rows.append(_row(asked, "", found[""]))
    note = say(lang, "The columns from %(first)s on are ages in working days.", first=_head(*BANDS[0]))
    return Block(title, table=figures.draw(FigureTable("ages", title, columns, rows, [note]), lang))


def _head(first: int, last: int | None) -> str:
    return f"{first}+" if last is None else f"{first}\N{EN DASH}{last}"


def _row(asked: Asked, key: Key, one: Ages) -> Row:
    """An office's open letters, with the way to them."""
    name = say(asked.lang, "All together") if key == "" else asked.name(Dimension.OFFICE, key)
    narrowed = asked.slice if key == "" else asked.narrowed(Dimension.OFFICE, key)
    ways = [
        asked.letters(figure, narrowed) if n else ""
        for figure, n in ((Figure.BACKLOG, one.n), (Figure.OVERDUE, one.overdue))
    ]
    cells = [Cell(name), Cell(one.n, ways[0]), Cell(one.overdue, ways[1]), Cell(figures.Length(one.oldest, one.n))]
    return Row(str(key), [*cells, *(Cell(band.n) for band in one.bands)], total=key == "")


doors = [hang("GET", PATH, show)]
