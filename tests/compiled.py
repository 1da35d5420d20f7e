"""What one test's engine has compiled, the next one's needs not: each test has a database and an engine of its own.

SQLAlchemy keeps statements for each engine's dialect. In the service that is one; here it would be thousands.
"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.orm import Mapper

MOST = 5_000


class _Kept(dict[Any, Any]):
    """Statements by what they say: all dialects of a kind write them alike."""

    def get(self, key: Any, default: Any = None) -> Any:
        return super().get(_alike(key), default)

    def __setitem__(self, key: Any, compiled: Any) -> None:
        if len(self) >= MOST:
            self.clear()
        super().__setitem__(_alike(key), compiled)


def _alike(key: Any) -> Any:
    dialect, *what = key
    return (dialect.name, dialect.driver, dialect.is_async, *what)


_of_engines = _Kept()


def keep() -> None:
    """From now on, for every engine of this process."""
    event.listen(sa.Engine, "engine_connect", _share)
    Mapper._compiled_cache = property(_of_mapper)  # type: ignore[assignment]


def _share(connection: sa.Connection) -> None:
    connection.execution_options(compiled_cache=_of_engines)


def _of_mapper(mapper: Mapper[Any]) -> _Kept:
    """A mapper keeps how its rows are written."""
    kept: _Kept = mapper.__dict__.setdefault("kept in tests", _Kept())
    return kept
