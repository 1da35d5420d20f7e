"""How long something takes, whatever else the machine does meanwhile."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable

TRIES = 3


def of_processor(call: Callable[[], object]) -> float:
    """The processor's seconds for a call, the least of three: a core that two share is slow for a moment.

    Lines are not counted meanwhile (`--cov`): that takes several times as long as what they do.
    """
    counting = sys.gettrace()
    sys.settrace(None)
    try:
        return min(_once(call) for _ in range(TRIES))
    finally:
        sys.settrace(counting)


def _once(call: Callable[[], object]) -> float:
    begun = time.process_time()
    call()
    return time.process_time() - begun
