"""The bytes of attachments: a folder on this machine, behind calls a cloud store could answer too.

A file is written aside, flushed to the disk and only then moved to its place, so that a key that
was handed out always opens a whole file. Keys are random: the same picture sent by two people is
two files, and erasing one leaves the other. What a file is and who may see it is decided above.
"""

from __future__ import annotations

import errno
import hashlib
import os
import re
import secrets
import shutil
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import BinaryIO

from mailbox_service.base.refusals import Refused

CHUNK = 256 * 1024
_KEY = re.compile(r"[0-9a-f]{32}")
_DISK_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)


@dataclass(frozen=True, slots=True)
class Stored:
    """A stored file: its key, how many bytes, and their SHA-256 in hex."""

    key: str
    size: int
    sha256: str


class Files:
    """The folder. Safe for any number of processes that share it."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._aside = folder / "incoming"

    def begin(self) -> Incoming:
        """A file to write piece by piece; it is thrown away unless `keep()` is called.

        Raises:
            Refused: "files.full" here, while writing and while keeping, when the disk has no room.
        """
        return Incoming(self._aside, self._place)

    def store(self, pieces: Iterable[bytes]) -> Stored:
        """Store what the pieces (a stream's chunks, an open file) say, whole or not at all."""
        with self.begin() as incoming:
            for piece in pieces:
                incoming.write(piece)
            return incoming.keep()

    def open(self, key: str) -> BinaryIO:
        """The file's bytes to read.

        Raises:
            Refused: "files.gone" when there is none.
        """
        try:
            return self._place(key).open("rb")
        except FileNotFoundError:
            raise Refused("files.gone") from None

    def pieces(self, key: str) -> Iterator[bytes]:
        """The file's bytes, piece by piece, for sending."""
        with self.open(key) as file:
            while piece := file.read(CHUNK):
                yield piece

    def remove(self, key: str) -> bool:
        """Take the file away; False when it was gone already."""
        try:
            self._place(key).unlink()
        except FileNotFoundError:
            return False
        return True

    def remove_all(self, keys: Iterable[str]) -> None:
        """Take these files away, those that are there."""
        for key in keys:
            self.remove(key)

    def keys(self, *, older_than_seconds: int = 0) -> Iterator[str]:
        """Keys of all files at least that old: for finding those no row names."""
        border = time.time() - older_than_seconds
        for path in self._folder.glob("??/*"):
            if _KEY.fullmatch(path.name) and _is_from_before(path, border):
                yield path.name

    def sweep(self, *, older_than_seconds: int) -> int:
        """Throw away unfinished files that a crash left behind; answers how many."""
        border = time.time() - older_than_seconds
        left = [path for path in self._aside.glob("*") if _is_from_before(path, border)]
        for path in left:
            path.unlink(missing_ok=True)
        return len(left)

    def free_bytes(self) -> int:
        """How much room the disk has left."""
        self._folder.mkdir(parents=True, exist_ok=True)
        return shutil.disk_usage(self._folder).free

    def _place(self, key: str) -> Path:
        """Where the file lies. A key that is not one of ours (../../etc/passwd) opens nothing."""
        if not _KEY.fullmatch(key):
            raise Refused("files.gone")
        return self._folder / key[:2] / key


class Incoming:
    """A file being written. Use it in a `with`; leaving without `keep()` throws it away."""

    def __init__(self, aside: Path, place: Callable[[str], Path]) -> None:
        self._key = secrets.token_hex(16)
        self._path = aside / self._key
        self._place = place(self._key)
        self._digest = hashlib.sha256()
        self.size = 0
        with _room():
            aside.mkdir(parents=True, exist_ok=True, mode=0o700)
            self._file = self._path.open("xb", buffering=CHUNK)

    def write(self, piece: bytes) -> None:
        """Add a piece."""
        with _room():
            self._file.write(piece)
        self._digest.update(piece)
        self.size += len(piece)

    def look(self) -> BinaryIO:
        """What was written so far, to be read."""
        with _room():
            self._file.flush()
        return self._path.open("rb")

    def keep(self) -> Stored:
        """Put the file in its place; after this it survives a crash of the machine."""
        with _room():
            self._file.flush()
            os.fsync(self._file.fileno())
            self._file.close()
            self._place.parent.mkdir(exist_ok=True, mode=0o700)
            self._path.replace(self._place)
            _flush_folder(self._place.parent)
        return Stored(self._key, self.size, self._digest.hexdigest())

    def discard(self) -> None:
        """Throw away what was written; nothing happens to a file that was kept."""
        try:
            self._file.close()
        except OSError as fault:  # the buffer's rest found no room: it is thrown away anyway
            if fault.errno not in _DISK_FULL:
                raise
        self._path.unlink(missing_ok=True)

    def __enter__(self) -> Incoming:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.discard()


class _room:  # noqa: N801 - reads as "with room" where it is used
    """Turns a full disk into a refusal."""

    def __enter__(self) -> None:
        return None

    def __exit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None
    ) -> None:
        if isinstance(fault, OSError) and fault.errno in _DISK_FULL:
            raise Refused("files.full") from fault


def _is_from_before(path: Path, border: float) -> bool:
    """Whether it is there, and at least so old: others finish and erase files meanwhile."""
    try:
        return path.stat().st_mtime <= border
    except FileNotFoundError:
        return False


def _flush_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
