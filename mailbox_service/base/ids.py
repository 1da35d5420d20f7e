"""Row ids made by the application, so that rows can name each other before they are stored.

63 bits: milliseconds since 2020 (41), a node number drawn at start (12), a counter (10). Ids of
one process rise strictly, so ordering by id is ordering by insertion. Two nodes collide only
with the same node number, millisecond and counter; the database then refuses the second row.
"""

from __future__ import annotations

import secrets
import threading
import time

EPOCH_MS = 1_577_836_800_000  # 2020-01-01T00:00:00Z
_NODE = secrets.randbits(12)
_lock = threading.Lock()
_last = 0  # (milliseconds << 10 | counter) of the newest id


def new_id() -> int:
    """A fresh id, larger than every id this process has made."""
    global _last
    with _lock:
        _last = max(_last + 1, (time.time_ns() // 1_000_000 - EPOCH_MS) << 10)
        ticks, counter = _last >> 10, _last & 0x3FF
    return ticks << 22 | _NODE << 10 | counter
