"""A file that has come in: what it is by its content, cleaned, checked, and put in its place, or refused.

All of it is blocking work: call it in a thread. Pictures are opened in a process of their own
(`base.pictures`), so that none can take the service's memory or time.
"""

from __future__ import annotations

import subprocess
import sys
from dataclasses import dataclass
from typing import IO

from mailbox_service.base import filetypes, scanner
from mailbox_service.base.files import CHUNK, Files, Incoming
from mailbox_service.base.refusals import Refused

PICTURE_SECONDS = 60


@dataclass(frozen=True, slots=True)
class Came:
    """A file that was taken in: its name with the right ending, its type by content, where its bytes lie."""

    name: str
    content_type: str
    size: int
    sha256: str
    stored: str


def settle(files: Files, incoming: Incoming, name: str, *, virus_scanner: str = "") -> Came:
    """Look at a file, clean it, and keep it.

    Raises:
        Refused: "upload.empty", "upload.type", "upload.picture", "upload.pixels", "upload.infected",
            "upload.unchecked"; "files.full". Nothing is kept then.
    """
    name = filetypes.clean_name(name)
    if not incoming.size:
        raise Refused("upload.empty", file=name)
    with incoming.look() as file:
        kind = filetypes.type_of(file, name)
    if kind is None:
        raise Refused("upload.type", file=name)
    name = filetypes.with_ending(name, kind)
    if not kind.is_picture:
        return _keep(incoming, name, kind, virus_scanner)
    with files.begin() as cleaned:
        _clean(incoming, cleaned, name, kind)
        return _keep(cleaned, name, kind, virus_scanner)


def _keep(incoming: Incoming, name: str, kind: filetypes.FileType, virus_scanner: str) -> Came:
    if virus_scanner:
        with incoming.look() as file:
            scanner.scan(virus_scanner, file, name)
    stored = incoming.keep()
    return Came(name, kind.content_type, stored.size, stored.sha256, stored.key)


def _clean(incoming: Incoming, cleaned: Incoming, name: str, kind: filetypes.FileType) -> None:
    """Copy the picture without its metadata, through a process that may die of it."""
    command = [sys.executable, "-m", "mailbox_service.base.pictures", kind.ending]
    with (
        incoming.look() as source,
        subprocess.Popen(command, stdin=source, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as artist,
    ):
        try:
            _pour(artist.stdout, cleaned)
            code = artist.wait(PICTURE_SECONDS)
        finally:
            artist.kill()  # nothing happens to one that has come to its end
    if code:
        raise Refused("upload.pixels" if code == filetypes.TOO_MANY_PIXELS else "upload.picture", file=name)


def _pour(pipe: IO[bytes] | None, into: Incoming) -> None:
    while pipe is not None and (piece := pipe.read(CHUNK)):
        into.write(piece)
