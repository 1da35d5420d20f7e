"""/staff/tickets/{number}/reply: the office's reply, saved as often as one likes, then handed in; a correction, too.

A colleague's newer words are never overwritten: both texts are shown with what changed, and brought together.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from litestar import Response
from sqlmodel import Session

from mailbox_service.base import audit
from mailbox_service.base.language import clock_time, say
from mailbox_service.base.refusals import Refused
from mailbox_service.city import wording
from mailbox_service.city.tables import CannedReply
from mailbox_service.desk import canned, drafts
from mailbox_service.tickets import keep, rights
from mailbox_service.tickets.acts import OPEN, Act
from mailbox_service.tickets.find import case as cases
from mailbox_service.tickets.life import reply
from mailbox_service.tickets.tables.words import ReviewOutcome, RoundReason
from mailbox_service.web import pages
from mailbox_service.web.desk import Desk, frame, hang, switched
from mailbox_service.web.errors import STATUS
from mailbox_service.web.forms import Form
from mailbox_service.web.page import Option, Page
from mailbox_service.web.staff import acts, conflict, sheets
from mailbox_service.web.staff.queues import tag
from mailbox_service.web.staff.room import Room, ahead, enter

FIELDS = ("text", "own_text", "review_outcome")
CLASHES = frozenset({"draft.newer", "conflict"})


@dataclass(frozen=True, slots=True)
class ReplyPage:
    """The letter above, what others said, the reply's text; `canned` are texts to begin with."""

    page: Page
    room: Room
    letter: sheets.Letter
    parts: Sequence[sheets.Part]
    versions: Sequence[sheets.Version]
    working: str
    own: str
    own_name: str
    outcomes: Sequence[Option]
    canned: Sequence[Option]
    typed: Mapping[str, str]
    saved: str
    draft_version: int
    version: int
    translated: str


@dataclass(frozen=True, slots=True)
class Around:
    """What lies around the draft: the newest version's number, what the viewer could not save, texts to begin with."""

    newest: int
    has_aside: bool
    canned: Sequence[CannedReply]


def act_of(room: Room) -> Act:
    """A first reply while the letter is open, a correction afterwards."""
    return Act.SUBMIT_REPLY if room.case.ticket.status in OPEN else Act.CORRECT_REPLY


async def show(desk: Desk) -> Response[bytes]:
    """The draft, or an empty sheet; a correction begins with what was sent. What could not be saved is shown."""
    room = await enter(desk)
    rights.require(act_of(room), room.case, desk.viewer)
    around = await _around(room)
    if around.has_aside and (both := await conflict.of_aside(room)):
        return conflict.page(room, both, outcomes(room))
    return _page(room, around, _begun(room))


async def _around(room: Room) -> Around:
    case, viewer = room.case, room.desk.viewer
    topics = {case.ticket.topic_id or 0}
    topics |= {topic.parent_id or 0 for topic in room.desk.city.topics.values() if topic.id == case.ticket.topic_id}

    def read(session: Session) -> Around:
        newest = drafts.last_version(session, case)
        aside = drafts.aside(session, case, viewer) is not None
        return Around(newest.version if newest else 0, aside, canned.offered(session, case, topics))

    return await room.desk.read(read)


def _begun(room: Room) -> dict[str, str]:
    draft, back = room.draft, room.case.replies[-1] if room.case.replies else None
    if draft is not None:
        return {"text": draft.text, "own_text": draft.own_text}
    begun = room.case.sent if act_of(room) is Act.CORRECT_REPLY else back
    if begun is None or begun.round_no != room.case.ticket.round_no:
        return {}
    return {"text": begun.text, "own_text": begun.own_text}


async def do(desk: Desk) -> Response[bytes]:
    """Save, hand in, or begin with a canned reply."""
    form, room = await desk.form(), await enter(desk)
    typed, seen = acts.typed(form), form.number("draft_version") or 0
    if switched(desk.visit, form):
        return _page(room, await _around(room), typed, seen=seen)
    if form.line("act") == "begin":
        around = await _around(room)
        return _page(room, around, await _begun_with(room, around, typed, form), seen=seen)
    hands_in = form.line("act") == "submit"
    number = room.case.ticket.number
    try:
        await desk.write(lambda session: store(session, desk, number, form, hands_in=hands_in))
    except Refused as refused:
        return await _refused(desk, room, form, refused)
    if hands_in:
        return pages.see_other(f"{room.href}?done={act_of(room).value}")
    return pages.see_other(f"{room.href}/reply?done=draft")


async def _refused(desk: Desk, room: Room, form: Form, refused: Refused) -> Response[bytes]:
    """The same page with what was typed; after a colleague's save both texts, what was typed kept aside."""
    if refused.code in acts.OUT_OF_SIGHT:
        raise refused
    typed, seen = acts.typed(form), form.number("draft_version") or 0
    if refused.code in CLASHES:
        await desk.write(lambda session: put_aside(session, desk, room.case.ticket.number, form))
        room = await enter(desk)
        if both := await conflict.of_aside(room):
            return conflict.page(room, both, outcomes(room), outcome=form.line("review_outcome"))
    room = await enter(desk)
    return _page(room, await _around(room), typed, refused, seen=seen)


