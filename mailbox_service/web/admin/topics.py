"""/admin/topics: the subject areas, in two levels."""

from __future__ import annotations

from collections.abc import Sequence

from litestar import Response
from sqlmodel import Session

from mailbox_service.base.language import LANGUAGES, say
from mailbox_service.base.refusals import Refused
from mailbox_service.city import lists, topics
from mailbox_service.city.tables import Topic
from mailbox_service.city.topics import Setup
from mailbox_service.web import pages
from mailbox_service.web.admin import editing, room
from mailbox_service.web.admin.editing import Ask, Editing, Values
from mailbox_service.web.admin.room import Cell, Fact, Line, Thing
from mailbox_service.web.desk import Desk
from mailbox_service.web.page import Link, Option

PATH = "/admin/topics"
FIELDS = {
    "topic.name": "name",
    "topic.code": "code",
    "topic.taken": "code",
    "topic.parent": "parent",
    "topic.office": "office",
    "position": "position",
}


async def show(desk: Desk) -> Response[bytes]:
    """Areas with their parts below them; retired ones are marked."""
    lang, words = desk.lang, desk.asked("q")
    every = await desk.read(lists.all_topics)
    found = [topic for topic in _in_order(every) if room.fits(words, *topic.name.values(), topic.code)]
    heads = [say(lang, "admin.name"), say(lang, "Part of"), say(lang, "Office"), say(lang, "State")]
    return room.listed(
        desk,
        say(lang, "Subject areas"),
        heads,
        [_line(desk, topic, every) for topic in found],
        add=Link(say(lang, "Add a subject area"), f"{PATH}/add"),
        searches=True,
    )


def _in_order(every: Sequence[Topic]) -> list[Topic]:
    return [
        one for area in every if area.parent_id is None for one in (area, *(t for t in every if t.parent_id == area.id))
    ]


def _line(desk: Desk, topic: Topic, every: Sequence[Topic]) -> Line:
    retired = topic.retired_at is not None
    cells = [
        Cell(room.named(desk, topic.name)),
        Cell(_parent(desk, topic, every)),
        Cell(desk.office(topic.department_id)),
        Cell(say(desk.lang, "retired"), tone="idle") if retired else Cell(say(desk.lang, "In use"), tone="good"),
    ]
    return Line(cells, f"{PATH}/{topic.id}")


def _parent(desk: Desk, topic: Topic, every: Sequence[Topic]) -> str:
    parent = next((one for one in every if one.id == topic.parent_id), None)
    return room.named(desk, parent.name) if parent else ""


async def topic_of(desk: Desk) -> tuple[Topic, Sequence[Topic]]:
    """The subject area of the address, and all of them.

    Raises:
        Refused: "not_found".
    """
    id_ = room.number_in(desk, "topic")
    every = await desk.read(lists.all_topics)
    found = next((topic for topic in every if topic.id == id_), None)
    if found is None:
        raise Refused("not_found")
    return found, every


async def one(desk: Desk) -> Response[bytes]:
    """What is known of a subject area."""
    return await _page(desk)


async def _page(desk: Desk, refused: Refused | None = None) -> Response[bytes]:
    (topic, every), lang = await topic_of(desk), desk.lang
    retired = topic.retired_at is not None
    names = [
        Fact(room.spoken(lang, say(lang, "admin.name"), code), topic.name.get(code, ""), room.tag(code))
        for code in LANGUAGES
    ]
    act = (say(lang, "Bring it back"), "bring_back", False) if retired else (say(lang, "Retire it"), "retire", True)
    thing = Thing(
        title=room.named(desk, topic.name),
        path=f"{PATH}/{topic.id}",
        back=Link(say(lang, "Subject areas"), PATH),
        facts=[
            *names,
            Fact(say(lang, "Part of"), _parent(desk, topic, every), fixed=True),
            Fact(say(lang, "Office that usually leads"), desk.office(topic.department_id)),
            Fact(say(lang, "Position"), str(topic.position)),
            Fact(say(lang, "Word in files and rules"), topic.code, fixed=True),
        ],
        version=topic.version,
        ended=say(lang, "Retired: no new letter gets it. Letters that have it keep it.") if retired else "",
        acts=[act],
    )
    return room.shown(desk, thing, refused)


async def do(desk: Desk) -> Response[bytes]:
    """Retire it, or bring it back."""
    form = await desk.form()
    topic, _ = await topic_of(desk)
    verb = topics.retire if form.line("act") == "retire" else topics.bring_back
    version, by = form.number("version") or 0, room.me(desk)
    try:
        await room.change(desk, lambda session: verb(session, topic.id, version, by=by, now=desk.now))
    except Refused as refused:
        return await _page(desk, refused)
    return pages.see_other(f"{PATH}/{topic.id}?done=yes")


def _asks(desk: Desk) -> list[Ask]:
    lang = desk.lang
    offices = room.office_options(desk)
    return [
        *editing.names(lang, say(lang, "admin.name")),
        Ask(
            "office", say(lang, "Office that usually leads"), "select", offices, empty=say(lang, "None"), optional=True
        ),
        Ask("position", say(lang, "Position"), "number", hint=say(lang, "The lowest number stands first.")),
    ]


def _setup(values: Values) -> Setup:
    office = editing.chosen_id(values["office"])
    return Setup(editing.names_of(values), office, editing.whole(values["position"]))


async def adding(desk: Desk) -> Editing:
    """A new subject area, or a part of one."""

    def save(session: Session, values: Values, _version: int) -> str:
        parent, by = editing.chosen_id(values["parent"]), room.me(desk)
        topic = topics.add(session, values["code"], parent, _setup(values), by=by, now=desk.now)
        return f"{PATH}/{topic.id}?done=yes"

    lang = desk.lang
    every = await desk.read(lists.all_topics)
    areas = [Option(str(t.id), room.named(desk, t.name)) for t in every if t.parent_id is None and not t.retired_at]
    more = [
        Ask("parent", say(lang, "Part of"), "select", areas, empty=say(lang, "An area of its own"), optional=True),
        Ask("code", say(lang, "Word in files and rules"), hint=say(lang, "Small Latin letters. It stays for ever.")),
    ]
    return Editing(
        title=say(lang, "Add a subject area"),
        path=f"{PATH}/add",
        back=PATH,
        asks=[*_asks(desk), *more],
        stored={"position": "0"},
        save=save,
        adds=True,
        fields=FIELDS,
    )


async def changing(desk: Desk) -> Editing:
    """A subject area's name, office and place."""
    topic, _ = await topic_of(desk)

    def save(session: Session, values: Values, version: int) -> str:
        topics.change(session, topic.id, _setup(values), version, by=room.me(desk), now=desk.now)
        return f"{PATH}/{topic.id}?done=yes"

    office = str(topic.department_id) if topic.department_id else ""
    return Editing(
        title=room.named(desk, topic.name),
        path=f"{PATH}/{topic.id}/change",
        back=f"{PATH}/{topic.id}",
        asks=_asks(desk),
        stored={**editing.stored_names(topic.name), "office": office, "position": str(topic.position)},
        save=save,
        version=topic.version,
        fields=FIELDS,
    )


doors = [
    room.hang("GET", PATH, show),
    *editing.doors(f"{PATH}/add", adding),
    room.hang("GET", f"{PATH}/{{topic:str}}", one),
    room.hang("POST", f"{PATH}/{{topic:str}}", do),
    *editing.doors(f"{PATH}/{{topic:str}}/change", changing),
]
