"""/staff/tickets/{number}/route: pass the letter on to the office that leads, and to those that are also involved."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from litestar import Response
from sqlmodel import Session

from mailbox_service.base.language import say
from mailbox_service.base.refusals import Refused
from mailbox_service.tickets import rights, work
from mailbox_service.tickets.acts import Act
from mailbox_service.tickets.life import route
from mailbox_service.tickets.tables.words import Kind
from mailbox_service.web import pages
from mailbox_service.web.desk import Desk, frame, hang, switched
from mailbox_service.web.errors import STATUS
from mailbox_service.web.forms import Form
from mailbox_service.web.page import Option, Page
from mailbox_service.web.staff import acts, sheets, wishes
from mailbox_service.web.staff.room import Room, enter

ALSO = (1, 2)  # offices that can be named in the same step; more of them afterwards


@dataclass(frozen=True, slots=True)
class RoutePage:
    """The letter, the choice of kind and offices."""

    page: Page
    room: Room
    letter: sheets.Letter
    kinds: Sequence[Option]
    offices: Sequence[Option]
    also: Sequence[int]
    typed: Mapping[str, str]
    version: int


async def show(desk: Desk) -> Response[bytes]:
    """The form, with the subject's usual office chosen."""
    room = await enter(desk)
    rights.require(Act.ROUTE, room.case, desk.viewer)
    usual = str(room.usual_office or "")
    offices = {option.value for option in wishes.offices(room)}
    return _page(room, {"kind": room.case.ticket.kind.value, "office": usual if usual in offices else ""})


async def do(desk: Desk) -> Response[bytes]:
    """Pass it on, in one step with the offices also involved; on to the next letter."""
    form, room = await desk.form(), await enter(desk)
    typed = acts.typed(form)
    if switched(desk.visit, form):
        return _page(room, typed)
    number = room.case.ticket.number
    try:
        await desk.write(lambda session: pass_on(session, desk, number, form))
    except Refused as refused:
        if refused.code in acts.OUT_OF_SIGHT:
            raise
        return _page(await enter(desk), typed, refused)
    return pages.see_other("/staff?queue=to_route&done=route")


def pass_on(session: Session, desk: Desk, number: str, form: Form) -> None:
    """Route, then name the co-handling offices: both or neither."""
    kind = form.line("kind")
    work.act(
        session,
        desk.site.book,
        number,
        desk.viewer,
        route.route,
        form.number("office") or 0,
        kind=Kind(kind) if kind in set(Kind) else None,
        seen_version=form.number("version") or 0,
        now=desk.now,
    )
    also = {id_: form.text(f"question_{n}") for n in ALSO if (id_ := form.number(f"also_{n}"))}
    if also:
        work.act(session, desk.site.book, number, desk.viewer, route.name_co_handling, also, now=desk.now)


def _page(room: Room, typed: Mapping[str, str], refused: Refused | None = None) -> Response[bytes]:
    desk = room.desk
    problems = [acts.problem_of(desk, refused, ["office", "kind"])] if refused else []
    context = RoutePage(
        page=frame(desk, say(desk.lang, "act.route"), form_id="act", problems=problems),
        room=room,
        letter=sheets.letter(room),
        kinds=wishes.kinds(room),
        offices=wishes.offices(room),
        also=ALSO,
        typed=typed,
        version=room.case.ticket.version,
    )
    return pages.html(desk.visit, "staff/route.html", context, status=STATUS.get(refused.code, 422) if refused else 200)


doors = [
    hang("GET", "/staff/tickets/{number:str}/route", show),
    hang("POST", "/staff/tickets/{number:str}/route", do),
]
