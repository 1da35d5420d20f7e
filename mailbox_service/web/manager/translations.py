"""/manager/translations: what is asked of the translating offices, how long it takes, and what waits for them now."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from litestar import Response
from sqlmodel import Session

from mailbox_service.base.language import say
from mailbox_service.tickets.statistics import translations
from mailbox_service.tickets.statistics.slices import Dimension
from mailbox_service.tickets.statistics.translations import Direction, Key, Load
from mailbox_service.web import figures
from mailbox_service.web.desk import Desk, hang
from mailbox_service.web.figures import Change, Column, FigureTable, Length, Row
from mailbox_service.web.manager import asking, room
from mailbox_service.web.manager.asking import Asked
from mailbox_service.web.manager.room import Block

PATH = "/manager/translations"
DIRECTIONS = {Direction.LETTER: "Letters for the offices", Direction.REPLY: "Replies for the writers"}
DEFINED = "translations-office"  # the last of three tables alike
Loads = Mapping[Key, Load]


async def show(desk: Desk) -> Response[bytes]:
    """By language and direction, and by the office that translates.

    Raises:
        Refused: "not_yours" to who reads no figures.
    """
    asked = asking.asked(desk)

    def look(session: Session) -> tuple[Loads, Loads]:
        now, before = (
            translations.load(session, desk.city.calendar, period, asked.slice)
            for period in (asked.period, asked.period.before)
        )
        return now, before

    now, before = await desk.read(look)
    lang = asked.lang
    if not now and not before:
        title = say(lang, "By language and direction")
        return await room.show(asked, PATH, [Block(title, empty=say(lang, "Nothing was to be translated"))])
    blocks = [_by_language(asked, direction, now, before) for direction in Direction]
    return await room.show(asked, PATH, [*blocks, _by_office(asked, now, before)])


def _by_language(asked: Asked, direction: Direction, now: Loads, before: Loads) -> Block:
    return _block(
        asked,
        f"translations-{direction.value}",
        say(asked.lang, DIRECTIONS[direction]),
        say(asked.lang, "Language"),
        _joined(now, lambda key: key[1] if key[0] is direction else None),
        _joined(before, lambda key: key[1] if key[0] is direction else None),
        lambda key: asked.name(Dimension.LANGUAGE, key),
    )


def _by_office(asked: Asked, now: Loads, before: Loads) -> Block:
    return _block(
        asked,
        "translations-office",
        say(asked.lang, "By translating office"),
        say(asked.lang, "Office"),
        _joined(now, lambda key: str(key[2])),
        _joined(before, lambda key: str(key[2])),
        lambda key: asked.name(Dimension.OFFICE, int(key)),
    )


def _joined(found: Loads, under: Callable[[Key], str | None]) -> dict[str, Load]:
    """Loads added up under new keys; None leaves one out."""
    joined: dict[str, Load] = {}
    for key, one in found.items():
        if (name := under(key)) is not None:
            joined.setdefault(name, Load()).add(one)
    return joined


def _block(
    asked: Asked,
    key: str,
    title: str,
    head: str,
    now: Mapping[str, Load],
    before: Mapping[str, Load],
    name: Callable[[str], str],
) -> Block:
    lang = asked.lang
    keys = sorted(dict.fromkeys((*now, *before)), key=lambda each: (-now.get(each, Load()).asked, name(each)))
    if not keys:
        return Block(title, empty=say(lang, "Nothing was to be translated"))
    rows = [_row(each, name(each), now.get(each, Load()), before.get(each, Load())) for each in keys]
    if len(rows) > 1:
        whole, past = Load(), Load()
        for each in keys:
            whole.add(now.get(each, Load()))
            past.add(before.get(each, Load()))
        rows.append(_row("", say(lang, "All together"), whole, past))
    table = FigureTable(key, title, _columns(head, lang), rows)
    return Block(title, table=figures.draw(table, lang, defined=key == DEFINED))


def _row(key: str, name: str, now: Load, before: Load) -> Row:
    days = now.days
    return figures.row(
        key,
        name,
        now.asked,
        Change(now.asked, before.asked),
        now.done,
        now.on_time,
        Length(days.median, days.n),
        Length(days.p90, days.n),
        now.waiting,
        total=key == "",
    )


def _columns(head: str, lang: str) -> list[Column]:
    return [
        Column("key", head, "text"),
        Column("asked", say(lang, "Asked for"), "count", say(lang, "translations.asked")),
        Column("change", say(lang, "figures.changed"), "change"),
        Column("done", say(lang, "Translated"), "count", say(lang, "translations.done")),
        Column("in_time", say(lang, "In time"), "rate", say(lang, "translations.in_time"), say(lang, "Nothing done")),
        Column("median", say(lang, "Working days, median"), "days", say(lang, "translations.days")),
        Column("p90", say(lang, "Working days, p90"), "days", beside=True),
        Column("waiting", say(lang, "Waiting now"), "count", say(lang, "translations.waiting")),
    ]


doors = [hang("GET", PATH, show)]
