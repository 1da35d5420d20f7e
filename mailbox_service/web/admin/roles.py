"""/admin/roles: the roles that wait for a second administrator."""

from __future__ import annotations

from collections.abc import Mapping

from litestar import Response
from sqlmodel import Session

from mailbox_service.base.language import moment, say
from mailbox_service.base.refusals import Refused
from mailbox_service.city import find, lists, roles
from mailbox_service.city.tables import HeldRole
from mailbox_service.web import pages
from mailbox_service.web.admin import editing, people, room
from mailbox_service.web.admin.room import Cell, Line
from mailbox_service.web.desk import Desk
from mailbox_service.web.page import Problem

PATH = "/admin/roles"


async def show(desk: Desk) -> Response[bytes]:
    """What waits, oldest first; one's own is confirmed by another."""
    return await _page(desk)


async def _page(desk: Desk, refused: Refused | None = None) -> Response[bytes]:
    lang = desk.lang

    def read(session: Session) -> tuple[list[HeldRole], Mapping[int, str]]:
        waiting = list(lists.waiting_roles(session))
        return waiting, find.names(session, [id_ for held in waiting for id_ in (held.person_id, held.given_by or 0)])

    waiting, names = await desk.read(read)
    heads = [say(lang, "Person"), say(lang, "Role"), say(lang, "Given by"), say(lang, "Given at"), say(lang, "State")]
    return room.listed(
        desk,
        say(lang, "Roles to confirm"),
        heads,
        [_line(desk, held, names) for held in waiting],
        lead=say(lang, "A role counts as soon as an administrator confirms it who neither gave nor gets it."),
        problem=Problem("", room.said(desk, refused)) if refused else None,
    )


def _line(desk: Desk, held: HeldRole, names: Mapping[int, str]) -> Line:
    lang, by = desk.lang, room.me(desk)
    own = by in (held.given_by, held.person_id)
    state = say(lang, "Another administrator confirms it.") if own else say(lang, "Waits for you")
    cells = [
        Cell(names.get(held.person_id, "")),
        Cell(people.role_words(desk, held)),
        Cell(names.get(held.given_by or 0, "")),
        Cell(moment(held.given_at, lang, desk.site.zone)),
        Cell(state),
    ]
    act = (say(lang, "Take back"), f"end:{held.id}") if own else (say(lang, "Confirm"), f"confirm:{held.id}")
    return Line(cells, f"{people.PATH}/{held.person_id}", act)


async def do(desk: Desk) -> Response[bytes]:
    """Confirm a role, or take it back."""
    form = await desk.form()
    act, _, named = form.line("act").partition(":")
    held_id, by, now = editing.chosen_id(named) or 0, room.me(desk), desk.now
    verb = roles.confirm if act == "confirm" else roles.end
    try:
        await room.change(desk, lambda session: verb(session, held_id, by=by, now=now))
    except Refused as refused:
        return await _page(desk, refused)
    return pages.see_other(f"{PATH}?done=yes")


doors = [room.hang("GET", PATH, show), room.hang("POST", PATH, do)]
