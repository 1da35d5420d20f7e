"""How a value is written down on its way into many rows: as SQLite's driver takes it, or as PostgreSQL's COPY does."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime
from enum import Enum
from struct import pack
from typing import Any

from mailbox_service.base import load
from mailbox_service.base.load import Batch, Rows


class SQLiteForm:
    """Rows as tuples of what SQLite stores."""

    keeps_words = True  # the full text lies in columns of words, not in vectors

    def of(self, value: Any) -> Any:
        """Any value that a column may hold."""
        if isinstance(value, Enum):
            return value.value
        if isinstance(value, dict | list):
            return json.dumps(value)
        if isinstance(value, datetime):
            return moment(value)
        return str(value) if isinstance(value, date) else value

    def text(self, text: str) -> Any:
        """A text."""
        return text

    def ids(self, ids: list[int]) -> Sequence[Any]:
        """Ids and other whole numbers."""
        return ids

    def batch(self, tables: Iterable[Rows]) -> Batch:
        """The rows of these tables, as the loader takes them."""
        return load.small_database(tables)


class PostgreSQLForm(SQLiteForm):
    """Rows as tuples of COPY's text format: None is \\N, and no value holds a tab or a line's end.

    Those of words are tuples of its binary format.
    """

    keeps_words = False

    def of(self, value: Any) -> str:
        """Any value that a column may hold."""
        if value is None:
            return "\\N"
        if isinstance(value, bool):
            return "t" if value else "f"
        return self.text(str(super().of(value)))

    def text(self, text: str) -> str:
        """A text."""
        return text.replace("\\", "\\\\").replace("\t", "\\t").replace("\n", "\\n").replace("\r", "\\r")

    def ids(self, ids: list[int]) -> Sequence[str]:
        """Ids and other whole numbers."""
        return list(map(str, ids))

    def batch(self, tables: Iterable[Rows]) -> Batch:
        """The rows of these tables, as the loader takes them."""
        return [
            (table, columns, _binary(rows) if isinstance(rows[0][0], bytes) else _text(rows))
            for table, columns, rows in tables
        ]


def _text(rows: list[tuple[str, ...]]) -> bytes:
    return "".join(["\t".join(row) + "\n" for row in rows]).encode()


def _binary(rows: list[tuple[bytes, ...]]) -> bytes:
    begins = pack(">h", len(rows[0]))
    return b"".join([load.BINARY, bytes(8), *(begins + b"".join(row) for row in rows), b"\xff\xff"])


def binary_row(*values: int | str | bytes) -> tuple[bytes, ...]:
    """A row of COPY's binary format: whole numbers of 64 bits, texts, and what is packed already."""
    return tuple(pack(">iq", 8, value) if isinstance(value, int) else _field(value) for value in values)


def _field(value: str | bytes) -> bytes:
    packed = value.encode() if isinstance(value, str) else value
    return pack(">i", len(packed)) + packed


def moment(at: datetime) -> str:
    """A moment as both databases read it, in UTC."""
    return at.astimezone(UTC).replace(tzinfo=None).isoformat(" ", "microseconds")


def form_for(url: str) -> SQLiteForm:
    """The one of a database."""
    return SQLiteForm() if url.startswith("sqlite") else PostgreSQLForm()
