"""The letters behind a number as a file: what they are, where they lie and since when; no word of them, no name."""

from __future__ import annotations

from collections.abc import Sequence

from litestar import Response
from sqlmodel import Session

from mailbox_service.base.language import say
from mailbox_service.render.workbook import Book, Cell, Sheet
from mailbox_service.tickets.statistics import behind
from mailbox_service.tickets.statistics.behind import Behind, Place
from mailbox_service.tickets.statistics.figures import Figure
from mailbox_service.tickets.statistics.slices import Dimension
from mailbox_service.web import exports, periods
from mailbox_service.web.manager import room
from mailbox_service.web.manager.asking import Asked

MOST = 10_000  # letters in a file
BATCH = 1_000
HEADS = ("Number", "Kind", "Subject area", "Office", "Status", "Begun", "Due", "Ended")


async def send(asked: Asked, figure: Figure, missed: bool) -> Response[bytes]:
    """The letters that the reader may see, the first ten thousand."""
    lang, desk = asked.lang, asked.desk
    found = await _all(asked, figure, missed)
    heads = [
        say(lang, word) for word in ("Number", "Kind", "Subject area", "Office", "Status", "Begun", "Due", "Ended")
    ]
    cut = [say(lang, "Only the first %(most)s are in this file.", most=MOST)] if len(found) > MOST else []
    name = say(lang, figure.name_key)
    book = Book(
        sheets=[Sheet(name, heads, [_row(asked, one) for one in found[:MOST]], cut)],
        about_title=say(lang, "About this file"),
        about=[*room.about(asked), *exports.signed(desk)],
        meanings_title=say(lang, "What the numbers mean"),
        meanings=[(name, say(lang, figure.definition_key))],
    )
    code = periods.code(asked.period)
    facts = {"figure": figure.value, "missed": missed, "rows": len(found[:MOST]), "period": code}
    return await exports.answer(desk, f"letters-{figure.value}-{code}", book, **facts)


async def _all(asked: Asked, figure: Figure, missed: bool) -> Sequence[Behind]:
    """One more than the file holds, when there are so many; read in batches."""
    found: list[Behind] = []
    place: Place | None = None

    def look(session: Session) -> list[Behind]:
        return behind.letters(
            session, asked.desk.viewer, figure, asked.period, asked.slice, missed=missed, after=place, limit=BATCH
        )

    while len(found) <= MOST:
        batch = await asked.desk.read(look)
        found += batch
        if len(batch) < BATCH:
            break
        place = batch[-1].place
    return found


def _row(asked: Asked, one: Behind) -> list[Cell]:
    lang = asked.lang
    return [
        one.number,
        say(lang, f"kind.{one.kind.value}"),
        asked.name(Dimension.TOPIC, one.topic) if one.topic else None,
        asked.desk.office(one.office),
        say(lang, f"state.{one.status.value}"),
        one.begun_on,
        one.due_on,
        one.ended_on,
    ]
