"""The list of erased letters: a text file outside the database, which a restored backup is held against.

A line is the id of a letter, or of a message that came for it by mail, and the moment; nothing else.
Lines are only added, and each is on the disk before the text goes. A letter may be listed twice. A line
that a crash cut short counts for nothing.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path

_LINE = re.compile(r"([1-9][0-9]{0,18}) [0-9T:.+-]{19,32}")


def add(path: Path, letters: Iterable[int], now: datetime) -> None:
    """Add these letters, and come back when the lines have reached the disk."""
    lines = "".join(f"{letter} {now.isoformat(timespec='seconds')}\n" for letter in letters)
    if not lines:
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("ab+") as file:
        begin = b"\n" if _is_cut_short(file.fileno()) else b""
        file.write(begin + lines.encode())
        file.flush()
        os.fsync(file.fileno())
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def read(path: Path) -> set[int]:
    """The ids of the letters on the list."""
    with path.open(encoding="ascii", errors="replace") as file:
        return {int(found[1]) for line in file if (found := _LINE.fullmatch(line.rstrip("\n")))}


def _is_cut_short(handle: int) -> bool:
    """Whether the last line lacks its end: the machine stopped while it was being written."""
    size = os.fstat(handle).st_size
    return size > 0 and os.pread(handle, 1, size - 1) != b"\n"
