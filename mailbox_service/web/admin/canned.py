"""/admin/canned: texts to begin a reply with, in up to four languages."""

from __future__ import annotations

from litestar import Response
from sqlmodel import Session

from mailbox_service.base.language import LANGUAGES, say
from mailbox_service.base.refusals import Refused
from mailbox_service.city import lists, wording
from mailbox_service.city.tables import CannedReply, Topic
from mailbox_service.city.wording import Canned
from mailbox_service.tickets.tables.words import Kind
from mailbox_service.web import pages
from mailbox_service.web.admin import editing, room
from mailbox_service.web.admin.editing import Ask, Editing, Values
from mailbox_service.web.admin.room import Cell, Fact, Line, Thing
from mailbox_service.web.desk import Desk
from mailbox_service.web.page import Link, Option

PATH = "/admin/canned"
FIELDS = {
    "canned.name": "name",
    "canned.text": "text_zh",
    "canned.office": "office",
    "canned.topic": "topic",
}


async def show(desk: Desk) -> Response[bytes]:
    """Every canned reply, retired ones last."""
    lang, words = desk.lang, desk.asked("q")
    every = await desk.read(lists.canned_replies)
    found = [row for row in every if room.fits(words, row.name, *row.texts.values())]
    heads = [
        say(lang, "admin.name"),
        say(lang, "Office"),
        say(lang, "Kind"),
        say(lang, "Languages"),
        say(lang, "State"),
    ]
    return room.listed(
        desk,
        say(lang, "Canned replies"),
        heads,
        [_line(desk, row) for row in found],
        add=Link(say(lang, "Add a canned reply"), f"{PATH}/add"),
        searches=True,
    )


def _line(desk: Desk, row: CannedReply) -> Line:
    lang, retired = desk.lang, row.retired_at is not None
    cells = [
        Cell(row.name),
        Cell(desk.office(row.department_id) or say(lang, "All offices")),
        Cell(say(lang, f"kind.{row.kind}") if row.kind else say(lang, "All kinds")),
        Cell(room.languages([code for code in LANGUAGES if code in row.texts], lang)),
        Cell(say(lang, "retired"), tone="idle") if retired else Cell(say(lang, "In use"), tone="good"),
    ]
    return Line(cells, f"{PATH}/{row.id}")


async def canned_of(desk: Desk) -> tuple[CannedReply, list[Topic]]:
    """The canned reply of the address, and the subject areas.

    Raises:
        Refused: "not_found".
    """
    id_ = room.number_in(desk, "canned")

    def read(session: Session) -> tuple[CannedReply | None, list[Topic]]:
        return session.get(CannedReply, id_), list(lists.all_topics(session))

    found, topics = await desk.read(read)
    if found is None:
        raise Refused("not_found")
    return found, topics


async def one(desk: Desk) -> Response[bytes]:
    """What a canned reply says, and for which letters."""
    return await _page(desk)


async def _page(desk: Desk, refused: Refused | None = None) -> Response[bytes]:
    (row, topics), lang = await canned_of(desk), desk.lang
    topic = next((room.named(desk, one.name) for one in topics if one.id == row.topic_id), "")
    retired = row.retired_at is not None
    act = (say(lang, "Bring it back"), "bring_back", False) if retired else (say(lang, "Retire it"), "retire", True)
    texts = [
        Fact(room.spoken(lang, say(lang, "Text"), code), row.texts.get(code, ""), room.tag(code)) for code in LANGUAGES
    ]
    thing = Thing(
        title=row.name,
        path=f"{PATH}/{row.id}",
        back=Link(say(lang, "Canned replies"), PATH),
        facts=[
            Fact(say(lang, "admin.name"), row.name),
            Fact(say(lang, "Office"), desk.office(row.department_id) or say(lang, "All offices")),
            Fact(say(lang, "Kind"), say(lang, f"kind.{row.kind}") if row.kind else say(lang, "All kinds")),
            Fact(say(lang, "Subject area"), topic or say(lang, "All subject areas")),
            *texts,
        ],
        version=row.version,
        ended=say(lang, "Retired: it is offered for no reply.") if retired else "",
        acts=[act],
    )
    return room.shown(desk, thing, refused)


