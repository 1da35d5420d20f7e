"""/admin/people: who works here. Add, invite, correct, give roles, and say who has left."""

from __future__ import annotations

from collections.abc import Sequence

from litestar import Response
from sqlmodel import Session

from mailbox_service.base.language import LANGUAGES, say, short_day
from mailbox_service.base.refusals import Refused
from mailbox_service.city import find, lists, roles, second_factor, staffing
from mailbox_service.city.staffing import Known
from mailbox_service.city.tables import HeldRole, Person
from mailbox_service.web import pages
from mailbox_service.web.admin import editing, people_access, room
from mailbox_service.web.admin.editing import Ask, Editing, Values
from mailbox_service.web.admin.room import Cell, Fact, Line, Table, Thing
from mailbox_service.web.desk import Desk
from mailbox_service.web.page import Link, Option

PATH = "/admin/people"
EACH = 50
FIELDS = {"person.name": "name", "person.email": "email", "person.taken": "email"}


# --- The list --------------------------------------------------------------------------------


async def show(desk: Desk) -> Response[bytes]:
    """People by name, with what they may do."""
    words, after = desk.asked("q"), _after(desk)

    def read(session: Session) -> tuple[list[Person], dict[int, list[HeldRole]]]:
        found = lists.people(session, words, after=after, limit=EACH + 1)
        return found, lists.open_roles(session, [person.id for person in found])

    found, held = await desk.read(read)
    lang, more = desk.lang, ""
    if len(found) > EACH:
        more = f"{PATH}?after={found[EACH - 1].id}" + (f"&q={words}" if words else "")
    heads = [say(lang, "Name"), say(lang, "Mail address"), say(lang, "Roles"), say(lang, "State")]
    return room.listed(
        desk,
        say(lang, "People"),
        heads,
        [_line(desk, person, held.get(person.id, ())) for person in found[:EACH]],
        add=Link(say(lang, "Add somebody"), f"{PATH}/add"),
        searches=True,
        more=more,
    )


def _after(desk: Desk) -> int | None:
    return editing.chosen_id(desk.asked("after"))


def _line(desk: Desk, person: Person, held: Sequence[HeldRole]) -> Line:
    said = " · ".join(role_words(desk, role) for role in held if role.confirmed_at)
    return Line([Cell(person.name), Cell(person.email), Cell(said), _state(desk, person)], f"{PATH}/{person.id}")


def _state(desk: Desk, person: Person) -> Cell:
    if person.left_at is not None:
        return Cell(say(desk.lang, "Has left"), tone="idle")
    if not person.password_hash:
        return Cell(say(desk.lang, "No password yet"), tone="warn")
    return Cell(say(desk.lang, "Works here"), tone="good")


def role_words(desk: Desk, held: HeldRole) -> str:
    """A role with its office."""
    role = say(desk.lang, f"role.{held.role.value}")
    office = desk.office(held.department_id)
    return say(desk.lang, "%(role)s (%(office)s)", role=role, office=office) if office else role


# --- Somebody --------------------------------------------------------------------------------


async def person_of(desk: Desk) -> Person:
    """The person of the address.

    Raises:
        Refused: "not_found".
    """
    id_ = room.number_in(desk, "person")
    found = await desk.read(lambda session: find.person(session, id_))
    if found is None:
        raise Refused("not_found")
    return found


async def one(desk: Desk) -> Response[bytes]:
    """What is known of somebody, and what they may do."""
    return await _page(desk)


async def do(desk: Desk) -> Response[bytes]:
    """End a role, say that they have left or are back, send an invitation."""
    form, person = await desk.form(), await person_of(desk)
    act, _, id_ = form.line("act").partition(":")
    version, by, now = form.number("version") or 0, room.me(desk), desk.now

    def work(session: Session) -> str:
        if act == "end":
            roles.end(session, editing.chosen_id(id_) or 0, by=by, now=now)
        elif act == "come_back":
            staffing.come_back(session, person.id, version, by=by, now=now)
        elif act in people_access.ACTS:
            return people_access.do(session, desk, person.id, act)
        return "yes"

    try:
        done = await room.change(desk, work)
    except Refused as refused:
        return await _page(desk, refused)
    return pages.see_other(f"{PATH}/{person.id}?done={done}")


