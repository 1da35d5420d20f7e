"""/staff/tickets/{number}/contribute: what a co-handling office says to the lead's question."""

from __future__ import annotations

from dataclasses import dataclass

from litestar import Response

from mailbox_service.base.language import say
from mailbox_service.base.refusals import Refused
from mailbox_service.tickets import work
from mailbox_service.tickets.acts import Act
from mailbox_service.tickets.life import together
from mailbox_service.tickets.tables import Contribution
from mailbox_service.web import pages
from mailbox_service.web.desk import Desk, frame, hang, switched
from mailbox_service.web.errors import STATUS
from mailbox_service.web.page import Page
from mailbox_service.web.staff import acts, due, now, sheets
from mailbox_service.web.staff.room import Room, ahead, enter


@dataclass(frozen=True, slots=True)
class ContributePage:
    """The letter, the question, the answer's box."""

    page: Page
    room: Room
    letter: sheets.Letter
    question: str
    meta: str
    contribution_id: int
    text: str


async def show(desk: Desk) -> Response[bytes]:
    """The question that waits.

    Raises:
        Refused: why it is not theirs to answer; "contribution.none".
    """
    room = await enter(desk)
    return _page(room, _chosen(room, ""), "")


def _chosen(room: Room, id_: str) -> Contribution:
    owed = now.contributions(room)
    if not owed:
        raise now.refusal(room, Act.CONTRIBUTE) or Refused("contribution.none")
    return next((one for one in owed if str(one.id) == id_), owed[0])


async def do(desk: Desk) -> Response[bytes]:
    """Give the contribution."""
    form, room = await desk.form(), await enter(desk)
    asked, text = _chosen(room, form.line("of")), form.text("text")
    if switched(desk.visit, form):
        return _page(room, asked, text)
    number, book = room.case.ticket.number, desk.site.book
    try:
        await desk.write(
            lambda session: work.act(
                session, book, number, desk.viewer, together.contribute, asked.id, text, now=desk.now
            )
        )
    except Refused as refused:
        if refused.code in acts.OUT_OF_SIGHT:
            raise
        return _page(room, asked, text, refused)
    return pages.see_other(f"{room.href}?done=contribute")


def _page(room: Room, asked: Contribution, text: str, refused: Refused | None = None) -> Response[bytes]:
    desk, lang = room.desk, room.lang
    problems = [acts.problem_of(desk, refused, ["text"])] if refused else []
    lead = desk.office(room.case.lead.department_id if room.case.lead else None)
    context = ContributePage(
        page=frame(desk, say(lang, "act.contribute"), form_id="act", problems=problems),
        room=room,
        letter=sheets.letter(room),
        question=asked.question,
        meta=f"{lead} · {due.own(room, asked.asked_at, asked.due_on)}",
        contribution_id=asked.id,
        text=text,
    )
    status = STATUS.get(refused.code, 422) if refused else 200
    return pages.html(desk.visit, "staff/contribute.html", context, status=status)


doors = [
    hang("GET", "/staff/tickets/{number:str}/contribute", show, ahead),
    hang("POST", "/staff/tickets/{number:str}/contribute", do),
]
