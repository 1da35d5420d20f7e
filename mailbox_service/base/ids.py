"""Row ids made by the application, so that rows can name each other before they are stored.

63 bits: milliseconds since 2020 (41), a node number drawn at start (12), a counter (10). Ids of
one process rise strictly, so ordering by id is ordering by insertion. Two nodes collide only
with the same node number, millisecond and counter; the database then refuses the second row.
"""

from __future__ import annotations

import secrets
import threading
import time
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime

EPOCH_MS = 1_577_836_800_000  # 2020-01-01T00:00:00Z
A_MILLISECOND = 1 << 10  # ids that one has room for
LARGEST = 2**63 - 1  # that both databases hold; a 19th digit comes in July 2027
_NODE = secrets.randbits(12)
_PAST_NODE = _NODE ^ (1 + secrets.randbelow(4095))  # another one
_lock = threading.Lock()
_last = 0  # (milliseconds << 10 | counter) of the newest id
_given: dict[int, int] = defaultdict(int)  # how many ids of each past millisecond
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


def read(said: str) -> int | None:
    """The id that somebody sent back in an address or a form; None for what can be none."""
    if not (said.isascii() and said.isdigit() and len(said) <= len(str(LARGEST))):
        return None
    return id_ if (id_ := int(said)) <= LARGEST else None


def first_id_of(moment: datetime) -> int:
    """No id made from this moment on is smaller."""
    return (int(moment.timestamp() * 1000) - EPOCH_MS) << 22


@contextmanager
def as_of(moment: datetime) -> Iterator[None]:
    """Ids inside are those of a moment that is past, for history written down afterwards; they rise, too.

    No id is given twice by this process, however many histories begin at the same moment.
    """
    token = _past.set(_past_ids(int(moment.timestamp() * 1000) - EPOCH_MS))
    try:
        yield
    finally:
        _past.reset(token)


def _past_ids(millisecond: int) -> Iterator[int]:
    while True:
        with _lock:
            given = _given[millisecond]
            _given[millisecond] += given < A_MILLISECOND
        if given < A_MILLISECOND:
            yield millisecond << 22 | _PAST_NODE << 10 | given
        else:
            millisecond += 1
