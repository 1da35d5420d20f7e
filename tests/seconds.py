"""How long something takes, whatever else the machine does meanwhile."""

from __future__ import annotations

import time
from collections.abc import Callable

TRIES = 3


def of_processor(call: Callable[[], object]) -> float:
    """The processor's seconds for a call, the least of three: a core that two share is slow for a moment."""
    return min(_once(call) for _ in range(TRIES))


def _once(call: Callable[[], object]) -> float:
    begun = time.process_time()
    call()
    return time.process_time() - begun
