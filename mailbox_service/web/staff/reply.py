"""/staff/tickets/{number}/reply: the office's reply, saved as often as one likes, then handed in; a correction, too."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from litestar import Response
from sqlmodel import Session

from mailbox_service.base.language import clock_time, say
from mailbox_service.base.refusals import Refused
from mailbox_service.desk import drafts
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
from mailbox_service.web.staff import acts, sheets
from mailbox_service.web.staff.queues import tag
from mailbox_service.web.staff.room import Room, enter

FIELDS = ("text", "own_text", "review_outcome")


@dataclass(frozen=True, slots=True)
class ReplyPage:
    """The letter above, what others said, the reply's text; when somebody saved meanwhile, their text too."""

    page: Page
    room: Room
    letter: sheets.Letter
    parts: Sequence[sheets.Part]
    versions: Sequence[sheets.Version]
    working: str
    own: str
    own_name: str
    outcomes: Sequence[Option]
    typed: Mapping[str, str]
    newer: str
    newer_own: str
    newer_by: str
    saved: str
    draft_version: int
    version: int
    translated: str


def act_of(room: Room) -> Act:
    """A first reply while the letter is open, a correction afterwards."""
    return Act.SUBMIT_REPLY if room.case.ticket.status in OPEN else Act.CORRECT_REPLY


async def show(desk: Desk) -> Response[bytes]:
    """The draft, or an empty sheet; a correction begins with the text that was sent."""
    room = await enter(desk)
    rights.require(act_of(room), room.case, desk.viewer)
    return _page(room, _begun(room))


def _begun(room: Room) -> dict[str, str]:
    draft, back = room.draft, room.case.replies[-1] if room.case.replies else None
    if draft is not None:
        return {"text": draft.text, "own_text": draft.own_text}
    begun = room.case.sent if act_of(room) is Act.CORRECT_REPLY else back
    if begun is None or begun.round_no != room.case.ticket.round_no:
        return {}
    return {"text": begun.text, "own_text": begun.own_text}


async def do(desk: Desk) -> Response[bytes]:
    """Save, or hand in. A colleague's newer words are never overwritten: both texts are shown."""
    form, room = await desk.form(), await enter(desk)
    typed = acts.typed(form)
    if switched(desk.visit, form):
        return _page(room, typed, seen=form.number("draft_version") or 0)
    hands_in = form.line("act") == "submit"
    number = room.case.ticket.number
    try:
        await desk.write(lambda session: store(session, desk, number, form, hands_in=hands_in))
    except Refused as refused:
        if refused.code in acts.OUT_OF_SIGHT:
            raise
        return _page(await enter(desk), typed, refused, seen=form.number("draft_version") or 0)
    if hands_in:
        return pages.see_other(f"{room.href}?done={act_of(room).value}")
    return pages.see_other(f"{room.href}/reply?done=draft")


def store(session: Session, desk: Desk, number: str, form: Form, *, hands_in: bool) -> None:
    """Keep the draft, and with `hands_in` make a version of it, in one step.

    Raises:
        Refused: as `drafts.save`, `reply.submit_reply`, `reply.correct_reply`; "stale".
    """
    case = cases.case(session, desk.site.book.open(session), number, desk.viewer)
    text, own, by, now = form.text("text"), form.text("own_text"), desk.viewer, desk.now
    drafts.save(session, case, text, own, seen_version=form.number("draft_version") or 0, by=by, now=now)
    if not hands_in:
        return
    if case.ticket.version != form.number("version"):
        raise Refused("stale")
    outcome = form.line("review_outcome")
    if case.ticket.status in OPEN:
        chosen = ReviewOutcome(outcome) if outcome in set(ReviewOutcome) else None
        reply.submit_reply(case, text, own, review_outcome=chosen, by=by, now=now)
    else:
        reply.correct_reply(case, text, own, by=by, now=now)
    drafts.discard(session, case)
    keep.keep(session, case)


def _page(
    room: Room, typed: Mapping[str, str], refused: Refused | None = None, *, seen: int | None = None
) -> Response[bytes]:
    desk, lang, case, draft = room.desk, room.lang, room.case, room.draft
    problems = [acts.problem_of(desk, refused, FIELDS)] if refused and refused.code != "draft.newer" else []
    clash = refused is not None and refused.code == "draft.newer" and draft is not None
    language = case.ticket.language
    masters = case.city.offices[case.lead.department_id].masters if case.lead else []
    reviewing = case.round.reason == RoundReason.REVIEW and case.ticket.status in OPEN
    outcomes = [Option(one.value, say(lang, f"review.{one.value}")) for one in ReviewOutcome]
    title = say(lang, f"act.{act_of(room).value}")
    page = frame(desk, title, form_id="act", form_act="save", problems=problems, notice=_notice(room))
    version = draft.version if draft and (clash or seen is None) else seen or 0
    context = ReplyPage(
        page=page,
        room=room,
        letter=sheets.letter(room),
        parts=sheets.parts(room),
        versions=sheets.versions(room)[:2],
        working=tag(case.city.working_language),
        own=tag(language) if case.is_foreign and language in masters else "",
        own_name=say(lang, f"language.{language}"),
        outcomes=outcomes if reviewing else (),
        typed=typed,
        newer=draft.text if clash and draft else "",
        newer_own=draft.own_text if clash and draft else "",
        newer_by=room.who(draft.saved_by) if clash and draft else "",
        saved=_saved(room),
        draft_version=version,
        version=case.ticket.version,
        translated=say(lang, f"language.{language}") if case.is_translated else "",
    )
    status = 409 if clash else STATUS.get(refused.code, 422) if refused else 200
    return pages.html(desk.visit, "staff/reply.html", context, status=status)


def _notice(room: Room) -> str:
    done = room.desk.asked("done") == "draft" and room.desk.visit.method == "GET"
    return _saved(room) if done else ""


def _saved(room: Room) -> str:
    if room.draft is None:
        return ""
    at = clock_time(room.draft.saved_at, room.desk.site.zone)
    return say(room.lang, "Saved %(at)s by %(name)s", at=at, name=room.who(room.draft.saved_by))


doors = [
    hang("GET", "/staff/tickets/{number:str}/reply", show),
    hang("POST", "/staff/tickets/{number:str}/reply", do),
]
