"""/admin/people/{person}/role and …/leave: somebody is given a role, or has left."""

from __future__ import annotations

from collections.abc import Mapping

from sqlmodel import Session

from mailbox_service.base.language import say
from mailbox_service.base.refusals import Refused
from mailbox_service.city import lists, roles, staffing
from mailbox_service.city.tables import RoleName
from mailbox_service.mail import role_given
from mailbox_service.web.admin import editing, room
from mailbox_service.web.admin.editing import Ask, Editing, Values
from mailbox_service.web.admin.people import PATH, person_of, role_words
from mailbox_service.web.desk import Desk
from mailbox_service.web.page import Option


async def leaving(desk: Desk) -> Editing:
    """Somebody has left."""
    person = await person_of(desk)
    held = await desk.read(lambda session: lists.open_roles_of(session, person.id))

    def save(session: Session, _values: Values, version: int) -> str:
        staffing.leave(session, person.id, version, by=room.me(desk), now=desk.now)
        return f"{PATH}/{person.id}?done=yes"

    return Editing(
        title=say(desk.lang, "%(name)s has left", name=person.name),
        path=f"{PATH}/{person.id}/leave",
        back=f"{PATH}/{person.id}",
        asks=(),
        stored={},
        save=save,
        version=person.version,
        adds=True,
        remarks=lambda _values: [
            say(desk.lang, "They are signed out at once and can’t sign in any more."),
            *(say(desk.lang, "Their role ends: %(role)s", role=role_words(desk, role)) for role in held),
            say(desk.lang, "What they did keeps their name. Letters they handled stay with their office."),
        ],
    )


async def giving(desk: Desk) -> Editing:
    """A role for somebody."""
    person, lang = await person_of(desk), desk.lang
    others = (await desk.read(lists.administrators)) - {room.me(desk)}

    def save(session: Session, values: Values, _version: int) -> str:
        name = values["role"]
        if name not in set(RoleName):
            raise Refused("role.unknown")
        office = editing.chosen_id(values["office"])
        held = roles.give(session, person.id, RoleName(name), office, by=room.me(desk), now=desk.now)
        if held.confirmed_at:
            role_given.tell(session, desk.site.chosen.settings, [held], now=desk.now)
        return f"{PATH}/{person.id}?done={'alone' if held.confirmed_at else 'waits'}"

    given = [Option(role.value, say(lang, f"role.{role.value}")) for role in RoleName]
    return Editing(
        title=say(lang, "Give %(name)s a role", name=person.name),
        path=f"{PATH}/{person.id}/role",
        back=f"{PATH}/{person.id}",
        asks=[
            Ask("role", say(lang, "Role"), "select", given, empty=say(lang, "Choose")),
            Ask("office", say(lang, "Office"), "select", room.office_options(desk), empty=say(lang, "The whole city")),
        ],
        stored={},
        save=save,
        adds=True,
        fields=_ROLE_FIELDS,
        remarks=lambda _values: [_when(lang, alone=not others)],
        button=say(lang, "Give the role"),
    )


_ROLE_FIELDS: Mapping[str, str] = {
    "role.unknown": "role",
    "role.held": "role",
    "role.own": "role",
    "role.nobody_confirms": "role",
    "role.no_office": "office",
    "role.whole_city": "office",
    "role.office": "office",
}


def _when(lang: str, *, alone: bool) -> str:
    if alone:
        return say(lang, "You are the only administrator: the role counts at once, and the auditors are told by mail.")
    return say(lang, "The role counts as soon as another administrator confirms it.")


doors = [
    *editing.doors(f"{PATH}/{{person:str}}/leave", leaving),
    *editing.doors(f"{PATH}/{{person:str}}/role", giving),
]
