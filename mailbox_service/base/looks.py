"""Several looks at the database for one page, at the price of one: one statement, each look's rows a JSON array.

On PostgreSQL a round trip costs more than a look; on SQLite, what SQLAlchemy does around each statement does.
"""

from __future__ import annotations

from collections import namedtuple
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, date, datetime
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session

Row = Any  # a row of columns: what its select names
Plain = Callable[[Any], Any]  # from JSON to what the column holds
Rows = Callable[[str], Sequence[Row]]  # what was found, by the name of its select
Maker = Callable[[Sequence[Any]], Row]
_named: Callable[[str, list[str]], Any] = namedtuple  # whose names nobody knows before


class Looks:
    """Named selects with the same parameters. Their columns need names that differ.

    A select of columns answers named tuples. One of a whole table (`select(Round)`) answers its rows as
    objects that no session knows: they can be read like any other, and not be changed.
    """

    def __init__(self, **selects: sa.Select[Any]) -> None:
        self._together = {here: _together(selects, here=here) for here in (True, False)}
        self._readers = {name: _Reader(name, select) for name, select in selects.items()}

    def look(self, session: Session, facts: Mapping[str, object]) -> Rows:
        """The rows of each select, by its name."""
        session.flush()
        connection = session.connection()
        found = connection.execute(self._together[connection.dialect.name == "sqlite"], facts).one()._mapping
        return lambda name: self._readers[name].rows(found[name])


def _together(selects: Mapping[str, sa.Select[Any]], *, here: bool) -> sa.Select[Any]:
    return sa.select(*(_as_json(select, here=here).label(name) for name, select in selects.items()))


def _as_json(select: sa.Select[Any], *, here: bool) -> sa.ColumnElement[Any]:
    """The select's rows as an array of arrays; `here` as SQLite writes it, else as PostgreSQL does."""
    rows = select.subquery()
    if here:
        values = (sa.func.json(column) if isinstance(column.type, sa.JSON) else column for column in rows.c)
        listed = sa.func.json_group_array(sa.func.json_array(*values), type_=sa.JSON())
    else:
        listed = sa.func.json_agg(sa.func.json_build_array(*rows.c), type_=sa.JSON())
    return sa.select(listed).select_from(rows).scalar_subquery()


class _Reader:
    """From JSON to the rows of one select."""

    def __init__(self, name: str, select: sa.Select[Any]) -> None:
        kinds = {str(column.key): column.type for column in select.selected_columns}
        self._make = _maker(name, select, list(kinds))
        self._plain = [(at, read) for at, kind in enumerate(kinds.values()) if (read := _plain(kind))]

    def rows(self, found: list[list[Any]] | None) -> list[Row]:
        for values in found or ():
            for at, read in self._plain:
                if values[at] is not None:
                    values[at] = read(values[at])
        return [self._make(values) for values in found or ()]


def _maker(name: str, select: sa.Select[Any], names: list[str]) -> Maker:
    entity = select.column_descriptions[0]["type"]
    if not (isinstance(entity, type) and hasattr(entity, "__table__")):
        return _named(name, names)._make  # type: ignore[no-any-return]

    def detached(values: Sequence[Any]) -> Row:
        row: Any = object.__new__(entity)
        object.__setattr__(row, "__dict__", dict(zip(names, values, strict=True)))
        return row

    return detached


def _plain(kind: sa.types.TypeEngine[Any]) -> Plain | None:
    """How a column is read that JSON has no type for."""
    while isinstance(kind, sa.types.TypeDecorator):
        kind = kind.impl_instance
    match kind:
        case sa.DateTime():
            return _moment
        case sa.Date():
            return date.fromisoformat
        case sa.Boolean():
            return bool
        case sa.Enum() if kind.enum_class is not None:
            return {word.value: word for word in kind.enum_class}.__getitem__
    return None


def _moment(written: str) -> datetime:
    """SQLite keeps UTC without saying so; PostgreSQL says in which zone it writes."""
    at = datetime.fromisoformat(written)
    return at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)
