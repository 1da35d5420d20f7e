"""Which columns hold what somebody wrote, who they are and where they live, and taking it out of them.

Each room names its own columns in a `texts.py`; whoever stands above puts the lists together. What is
not on a list stays: moments, outcomes, ids and the words of our enums, from which all figures come.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlmodel import Session, SQLModel


@dataclass(frozen=True, slots=True)
class Texts:
    """The text columns of one table, and how its rows are found for a letter.

    `of` is the column with the letter's id; with `through` it holds the id of a row of that table, which in
    turn belongs to the letter. `only` narrows the rows to those with a word in a column. With
    `rows_go` the rows are deleted: nothing in them is worth keeping without the text.
    """

    table: str
    columns: tuple[str, ...]
    of: str = "ticket_id"
    through: str = ""
    only: tuple[str, str] | None = None
    rows_go: bool = False


def without_text(table: str, column: str) -> object:
    """What stands in the column afterwards: no text, or an empty structure."""
    return {} if isinstance(_table(table).c[column].type, sa.JSON) else ""


def empty(session: Session, lists: Sequence[Texts], letters: Sequence[int]) -> None:
    """Take the texts of these letters. Doing it again changes nothing."""
    for texts in lists:
        table = _table(texts.table)
        if texts.rows_go:
            session.connection().execute(sa.delete(table).where(*_of(texts, letters)))
            continue
        nothing = {column: without_text(texts.table, column) for column in texts.columns}
        session.connection().execute(sa.update(table).where(*_of(texts, letters)).values(nothing))


def count(session: Session, lists: Sequence[Texts], letters: Sequence[int]) -> int:
    """How many texts these letters still have: fields that are not empty, and rows that go whole."""
    found = 0
    for texts in lists:
        filled = [_is_filled(texts.table, column) for column in texts.columns]
        counted = [sa.func.count()] if texts.rows_go else [sa.func.count(sa.case((each, 1))) for each in filled]
        query = sa.select(*counted).select_from(_table(texts.table)).where(*_of(texts, letters))
        found += sum(session.connection().execute(query).one())
    return found


def _is_filled(table: str, column: str) -> sa.ColumnElement[bool]:
    return sa.cast(_table(table).c[column], sa.Text).not_in(["", "{}", "[]"])


def _of(texts: Texts, letters: Sequence[int]) -> list[sa.ColumnElement[bool]]:
    """The rows of these letters."""
    table = _table(texts.table)
    conditions: list[sa.ColumnElement[bool]] = [table.c[texts.of].in_(letters)]
    if texts.through:
        between = _table(texts.through)
        conditions = [table.c[texts.of].in_(sa.select(between.c.id).where(between.c.ticket_id.in_(letters)))]
    if texts.only:
        column, word = texts.only
        conditions.append(table.c[column] == word)
    return conditions


def _table(name: str) -> sa.Table:
    return SQLModel.metadata.tables[name]
