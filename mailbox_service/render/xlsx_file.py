"""A book as XLSX: a leaf for each table, one for what it is about and what its numbers mean.

Every text is written as a string of its own within the cell (`inlineStr`), never as a formula or a link, and what
looks like a formula is marked as text, so that it stays one when somebody edits the cell. Rows are written as they
come; only the one being written is held.
"""

from __future__ import annotations

import io
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import xlsxwriter

from mailbox_service.render.workbook import Book, Cell, Share, Sheet, sound

MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
MOST_CHARACTERS = 32_767  # of a cell; Excel says the rest is damage
MOST_NAME = 31
WIDTHS = (28, 14)
_NOT_IN_NAMES = re.compile(r"[\[\]:*?/\\\x00-\x1f]")
_FORMULA_LIKE = re.compile(r"\s*[=+\-@＝＋－＠]")
_OPTIONS = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}


@dataclass(frozen=True, slots=True)
class _Looks:
    head: Any
    whole: Any
    broken: Any
    share: Any
    day: Any
    text: Any


def written(book: Book) -> bytes:
    """The whole file."""
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, _OPTIONS) as workbook:
        looks = _looks(workbook)
        names: set[str] = set()
        for sheet in book.sheets:
            _write(workbook.add_worksheet(_name(sheet.title, names)), sheet, looks)
        about = [*book.about, *([("", ""), (book.meanings_title, ""), *book.meanings] if book.meanings else [])]
        last = workbook.add_worksheet(_name(book.about_title, names))
        last.set_column(0, 1, 60)
        for place, pair in enumerate(about):
            _row(last, place, pair, looks)
    return out.getvalue()


def _looks(workbook: Any) -> _Looks:
    text = workbook.add_format()
    text.set_quote_prefix()
    return _Looks(
        head=workbook.add_format({"bold": True, "text_wrap": True, "valign": "top"}),
        whole=workbook.add_format({"num_format": "#,##0"}),
        broken=workbook.add_format({"num_format": "#,##0.0"}),
        share=workbook.add_format({"num_format": "0.0%"}),
        day=workbook.add_format({"num_format": "yyyy-mm-dd"}),
        text=text,
    )


def _name(title: str, taken: set[str]) -> str:
    """The leaf's name as Excel allows it, and like no other, whatever their letters' size."""
    plain = _NOT_IN_NAMES.sub(" ", sound(title)).strip(" '")[:MOST_NAME].strip(" '") or "-"
    name, nth = plain, 2
    while name.casefold() in taken or name.casefold() == "history":  # Excel keeps that one for itself
        name, nth = f"{plain[: MOST_NAME - 4]} {nth}", nth + 1
    taken.add(name.casefold())
    return name


def _write(leaf: Any, sheet: Sheet, looks: _Looks) -> None:
    leaf.set_column(0, 0, WIDTHS[0])
    leaf.set_column(1, max(1, len(sheet.heads) - 1), WIDTHS[1])
    leaf.freeze_panes(1, 1)
    for column, head in enumerate(sheet.heads):
        leaf.write_string(0, column, _text(head), looks.head)
    place = 0
    for place, cells in enumerate(sheet.rows, start=1):
        _row(leaf, place, cells, looks)
    for below, remark in enumerate(sheet.remarks, start=place + 2):
        _row(leaf, below, (remark,), looks)


def _row(leaf: Any, row: int, cells: Sequence[Cell], looks: _Looks) -> None:
    for column, cell in enumerate(cells):
        match cell:
            case None | "":
                pass
            case str():
                leaf.write_string(row, column, _text(cell), looks.text if _FORMULA_LIKE.match(cell) else None)
            case Share():
                leaf.write_number(row, column, cell.value, looks.share)
            case date():
                leaf.write_datetime(row, column, cell, looks.day)
            case int():
                leaf.write_number(row, column, cell, looks.whole)
            case float():
                leaf.write_number(row, column, cell, looks.broken)


def _text(text: str) -> str:
    """As a cell holds it. The library takes what begins and ends like its own markup for that; a space says no."""
    kept = sound(text)[:MOST_CHARACTERS]
    return f"{kept[: MOST_CHARACTERS - 1]} " if kept.startswith("<r>") and kept.endswith("</r>") else kept