async def do(desk: Desk) -> Response[bytes]:
    """Retire it, or bring it back."""
    form = await desk.form()
    row, _ = await canned_of(desk)
    verb = wording.retire if form.line("act") == "retire" else wording.bring_back
    version, by = form.number("version") or 0, room.me(desk)
    try:
        await room.change(desk, lambda session: verb(session, row.id, version, by=by, now=desk.now))
    except Refused as refused:
        return await _page(desk, refused)
    return pages.see_other(f"{PATH}/{row.id}?done=yes")


def _asks(desk: Desk, topics: list[Topic]) -> list[Ask]:
    lang = desk.lang
    kinds = [Option(kind.value, say(lang, f"kind.{kind.value}")) for kind in Kind]
    areas = room.topic_options(desk, topics)
    texts = [
        Ask(
            f"text_{code}",
            room.spoken(lang, say(lang, "Text"), code),
            "text",
            hint=_hint(lang),
            lang=room.tag(code),
            optional=True,
        )
        for code in LANGUAGES
    ]
    return [
        Ask("name", say(lang, "admin.name")),
        Ask("office", say(lang, "Office"), "select", room.office_options(desk), empty=say(lang, "All offices")),
        Ask("kind", say(lang, "Kind"), "select", kinds, empty=say(lang, "All kinds")),
        Ask("topic", say(lang, "Subject area"), "select", areas, empty=say(lang, "All subject areas")),
        *texts,
    ]


def _hint(lang: str) -> str:
    places = " ".join("{" + place + "}" for place in wording.PLACES)
    return say(lang, "Places for the letter's facts: %(places)s", places=places)


def _canned(values: Values) -> Canned:
    return Canned(
        name=values["name"],
        texts={code: values[f"text_{code}"] for code in LANGUAGES},
        department_id=editing.chosen_id(values["office"]),
        kind=values["kind"] if values["kind"] in set(Kind) else "",
        topic_id=editing.chosen_id(values["topic"]),
    )


async def adding(desk: Desk) -> Editing:
    """A new canned reply."""

    def save(session: Session, values: Values, _version: int) -> str:
        row = wording.add(session, _canned(values), by=room.me(desk), now=desk.now)
        return f"{PATH}/{row.id}?done=yes"

    topics = await desk.read(lists.all_topics)
    return Editing(
        title=say(desk.lang, "Add a canned reply"),
        path=f"{PATH}/add",
        back=PATH,
        asks=_asks(desk, list(topics)),
        stored={},
        save=save,
        adds=True,
        fields=FIELDS,
    )


async def changing(desk: Desk) -> Editing:
    """A canned reply's texts, and for which letters it is."""
    row, topics = await canned_of(desk)

    def save(session: Session, values: Values, version: int) -> str:
        wording.change(session, row.id, _canned(values), version, by=room.me(desk), now=desk.now)
        return f"{PATH}/{row.id}?done=yes"

    stored = {
        "name": row.name,
        "office": str(row.department_id or ""),
        "kind": row.kind,
        "topic": str(row.topic_id or ""),
        **{f"text_{code}": row.texts.get(code, "") for code in LANGUAGES},
    }
    return Editing(
        title=row.name,
        path=f"{PATH}/{row.id}/change",
        back=f"{PATH}/{row.id}",
        asks=_asks(desk, topics),
        stored=stored,
        save=save,
        version=row.version,
        fields=FIELDS,
    )


doors = [
    room.hang("GET", PATH, show),
    *editing.doors(f"{PATH}/add", adding),
    room.hang("GET", f"{PATH}/{{canned:str}}", one),
    room.hang("POST", f"{PATH}/{{canned:str}}", do),
    *editing.doors(f"{PATH}/{{canned:str}}/change", changing),
]
