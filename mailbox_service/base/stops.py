"""Named points at which the process kills itself when it is told to: for the tests that pull the plug.

MAILBOX_STOP_AT=after-data stops at the first passing, after-data:7 at the seventh. Without it nothing happens.
"""

from __future__ import annotations

import os
import signal
from collections import Counter

POINTS = ("after-insert", "after-commit", "after-rendering", "after-data")  # of a letter and its mail
OF_ERASING = ("erasure-listed", "erasure-without-texts", "erasure-without-files")
OF_MAIL = ("mail-kept", "mail-stored", "mail-taken", "mail-acted")  # of a message that comes in

_passed: Counter[str] = Counter()


def reach(point: str) -> None:
    """Pass the point, or die here as if the power had failed."""
    wanted = os.environ.get("MAILBOX_STOP_AT")
    if not wanted:
        return
    name, _, time = wanted.partition(":")
    _passed[point] += 1
    if name == point and _passed[point] >= int(time or 1):
        os.kill(os.getpid(), signal.SIGKILL)
