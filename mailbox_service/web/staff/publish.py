"""/staff/tickets/{number}/publish: a redacted copy, each mask looked at, for another clerk to let out.

A copy is made of a working text, which can be changed, and of the masks on top of it: those that were found and are
ticked, and those for words the clerk names. So a mask can be taken away without losing what was changed, and what is
written anew is looked through as well.
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
from mailbox_service.web.staff.room import Room, ahead, enter

TEXTS = ("subject", "letter", "reply")
AROUND = 12  # characters shown beside what a mask hides
MOST_BOXES = 60  # of one page; what is found beyond them is masked without asking
LONGEST_SUBJECT = 200
MOST_PHRASES, LONGEST_PHRASE = 100, 100


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
    unseen: int
    also: str
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
    publish.may_be_public(room.case)
    halves = _halves(room, {name: form.text(name) for name in TEXTS}, form)
    if switched(desk.visit, form):
        return _page(room, halves, form)
    problems = _overlooked(desk, form, halves)
    if form.line("act") != "propose":
        problems = [problem for problem in problems if problem.field == "also"]
        return _page(room, halves, form, problems, 422 if problems else 200)
    if problems:
        return _page(room, halves, form, problems, 422)
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


def _overlooked(desk: Desk, form: Form, halves: Sequence[Half]) -> list[Problem]:
    """Masks nobody has looked at yet, and words that were to be hidden and stand nowhere."""
    shown, lang, problems = form.line("shown").split(","), desk.lang, []
    if any(box.key not in shown for box in _first_boxes(halves)):
        problems = [Problem("mask", say(lang, "The changed text needs more masks. Look at the copy once more."))]
    nowhere = [p for p in _phrases(form) if not any(redaction.wherever(half.working, [p]) for half in halves)]
    if nowhere:
        problems.append(Problem("also", say(lang, "Stands in none of the texts: %(words)s", words=nowhere[0])))
    return problems


def _phrases(form: Form | None) -> list[str]:
    """What the clerk wants hidden besides, a name or a few words a line."""
    lines = form.text("also").split("\n") if form else []
    return [line.strip()[:LONGEST_PHRASE] for line in lines if line.strip()][:MOST_PHRASES]


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


def names_of(case: Case) -> list[str]:
    """The writer's name, as far as it was given."""
    return [case.citizen.name] if case.citizen and case.citizen.name else []


def _halves(room: Room, working: Mapping[str, str], form: Form | None) -> list[Half]:
    case = room.case
    names = names_of(case)
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
        masks = [*(box.mask for box in boxes if box.ticked), *redaction.wherever(text, _phrases(form))]
        copy = redaction.masked(text, redaction.together(masks), spoken)
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
        unseen=sum(len(half.boxes) for half in halves) - len(boxes),
        also=form.text("also") if form else "",
        shown=",".join(box.key for box in boxes),
        listed=form.line("listed") == "yes" if form else True,
        reason=form.text("reason") if form else "",
        version=(form.number("version") or 0) if form else room.case.ticket.version,
    )
    return pages.html(desk.visit, "staff/publish.html", context, status=status)


doors = [
    hang("GET", "/staff/tickets/{number:str}/publish", show, ahead),
    hang("POST", "/staff/tickets/{number:str}/publish", do),
]
