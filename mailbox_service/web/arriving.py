"""Files while they stream in: written aside piece by piece, thrown away as soon as one is too large.

Called from threads, one at a time for one form. Whatever isn't kept by the end of the `with` is gone.
"""

from __future__ import annotations

from types import TracebackType

from mailbox_service.base.files import Files, Incoming
from mailbox_service.base.filetypes import clean_name
from mailbox_service.base.refusals import Refused
from mailbox_service.web.multipart import BadForm


class Arriving:
    """One file: its name, what came of it, and why it is refused, if it is."""

    def __init__(self, name: str, limit: int) -> None:
        self.name = name
        self.size = 0
        self.incoming: Incoming | None = None
        self.refused: Refused | None = None
        self._limit = limit

    def open(self, files: Files) -> None:
        """Make room for it."""
        try:
            self.incoming = files.begin()
        except Refused as full:
            self.refused = full

    def write(self, piece: bytes) -> None:
        """Take the next bytes, or let them go by."""
        self.size += len(piece)
        if self.incoming is None:
            return
        if self.size > self._limit:
            self._refuse(Refused("upload.large", file=clean_name(self.name), limit=f"{self._limit // 1024**2} MB"))
            return
        try:
            self.incoming.write(piece)
        except Refused as full:
            self._refuse(full)

    def _refuse(self, why: Refused) -> None:
        self.refused = why
        self.discard()

    def discard(self) -> None:
        """Throw away what came of it, unless it was kept."""
        if self.incoming is not None:
            self.incoming.discard()
        self.incoming = None


class Arrivals:
    """The files of one form, in order. At most `most` are written; each up to `limit` bytes."""

    def __init__(self, files: Files, limit: int, most: int) -> None:
        self._files = files
        self._limit = limit
        self._most = most
        self.whole: list[Arriving] = []

    def begin(self, name: bytes, welcome: bool) -> Arriving:
        """The next file. One that isn't welcome is read and thrown away.

        Raises:
            BadForm: its name isn't text.
        """
        if b"\x00" in name:
            raise BadForm(400, "form.broken")
        try:
            one = Arriving(name.decode().replace("%22", '"'), self._limit)
        except UnicodeDecodeError as broken:
            raise BadForm(400, "form.broken") from broken
        if not welcome:
            return one
        self.whole.append(one)
        if len(self.whole) > self._most:
            one.refused = Refused("upload.many", file=clean_name(one.name), limit=self._most)
        else:
            one.open(self._files)
        return one

    def __enter__(self) -> Arrivals:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None
    ) -> None:
        for one in self.whole:
            one.discard()
