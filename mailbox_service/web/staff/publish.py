"""/staff/tickets/{number}/publish: a redacted copy, each mask looked at, for another clerk to let out.

A copy is made of a working text, which can be changed, and of the masks that are ticked on top of it. So a mask
can be taken away without losing what was changed, and what is written anew is looked through as well.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from litestar import Response
from sqlmodel import Session

from mailbox_service.base.language import LANGUAGES, say
from mailbox_service.base.refusals import Refused
from mailbox_service.tickets import redaction, rights, work
from mailbox_service.tickets.acts import Act
from mailbox_service.tickets.case import Case
from mailbox_service.tickets.life import publish
from mailbox_service.tickets.life.publish import Copy
from mailbox_service.tickets.redaction import Mask, Piece
from mailbox_service.web import pages
from mailbox_service.web.desk import Desk, frame, hang, switched
from mailbox_service.web.errors import STATUS
from mailbox_service.web.forms import Form
from mailbox_service.web.page import Page, Problem
from mailbox_service.web.staff import acts
from mailbox_service.web.staff.queues import tag
from mailbox_service.web.staff.room import Room, enter

TEXTS = ("subject", "letter", "reply")
AROUND = 12  # characters shown beside what a mask hides
MOST_BOXES = 60  # of one page; what is found beyond them is masked without asking
LONGEST_SUBJECT = 200


@dataclass(frozen=True, slots=True)
class Box:
    """One mask: what it hides and what stands around it."""

    key: str
    mask: Mask
    what: str
    text: str
    before: str
    after: str
    ticked: bool


@dataclass(frozen=True, slots=True)
class Half:
    """One of the copy's texts: what was written, what it is made from, and how the public will read it."""

    name: str
    label: str
    lang: str
    original: Sequence[Piece]
    working: str
    copy: str
    boxes: Sequence[Box]


@dataclass(frozen=True, slots=True)
class PublishPage:
    """Original and copy of subject, letter and reply, the masks between them."""

    page: Page
    room: Room
    halves: Sequence[Half]
    boxes: Sequence[Box]
    more: int
    shown: str
    listed: bool
    reason: str
    version: int


async def show(desk: Desk) -> Response[bytes]:
    """The copy as it would be with every mask."""
    room = await enter(desk)
    rights.require(Act.PROPOSE_PUBLICATION, room.case, desk.viewer)
    publish.may_be_public(room.case)
    return _page(room, _halves(room, _beginning(room.case), None))


async def do(desk: Desk) -> Response[bytes]:
    """Show the copy anew, or propose it; not before every mask has been on the page once."""
    form, room = await desk.form(), await enter(desk)
    rights.require(Act.PROPOSE_PUBLICATION, room.case, desk.viewer)
    halves = _halves(room, {name: form.text(name) for name in TEXTS}, form)
    if switched(desk.visit, form) or form.line("act") != "propose":
        return _page(room, halves, form)
    shown = form.line("shown").split(",")
    if any(box.key not in shown for box in _first_boxes(halves)):
        unseen = say(desk.lang, "The changed text needs more masks. Look at the copy once more.")
        return _page(room, halves, form, [Problem("mask", unseen)], 422)
    subject, letter, reply = (half.copy for half in halves)
    copy = Copy(subject, letter, reply, listed=form.line("listed") == "yes")
    try:
        await _propose(desk, room.case.ticket.number, copy, form)
    except Refused as refused:
        if refused.code in acts.OUT_OF_SIGHT:
            raise
        return _page(room, halves, form, [_problem(desk, refused, halves)], STATUS.get(refused.code, 422))
    return pages.see_other(f"{room.href}?done={Act.PROPOSE_PUBLICATION.value}")


async def _propose(desk: Desk, number: str, copy: Copy, form: Form) -> None:
    def propose_it(session: Session) -> None:
        work.act(
            session,
            desk.site.book,
            number,
            desk.viewer,
            publish.propose_publication,
            copy,
            form.text("reason"),
            seen_version=form.number("version") or 0,
            now=desk.now,
        )

    await desk.write(propose_it)


