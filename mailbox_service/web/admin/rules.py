"""/admin/rules: which letters go to which office. Each rule is tried on the last letters before it is saved.

The administrator reads no letter here: only how many would fit, and how many of them went elsewhere.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from litestar import Response
from sqlmodel import Session

from mailbox_service.base.language import LANGUAGES, say
from mailbox_service.base.refusals import Refused
from mailbox_service.city import lists, rules
from mailbox_service.city.rules import Rule
from mailbox_service.city.tables import RoutingRule, Topic
from mailbox_service.tickets import routing
from mailbox_service.tickets.find import routing as earlier
from mailbox_service.tickets.tables.words import Channel, Kind
from mailbox_service.web import pages
from mailbox_service.web.admin import editing, room
from mailbox_service.web.admin.editing import Ask, Editing, Values
from mailbox_service.web.admin.room import Cell, Fact, Line, Thing
from mailbox_service.web.desk import Desk
from mailbox_service.web.page import Link, Option

PATH = "/admin/rules"
FIELDS = {"rule.name": "name", "rule.words": "words", "rule.office": "office", "tag.too_long": "tag"}
YES = "yes"
LAST_PLACE = 10**6  # a rule that is being added comes after all others


async def show(desk: Desk) -> Response[bytes]:
    """Every rule, in the order they are asked."""
    lang = desk.lang
    every = await desk.read(lists.rules)
    heads = [say(lang, "admin.name"), say(lang, "Asked as number"), say(lang, "Office that leads"), say(lang, "State")]
    return room.listed(
        desk,
        say(lang, "Rules of routing"),
        heads,
        [_line(desk, row, place) for place, row in enumerate(every, 1)],
        lead=say(lang, "A new letter is asked these rules in their order. The first that fits counts."),
        add=Link(say(lang, "Add a rule"), f"{PATH}/add"),
    )


def _line(desk: Desk, row: RoutingRule, place: int) -> Line:
    return Line([Cell(row.name), Cell(str(place)), Cell(_office(desk, row)), _state(desk, row)], f"{PATH}/{row.id}")


def _office(desk: Desk, row: RoutingRule) -> str:
    return desk.office(row.department_id) or say(desk.lang, "The subject's usual office")


def _state(desk: Desk, row: RoutingRule) -> Cell:
    return Cell(say(desk.lang, "On"), tone="good") if row.is_live else Cell(say(desk.lang, "Off"), tone="idle")


async def rule_of(desk: Desk) -> tuple[RoutingRule, Sequence[Topic]]:
    """The rule of the address, and the subject areas.

    Raises:
        Refused: "not_found".
    """
    id_ = room.number_in(desk, "rule")
    return await desk.read(lambda session: (rules.there(session, id_), lists.all_topics(session)))


async def one(desk: Desk) -> Response[bytes]:
    """What a rule asks and does, and what it would have done with the last letters."""
    return await _page(desk)


async def _page(desk: Desk, refused: Refused | None = None) -> Response[bytes]:
    (row, topics), lang = await rule_of(desk), desk.lang
    tried = await desk.read(lambda session: routing.tried(row, earlier.last_letters(session), desk.city))
    asks, stored = _asks(desk, topics), _stored(row)
    answers = [Fact(ask.label, editing.written(desk, ask, stored[ask.name])) for ask in asks]
    switch = (say(lang, "Switch off"), "off", False) if row.is_live else (say(lang, "Switch on"), "on", False)
    thing = Thing(
        title=row.name,
        path=f"{PATH}/{row.id}",
        back=Link(say(lang, "Rules of routing"), PATH),
        lead=" ".join(_said(desk, tried)),
        facts=answers,
        version=row.version,
        ended="" if row.is_live else say(lang, "Switched off: no new letter is asked this rule."),
        acts=[
            (say(lang, "Move up"), "up", False),
            (say(lang, "Move down"), "down", False),
            switch,
            (say(lang, "Delete the rule"), "delete", True),
        ],
    )
    return room.shown(desk, thing, refused)


def _said(desk: Desk, tried: routing.Tried) -> list[str]:
    """What a rule would have done, in sentences."""
    lang = desk.lang
    return [
        say(lang, "Tried on the last letters: %(fitting)s of %(asked)s fit.", fitting=tried.fitting, asked=tried.asked),
        say(lang, "Went to another office than this rule names: %(count)s.", count=tried.elsewhere),
        say(lang, "Taken first by a rule above: %(count)s.", count=tried.above),
    ]


async def do(desk: Desk) -> Response[bytes]:
    """Move it, switch it on or off, or delete it."""
    form = await desk.form()
    (row, _), act, by, now = await rule_of(desk), form.line("act"), room.me(desk), desk.now
    seen = form.number("version") or 0
    verbs: dict[str, Callable[[Session], None]] = {
        "up": lambda session: rules.move(session, row.id, -1, seen, by=by, now=now),
        "down": lambda session: rules.move(session, row.id, 1, seen, by=by, now=now),
        "on": lambda session: rules.switch(session, row.id, True, seen, by=by, now=now),
        "off": lambda session: rules.switch(session, row.id, False, seen, by=by, now=now),
        "delete": lambda session: rules.delete(session, row.id, seen, by=by, now=now),
    }
    if act not in verbs:
        return await _page(desk)
    try:
        await room.change(desk, verbs[act])
    except Refused as refused:
        return await _page(desk, refused)
    return pages.see_other(f"{PATH if act == 'delete' else f'{PATH}/{row.id}'}?done=yes")


# --- The form ----------------------------------------------------------------------------------


def _asks(desk: Desk, topics: Sequence[Topic]) -> list[Ask]:
    lang, offices = desk.lang, room.office_options(desk)
    kinds = [Option(kind.value, say(lang, f"kind.{kind.value}")) for kind in Kind if kind is not Kind.REPORT]
    areas = room.topic_options(desk, topics)
    spoken = [Option(code, say(lang, f"language.{code}")) for code in LANGUAGES]
    ways = [Option(channel.value, say(lang, f"channel.{channel.value}")) for channel in Channel]
    every = say(lang, "Any")
    return [
        Ask("name", say(lang, "admin.name")),
        Ask("kinds", say(lang, "Kind of letter"), "boxes", kinds, optional=True, empty=every),
        Ask("topics", say(lang, "Subject areas"), "boxes", areas, optional=True, empty=every),
        Ask("languages", say(lang, "Language of the letter"), "boxes", spoken, optional=True, empty=every),
        Ask("channels", say(lang, "How it came"), "boxes", ways, optional=True, empty=every),
        Ask("words", say(lang, "Words in the letter"), "text", optional=True, hint=_hint(lang)),
        Ask(
            "office",
            say(lang, "Office that leads"),
            "select",
            offices,
            optional=True,
            empty=say(lang, "The subject's usual office"),
        ),
        Ask("also", say(lang, "Also involved"), "boxes", offices, optional=True, empty=say(lang, "None")),
        Ask("urgent", say(lang, "Mark the letter as urgent"), "tick"),
        Ask("approver", say(lang, "The reply needs a second approval"), "tick"),
        Ask("tag", say(lang, "Tag that the letter gets"), optional=True, empty=say(lang, "None")),
        Ask("by_itself", say(lang, "Pass the letter on without a clerk"), "tick"),
        Ask("live", say(lang, "Switched on"), "tick"),
    ]


def _hint(lang: str) -> str:
    return say(lang, "One word or phrase a line. One of them is enough; other forms of a word count too.")


def _stored(row: RoutingRule) -> dict[str, str]:
    return {
        "name": row.name,
        "kinds": " ".join(kind.value for kind in Kind if kind.value in row.kinds),
        "topics": " ".join(map(str, row.topic_ids)),
        "languages": " ".join(code for code in LANGUAGES if code in row.languages),
        "channels": " ".join(channel.value for channel in Channel if channel.value in row.channels),
        "words": "\n".join(row.words),
        "office": str(row.department_id or ""),
        "also": " ".join(map(str, row.co_department_ids)),
        "urgent": YES * row.urgent,
        "approver": YES * row.needs_approver,
        "tag": row.tag,
        "by_itself": YES * row.by_itself,
        "live": YES * row.is_live,
    }


def _rule(values: Values) -> Rule:
    return Rule(
        name=values["name"],
        kinds=values["kinds"].split(),
        topic_ids=[int(id_) for id_ in values["topics"].split()],
        languages=values["languages"].split(),
        channels=values["channels"].split(),
        words=values["words"].splitlines(),
        department_id=editing.chosen_id(values["office"]),
        co_department_ids=[int(id_) for id_ in values["also"].split()],
        urgent=bool(values["urgent"]),
        needs_approver=bool(values["approver"]),
        tag=values["tag"],
        by_itself=bool(values["by_itself"]),
        is_live=bool(values["live"]),
    )


async def _trial(desk: Desk, row: RoutingRule | None) -> Callable[[Values], list[str]]:
    """What the answers would do with the last letters; asked only once there are answers."""
    if desk.visit.method != "POST":
        return lambda _values: []
    letters = await desk.read(earlier.last_letters)
    place = row.position if row else LAST_PLACE

    def said(values: Values) -> list[str]:
        said_of = _rule(values)
        rule = RoutingRule(
            id=row.id if row else 0,
            name=said_of.name,
            position=place,
            kinds=list(said_of.kinds),
            topic_ids=list(said_of.topic_ids),
            languages=list(said_of.languages),
            channels=list(said_of.channels),
            words=[word.strip() for word in said_of.words if word.strip()][: rules.MOST_WORDS],
            department_id=said_of.department_id,
            added_at=desk.now,
        )
        return _said(desk, routing.tried(rule, letters, desk.city))

    return said


async def adding(desk: Desk) -> Editing:
    """A new rule, after all others."""

    def save(session: Session, values: Values, _version: int) -> str:
        row = rules.add(session, _rule(values), by=room.me(desk), now=desk.now)
        return f"{PATH}/{row.id}?done=yes"

    topics = await desk.read(lists.all_topics)
    return Editing(
        title=say(desk.lang, "Add a rule"),
        path=f"{PATH}/add",
        back=PATH,
        asks=_asks(desk, topics),
        stored={},
        save=save,
        adds=True,
        fields=FIELDS,
        remarks=await _trial(desk, None),
    )


async def changing(desk: Desk) -> Editing:
    """What a rule asks and does."""
    row, topics = await rule_of(desk)

    def save(session: Session, values: Values, version: int) -> str:
        rules.change(session, row.id, _rule(values), version, by=room.me(desk), now=desk.now)
        return f"{PATH}/{row.id}?done=yes"

    return Editing(
        title=row.name,
        path=f"{PATH}/{row.id}/change",
        back=f"{PATH}/{row.id}",
        asks=_asks(desk, topics),
        stored=_stored(row),
        save=save,
        version=row.version,
        fields=FIELDS,
        remarks=await _trial(desk, row),
    )


doors = [
    room.hang("GET", PATH, show),
    *editing.doors(f"{PATH}/add", adding),
    room.hang("GET", f"{PATH}/{{rule:str}}", one),
    room.hang("POST", f"{PATH}/{{rule:str}}", do),
    *editing.doors(f"{PATH}/{{rule:str}}/change", changing),
]
