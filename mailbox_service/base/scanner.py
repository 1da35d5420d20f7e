"""The city's own virus scanner, if it has one: a command that is given each file before it is kept."""

from __future__ import annotations

import shlex
import subprocess
from pathlib import Path
from typing import BinaryIO

from mailbox_service.base.refusals import Refused

SECONDS = 120
PATH = "{file}"  # stands in the command where it wants a path; otherwise it reads its standard input
CLEAN, INFECTED = 0, 1  # what clamscan, clamdscan and their kin end with


def scan(command: str, file: BinaryIO, name: str) -> None:
    """Let the scanner look at the file.

    Raises:
        Refused: "upload.infected"; "upload.unchecked" when the scanner fails, is not there or takes too long.
    """
    words = [str(Path(file.name).resolve()) if word == PATH else word for word in shlex.split(command)]
    try:
        done = subprocess.run(
            words, stdin=file, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, timeout=SECONDS, check=False
        )
    except (OSError, subprocess.TimeoutExpired) as fault:
        raise Refused("upload.unchecked", file=name) from fault
    if done.returncode == INFECTED:
        raise Refused("upload.infected", file=name)
    if done.returncode != CLEAN:
        raise Refused("upload.unchecked", file=name)