def _problem(desk: Desk, refused: Refused, halves: Sequence[Half]) -> Problem:
    empty = next((half.name for half in halves if not half.copy.strip()), "")
    if refused.code == "publication.empty":
        return Problem(empty, acts.said(desk, refused))
    return acts.problem_of(desk, refused, ["reason"])


# --- Texts and masks -------------------------------------------------------------------------


def _beginning(case: Case) -> Mapping[str, str]:
    copy = publish.to_copy(case)
    return {"subject": copy.subject, "letter": copy.letter, "reply": copy.reply}


def languages_of(case: Case) -> Mapping[str, str]:
    """The language of each text; "" when nobody knows it."""
    written = case.letter.language
    return {"subject": written, "letter": written, "reply": case.ticket.language}


def _halves(room: Room, working: Mapping[str, str], form: Form | None) -> list[Half]:
    case = room.case
    names = [case.citizen.name] if case.citizen and case.citizen.name else []
    originals, languages = _beginning(case), languages_of(case)
    ticked = set(form.all("mask")) if form else None
    shown = set(form.line("shown").split(",")) if form else set()
    labels = {
        "subject": say(room.lang, "Subject"),
        "letter": say(room.lang, "Letter"),
        "reply": say(room.lang, "Reply"),
    }
    halves = []
    for name in TEXTS:
        text, lang = working[name], languages[name]
        spoken = lang if lang in LANGUAGES else case.ticket.language
        boxes = _boxes(room.lang, name, text, names, lambda key: ticked is None or key in ticked or key not in shown)
        copy = redaction.masked(text, [box.mask for box in boxes if box.ticked], spoken)
        original = redaction.pieces(originals[name], redaction.proposed(originals[name], names))
        short = copy[:LONGEST_SUBJECT] if name == "subject" else copy
        halves.append(Half(name, labels[name], tag(lang), original, text, short, boxes))
    return halves


def _boxes(lang: str, name: str, text: str, names: Sequence[str], is_ticked: Callable[[str], bool]) -> list[Box]:
    """A box for each mask, told apart by what it hides and how often that stood there before."""
    boxes: list[Box] = []
    seen = Counter[str]()
    for mask in redaction.proposed(text, names):
        hidden = text[mask.start : mask.end]
        digest = hashlib.sha256(f"{mask.what}:{hidden}".encode()).hexdigest()[:10]
        seen[digest] += 1
        key = f"{name}-{digest}-{seen[digest]}"
        before, after = text[max(0, mask.start - AROUND) : mask.start], text[mask.end : mask.end + AROUND]
        word = say(lang, f"masked.{mask.what.value}")
        boxes.append(Box(key, mask, word, hidden, before, after, is_ticked(key)))
    return boxes


def _first_boxes(halves: Sequence[Half]) -> list[Box]:
    return [box for half in halves for box in half.boxes][:MOST_BOXES]


def _page(
    room: Room, halves: Sequence[Half], form: Form | None = None, problems: Sequence[Problem] = (), status: int = 200
) -> Response[bytes]:
    desk = room.desk
    boxes = _first_boxes(halves)
    context = PublishPage(
        page=frame(desk, say(desk.lang, "act.propose_publication"), form_id="act", form_act="show", problems=problems),
        room=room,
        halves=halves,
        boxes=boxes,
        more=sum(len(half.boxes) for half in halves) - len(boxes),
        shown=",".join(box.key for box in boxes),
        listed=form.line("listed") == "yes" if form else True,
        reason=form.text("reason") if form else "",
        version=(form.number("version") or 0) if form else room.case.ticket.version,
    )
    return pages.html(desk.visit, "staff/publish.html", context, status=status)


doors = [
    hang("GET", "/staff/tickets/{number:str}/publish", show),
    hang("POST", "/staff/tickets/{number:str}/publish", do),
]
