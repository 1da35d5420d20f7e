"""/admin/offices: the offices, what they are called and do, and which of them went into which."""

from __future__ import annotations

from litestar import Response
from sqlmodel import Session

from mailbox_service.base.language import LANGUAGES, number, say, short_day
from mailbox_service.base.refusals import Refused
from mailbox_service.city import lists, offices
from mailbox_service.city.offices import Setup
from mailbox_service.city.tables import Department, FormerName
from mailbox_service.tickets.find import offices as letters
from mailbox_service.web.admin import editing, room
from mailbox_service.web.admin.editing import Ask, Editing, Values
from mailbox_service.web.admin.room import Cell, Fact, Line, Thing
from mailbox_service.web.desk import Desk
from mailbox_service.web.page import Link, Option

PATH = "/admin/offices"
FIELDS = {
    "office.name": "name",
    "office.phone": "phone",
    "office.code": "code",
    "office.taken": "code",
    "office.successor": "into",
    "office.open_letters": "into",
    "position": "position",
}


async def show(desk: Desk) -> Response[bytes]:
    """Open offices in their order, then closed ones."""
    lang, words = desk.lang, desk.asked("q")
    found = [o for o in desk.city.offices.values() if room.fits(words, *o.name.values(), o.code)]
    found.sort(key=lambda office: (office.closed_at is not None, office.position, office.id))
    heads = [
        say(lang, "admin.name"),
        say(lang, "Phone"),
        say(lang, "Answers in"),
        say(lang, "Translates"),
        say(lang, "State"),
    ]
    return room.listed(
        desk,
        say(lang, "Offices"),
        heads,
        [_line(desk, office) for office in found[:500]],
        add=Link(say(lang, "Add an office"), f"{PATH}/add"),
        searches=True,
    )


def _line(desk: Desk, office: Department) -> Line:
    lang = desk.lang
    closed = office.closed_at is not None
    cells = [
        Cell(room.named(desk, office.name)),
        Cell(office.phone),
        Cell(room.languages(office.masters, lang)),
        Cell(room.languages(office.translates, lang)),
        Cell(say(lang, "Closed"), tone="idle") if closed else Cell(say(lang, "Open office"), tone="good"),
    ]
    return Line(cells, f"{PATH}/{office.id}")


async def office_of(desk: Desk) -> Department:
    """The office of the address, as it is now.

    Raises:
        Refused: "not_found".
    """
    id_ = room.number_in(desk, "office")
    found = await desk.read(lambda session: session.get(Department, id_))
    if found is None:
        raise Refused("not_found")
    return found


async def one(desk: Desk) -> Response[bytes]:
    """What is known of an office."""
    office, lang = await office_of(desk), desk.lang

    def read(session: Session) -> tuple[list[FormerName], int]:
        return list(lists.former_names(session, office.id)), letters.count_open(session, office.id)

    former, waiting = await desk.read(read)
    path, closed = f"{PATH}/{office.id}", office.closed_at is not None
    follows = closed and office.merged_into_id is not None and waiting
    thing = Thing(
        title=room.named(desk, office.name),
        path=path,
        back=Link(say(lang, "Offices"), PATH),
        facts=[
            *_facts(desk, office, former),
            Fact(say(lang, "Letters they have now"), number(waiting, lang), fixed=True),
        ],
        version=office.version,
        ended=_closed(desk, office),
        changes=not closed,
        ways=() if closed else [Link(say(lang, "Merge or close"), f"{path}/close")],
        acts=[(say(lang, "Let its letters follow"), "follow", False)] if follows else (),
    )
    return room.shown(desk, thing)


