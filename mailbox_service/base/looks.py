"""Several looks at the database for one page, at the price of one: one statement, each look's rows a JSON array.

On PostgreSQL a round trip costs more than a look; on SQLite, what SQLAlchemy does around each statement does.
"""

from __future__ import annotations

from collections import namedtuple
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import cache, partial
from typing import Any
from weakref import WeakKeyDictionary

import msgspec
import sqlalchemy as sa
from sqlmodel import Session

GLANCE = "glance"  # in the info of a session that only reads: how it looks without a transaction
NOTHING = "[]"
_CHOSEN = (sa.Enum, sa.Boolean, sa.Integer)
_BLANK = "\0"  # before the name of a fact, where its literal will stand: no text holds it
Row = Any  # a row of columns: what its select names
Plain = Callable[[Any], Any]  # from JSON to what the column holds
Rows = Callable[[str], Sequence[Row]]  # what was found, by the name of its select
Maker = Callable[[Sequence[Any]], Row]


@dataclass(frozen=True, slots=True)
class Blank:
    """Stands in a select for an id that the facts bring, under this name. Only looks can be asked with it."""

    name: str


class Looks:
    """Named selects with the same parameters. Their columns need names that differ.

    A select of columns answers named tuples. One of a whole table (`select(Round)`) answers its rows as
    objects that no session knows: they can be read like any other, and not be changed.
    """

    def __init__(self, **selects: Any) -> None:
        self._selects = selects
        self._readers = {name: _Reader(at, name, select) for at, (name, select) in enumerate(selects.items())}
        self._written: dict[tuple[str, str], _Written] = {}
        self._joined = WeakKeyDictionary[Looks, Looks]()

    def together_with(self, others: Looks) -> Looks:
        """These looks and others as one, asked with the facts of both; put together once. Their names differ."""
        joined = self._joined.get(others)
        if joined is None:
            joined = self._joined[others] = Looks(**self._selects, **others._selects)
        return joined

    def hold(self, others: Looks) -> bool:
        """Whether these are among them."""
        return all(self._selects.get(name) is select for name, select in others._selects.items())

    def look(self, session: Session, facts: Mapping[str, object]) -> Rows:
        """The rows of each select, by its name."""
        if glance := session.info.get(GLANCE):
            return self.rows(glance(self, facts))
        session.flush()
        connection = session.connection()
        return self.rows(connection.exec_driver_sql(*self.asked(connection.dialect, facts)).one())

    def asked(self, dialect: sa.Dialect, facts: Mapping[str, object]) -> tuple[str, Any]:
        """The statement as the dialect's driver takes it, and its parameters. It answers one row, for `rows`."""
        written = self._written.get(kind := (dialect.name, dialect.paramstyle))
        if written is None:
            written = self._written[kind] = _Written(self._selects, dialect, facts)
        return written.asked(facts)

    def rows(self, found: Sequence[Any]) -> Rows:
        """The rows in what the statement has answered, read once: a text for each look, or on PostgreSQL one list."""
        values = found if isinstance(found[0], str) else found[0]
        read: dict[str, list[Row]] = {}

        def rows(name: str) -> list[Row]:
            if name not in read:
                read[name] = self._readers[name].rows(values)
            return read[name]

        return rows


class Several:
    """So many parameters of one kind, for `in_`: a look's statement stays the same for fewer of them."""

    def __init__(self, name: str, count: int) -> None:
        self._names = [f"{name}_{at}" for at in range(count)]
        self.params = [sa.bindparam(name, type_=sa.BigInteger) for name in self._names]

    def facts(self, ids: Sequence[int]) -> dict[str, object]:
        """The parameters filled with ids, of which there are no more than places; the rest with what is none's id."""
        return dict(zip(self._names, (*ids, *(0 for _ in self._names[len(ids) :])), strict=True))


class _Written:
    """The statement as one database's driver takes it. Written once: SQLAlchemy would look it up anew each time.

    Words and numbers that the code chose stand in it, not beside it: where a parameter could fit an index of some rows,
    SQLite plans the statement anew at each asking. Ids stand beside it: whoever has the same roles asks by the same
    statement, which PostgreSQL plans once. So do facts, but for those that are asked for as literals.
    """

    def __init__(self, selects: Mapping[str, Any], dialect: sa.Dialect, facts: Mapping[str, object]) -> None:
        here = dialect.name == "sqlite"
        looks = (_as_json(select, here=here).label(name) for name, select in selects.items())
        together = sa.select(*looks) if here else sa.select(sa.func.json_build_array(*looks))
        compiler: Any = dialect.statement_compiler
        compiled = _compiler(compiler)(dialect, together)
        literals = {value.key: value.type for value in compiled.literal_execute_params if value.required}
        state = compiled.construct_expanded_state({**facts, **{name: _BLANK + name for name in literals}})
        self._statement: str = state.statement
        self._order: Sequence[str] | None = state.positiontup
        self._process = dict(state.processors)
        self._literals = {name: _literal(kind, dialect) for name, kind in literals.items()}
        written_in = {name: value for name, value in state.parameters.items() if name not in facts}
        self._blanks = {name: value.name for name, value in written_in.items() if isinstance(value, Blank)}
        self._written_in = {n: self._plain(n, value) for n, value in written_in.items() if n not in self._blanks}

    def asked(self, facts: Mapping[str, object]) -> tuple[str, Any]:
        """The statement, and what it is asked with: the values it was written with, and these."""
        statement = self._statement
        for name, written in self._literals.items():
            statement = statement.replace(f"'{_BLANK}{name}'", written(facts[name]))
        values = {**self._written_in, **{name: self._plain(name, value) for name, value in facts.items()}}
        values |= {name: facts[fact] for name, fact in self._blanks.items()}
        return statement, tuple([values[name] for name in self._order]) if self._order is not None else values

    def _plain(self, name: str, value: object) -> object:
        process = self._process.get(name)
        return process(value) if process and value is not None else value


