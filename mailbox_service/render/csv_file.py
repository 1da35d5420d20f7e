"""A book as CSV (RFC 4180): UTF-8 with a byte order mark, for Excel in China and Japan would guess another one.

The first line is the first table's head, so that programs read it; what it is about and what its numbers mean
stand below, after an empty line. Texts stand in quotes, numbers do not; a share is a number from 0 to 1.

Formulas (OWASP, "CSV Injection"): a text that a spreadsheet would compute begins with an apostrophe; so does what
follows a semicolon, tab or line break within it, since some countries' spreadsheets begin a new cell there.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from itertools import chain

from mailbox_service.render.workbook import Book, Cell, Share, Sheet, sound

MEDIA_TYPE = "text/csv"  # in UTF-8, as the answer says
MARK = "\ufeff"
_TRIGGERS = "=+\\-@＝＋－＠\t\r\n"
_STARTS = re.compile(f'(^|[;\t\r\n"])(?=[\\s\ufeff\u200b]*[{_TRIGGERS}])')


def written(book: Book) -> bytes:
    """The whole file."""
    return _file(_rows(book))


def plain(heads: Sequence[str], rows: Iterable[Sequence[Cell]]) -> bytes:
    """One table and nothing besides, for programs."""
    return _file(chain([heads], rows))


def harmless(text: str) -> str:
    """The text, said so that no spreadsheet computes it."""
    return _STARTS.sub(lambda found: f"{found[1]}'", sound(text))


def _file(rows: Iterable[Sequence[Cell]]) -> bytes:
    out = io.StringIO(newline="")
    writer = csv.writer(out, quoting=csv.QUOTE_NONNUMERIC, lineterminator="\r\n")
    for row in rows:
        writer.writerow([_cell(one) for one in row])
    return (MARK + out.getvalue()).encode()


def _rows(book: Book) -> Iterator[Sequence[Cell]]:
    for place, sheet in enumerate(book.sheets):
        if place:
            yield ()
            yield (sheet.title,)
        yield from _sheet(sheet)
    yield ()
    yield from book.about
    if book.meanings:
        yield ()
        yield (book.meanings_title,)
        yield from book.meanings


def _sheet(sheet: Sheet) -> Iterator[Sequence[Cell]]:
    yield sheet.heads
    yield from sheet.rows
    for remark in sheet.remarks:
        yield (remark,)


def _cell(cell: Cell) -> str | int | float | None:
    match cell:
        case str():
            return harmless(cell)
        case Share():
            return round(cell.value, 4)
        case date():
            return cell.isoformat()
    return cell
