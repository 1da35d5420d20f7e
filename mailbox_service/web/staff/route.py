"""/staff/tickets/{number}/route: pass the letter on to the office that leads, and to those that are also involved.

One press of an office's button passes the letter on and shows the next one that waits; each button has its key.
"""

from __future__ import annotations

import string
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from litestar import Response
from sqlmodel import Session

from mailbox_service.base import tokens
from mailbox_service.base.language import say
from mailbox_service.base.refusals import Refused
from mailbox_service.tickets import rights, routing, work
from mailbox_service.tickets.acts import Act
from mailbox_service.tickets.find import lists, places
from mailbox_service.tickets.find import routing as earlier
from mailbox_service.tickets.find.queues import Queue
from mailbox_service.tickets.life import route
from mailbox_service.tickets.routing import Suggestion, Why
from mailbox_service.tickets.tables.words import Kind, Status
from mailbox_service.web import pages
from mailbox_service.web.desk import Desk, frame, hang, switched
from mailbox_service.web.errors import STATUS
from mailbox_service.web.forms import Form
from mailbox_service.web.page import Link, Option, Page
from mailbox_service.web.staff import acts, sheets, similar, wishes
from mailbox_service.web.staff.room import Room, enter

ALSO = (1, 2)  # offices that can be named in the same step; more of them afterwards
ANY_OFFICE = "a"  # the key before the letter of an office


@dataclass(frozen=True, slots=True)
class Pick:
    """An office that one press passes the letter to, why it is proposed, and the keys that press it ("" for none)."""

    office: str
    name: str
    why: str = ""
    key: str = ""


@dataclass(frozen=True, slots=True)
class RoutePage:
    """The letter, the choice of kind and offices; `last` is the letter passed on just before, `skip` the next one."""

    page: Page
    room: Room
    letter: sheets.Letter
    proposed: Sequence[Pick]
    others: Sequence[Pick]
    kinds: Sequence[Option]
    offices: Sequence[Option]
    also: Sequence[int]
    typed: Mapping[str, str]
    version: int
    last: Link | None
    skip: str
    similar: similar.Aside


async def show(desk: Desk) -> Response[bytes]:
    """The form, with the first office that is proposed chosen."""
    room = await enter(desk)
    rights.require(Act.ROUTE, room.case, desk.viewer)
    return await _page(room, {"kind": room.case.ticket.kind.value})


async def do(desk: Desk) -> Response[bytes]:
    """Pass it on, in one step with the offices also involved; on to the next letter that waits."""
    form, room = await desk.form(), await enter(desk)
    typed = acts.typed(form)
    if switched(desk.visit, form):
        return await _page(room, typed)
    number = room.case.ticket.number
    follows = await desk.read(lambda session: _next(session, room))
    try:
        await desk.write(lambda session: pass_on(session, desk, number, form))
    except Refused as refused:
        if refused.code in acts.OUT_OF_SIGHT:
            raise
        return await _page(await enter(desk), typed, refused)
    if follows:
        return pages.see_other(f"/staff/tickets/{follows}/route?last={number}")
    return pages.see_other("/staff?queue=to_route&done=route")


def _next(session: Session, room: Room) -> str:
    """The number of the letter after this one among those to be passed on, the first one's after the last; "" for none.

    A letter that is not among them has none.
    """
    desk, ticket = room.desk, room.case.ticket
    if ticket.status is not Status.RECEIVED:
        return ""
    here = places.key_by_due(urgent=ticket.urgent, due_on=ticket.due_on, id_=ticket.id)
    for after in (here, ""):
        found = lists.lines(
            session, Queue.TO_ROUTE, desk.viewer, desk.today, desk.city.calendar, older=after, limit=2
        ).lines
        numbers = [line.number for line in found if line.number != ticket.number]
        if numbers:
            return numbers[0]
    return ""


def pass_on(session: Session, desk: Desk, number: str, form: Form) -> None:
    """Route, then name the co-handling offices: both or neither."""
    kind = form.line("kind")
    work.act(
        session,
        desk.site.book,
        number,
        desk.viewer,
        route.route,
        form.number("pick") or form.number("office") or 0,
        kind=Kind(kind) if kind in set(Kind) else None,
        seen_version=form.number("version") or 0,
        now=desk.now,
    )
    also = {id_: form.text(f"question_{n}") for n in ALSO if (id_ := form.number(f"also_{n}"))}
    if also:
        work.act(session, desk.site.book, number, desk.viewer, route.name_co_handling, also, now=desk.now)


async def _page(room: Room, typed: Mapping[str, str], refused: Refused | None = None) -> Response[bytes]:
    desk, topic = room.desk, room.case.ticket.topic_id
    went, skip = await desk.read(lambda session: (earlier.went(session, topic), _next(session, room)))
    suggestions, offices = routing.suggestions(room.case, went), wishes.offices(room)
    problems = [acts.problem_of(desk, refused, ["office", "kind"])] if refused else []
    chosen = {"office": str(suggestions[0].department_id)} if suggestions else {}
    context = RoutePage(
        page=frame(desk, say(desk.lang, "act.route"), form_id="act", problems=problems),
        room=room,
        letter=sheets.letter(room),
        proposed=[_proposed(room, one, at) for at, one in enumerate(suggestions, 1)],
        others=_others(room, {option.value for option in offices}, {str(one.department_id) for one in suggestions}),
        kinds=wishes.kinds(room),
        offices=offices,
        also=ALSO,
        typed={**chosen, **typed},
        version=room.case.ticket.version,
        last=_last(desk),
        skip=f"/staff/tickets/{skip}/route" if skip else "",
        similar=await similar.aside(room),
    )
    return pages.html(desk.visit, "staff/route.html", context, status=STATUS.get(refused.code, 422) if refused else 200)


def _proposed(room: Room, one: Suggestion, place: int) -> Pick:
    lang = room.lang
    why = {
        Why.RULE: say(lang, "Rule: %(name)s", name=one.rule),
        Why.TOPIC: say(lang, "usual for this subject"),
        Why.ALIKE: say(lang, "where letters on this subject went"),
    }[one.why]
    if one.share:
        why = f"{why} · {say(lang, '%(share)s in 100 of them', share=one.share)}"
    return Pick(str(one.department_id), room.desk.office(one.department_id), why, str(place))


def _others(room: Room, may_have: set[str], proposed: set[str]) -> list[Pick]:
    """Every other office. Its letter is the same on each page, so that hands learn it; from the 27th on it has none."""
    there = [office for office in room.desk.city.offices.values() if office.closed_at is None]
    keys = dict(zip((str(office.id) for office in there), string.ascii_lowercase, strict=False))
    return [
        Pick(id_, room.desk.office(office.id), key=f"{ANY_OFFICE} {keys[id_]}" if id_ in keys else "")
        for office in there
        if (id_ := str(office.id)) in may_have and id_ not in proposed
    ]


def _last(desk: Desk) -> Link | None:
    """The letter that was passed on just before, to look at it again."""
    number = tokens.read_number(desk.asked("last")) if desk.visit.method == "GET" else None
    return Link(number, f"/staff/tickets/{number}") if number else None


doors = [
    hang("GET", "/staff/tickets/{number:str}/route", show, similar.page_ahead),
    hang("POST", "/staff/tickets/{number:str}/route", do),
]