def _literal(kind: sa.types.TypeEngine[Any], dialect: sa.Dialect) -> Callable[[object], str]:
    compiler: Any = dialect.statement_compiler(dialect, None)
    return partial(compiler.render_literal_value, type_=kind)


@cache
def _compiler(kind: type[Any]) -> type[Any]:
    """The dialect's compiler, but for what it writes into the statement."""

    class Compiler(kind):  # type: ignore[misc]
        def visit_bindparam(self, bindparam: sa.BindParameter[Any], **how: Any) -> Any:
            literally = how.pop("literal_execute", False) or _is_said(bindparam)
            return super().visit_bindparam(bindparam, literal_execute=literally, **how)

    return Compiler


def _is_said(value: sa.BindParameter[Any]) -> bool:
    """Whether it is the same for everybody: no id, and no text, which somebody may have typed."""
    kind = _bare(value.type)
    return not value.required and isinstance(kind, _CHOSEN) and not isinstance(kind, sa.BigInteger)


def _as_json(select: sa.Select[Any], *, here: bool) -> sa.ColumnElement[Any]:
    """The select's rows as an array of arrays; `here` as SQLite writes it, else as PostgreSQL does."""
    rows = select.subquery()
    if here:
        values = (sa.func.json(column) if isinstance(column.type, sa.JSON) else column for column in rows.c)
        listed = sa.func.json_group_array(sa.func.json_array(*values))
    else:
        listed = sa.func.json_agg(sa.func.json_build_array(*rows.c))
    return sa.select(listed).select_from(rows).scalar_subquery()


class _Reader:
    """From JSON to the rows of one select."""

    def __init__(self, at: int, name: str, select: sa.Select[Any]) -> None:
        self._at = at
        kinds = {str(column.key): column.type for column in select.selected_columns}
        self._make = _maker(name, select, list(kinds))
        self._plain = [(at, read) for at, kind in enumerate(kinds.values()) if (read := _plain(kind))]

    def rows(self, found: Sequence[Any]) -> list[Row]:
        """SQLite's JSON is still text; PostgreSQL's driver has read it, and there is nothing where there is no row."""
        listed = found[self._at] or NOTHING
        if listed == NOTHING:
            return []
        lists: Sequence[list[Any]] = msgspec.json.decode(listed) if isinstance(listed, str) else listed
        for values in lists:
            for at, read in self._plain:
                if values[at] is not None:
                    values[at] = read(values[at])
        return [self._make(values) for values in lists]


def _maker(name: str, select: sa.Select[Any], names: list[str]) -> Maker:
    entity = select.column_descriptions[0]["type"]
    if not (isinstance(entity, type) and hasattr(entity, "__table__")):
        return partial(tuple.__new__, _named(name, tuple(names)))  # as its `_make`, which would count them anew

    kind = _shown(entity)

    def shown(values: Sequence[Any]) -> Row:
        row = object.__new__(kind)
        row.__dict__.update(zip(names, values, strict=True))
        return row

    return shown


@cache
def _named(name: str, names: tuple[str, ...]) -> Any:
    """Rows of columns, whose names nobody knows before. Making their class takes longer than reading a hundred."""
    make: Any = namedtuple
    return make(name, names)


class _Shown:
    """A row that can be read and not changed. Its columns are plain: a table's own ask SQLAlchemy at each reading."""

    def __setattr__(self, name: str, value: object) -> None:
        raise AttributeError(f"{name}: this row was looked at, to be read alone")


@cache
def _shown(entity: type) -> type[_Shown]:
    """Rows of a table, with what the table says of itself beside its columns."""
    said = {name: value for name, value in vars(entity).items() if isinstance(value, property) and name[0] != "_"}
    return type(entity.__name__, (_Shown,), said)


def _plain(kind: sa.types.TypeEngine[Any]) -> Plain | None:
    """How a column is read that JSON has no type for."""
    match kind := _bare(kind):
        case sa.DateTime():
            return _moment
        case sa.Date():
            return date.fromisoformat
        case sa.Boolean():
            return bool
        case sa.Enum() if kind.enum_class is not None:
            return {word.value: word for word in kind.enum_class}.__getitem__
    return None


def _bare(kind: sa.types.TypeEngine[Any]) -> sa.types.TypeEngine[Any]:
    while isinstance(kind, sa.types.TypeDecorator):
        kind = kind.impl_instance
    return kind


def _moment(written: str) -> datetime:
    """SQLite keeps UTC without saying so; PostgreSQL says in which zone it writes."""
    at = datetime.fromisoformat(written)
    if at.tzinfo is UTC:
        return at
    return at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)
