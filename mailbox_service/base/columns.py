"""Column kinds shared by every table, so that both databases store the same thing."""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field, SQLModel

from mailbox_service.base.ids import new_id

# Set before the first table is declared, so that every constraint has a name a migration can use.
SQLModel.metadata.naming_convention = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}


class Row(SQLModel):
    """What the tables of letters are made from: a new row costs a tenth of what SQLModel's own takes.

    SQLModel sets a new row's columns one by one, telling pydantic and SQLAlchemy of each. A row that
    is about to be inserted has nothing to compare with: its columns are put down at once.
    """

    def __init__(self, **columns: Any) -> None:
        defaults, makers = _defaults_of(type(self))
        values = {**defaults, **columns}
        for name, make in makers.items():
            if name not in columns:
                values[name] = make()
        self.__dict__.update(values)
        object.__setattr__(self, "__pydantic_fields_set__", set(columns))


_known: dict[type[SQLModel], tuple[dict[str, Any], dict[str, Callable[[], Any]]]] = {}


def _defaults_of(model: type[SQLModel]) -> tuple[dict[str, Any], dict[str, Callable[[], Any]]]:
    """The table's default values, and those that are made anew for each row."""
    if model not in _known:
        optional = {name: field for name, field in model.model_fields.items() if not field.is_required()}
        made: dict[str, Any] = {n: f.default_factory for n, f in optional.items() if f.default_factory is not None}
        _known[model] = {n: f.default for n, f in optional.items() if n not in made}, made
    return _known[model]


ROW_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
JSON = sa.JSON().with_variant(JSONB(), "postgresql")


def key() -> Any:
    """The primary key: an id made by the application (`base.ids`)."""
    return Field(default_factory=new_id, primary_key=True, sa_type=ROW_ID, sa_column_kwargs={"autoincrement": False})


def ref(target: str, *, default: Any = ..., index: bool = False, primary: bool = False) -> Any:
    """A foreign key to `target` ("ticket.id"); pass `default=None` for one that may be empty."""
    more: dict[str, Any] = {} if default is ... else {"default": default}
    if primary:
        more |= {"primary_key": True, "sa_column_kwargs": {"autoincrement": False}}
    return Field(foreign_key=target, sa_type=ROW_ID, index=index, **more)


def word(words: type[StrEnum], name: str, *, default: Any = ..., **more: Any) -> Any:
    """One of the words of an enum, stored by value as text with a check named after the column."""
    if default is not ...:
        more["default"] = default
    kind = sa.Enum(
        words,
        values_callable=lambda members: [member.value for member in members],
        native_enum=False,
        create_constraint=True,
        name=name,
        length=24,
    )
    return Field(sa_type=kind, **more)


def json(default: type[dict[str, Any]] | type[list[Any]] = dict) -> Any:
    """A small structure stored as JSON (JSONB on PostgreSQL). Replace it whole; changes inside are not seen."""
    return Field(default_factory=default, sa_type=JSON)
