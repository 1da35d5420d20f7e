"""The parts of a multipart form as they stream in: fields are gathered, files handed on piece by piece.

Bounded in every direction: parts, headers, names, the text of a field. How much a file may hold is
decided by who takes it.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any, Protocol

from python_multipart.exceptions import FormParserError
from python_multipart.multipart import MultipartParser, parse_options_header

MOST_FIELDS = 100
MOST_FIELD_BYTES = 500_000
MOST_NAME_BYTES = 100
MOST_HEADER_BYTES = 4_000

logging.getLogger("python_multipart").setLevel(logging.CRITICAL)  # the door answers; strangers fill no log


class BadForm(Exception):  # noqa: N818 - an answer to the browser, not a fault of ours
    """What was sent can't be read: 400, 413 or 415, and which page says so. `facts` fill its sentence."""

    def __init__(self, status: int, why: str, **facts: object) -> None:
        super().__init__(why)
        self.status = status
        self.why = why
        self.facts = facts


class Sink(Protocol):
    """Where a file's bytes go."""

    def write(self, piece: bytes) -> None:
        """Take the next bytes."""


class Parts:
    """Listens to the parser. `pairs` are names and values of the fields that have ended.

    `take` is told a file's name as soon as its first byte arrives, or its part ends; without
    `take` a form with a file is refused. A file field that nobody filled in is nothing.
    """

    def __init__(self, boundary: bytes, take: Callable[[bytes], Sink] | None = None) -> None:
        self.pairs: list[tuple[bytes, bytes]] = []
        self._take = take
        self._ended = False
        self._count = 0
        self._begin()
        try:
            self._parser = MultipartParser(boundary, self._callbacks())  # type: ignore[arg-type]
        except FormParserError as broken:
            raise BadForm(400, "form.broken") from broken

    def write(self, piece: bytes) -> None:
        """Read on.

        Raises:
            BadForm: 400 for a broken form or too many parts, 413 for a field too long, 415 for a file nobody takes.
        """
        try:
            self._parser.write(piece)
        except FormParserError as broken:
            raise BadForm(400, "form.broken") from broken

    def end(self) -> None:
        """There is no more.

        Raises:
            BadForm: 400 when the form isn't whole.
        """
        try:
            self._parser.finalize()
        except FormParserError as broken:
            raise BadForm(400, "form.broken") from broken
        if not self._ended:
            raise BadForm(400, "form.broken")

    def _callbacks(self) -> dict[str, Any]:
        return {
            "on_part_begin": self._on_part,
            "on_header_field": self._on_name,
            "on_header_value": self._on_value,
            "on_header_end": self._on_header,
            "on_headers_finished": self._on_headers,
            "on_part_data": self._on_data,
            "on_part_end": self._on_part_end,
            "on_end": self._on_end,
        }

    def _begin(self) -> None:
        self._header = self._value = self._disposition = self._field = b""
        self._data: list[bytes] = []
        self._size = self._headers = 0
        self._filename: bytes | None = None
        self._sink: Sink | None = None

    def _on_part(self) -> None:
        self._begin()
        self._count += 1
        if self._count > MOST_FIELDS:
            raise BadForm(400, "form.fields")

    def _on_name(self, data: bytes, start: int, end: int) -> None:
        self._header += self._bounded_header(data[start:end])

    def _on_value(self, data: bytes, start: int, end: int) -> None:
        self._value += self._bounded_header(data[start:end])

    def _bounded_header(self, piece: bytes) -> bytes:
        self._headers += len(piece)
        if self._headers > MOST_HEADER_BYTES:
            raise BadForm(400, "form.broken")
        return piece

    def _on_header(self) -> None:
        if self._header.lower() == b"content-disposition":
            self._disposition = self._value
        self._header = self._value = b""

    def _on_headers(self) -> None:
        kind, options = parse_options_header(self._disposition)
        name = options.get(b"name")
        if kind != b"form-data" or name is None or len(name) > MOST_NAME_BYTES:
            raise BadForm(400, "form.broken")
        self._field, self._filename = name, options.get(b"filename")
        if self._filename:
            self._open()

    def _open(self) -> Sink:
        if self._take is None:
            raise BadForm(415, "form.file")
        if self._sink is None:
            self._sink = self._take(self._filename or b"")
        return self._sink

    def _on_data(self, data: bytes, start: int, end: int) -> None:
        if self._filename is not None:
            self._open().write(data[start:end])
            return
        self._size += end - start
        if self._size > MOST_FIELD_BYTES:
            raise BadForm(413, "form.large")
        self._data.append(data[start:end])

    def _on_part_end(self) -> None:
        if self._filename is None:
            self.pairs.append((self._field, b"".join(self._data)))

    def _on_end(self) -> None:
        self._ended = True