def put_aside(session: Session, desk: Desk, number: str, form: Form) -> None:
    """Keep what was typed while a colleague saved.

    Raises:
        Refused: as `drafts.put_aside`.
    """
    case = cases.case(session, desk.site.book.open(session), number, desk.viewer)
    texts = form.text("text"), form.text("own_text")
    drafts.put_aside(session, case, *texts, begun_from=form.number("draft_version") or 0, by=desk.viewer, now=desk.now)


def store(session: Session, desk: Desk, number: str, form: Form, *, hands_in: bool) -> int:
    """Keep the draft, and with `hands_in` make a version of the reply of it, in one step; answers the draft's version.

    Raises:
        Refused: as `drafts.save`, `reply.submit_reply`, `reply.correct_reply`; "stale"; "reply.place" when a place for
            a fact is not filled.
    """
    case = cases.case(session, desk.site.book.open(session), number, desk.viewer)
    text, own, by, now = form.text("text"), form.text("own_text"), desk.viewer, desk.now
    version = drafts.save(session, case, text, own, seen_version=form.number("draft_version") or 0, by=by, now=now)
    if not hands_in:
        return version
    if case.ticket.version != form.number("version"):
        raise Refused("stale")
    if left := canned.places_left(f"{text}\n{own}"):
        raise Refused("reply.place", place=left[0])
    outcome = form.line("review_outcome")
    if case.ticket.status in OPEN:
        chosen = ReviewOutcome(outcome) if outcome in set(ReviewOutcome) else None
        reply.submit_reply(case, text, own, review_outcome=chosen, by=by, now=now)
    else:
        reply.correct_reply(case, text, own, by=by, now=now)
    drafts.discard(session, case)
    keep.keep(session, case)
    return version


# --- Texts to begin with ---------------------------------------------------------------------


async def _begun_with(room: Room, around: Around, typed: Mapping[str, str], form: Form) -> dict[str, str]:
    """What was typed, with the chosen text before it in each language it has. A name filled in was looked at."""
    desk, case = room.desk, room.case
    chosen = next((one for one in around.canned if one.id == form.number("canned")), None)
    if chosen is None:
        return dict(typed)
    languages = {"text": case.city.working_language, "own_text": case.ticket.language if _own(room) else ""}
    found = {name: chosen.texts.get(code, "") for name, code in languages.items()}
    if canned.name_for(case, desk.viewer) and any("{name}" in text for text in found.values()):
        who, at, about = desk.viewer.person_id, desk.now, ("ticket", case.ticket.id)
        await desk.write(lambda session: audit.record(session, "identity.seen", by=who, now=at, about=about, reason=""))
    result = dict(typed)
    for name, text in found.items():
        if text:
            said = wording.filled(text, canned.facts(case, languages[name], desk.viewer))
            result[name] = "\n\n".join(part for part in (said, typed.get(name, "").strip()) if part)
    return result


def _own(room: Room) -> str:
    """The language tag of the writer's language, when the office masters it; "" when it writes in one alone."""
    case = room.case
    masters = case.city.offices[case.lead.department_id].masters if case.lead else []
    return tag(case.ticket.language) if case.is_foreign and case.ticket.language in masters else ""


def _canned(room: Room, around: Around) -> list[Option]:
    case = room.case
    codes = {case.city.working_language, *([case.ticket.language] if _own(room) else [])}
    return [Option(str(one.id), one.name) for one in around.canned if codes & one.texts.keys()]


# --- The page --------------------------------------------------------------------------------


def outcomes(room: Room) -> list[Option]:
    """What a review can find; nothing outside a review."""
    case = room.case
    reviewing = case.round.reason == RoundReason.REVIEW and case.ticket.status in OPEN
    return [Option(one.value, say(room.lang, f"review.{one.value}")) for one in ReviewOutcome] if reviewing else []


def _page(
    room: Room,
    around: Around,
    typed: Mapping[str, str],
    refused: Refused | None = None,
    *,
    seen: int | None = None,
) -> Response[bytes]:
    desk, lang, case = room.desk, room.lang, room.case
    problems = [acts.problem_of(desk, refused, FIELDS)] if refused else []
    title = say(lang, f"act.{act_of(room).value}")
    context = ReplyPage(
        page=frame(desk, title, form_id="act", form_act="save", problems=problems, notice=_notice(room)),
        room=room,
        letter=sheets.letter(room),
        parts=sheets.parts(room),
        versions=sheets.versions(room)[:2],
        working=tag(case.city.working_language),
        own=_own(room),
        own_name=say(lang, f"language.{case.ticket.language}"),
        outcomes=outcomes(room),
        canned=_canned(room, around),
        typed=typed,
        saved=saved(room),
        draft_version=around.newest if seen is None else seen,
        version=case.ticket.version,
        translated=say(lang, f"language.{case.ticket.language}") if case.is_translated else "",
    )
    status = STATUS.get(refused.code, 422) if refused else 200
    return pages.html(desk.visit, "staff/reply.html", context, status=status)


def _notice(room: Room) -> str:
    done = room.desk.asked("done") == "draft" and room.desk.visit.method == "GET"
    return saved(room) if done else ""


def saved(room: Room) -> str:
    """When the draft was saved last, and by whom; "" while there is none."""
    if room.draft is None:
        return ""
    at = clock_time(room.draft.saved_at, room.desk.site.zone)
    return say(room.lang, "Saved %(at)s by %(name)s", at=at, name=room.who(room.draft.saved_by))


doors = [
    hang("GET", "/staff/tickets/{number:str}/reply", show, ahead),
    hang("POST", "/staff/tickets/{number:str}/reply", do),
]
