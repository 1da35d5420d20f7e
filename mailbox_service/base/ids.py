"""Row ids made by the application, so that rows can name each other before they are stored.

63 bits: milliseconds since 2020 (41), a node number drawn at start (12), a counter (10). Ids of
one process rise strictly, so ordering by id is ordering by insertion. Two nodes collide only
with the same node number, millisecond and counter; the database then refuses the second row.
"""

from __future__ import annotations

import secrets
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime
from itertools import count

EPOCH_MS = 1_577_836_800_000  # 2020-01-01T00:00:00Z
_NODE = secrets.randbits(12)
_lock = threading.Lock()
_last = 0  # (milliseconds << 10 | counter) of the newest id
_past: ContextVar[Iterator[int] | None] = ContextVar("past", default=None)


def new_id() -> int:
    """A fresh id, larger than every id this process has made."""
    if past := _past.get():
        return next(past)
    global _last
    with _lock:
        _last = max(_last + 1, (time.time_ns() // 1_000_000 - EPOCH_MS) << 10)
        ticks, counter = _last >> 10, _last & 0x3FF
    return ticks << 22 | _NODE << 10 | counter


def first_id_of(moment: datetime) -> int:
    """No id made from this moment on is smaller."""
    return (int(moment.timestamp() * 1000) - EPOCH_MS) << 22


@contextmanager
def as_of(moment: datetime) -> Iterator[None]:
    """Ids inside are those of a moment that is past, for history written down afterwards; they rise, too."""
    node = secrets.randbits(12)
    begun = (int(moment.timestamp() * 1000) - EPOCH_MS) << 10
    token = _past.set(((begun + n) >> 10) << 22 | node << 10 | (begun + n) & 0x3FF for n in count())
    try:
        yield
    finally:
        _past.reset(token)