def _facts(desk: Desk, office: Department, former: list[FormerName]) -> list[Fact]:
    lang = desk.lang
    names = [
        Fact(room.spoken(lang, say(lang, "admin.name"), code), office.name.get(code, ""), room.tag(code))
        for code in LANGUAGES
    ]
    zone = desk.site.zone
    called = [
        say(
            lang,
            "%(name)s, until %(date)s",
            name=room.named(desk, f.name),
            date=short_day(f.until.astimezone(zone).date(), lang),
        )
        for f in former
    ]
    return [
        *names,
        Fact(say(lang, "Phone"), office.phone),
        Fact(say(lang, "Languages they answer in themselves"), room.languages(office.masters, lang)),
        Fact(say(lang, "Languages they translate for others"), room.languages(office.translates, lang)),
        Fact(say(lang, "Letters go to the officer with the fewest"), room.yes_or_no(desk, office.shares_by_load)),
        Fact(say(lang, "Position"), str(office.position)),
        Fact(say(lang, "Word in files and rules"), office.code, fixed=True),
        *([Fact(say(lang, "Former names"), " · ".join(called), fixed=True)] if called else []),
    ]


def _closed(desk: Desk, office: Department) -> str:
    if office.closed_at is None:
        return ""
    on, into = (
        short_day(office.closed_at.astimezone(desk.site.zone).date(), desk.lang),
        desk.office(office.merged_into_id),
    )
    if into:
        return say(
            desk.lang, "Merged into %(office)s on %(date)s. Its letters and figures went there.", office=into, date=on
        )
    return say(desk.lang, "Closed on %(date)s.", date=on)


# --- Forms -----------------------------------------------------------------------------------


def _asks(lang: str) -> list[Ask]:
    known = [Option(one.code, say(lang, f"language.{one.code}")) for one in LANGUAGES.values()]
    return [
        *editing.names(lang, say(lang, "admin.name")),
        Ask("phone", say(lang, "Phone"), optional=True),
        Ask("masters", say(lang, "Languages they answer in themselves"), "boxes", known, optional=True),
        Ask("translates", say(lang, "Languages they translate for others"), "boxes", known, optional=True),
        Ask("shares", say(lang, "Letters go to the officer with the fewest"), "tick"),
        Ask("position", say(lang, "Position"), "number", hint=say(lang, "The lowest number stands first.")),
    ]


def _setup(values: Values) -> Setup:
    return Setup(
        name=editing.names_of(values),
        phone=values["phone"],
        masters=values["masters"].split(),
        translates=values["translates"].split(),
        shares_by_load=bool(values["shares"]),
        position=editing.whole(values["position"]),
    )


async def adding(desk: Desk) -> Editing:
    """A new office."""

    def save(session: Session, values: Values, _version: int) -> str:
        office = offices.add(session, values["code"], _setup(values), by=room.me(desk), now=desk.now)
        return f"{PATH}/{office.id}?done=yes"

    lang = desk.lang
    word = Ask("code", say(lang, "Word in files and rules"), hint=say(lang, "Small Latin letters. It stays for ever."))
    return Editing(
        title=say(lang, "Add an office"),
        path=f"{PATH}/add",
        back=PATH,
        asks=[*_asks(lang), word],
        stored={"position": "0"},
        save=save,
        adds=True,
        fields=FIELDS,
    )


async def changing(desk: Desk) -> Editing:
    """What is known of an office."""
    office = await office_of(desk)

    def save(session: Session, values: Values, version: int) -> str:
        offices.change(session, office.id, _setup(values), version, by=room.me(desk), now=desk.now)
        return f"{PATH}/{office.id}?done=yes"

    stored = {
        **editing.stored_names(office.name),
        "phone": office.phone,
        "masters": " ".join(code for code in LANGUAGES if code in office.masters),
        "translates": " ".join(code for code in LANGUAGES if code in office.translates),
        "shares": "yes" if office.shares_by_load else "",
        "position": str(office.position),
    }
    return Editing(
        title=room.named(desk, office.name),
        path=f"{PATH}/{office.id}/change",
        back=f"{PATH}/{office.id}",
        asks=_asks(desk.lang),
        stored=stored,
        save=save,
        version=office.version,
        lead=say(desk.lang, "With a new name, what happened before keeps the old one."),
        fields=FIELDS,
    )


doors = [
    room.hang("GET", PATH, show),
    *editing.doors(f"{PATH}/add", adding),
    room.hang("GET", f"{PATH}/{{office:str}}", one),
    *editing.doors(f"{PATH}/{{office:str}}/change", changing),
]
