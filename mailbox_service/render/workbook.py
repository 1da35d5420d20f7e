"""Tables for spreadsheets: what stands in a cell, and the two files it leaves in, CSV and XLSX.

A cell is a text, a whole or broken number, a share, a day or nothing. Whatever somebody typed is text and stays
text: it never becomes a formula (`spelled`, `csv_file`, `xlsx_file`).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Share:
    """A rate from 0 to 1, shown in per cent."""

    value: float


Cell = str | int | float | date | Share | None


@dataclass(frozen=True, slots=True)
class Sheet:
    """One table: its name, the words above its columns, its rows. `remarks` stand below, such as that it was cut."""

    title: str
    heads: Sequence[str]
    rows: Iterable[Sequence[Cell]]
    remarks: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Book:
    """Several tables, with what they are about (label, value) and what each number means (term, definition).

    Every word is in the reader's language; `about_title` and `meanings_title` head those two parts.
    """

    sheets: Sequence[Sheet]
    about_title: str
    about: Sequence[tuple[str, str]]
    meanings_title: str = ""
    meanings: Sequence[tuple[str, str]] = ()


def sound(text: str) -> str:
    """The text without what no file can hold: half characters (lone surrogates) and NUL."""
    return text.encode("utf-8", "replace").decode().replace("\0", "")