async def _page(desk: Desk, refused: Refused | None = None) -> Response[bytes]:
    person, lang = await person_of(desk), desk.lang
    held = await desk.read(lambda session: lists.open_roles_of(session, person.id))
    second = await desk.read(lambda session: second_factor.has(session, person.id))
    here = person.left_at is None
    path = f"{PATH}/{person.id}"
    thing = Thing(
        title=person.name,
        path=path,
        back=Link(say(lang, "People"), PATH),
        facts=[
            Fact(say(lang, "Name"), person.name, ""),
            Fact(say(lang, "Mail address"), person.email),
            Fact(say(lang, "Language of their pages and mails"), say(lang, f"language.{person.language}")),
            Fact(say(lang, "State"), _state(desk, person).text, fixed=True),
        ],
        version=person.version,
        ended=_left(desk, person),
        ways=_ways(desk, person) if here else (),
        acts=people_access.acts(desk, person, second=second)
        if here
        else [(say(lang, "Works here again"), "come_back", False)],
        tables=[_roles(desk, held)],
    )
    return room.shown(desk, thing, refused)


def _left(desk: Desk, person: Person) -> str:
    if person.left_at is None:
        return ""
    on = short_day(person.left_at.astimezone(desk.site.zone).date(), desk.lang)
    return say(desk.lang, "Has left on %(date)s. What they did keeps their name.", date=on)


def _ways(desk: Desk, person: Person) -> list[Link]:
    lang, path = desk.lang, f"{PATH}/{person.id}"
    return [
        Link(say(lang, "Give a role"), f"{path}/role"),
        Link(say(lang, "Has left"), f"{path}/leave"),
    ]


def _roles(desk: Desk, held: Sequence[HeldRole]) -> Table:
    lang = desk.lang
    heads = [say(lang, "Role"), say(lang, "Since"), say(lang, "State")]
    return Table(say(lang, "Roles"), heads, [_role_line(desk, role) for role in held], say(lang, "No role yet."))


def _role_line(desk: Desk, held: HeldRole) -> Line:
    lang = desk.lang
    since = short_day((held.confirmed_at or held.given_at).astimezone(desk.site.zone).date(), lang)
    counts, waits = Cell(say(lang, "Counts"), tone="good"), Cell(say(lang, "Waits to be confirmed"), tone="warn")
    words = say(lang, "End") if held.confirmed_at else say(lang, "Take back")
    cells = [Cell(role_words(desk, held)), Cell(since), counts if held.confirmed_at else waits]
    return Line(cells, act=(words, f"end:{held.id}"))


# --- Forms -----------------------------------------------------------------------------------


def _asks(lang: str) -> list[Ask]:
    known = [Option(one.code, one.name, lang=one.tag) for one in LANGUAGES.values()]
    return [
        Ask("name", say(lang, "Name")),
        Ask("email", say(lang, "Mail address")),
        Ask("language", say(lang, "Language of their pages and mails"), "select", known),
    ]


def _known(values: Values) -> Known:
    return Known(values["name"], values["email"], values["language"])


async def adding(desk: Desk) -> Editing:
    """Somebody new."""

    def save(session: Session, values: Values, _version: int) -> str:
        person = staffing.add(session, _known(values), by=room.me(desk), now=desk.now)
        return f"{PATH}/{person.id}?done=yes"

    return Editing(
        title=say(desk.lang, "Add somebody"),
        path=f"{PATH}/add",
        back=PATH,
        asks=_asks(desk.lang),
        stored={"language": desk.site.settings.working_language},
        save=save,
        adds=True,
        lead=say(desk.lang, "They can sign in when they were invited and have set a password."),
        fields=FIELDS,
    )


async def changing(desk: Desk) -> Editing:
    """Somebody's name, address and language."""
    person = await person_of(desk)

    def save(session: Session, values: Values, version: int) -> str:
        staffing.correct(session, person.id, _known(values), version, by=room.me(desk), now=desk.now)
        return f"{PATH}/{person.id}?done=yes"

    return Editing(
        title=person.name,
        path=f"{PATH}/{person.id}/change",
        back=f"{PATH}/{person.id}",
        asks=_asks(desk.lang),
        stored={"name": person.name, "email": person.email, "language": person.language},
        save=save,
        version=person.version,
        lead=say(desk.lang, "A new mail address ends their sessions and open invitations."),
        fields=FIELDS,
    )


doors = [
    room.hang("GET", PATH, show),
    *editing.doors(f"{PATH}/add", adding),
    room.hang("GET", f"{PATH}/{{person:str}}", one),
    room.hang("POST", f"{PATH}/{{person:str}}", do),
    *editing.doors(f"{PATH}/{{person:str}}/change", changing),
]
