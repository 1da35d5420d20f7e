"""What the viewer may do with a letter now, what comes first, and what they may not do yet, with the reason."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from mailbox_service.base.language import say
from mailbox_service.base.refusals import Refused
from mailbox_service.tickets import rights
from mailbox_service.tickets.acts import OPEN
from mailbox_service.tickets.acts import Act as Deed
from mailbox_service.tickets.life import publish
from mailbox_service.tickets.tables import Contribution, Translation
from mailbox_service.tickets.tables.words import Part, Step
from mailbox_service.web.parts import Act
from mailbox_service.web.staff import acts, wishes
from mailbox_service.web.staff.room import Room
from mailbox_service.web.staff.wish_book import BOOK

# Acts with a page of their own: its name in the address, and the key that opens it.
PAGES = {
    Deed.TRANSLATE_LETTER: "translate",
    Deed.CONTRIBUTE: "contribute",
    Deed.APPROVE: "approve",
    Deed.APPROVE_CORRECTION: "approve",
    Deed.SEND_BACK: "approve",
    Deed.SEND_BACK_CORRECTION: "approve",
    Deed.TRANSLATE_REPLY: "translate",
    Deed.TRANSLATE_CORRECTION: "translate",
    Deed.ROUTE: "route",
    Deed.SUBMIT_REPLY: "reply",
    Deed.CORRECT_REPLY: "reply",
    Deed.PROPOSE_PUBLICATION: "publish",
}
KEYS = {Deed.ROUTE: "r", Deed.SUBMIT_REPLY: "e"}
_DECISIONS = tuple(deed for deed, wish in BOOK.items() if wish.decides)
_LATER = (Deed.ROUTE, Deed.SUBMIT_REPLY, Deed.CORRECT_REPLY, Deed.SEND_BACK, Deed.PROPOSE_PUBLICATION)
FIRST = (
    *(deed for deed in PAGES if deed not in _LATER),
    *_DECISIONS,
    Deed.ROUTE,
    Deed.SIGN_FOR,
    Deed.SUBMIT_REPLY,
)
NOT_RESTRICTED = "not_restricted"


class Now(NamedTuple):
    """The first act (None when nothing is the viewer's to do), the others, and those that are refused."""

    first: Act | None
    signs: bool
    others: tuple[Act, ...]
    refused: tuple[Act, ...]


def look(room: Room) -> Now:
    """Every act that is the viewer's by their part, sorted into now and not now."""
    theirs = rights.theirs(room.case, room.desk.viewer)
    found = {deed: refusal(room, deed) for deed in (*PAGES, *BOOK) if deed in theirs and _fits(room, deed)}
    free = [deed for deed, no in found.items() if no is None]
    first = next((deed for deed in FIRST if deed in free), None)
    named = PAGES.get(first) if first else None
    rest = {PAGES.get(deed, deed): deed for deed in reversed(free) if deed is not first}
    rest.pop(named or "", None)
    refused = tuple(
        Act(say(room.lang, f"act.{deed}"), "", acts.said(room.desk, no))
        for deed, no in found.items()
        if no is not None and no.code != NOT_RESTRICTED and not _is_other_half(room, deed)
    )
    return Now(
        first=_act(room, first) if first else None,
        signs=first is Deed.SIGN_FOR,
        others=tuple(_act(room, deed) for deed in reversed(rest.values())),
        refused=refused,
    )


def _act(room: Room, deed: Deed) -> Act:
    return Act(say(room.lang, f"act.{deed}"), f"{room.href}/{PAGES.get(deed, deed)}", key=KEYS.get(deed, ""))


def _is_other_half(room: Room, deed: Deed) -> bool:
    """Acts on a correction while the letter is open, on a first reply once it is answered, decisions nobody asked."""
    if deed in _DECISIONS:
        return wishes.waiting_for(room.case, deed) is None
    of_correction = deed.endswith("_correction") or deed is Deed.CORRECT_REPLY
    return of_correction if room.case.ticket.status in OPEN else deed in PAGES and not of_correction


def refusal(room: Room, deed: Deed) -> Refused | None:
    """Why the act is not theirs, or not now; of a version being checked, asked for its author too."""
    if deed in AUTHORED and room.case.submitted:
        author = room.case.submitted.author_id
        return rights.refusal_of(deed, room.case, room.desk.viewer, proposed_by=author)
    return wishes.refusal(room, deed)


AUTHORED = (Deed.APPROVE, Deed.APPROVE_CORRECTION, Deed.TRANSLATE_REPLY, Deed.TRANSLATE_CORRECTION)


def _fits(room: Room, deed: Deed) -> bool:
    if deed in _DECISIONS:
        return wishes.waiting_for(room.case, deed) is not None
    if deed in BOOK:
        return BOOK[deed].fits(room)
    return _FIT[deed](room) if deed in _FIT else True


# --- Whether there is something to do it on --------------------------------------------------


def to_approve(room: Room) -> bool:
    """A version waits for the step that is theirs."""
    reply = room.case.submitted
    step = room.case.next_step(reply) if reply else None
    part = {Step.HEAD: Part.HEAD, Step.APPROVER: Part.APPROVER}.get(step) if step else None
    return part is not None and part in rights.parts(room.case, room.desk.viewer)


def to_send_back(room: Room) -> bool:
    """A version is being checked, and they are among those who check."""
    theirs = rights.parts(room.case, room.desk.viewer)
    return room.case.submitted is not None and bool(theirs & {Part.HEAD, Part.APPROVER, Part.TRANSLATOR})


def translations(room: Room) -> list[Translation]:
    """The translations the viewer is asked for, those of letters first."""
    case, viewer = room.case, room.desk.viewer
    if Part.TRANSLATOR not in rights.parts(case, viewer):
        return []
    submitted = case.submitted
    waiting = [
        text
        for text in case.translations
        if text.done_at is None
        and not text.stale
        and (text.message_id is not None or (submitted is not None and text.reply_id == submitted.id))
        and (case.ticket.restricted or text.department_id in viewer.departments(*rights.AT_WORK))
    ]
    return sorted(waiting, key=lambda text: text.reply_id is not None)


def contributions(room: Room) -> list[Contribution]:
    """The contributions the viewer owes."""
    current = room.case.ticket.round_no
    return [
        one
        for one in room.case.contributions
        if one.is_open
        and one.round_no == current
        and rights.contributes_for(room.case, room.desk.viewer, one.department_id)
    ]


def to_publish(room: Room) -> bool:
    """The writer agrees, and there is something that may be copied."""
    try:
        publish.may_be_public(room.case)
    except Refused:
        return False
    return True


def _of_letter(room: Room) -> bool:
    return any(text.message_id is not None for text in translations(room))


def _of_reply(room: Room) -> bool:
    return any(text.reply_id is not None for text in translations(room))


_FIT: dict[Deed, Callable[[Room], bool]] = {
    Deed.TRANSLATE_LETTER: _of_letter,
    Deed.TRANSLATE_REPLY: _of_reply,
    Deed.TRANSLATE_CORRECTION: _of_reply,
    Deed.CONTRIBUTE: lambda room: bool(contributions(room)),
    Deed.PROPOSE_PUBLICATION: to_publish,
    Deed.APPROVE: to_approve,
    Deed.APPROVE_CORRECTION: to_approve,
    Deed.SEND_BACK: to_send_back,
    Deed.SEND_BACK_CORRECTION: to_send_back,
}
