"""Figures as tables: typed once, drawn as a page's table by one macro, written by exports from the same cells.

A table holds facts, not words: a count is a number, a rate its two counts, so that whoever writes it down can. What a
figure means stands in its column's definition and is printed below the table (DOMAIN §7).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from mailbox_service.base.language import number, percent, say
from mailbox_service.tickets.statistics import Rate

Kind = Literal["text", "count", "rate", "days", "change", "any"]  # "any": each of its cells is something else
MINUS = "\N{MINUS SIGN}"
NONE = "\N{EN DASH}"


@dataclass(frozen=True, slots=True)
class Length:
    """A length in days, and of how many letters it is the middle, the longest or the like; None of none.

    `without` are those that have none yet: they are named beside it.
    """

    value: float | None
    n: int
    without: int = 0


@dataclass(frozen=True, slots=True)
class Change:
    """A figure against the one of the period before; None where there was none. `flagged` ones are pointed at.

    `of` says what is compared: counts by difference and share, rates by points, days by difference.
    """

    now: float | None
    before: float | None
    of: Literal["count", "rate", "days"] = "count"
    flagged: bool = False

    @property
    def difference(self) -> float | None:
        """More (or fewer) than before."""
        return None if self.now is None or self.before is None else self.now - self.before


Value = str | int | Rate | Length | Change | None


@dataclass(frozen=True, slots=True)
class Cell:
    """One fact, and where the letters behind it are, for who may see them; `nothing` is said instead of none."""

    value: Value
    href: str = ""
    nothing: str = ""


@dataclass(frozen=True, slots=True)
class Column:
    """What stands in it. `key` names it for machines, `define` says what it counts, `nothing` is said where n is 0.

    `beside`: its n stands in the column before it already.
    """

    key: str
    head: str
    kind: Kind = "count"
    define: str = ""
    nothing: str = NONE
    beside: bool = False


@dataclass(frozen=True, slots=True)
class Row:
    """A line; its first cell names it. `key` is the code of what it is about; a `total` sums up the others."""

    key: str
    cells: Sequence[Cell]
    total: bool = False


@dataclass(frozen=True, slots=True)
class FigureTable:
    """A table of figures in its reader's language. `key` names it in addresses and files; `notes` are said below it.

    `meanings` are definitions that belong to its lines, not to its columns.
    """

    key: str
    caption: str
    columns: Sequence[Column]
    rows: Sequence[Row]
    notes: Sequence[str] = ()
    meanings: Sequence[tuple[str, str]] = ()

    @property
    def definitions(self) -> list[tuple[str, str]]:
        """Each column's head with what it counts, and each line's."""
        return [*((column.head, column.define) for column in self.columns if column.define), *self.meanings]


@dataclass(frozen=True, slots=True)
class DrawnCell:
    """A cell, written: `note` is its n, `flag` a word that points at it."""

    written: str
    note: str = ""
    href: str = ""
    flag: str = ""


@dataclass(frozen=True, slots=True)
class DrawnRow:
    """A line, written."""

    cells: Sequence[DrawnCell]
    total: bool


@dataclass(frozen=True, slots=True)
class Drawn:
    """A table, written, as `parts/figures.html` draws it. `source` are its facts, from which files are made."""

    caption: str
    heads: Sequence[str]
    kinds: Sequence[Kind]
    rows: Sequence[DrawnRow]
    definitions: Sequence[tuple[str, str]]
    notes: Sequence[str]
    csv_href: str = ""
    xlsx_href: str = ""
    source: FigureTable | None = None


def row(key: str, *cells: Cell | Value, total: bool = False) -> Row:
    """A line of cells or of bare facts."""
    return Row(key, [cell if isinstance(cell, Cell) else Cell(cell) for cell in cells], total)


def draw(table: FigureTable, lang: str, *, csv_href: str = "", xlsx_href: str = "", defined: bool = True) -> Drawn:
    """The table as a page shows it; without `defined` its definitions stand elsewhere on the page."""
    return Drawn(
        caption=table.caption,
        heads=[column.head for column in table.columns],
        kinds=[column.kind for column in table.columns],
        rows=[DrawnRow(_cells(line, table.columns, lang), line.total) for line in table.rows],
        definitions=table.definitions if defined else (),
        notes=table.notes,
        csv_href=csv_href,
        xlsx_href=xlsx_href,
        source=table,
    )


def _cells(line: Row, columns: Iterable[Column], lang: str) -> list[DrawnCell]:
    return [_cell(cell, column, lang) for cell, column in zip(line.cells, columns, strict=True)]


def _cell(cell: Cell, column: Column, lang: str) -> DrawnCell:
    if is_nothing(cell.value):
        return DrawnCell(cell.nothing or column.nothing)
    flagged = isinstance(cell.value, Change) and cell.value.flagged
    written = write(cell.value, lang)
    note = "" if column.beside else of_n(cell.value, lang)
    return DrawnCell(written, note, cell.href, say(lang, "Grows") if flagged else "")


def is_nothing(value: Value) -> bool:
    """Whether there is nothing to say: a share of none, a length of none, no period before."""
    match value:
        case Rate():
            return value.share is None
        case Length():
            return value.value is None
        case Change():
            return value.difference is None
    return value is None


def write(value: Value, lang: str) -> str:
    """A fact as its reader writes it; an en dash for nothing."""
    match value:
        case str():
            return value
        case int():
            return number(value, lang)
        case Rate(share=float() as share):
            return percent(share, lang)
        case Length(value=float() | int() as days):
            return length(days, lang)
        case Change() if value.difference is not None:
            return _change(value, value.difference, lang)
    return NONE


def of_n(value: Value, lang: str) -> str:
    """How many a rate or a length is of, in words; "" for what needs no n."""
    match value:
        case Rate():
            return say(lang, "%(kept)s of %(n)s", kept=value.kept, n=value.n)
        case Length():
            if value.without:
                return say(lang, "(n = %(n)s, without: %(without)s)", n=value.n, without=value.without)
            return say(lang, "(n = %(n)s)", n=value.n)
    return ""


def length(days: float, lang: str) -> str:
    """Working days in a table: whole ones without a decimal."""
    return number(int(days), lang) if float(days).is_integer() else number(float(days), lang)


def _change(change: Change, difference: float, lang: str) -> str:
    match change.of:
        case "rate":
            return say(lang, "%(points)s pp", points=signed(round(difference * 100, 1), lang))
        case "days":
            return signed(difference, lang)
    written = signed(int(difference), lang)
    share = difference / change.before if change.before else None
    return written if share is None else f"{written} ({signed_percent(share, lang)})"


def signed(figure: float, lang: str) -> str:
    """+3, −2.5 or ±0."""
    written = length(abs(figure), lang) if isinstance(figure, float) else number(abs(figure), lang)
    return f"+{written}" if figure > 0 else f"{MINUS}{written}" if figure < 0 else f"±{written}"


def signed_percent(share: float, lang: str) -> str:
    """+12.5%."""
    return ("+" if share > 0 else MINUS if share < 0 else "±") + percent(abs(share), lang)
