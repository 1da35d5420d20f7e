"""What came in by mail about a letter, beside what happened to it: automatic mail, files not taken, what was quoted."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from mailbox_service.base.language import say, words
from mailbox_service.mail.tables import Received, ReceivedState
from mailbox_service.tickets.tables.words import Identity
from mailbox_service.web.staff.room import Room


@dataclass(frozen=True, slots=True)
class Came:
    """A message that says more than the letter does: when it came, what it was, what is to be said about it."""

    at: datetime
    title: str
    remark: str
    folded: str


def came(room: Room) -> Iterator[Came]:
    """Each such message, oldest first. Colleagues alone read it."""
    for row in room.post:
        remark, folded = " ".join(refused(room.lang, row)), _folded(room, row)
        if remark or folded or row.state not in (ReceivedState.LETTER, ReceivedState.THREADED):
            yield Came(row.received_at, _title(room.lang, row), remark, folded)


def _title(lang: str, row: Received) -> str:
    for key in (f"inbox.came.{row.reason}", f"inbox.came.{row.state.value}"):
        if (known := str(words(lang).gettext(key))) != key:
            return known
    return say(lang, "inbox.came.machine")


def _folded(room: Room, row: Received) -> str:
    """All that a message said, where its letter has only what was new; not where it could show a hidden name."""
    if room.case.ticket.identity != Identity.NAMED or row.state is ReceivedState.LETTER:
        return ""
    return row.text if row.state is not ReceivedState.THREADED or row.text != row.reply_text else ""


def refused(lang: str, row: Received) -> list[str]:
    """A sentence for each file that was not taken."""
    return [_file(lang, dict(one)) for one in row.refused]


def _file(lang: str, facts: dict[str, Any]) -> str:
    key = f"inbox.file.{facts.pop('code', '')}"
    known = str(words(lang).gettext(key)) != key
    return say(lang, key if known else "inbox.file.other", **facts)
