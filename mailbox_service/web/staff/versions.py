"""/staff/tickets/{number}/versions: what the reply said each time it was saved or handed in, and what changed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from litestar import Response
from sqlmodel import Session

from mailbox_service.base.language import moment, say
from mailbox_service.base.refusals import Refused
from mailbox_service.city import find as city
from mailbox_service.desk import drafts
from mailbox_service.desk.tables import DraftVersion
from mailbox_service.tickets import rights
from mailbox_service.tickets.tables.words import Part
from mailbox_service.web import pages
from mailbox_service.web.desk import Desk, frame, hang
from mailbox_service.web.page import Option, Page
from mailbox_service.web.staff.differences import Thread, woven
from mailbox_service.web.staff.queues import tag
from mailbox_service.web.staff.room import Room, ahead, enter

READERS = drafts.WRITERS | {Part.APPROVER, Part.TRANSLATOR}


@dataclass(frozen=True, slots=True)
class Text:
    """One text that can be compared, newest first in their list."""

    key: str
    label: str
    text: str
    own_text: str


@dataclass(frozen=True, slots=True)
class VersionsPage:
    """Two texts of the list, chosen, and what became of the first in the second."""

    page: Page
    room: Room
    texts: Sequence[Option]
    first: str
    second: str
    lang: str
    changes: Sequence[Thread]
    own_lang: str
    own_changes: Sequence[Thread]


async def show(desk: Desk) -> Response[bytes]:
    """The list and two of it: those the address names, else the newest and the one before.

    Raises:
        Refused: "not_yours" to who neither writes nor checks the reply; "reply.none" when there is no text yet.
    """
    room = await enter(desk)
    if not rights.parts(room.case, desk.viewer) & READERS:
        raise Refused("not_yours")
    texts = await _texts(room)
    if not texts:
        raise Refused("reply.none")
    known = {text.key: text for text in texts}
    second = known.get(desk.asked("second"), texts[0])
    first = known.get(desk.asked("first"), texts[min(1, len(texts) - 1)])
    case = room.case
    context = VersionsPage(
        page=frame(desk, say(desk.lang, "Versions of the reply")),
        room=room,
        texts=[Option(text.key, text.label) for text in texts],
        first=first.key,
        second=second.key,
        lang=tag(case.city.working_language),
        changes=woven(first.text, second.text),
        own_lang=tag(case.ticket.language),
        own_changes=woven(first.own_text, second.own_text),
    )
    return pages.html(desk.visit, "staff/versions.html", context)


async def _texts(room: Room) -> list[Text]:
    """What was handed in, then what was saved; drafts only for who writes them."""
    case, lang, zone = room.case, room.lang, room.desk.site.zone
    handed_in = [
        Text(
            f"r{reply.version}",
            _label(
                say(lang, "Reply, version %(version)s", version=reply.version), moment(reply.submitted_at, lang, zone)
            ),
            reply.text,
            reply.own_text,
        )
        for reply in reversed(case.replies)
    ]
    if not rights.parts(case, room.desk.viewer) & drafts.WRITERS:
        return handed_in
    saved, names = await room.desk.read(lambda session: _saved(session, room))
    of_drafts = [
        Text(
            f"d{one.version}",
            _label(
                say(lang, "Draft, save %(version)s", version=one.version),
                moment(one.saved_at, lang, zone),
                names.get(one.saved_by, ""),
            ),
            one.text,
            one.own_text,
        )
        for one in saved
    ]
    return of_drafts + handed_in if room.draft else handed_in + of_drafts


def _label(*parts: str) -> str:
    return " · ".join(part for part in parts if part)


def _saved(session: Session, room: Room) -> tuple[Sequence[DraftVersion], Mapping[int, str]]:
    saved = drafts.versions(session, room.case)
    return saved, city.names(session, sorted({one.saved_by for one in saved}))


doors = [hang("GET", "/staff/tickets/{number:str}/versions", show, ahead)]
