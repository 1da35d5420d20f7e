"""Several looks at the database for one page, at the price of one where that is less.

PostgreSQL takes them as one statement, each look's rows an array of JSON objects: a round trip there
costs more than a look. SQLite, where a look is a call within the process, takes those that are asked for.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, date, datetime
from types import SimpleNamespace
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session

Row = Any  # a row of columns: what its select names
Plain = Callable[[Any], Any]  # from JSON to what the column holds


class Looks:
    """Named selects with the same parameters. Their columns need names that differ."""

    def __init__(self, **selects: sa.Select[Any]) -> None:
        self._selects = selects
        self._together = sa.select(*(_as_json(select).label(name) for name, select in selects.items()))
        self._readers = {name: _readers(select) for name, select in selects.items()}

    def look(self, session: Session, facts: Mapping[str, object]) -> Callable[[str], Sequence[Row]]:
        """The rows of each select, by its name."""
        connection = session.connection()
        if connection.dialect.name == "sqlite":
            return lambda name: connection.execute(self._selects[name], facts).all()
        found = connection.execute(self._together, facts).one()._mapping
        return lambda name: [_row(row, self._readers[name]) for row in found[name]]


def _as_json(select: sa.Select[Any]) -> sa.ColumnElement[Any]:
    rows = select.subquery()
    listed = sa.select(sa.func.json_agg(rows.table_valued(), type_=sa.JSON())).scalar_subquery()
    return sa.func.coalesce(listed, sa.literal_column("'[]'"), type_=sa.JSON())


def _readers(select: sa.Select[Any]) -> dict[str, Plain]:
    """How the columns are read that JSON has no type for."""
    kinds = {column.key: column.type for column in select.selected_columns}
    return {name: reader for name, kind in kinds.items() if (reader := _reader(kind)) and name}


def _reader(kind: sa.types.TypeEngine[Any]) -> Plain | None:
    while isinstance(kind, sa.types.TypeDecorator):
        kind = kind.impl_instance
    match kind:
        case sa.DateTime():
            return _moment
        case sa.Date():
            return date.fromisoformat
        case sa.Enum():
            return kind.enum_class
    return None


def _moment(written: str) -> datetime:
    return datetime.fromisoformat(written).astimezone(UTC)


def _row(row: dict[str, Any], readers: Mapping[str, Plain]) -> Row:
    for name, read in readers.items():
        if row[name] is not None:
            row[name] = read(row[name])
    return SimpleNamespace(**row)
