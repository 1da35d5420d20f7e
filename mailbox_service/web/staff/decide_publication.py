"""/staff/tickets/{number}/decide_publication: original and copy side by side, and what differs; out it goes, or not."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from litestar import Response

from mailbox_service.base.language import say
from mailbox_service.base.refusals import Refused
from mailbox_service.tickets import redaction
from mailbox_service.tickets.acts import Act
from mailbox_service.tickets.life import publish
from mailbox_service.tickets.tables import Publication
from mailbox_service.tickets.tables.words import ProposalKind
from mailbox_service.web import pages
from mailbox_service.web.desk import Desk, frame, hang, switched
from mailbox_service.web.errors import STATUS
from mailbox_service.web.page import Page, Problem
from mailbox_service.web.staff import acts, sheets, wishes
from mailbox_service.web.staff.differences import Stretch, differences
from mailbox_service.web.staff.publish import TEXTS, languages_of, names_of
from mailbox_service.web.staff.queues import tag
from mailbox_service.web.staff.room import Room, ahead, enter
from mailbox_service.web.staff.wish_book import BOOK
from mailbox_service.web.staff.wishes import Doing

DECIDE = Act.DECIDE_PUBLICATION
MOST_LEFT = 50


@dataclass(frozen=True, slots=True)
class Compared:
    """One text twice: what was written, and the copy."""

    label: str
    lang: str
    original: Sequence[Stretch]
    copy: Sequence[Stretch]


@dataclass(frozen=True, slots=True)
class Left:
    """Something in the copy that a mask could hide: what it is, and how it reads."""

    what: str
    text: str


@dataclass(frozen=True, slots=True)
class DecidePage:
    """The copy that waits, beside what it was made from; who proposes it and why; what a mask could still hide."""

    page: Page
    room: Room
    wish: sheets.Wish
    texts: Sequence[Compared]
    left: Sequence[Left]
    listed: bool
    remark: str
    version: int


async def show(desk: Desk) -> Response[bytes]:
    """What is asked; the reason instead, when it is not the viewer's to decide."""
    room = await enter(desk)
    if refused := wishes.refusal(room, DECIDE):
        raise refused
    return _page(room)


async def do(desk: Desk) -> Response[bytes]:
    """Let the copy out, or say why not."""
    form, room = await desk.form(), await enter(desk)
    if switched(desk.visit, form):
        return _page(room, form.text("remark"))
    version, number = form.number("version") or 0, room.case.ticket.number
    try:
        await desk.write(lambda session: BOOK[DECIDE].do(Doing(session, desk, number, form, version)))
    except Refused as refused:
        room = await enter(desk)
        if refused.code in acts.OUT_OF_SIGHT or _waiting(room) is None or wishes.refusal(room, DECIDE):
            raise
        problem = acts.problem_of(desk, refused, ["remark"])
        return _page(room, form.text("remark"), [problem], STATUS.get(refused.code, 422))
    return pages.see_other(f"{room.href}?done={DECIDE.value}")


def _waiting(room: Room) -> Publication | None:
    """The copy that is proposed."""
    proposal = room.case.pending(ProposalKind.PUBLISH)
    wanted = proposal.details.get("publication_id") if proposal else None
    return next((copy for copy in room.case.publications if copy.id == wanted), None)


def _page(room: Room, remark: str = "", problems: Sequence[Problem] = (), status: int = 200) -> Response[bytes]:
    desk, copy = room.desk, _waiting(room)
    if copy is None:
        raise Refused("proposal.none")
    original, languages = publish.to_copy(room.case), languages_of(room.case)
    labels = {
        "subject": say(room.lang, "Subject"),
        "letter": say(room.lang, "Letter"),
        "reply": say(room.lang, "Reply"),
    }
    texts = [
        Compared(labels[name], tag(languages[name]), *differences(getattr(original, name), getattr(copy, name)))
        for name in TEXTS
    ]
    context = DecidePage(
        page=frame(desk, say(desk.lang, f"act.{DECIDE.value}"), form_id="act", problems=problems),
        room=room,
        wish=next(w for w in sheets.wishes(room) if w.href.endswith(DECIDE.value)),
        texts=texts,
        left=_left(room, copy),
        listed=copy.listed,
        remark=remark,
        version=room.case.ticket.version,
    )
    return pages.html(desk.visit, "staff/decide_publication.html", context, status=status)


def _left(room: Room, copy: Publication) -> list[Left]:
    names = names_of(room.case)
    return [
        Left(say(room.lang, f"masked.{mask.what.value}"), text[mask.start : mask.end])
        for text in (copy.subject, copy.letter, copy.reply)
        for mask in redaction.proposed(text, names)
    ][:MOST_LEFT]


doors = [
    hang("GET", "/staff/tickets/{number:str}/decide_publication", show, ahead),
    hang("POST", "/staff/tickets/{number:str}/decide_publication", do),
]
