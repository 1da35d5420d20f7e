"""One message's bytes, understood. The one door into this room.

`read` never raises but `NotUnderstoodError`, with a reason: such a message waits for a person, as it came.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from email.message import Message
from email.parser import BytesFeedParser
from email.policy import compat32
from typing import Any

from mailbox_service.mail.incoming import headers
from mailbox_service.mail.incoming.automatic import Bounce, Machine, bounce_of, kind_of
from mailbox_service.mail.incoming.parts import File, content_of
from mailbox_service.mail.incoming.quotes import reply_in

MOST_BYTES = 25 * 1024 * 1024
PIECE, LONGEST_LINE = 64 * 1024, 1_000_000
MOST_LINES = 700_000
MOST_NESTED = 4_000  # boundaries named; a mail of 3,000 parts names one
MOST_HEADER = 1_000_000  # bytes before the first empty line
_NAMED = re.compile(rb"boundary\s*=", re.IGNORECASE)
_EMPTY_LINE = re.compile(rb"\r?\n\r?\n")
MOST_VERDICTS = 20
DEEP_AND_LARGE = 40, 2_000_000  # so many boundaries named are read in so many bytes at most


class NotUnderstoodError(Exception):
    """The message can't be read; `reason` is a word of the catalogue ("too_large", "too_deep", "broken")."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Understood:
    """What a message says. `reply_text` is what its sender newly wrote of `text`.

    `verdicts` are the headers in which servers say whether the sender is who they claim to be (RFC 8601), `hops` how
    many servers it has passed.
    """

    sender: str
    name: str
    subject: str
    text: str
    reply_text: str
    files: list[File] = field(repr=False)
    machine: Machine
    bounce: Bounce | None
    message_id: str
    in_reply_to: str
    references: list[str]
    recipients: list[str]
    verdicts: list[str] = field(default_factory=list)
    hops: int = 0

    def as_json(self) -> dict[str, Any]:
        """For `mailbox mail inspect`."""
        return {
            "from": self.sender,
            "name": self.name,
            "subject": self.subject,
            "text": self.text,
            "reply_text": self.reply_text,
            "attachments": [{"filename": one.name, "size": one.size} for one in self.files],
            "auto_submitted": self.machine is not Machine.NONE,
            "message_id": self.message_id,
            "in_reply_to": self.in_reply_to,
            "references": self.references,
        }


def read(raw: bytes) -> Understood:
    """Understand a message.

    Raises:
        NotUnderstoodError: it is larger or deeper than can be read in time, or broken beyond what the readers know.
    """
    _must_be_readable(raw)
    try:
        return _read(_parsed(raw))
    except RecursionError as fault:
        raise NotUnderstoodError("too_deep") from fault
    except Exception as fault:  # the library's readers of what no standard foresaw
        raise NotUnderstoodError("broken") from fault


def _parsed(raw: bytes) -> Message:
    """The library's reading, fed piece by piece: given all at once it copies the message into four bytes a character.

    A line of more than a megabyte is broken, for the same reason.
    """
    parser, since = BytesFeedParser(policy=compat32), 0
    for at in range(0, len(raw), PIECE):
        piece = raw[at : at + PIECE]
        since = since + len(piece) if b"\n" not in piece else 0
        parser.feed(piece)
        if since > LONGEST_LINE:
            parser.feed(b"\n")
            since = 0
    return parser.close()


def _must_be_readable(raw: bytes) -> None:
    if len(raw) > MOST_BYTES:
        raise NotUnderstoodError("too_large")
    if raw.count(b"\n") + raw.count(b"\r") - raw.count(b"\r\n") > MOST_LINES:
        raise NotUnderstoodError("too_many_lines")
    found = _EMPTY_LINE.search(raw)
    if (found.start() if found else len(raw)) > MOST_HEADER:
        raise NotUnderstoodError("too_large_header")
    # Looked for by the plain word first: the pattern takes a third of a second for 24 MB.
    named, (deep, large) = len(_NAMED.findall(raw)) if b"boundary" in raw.lower() else 0, DEEP_AND_LARGE
    if named > MOST_NESTED or (named > deep and len(raw) > large):
        raise NotUnderstoodError("too_deep")


def _read(mail: Message) -> Understood:
    sender, name = headers.address(mail, "from")
    if not sender:
        sender, name = headers.address(mail, "sender")[0], name
    subject = headers.words(mail, "subject")
    content = content_of(mail)
    machine = kind_of(mail, sender, subject, is_report=content.is_report)
    in_reply_to = headers.ids(mail, "in-reply-to")
    return Understood(
        sender=sender,
        name=name,
        subject=subject,
        text=content.text,
        reply_text=reply_in(content.text),
        files=content.files,
        machine=machine,
        bounce=bounce_of(mail, content.text, content.report) if machine is Machine.BOUNCE else None,
        message_id=headers.message_id(mail),
        in_reply_to=in_reply_to[0] if in_reply_to else "",
        references=headers.ids(mail, "references"),
        recipients=_recipients(mail),
        verdicts=headers.all_of(mail, "authentication-results")[:MOST_VERDICTS],
        hops=len(headers.all_of(mail, "received")),
    )


def _recipients(mail: Message) -> list[str]:
    """To whom it came, as far as the headers say: where a signed reply address is looked for."""
    names = ("delivered-to", "x-original-to", "envelope-to", "to", "cc")
    found = [where for name in names for value in headers.all_of(mail, name) for where in _addresses(value)]
    return list(dict.fromkeys(found))[:100]


def _addresses(value: str) -> list[str]:
    return [found.lower() for found in re.findall(r"[\w.+=-]{1,128}@[\w.-]{1,255}", value)]
