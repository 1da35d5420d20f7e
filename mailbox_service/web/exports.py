"""Tables of figures as files: the cells of the page's own tables, with what they mean and what they are about.

Each file that leaves is noted in the audit log: who took which tables of which time, in which format.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Mapping, Sequence
from types import ModuleType

from litestar import Response
from sqlmodel import Session

from mailbox_service.base import audit
from mailbox_service.base.language import day, say
from mailbox_service.render import csv_file, xlsx_file
from mailbox_service.render.workbook import Book, Share, Sheet
from mailbox_service.render.workbook import Cell as Written
from mailbox_service.tickets.statistics import Rate
from mailbox_service.web import pages
from mailbox_service.web.desk import Desk
from mailbox_service.web.figures import Change, Column, FigureTable, Length, Row, Value

FORMATS: Mapping[str, ModuleType] = {"csv": csv_file, "xlsx": xlsx_file}
ASKED = "as"  # the word of an address that asks for a file: ?as=xlsx
TABLE = "table"  # and for which of the page's tables; without it all


def wanted(desk: Desk) -> str:
    """In which format the address asks for a file; "" for a page."""
    asked = desk.asked(ASKED)
    return asked if asked in FORMATS else ""


async def send(
    desk: Desk, name: str, tables: Sequence[FigureTable], about: Sequence[tuple[str, str]], **facts: str
) -> Response[bytes]:
    """These tables as the file that is asked for. `name` is the file's, without an ending; `facts` go into the log."""
    lang = desk.lang
    chosen = [table for table in tables if desk.asked(TABLE) in ("", table.key)]
    meanings = dict(pair for table in chosen for pair in table.definitions)
    book = Book(
        sheets=[sheet(table) for table in chosen],
        about_title=say(lang, "About this file"),
        about=[*about, *signed(desk)],
        meanings_title=say(lang, "What the numbers mean"),
        meanings=[*meanings.items()],
    )
    return await answer(desk, name, book, tables=[table.key for table in chosen], **facts)


def signed(desk: Desk) -> list[tuple[str, str]]:
    """When it was made and for whom, and what is never in it."""
    lang, settings = desk.lang, desk.site.shown
    return [
        (say(lang, "Made on"), day(desk.today, lang)),
        (say(lang, "Made for"), desk.viewer.name),
        (settings.service_name[lang], settings.city_name[lang]),
        (say(lang, "Which letters"), say(lang, "definition.scope")),
    ]


async def answer(desk: Desk, name: str, book: Book, **facts: object) -> Response[bytes]:
    """The book as a file to be saved, noted before it leaves."""
    kind = wanted(desk) or "csv"
    content: bytes = await asyncio.to_thread(FORMATS[kind].written, book)

    def note(session: Session) -> None:
        taken = {**facts, "format": kind, "page": desk.visit.path}
        audit.record(session, "figures.exported", by=desk.viewer.person_id, now=desk.now, **taken)  # type: ignore[arg-type]

    await desk.write(note)
    headers = {
        "Content-Disposition": f'attachment; filename="{name}.{kind}"',
        "Cache-Control": pages.PERSONAL,
    }
    return Response(content, media_type=FORMATS[kind].MEDIA_TYPE, headers=headers)


# --- From a table of figures to one of a spreadsheet -------------------------------------------


def sheet(table: FigureTable) -> Sheet:
    """A table; beside a rate or a length stands a column with its n."""
    wide = [
        _has_n(column, [row.cells[place].value for row in table.rows]) for place, column in enumerate(table.columns)
    ]
    heads = [head for column, two in zip(table.columns, wide, strict=True) for head in _heads(column, two)]
    return Sheet(table.caption, heads, [[*_row(row, wide)] for row in table.rows], table.notes)


def _has_n(column: Column, values: Sequence[Value]) -> bool:
    return column.kind in ("rate", "days") or any(isinstance(value, Rate | Length) for value in values)


def _heads(column: Column, two: bool) -> list[str]:
    return [column.head, f"{column.head} (n)"] if two else [column.head]


def _row(row: Row, wide: Sequence[bool]) -> Iterator[Written]:
    for cell, two in zip(row.cells, wide, strict=True):
        value, n = _cell(cell.value)
        yield value
        if two:
            yield n


def _cell(value: Value) -> tuple[Written, int | None]:
    """What stands in the cell, and its n."""
    match value:
        case Rate():
            return (None if value.share is None else Share(value.share)), value.n
        case Length():
            return value.value, value.n
        case Change(of="rate") if value.difference is not None:
            return Share(value.difference), None
        case Change():
            return value.difference, None
    return value, None
