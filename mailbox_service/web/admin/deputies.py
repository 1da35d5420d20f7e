"""/admin/deputies: who stands in for whom. Heads and approvers name their deputies themselves."""

from __future__ import annotations

from collections.abc import Mapping

from litestar import Response
from sqlmodel import Session

from mailbox_service.base.language import say, short_day
from mailbox_service.city import find, lists
from mailbox_service.city.tables import Deputy
from mailbox_service.web.admin import people, room
from mailbox_service.web.admin.room import Cell, Line
from mailbox_service.web.desk import Desk

PATH = "/admin/deputies"


async def show(desk: Desk) -> Response[bytes]:
    """Running and coming ones first, then those of the last year."""
    lang = desk.lang

    def read(session: Session) -> tuple[list[Deputy], Mapping[int, str]]:
        found = list(lists.deputies(session, desk.today))
        return found, find.names(session, [id_ for each in found for id_ in (each.person_id, each.deputy_id)])

    found, names = await desk.read(read)
    heads = [
        say(lang, "Person"),
        say(lang, "Deputy"),
        say(lang, "First day"),
        say(lang, "Last day"),
        say(lang, "State"),
    ]
    return room.listed(
        desk,
        say(lang, "Deputies"),
        heads,
        [_line(desk, each, names) for each in found],
        lead=say(lang, "Heads and approvers name their deputies themselves."),
    )


def _line(desk: Desk, each: Deputy, names: Mapping[int, str]) -> Line:
    lang = desk.lang
    state = Cell(say(lang, "Is over"), tone="idle")
    if each.from_on <= desk.today <= each.until_on:
        state = Cell(say(lang, "Stands in now"), tone="good")
    elif each.from_on > desk.today:
        state = Cell(say(lang, "Comes later"), tone="info")
    days = (Cell(short_day(on, lang)) for on in (each.from_on, each.until_on))
    cells = [Cell(names.get(each.person_id, "")), Cell(names.get(each.deputy_id, "")), *days, state]
    return Line(cells, f"{people.PATH}/{each.person_id}")


doors = [room.hang("GET", PATH, show)]
