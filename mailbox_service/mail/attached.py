"""The files of a mail, taken in by the rules of uploads: what they are by content, how large, how many, cleaned.

Blocking work, outside every transaction. What is not taken is named; the whole message is kept beside it.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import datetime

from mailbox_service.base import arrival, filetypes
from mailbox_service.base.arrival import Came
from mailbox_service.base.files import Files
from mailbox_service.base.refusals import Refused
from mailbox_service.base.settings import Settings
from mailbox_service.mail.incoming.parts import File
from mailbox_service.tickets.tables import Attachment
from mailbox_service.tickets.uploads import attachment

MB = 1024 * 1024
MOST_NAMED = 50
LATER = frozenset({"files.full", "upload.unchecked"})  # not the file's fault: the message is tried again


@dataclass(frozen=True, slots=True)
class Taken:
    """The files that were taken, and why others were not: refusals as they are stored."""

    came: Sequence[Came] = ()
    refused: Sequence[dict[str, object]] = ()

    @property
    def keys(self) -> list[str]:
        """Where their bytes lie."""
        return [one.stored for one in self.came]

    def attachments(self, now: datetime) -> list[Attachment]:
        """For the verb to place."""
        return [attachment(one, now) for one in self.came]


def take_in(files: Files, settings: Settings, sent: Sequence[File]) -> Taken:
    """Take in a mail's files; pictures within its text come after those that were attached.

    Raises:
        Refused: "files.full"; "upload.unchecked" when the scanner fails. Nothing is kept then.
    """
    came: list[Came] = []
    refused: list[Refused] = []
    with ExitStack() as undo:
        undo.callback(lambda: files.remove_all(one.stored for one in came))
        for one in sorted(sent, key=lambda file: bool(file.content_id)):
            why = _over(settings, one, came)
            try:
                came += [] if why else [_settled(files, settings, one)]
            except Refused as no:
                if no.code in LATER:
                    raise
                why = no
            refused += [why] if why else []
        undo.pop_all()
    named = [{"code": no.code, **no.facts} for no in refused[:MOST_NAMED]]
    return Taken(came, named)


def _over(settings: Settings, one: File, came: Sequence[Came]) -> Refused | None:
    """Which limit of uploads it breaks."""
    name = filetypes.clean_name(one.name)
    if len(came) >= settings.upload_max_files:
        return Refused("upload.many", file=name, limit=settings.upload_max_files)
    if one.size > settings.upload_max_file_mb * MB:
        return Refused("upload.large", file=name, limit=f"{settings.upload_max_file_mb} MB")
    if sum(each.size for each in came) + one.size > settings.upload_max_letter_mb * MB:
        return Refused("upload.together", file=name, limit=f"{settings.upload_max_letter_mb} MB")
    return None


def _settled(files: Files, settings: Settings, one: File) -> Came:
    with files.begin() as incoming:
        incoming.write(one.data)
        return arrival.settle(files, incoming, one.name, virus_scanner=settings.virus_scanner)
