"""/admin/settings: what everybody sees of the city. Each choice stands before the setting the service began with."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from litestar import Response
from sqlmodel import Session

from mailbox_service.base.language import LANGUAGES, say
from mailbox_service.base.refusals import Refused
from mailbox_service.city import choices, lists
from mailbox_service.city.tables import Choice
from mailbox_service.web.admin import editing, room
from mailbox_service.web.admin.editing import Ask, Editing, Values
from mailbox_service.web.admin.room import Cell, Line
from mailbox_service.web.desk import Desk

PATH = "/admin/settings"
IN_LANGUAGES = ("city_name", "service_name")
LISTS = ("sponsors", "record_numbers", "sections")


async def show(desk: Desk) -> Response[bytes]:
    """Each choice with its value."""
    lang, chosen = desk.lang, await desk.read(lists.choices)
    heads = [say(lang, "What"), say(lang, "Value"), say(lang, "Set by")]
    lines = [_line(desk, name, chosen.get(name)) for name in choices.NAMES]
    return room.listed(desk, say(lang, "What everybody sees"), heads, lines)


def _line(desk: Desk, name: str, choice: Choice | None) -> Line:
    lang = desk.lang
    value = flat(name, value_of(desk, name, choice))
    mine = value.get(f"{name}_{lang}", value.get(name, ""))
    by = say(lang, "an administrator") if choice else say(lang, "the operator")
    return Line([Cell(say(lang, f"choice.{name}")), Cell(mine.replace("\n", " · ")), Cell(by)], f"{PATH}/{name}")


def value_of(desk: Desk, name: str, choice: Choice | None) -> Any:
    """What stands now: the choice, else the setting."""
    return choice.value["is"] if choice else getattr(desk.site.settings, name)


def flat(name: str, value: Any) -> dict[str, str]:
    """A choice as a form's answers: lists stand one entry a line, in each language, in the same order."""
    if name in IN_LANGUAGES:
        return editing.stored_names(value, name)
    if name in LISTS:
        entries = [one if isinstance(one, Mapping) else dict.fromkeys(LANGUAGES, one) for one in value]
        lines = {f"{name}_{code}": "\n".join(entry[code] for entry in entries) for code in LANGUAGES}
        return lines | ({f"{name}_href": "\n".join(entry["href"] for entry in entries)} if name == "sections" else {})
    return {name: value}


def whole(name: str, values: Values) -> Any:
    """A form's answers as the choice's value.

    Raises:
        Refused: "choice.lines" when the languages have different numbers of lines.
    """
    if name in IN_LANGUAGES:
        return editing.names_of(values, name)
    if name not in LISTS:
        return values[name]
    columns = {
        code: _lines(values[f"{name}_{code}"]) for code in (*LANGUAGES, *(["href"] if name == "sections" else []))
    }
    if len({len(lines) for lines in columns.values()}) != 1:
        raise Refused("choice.lines")
    return [dict(zip(columns, entry, strict=True)) for entry in zip(*columns.values(), strict=True)]


def _lines(text: str) -> list[str]:
    return [line.strip() for line in text.split("\n") if line.strip()]


def _asks(lang: str, name: str) -> Sequence[Ask]:
    label = say(lang, f"choice.{name}")
    if name in IN_LANGUAGES:
        return editing.names(lang, label, name)
    if name not in LISTS:
        return [Ask(name, label, optional=name in ("support_phone", "privacy_contact"))]
    hint = say(lang, "One a line, in the same order in every language.")
    asks = [
        Ask(f"{name}_{code}", room.spoken(lang, label, code), "text", hint=hint, lang=room.tag(code))
        for code in LANGUAGES
    ]
    if name == "sections":
        to = say(lang, "One a line; {lang} stands for the page's language.")
        asks.append(Ask("sections_href", say(lang, "Where they lead"), "text", hint=to))
    return asks


async def changing(desk: Desk) -> Editing:
    """One choice."""
    name, lang = desk.visit.word("choice"), desk.lang
    if name not in choices.NAMES:
        raise Refused("not_found")
    choice = (await desk.read(lists.choices)).get(name)
    standing = value_of(desk, name, choice)

    def save(session: Session, values: Values, version: int) -> str:
        by, value = room.me(desk), whole(name, values)
        choices.choose(session, name, value, version, by=by, now=desk.now, setting=standing)
        return f"{PATH}?done=yes"

    asks = _asks(lang, name)
    return Editing(
        title=say(lang, f"choice.{name}"),
        path=f"{PATH}/{name}",
        back=PATH,
        asks=asks,
        stored=flat(name, standing),
        save=save,
        version=choice.version if choice else 0,
        lead=say(lang, "Everybody sees it at once; on other machines of this service within a quarter of a minute."),
        fields={"choice.value": name if name not in LISTS else asks[0].name, "choice.lines": asks[0].name},
    )


doors = [room.hang("GET", PATH, show), *editing.doors(f"{PATH}/{{choice:str}}", changing)]
