"""/staff/post: replies that go out by post, and on which day each was posted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from litestar import Response
from sqlmodel import Session

from mailbox_service.base import tokens
from mailbox_service.base.language import moment, say
from mailbox_service.base.refusals import Refused
from mailbox_service.desk import dispatches
from mailbox_service.tickets import keep
from mailbox_service.tickets.find import case as cases
from mailbox_service.web import pages
from mailbox_service.web.desk import POSTS, Desk, frame, hang, switched
from mailbox_service.web.errors import STATUS
from mailbox_service.web.page import Page
from mailbox_service.web.staff import acts
from mailbox_service.web.staff.queues import tag

PATH = "/staff/post"


@dataclass(frozen=True, slots=True)
class Row:
    """A reply to post."""

    number: str
    href: str
    subject: str
    lang: str
    office: str
    sent: str
    may_print: bool


@dataclass(frozen=True, slots=True)
class PostPage:
    """The list; `typed` is the day that was typed for the letter `number`."""

    page: Page
    rows: Sequence[Row]
    today: str
    number: str
    typed: str


async def show(desk: Desk) -> Response[bytes]:
    """The list."""
    return await _page(desk)


async def do(desk: Desk) -> Response[bytes]:
    """Record the day."""
    form = await desk.form()
    number, typed = tokens.read_number(form.line("number")[:40]) or "", form.line("posted_on")
    if switched(desk.visit, form):
        return await _page(desk, number, typed)
    try:
        posted_on = _day(typed)
        await desk.write(lambda session: _record(session, desk, number, posted_on))
    except Refused as refused:
        if refused.code in acts.OUT_OF_SIGHT:
            raise
        return await _page(desk, number, typed, refused)
    return pages.see_other(f"{PATH}?done=posted")


def _day(typed: str) -> date:
    try:
        return date.fromisoformat(typed)
    except ValueError as wrong:
        raise Refused("dispatch.days") from wrong


def _record(session: Session, desk: Desk, number: str, posted_on: date) -> None:
    case = cases.case(session, desk.city, number, desk.viewer)
    dispatches.record(session, case, posted_on, by=desk.viewer, now=desk.now)
    keep.keep(session, case)


async def _page(desk: Desk, number: str = "", typed: str = "", refused: Refused | None = None) -> Response[bytes]:
    if not any(desk.viewer.has(role) for role in POSTS):
        raise Refused("not_yours")
    found = await desk.read(lambda session: dispatches.owed(session, desk.viewer))
    problems = [acts.problem_of(desk, refused, ["posted_on"])] if refused else []
    notice = say(desk.lang, "post.posted") if desk.asked("done") == "posted" else ""
    rows = [
        Row(
            one.number,
            f"/staff/tickets/{one.number}",
            one.subject,
            tag(one.language),
            desk.office(one.department_id),
            moment(one.sent_at, desk.lang, desk.site.zone),
            one.may_print,
        )
        for one in found
    ]
    page = frame(desk, say(desk.lang, "Replies to post"), notice=notice, problems=problems)
    context = PostPage(page, rows, desk.today.isoformat(), number, typed)
    status = STATUS.get(refused.code, 422) if refused else 200
    return pages.html(desk.visit, "staff/post.html", context, status=status)


doors = [hang("GET", PATH, show), hang("POST", PATH, do)]
