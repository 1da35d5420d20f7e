"""What was found a moment ago, kept in this process for so long that a page need not ask again."""

from __future__ import annotations

import time
from collections.abc import Hashable
from typing import Generic, TypeVar

Key = TypeVar("Key", bound=Hashable)
Value = TypeVar("Value")


class Remembered(Generic[Key, Value]):
    """At most `most` answers, each for `seconds`. When it is full, all are forgotten."""

    def __init__(self, seconds: float, most: int = 1_000) -> None:
        self._seconds = seconds
        self._most = most
        self._kept: dict[Key, tuple[float, Value]] = {}

    def get(self, key: Key) -> Value | None:
        """The answer; None when there is none, or it is too old."""
        at, value = self._kept.get(key, (float("-inf"), None))
        return value if time.monotonic() - at < self._seconds else None

    def keep(self, key: Key, value: Value) -> None:
        """Remember the answer from now on."""
        if len(self._kept) >= self._most:
            self._kept.clear()
        self._kept[key] = (time.monotonic(), value)
