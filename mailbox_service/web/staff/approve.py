"""/staff/tickets/{number}/approve: the version that is being checked; let it through, or give it back with a remark."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from litestar import Response
from sqlmodel import Session

from mailbox_service.base.language import say
from mailbox_service.base.refusals import Refused
from mailbox_service.tickets import work
from mailbox_service.tickets.acts import OPEN, Act
from mailbox_service.tickets.life import reply
from mailbox_service.web import pages
from mailbox_service.web.desk import Desk, frame, hang, switched
from mailbox_service.web.errors import STATUS
from mailbox_service.web.forms import Form
from mailbox_service.web.page import Page
from mailbox_service.web.staff import acts, now, sheets
from mailbox_service.web.staff.differences import Thread, woven
from mailbox_service.web.staff.room import Room, ahead, enter


@dataclass(frozen=True, slots=True)
class ApprovePage:
    """Letter and version, what changed since the one before and what was said of that.

    `refusal` says why this viewer may only send it back.
    """

    page: Page
    room: Room
    letter: sheets.Letter
    parts: Sequence[sheets.Part]
    current: sheets.Version
    former: sheets.Version | None
    changes: Sequence[Thread]
    remarks: Sequence[sheets.StepLine]
    refusal: str
    reply_version: int
    remark: str


async def show(desk: Desk) -> Response[bytes]:
    """What is to be checked.

    Raises:
        Refused: "reply.none" when nothing is being checked; why it is not theirs to check.
    """
    return _page(await enter(desk))


async def do(desk: Desk) -> Response[bytes]:
    """Approve or send back, the very version that was on the page."""
    form, room = await desk.form(), await enter(desk)
    if switched(desk.visit, form):
        return _page(room, remark=form.text("remark"))
    number = room.case.ticket.number
    sends_back = form.line("act") == "send_back"
    try:
        await desk.write(lambda session: decide(session, desk, number, form, sends_back=sends_back))
    except Refused as refused:
        if refused.code in acts.OUT_OF_SIGHT:
            raise
        return _page(await enter(desk), refused, remark=form.text("remark"))
    return pages.see_other(f"{room.href}?done={'send_back' if sends_back else 'approve'}")


def decide(session: Session, desk: Desk, number: str, form: Form, *, sends_back: bool) -> None:
    """One step of the version."""
    version, remark = form.number("reply_version") or 0, form.text("remark")
    book, by = desk.site.book, desk.viewer
    if sends_back:
        work.act(session, book, number, by, reply.send_back, version, remark, now=desk.now)
    else:
        work.act(session, book, number, by, reply.approve, version, remark=remark, now=desk.now)


def _page(room: Room, refused: Refused | None = None, *, remark: str = "") -> Response[bytes]:
    desk = room.desk
    checked = room.case.submitted
    no = now.refusal(room, Act.APPROVE if room.case.ticket.status in OPEN else Act.APPROVE_CORRECTION)
    if checked is None or not now.to_send_back(room):
        raise refused or no or Refused("reply.none")
    versions = sheets.versions(room)
    current = next(i for i, one in enumerate(reversed(room.case.replies)) if one is checked)
    former = versions[current + 1] if len(versions) > current + 1 else None
    refusal = (
        acts.said(desk, no) if no else "" if now.to_approve(room) else acts.said(desk, Refused("reply.other_step"))
    )
    problems = [acts.problem_of(desk, refused, ["remark"])] if refused else []
    context = ApprovePage(
        page=frame(desk, say(desk.lang, "Check the reply"), form_id="act", form_act="none", problems=problems),
        room=room,
        letter=sheets.letter(room),
        parts=sheets.parts(room),
        current=versions[current],
        former=former,
        changes=woven(former.text, versions[current].text) if former else (),
        remarks=[step for step in former.steps if step.remark] if former else (),
        refusal=refusal,
        reply_version=checked.version,
        remark=remark,
    )
    status = STATUS.get(refused.code, 422) if refused else 200
    return pages.html(desk.visit, "staff/approve.html", context, status=status)


doors = [
    hang("GET", "/staff/tickets/{number:str}/approve", show, ahead),
    hang("POST", "/staff/tickets/{number:str}/approve", do),
]
