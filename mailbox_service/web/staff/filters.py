"""What a list of letters is narrowed to, as the address says it: read strictly, drawn as a form, taken off by one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from functools import lru_cache
from typing import NamedTuple
from urllib.parse import urlencode

from mailbox_service.base import ids
from mailbox_service.base.language import in_language, say, short_day
from mailbox_service.tickets.case import City
from mailbox_service.tickets.find.lists import ANYTHING, Filters
from mailbox_service.tickets.stages import Stage, overdue
from mailbox_service.tickets.tables.words import Channel, Kind, Status
from mailbox_service.web.desk import Desk
from mailbox_service.web.page import Option

LANGUAGES = ("zh", "en", "ja", "ko")
NAMES = ("status", "kind", "topic", "office", "language", "channel", "late", "due", "from", "to", "tag", "text")


class Choice(NamedTuple):
    """One filter: its options and what is chosen."""

    name: str
    label: str
    options: tuple[Option, ...]
    value: str = ""


class Chip(NamedTuple):
    """A filter that is applied, and the address without it."""

    text: str
    href: str


def asked(desk: Desk) -> Filters:
    """The filters of the address; a word that is none asks for nothing."""
    if desk.visit.query_params.keys().isdisjoint(NAMES):
        return ANYTHING
    language = desk.asked("language")
    return Filters(
        status=_STATUS.get(desk.asked("status")),
        kind=_KIND.get(desk.asked("kind")),
        language=language if language.isalpha() and language.isascii() else None,
        department_id=ids.read(desk.asked("office")),
        due_on=_day(desk.asked("due")),
        topic_id=ids.read(desk.asked("topic")),
        channel=_CHANNEL.get(desk.asked("channel")),
        due_from=_day(desk.asked("from")),
        due_to=_day(desk.asked("to")),
        text=desk.asked("text").strip(),
        tag=" ".join(desk.asked("tag").split()).lower(),
        late=overdue(desk.city, late, desk.today) if (late := _STAGE.get(desk.asked("late"))) else None,
    )


_STATUS = {one.value: one for one in Status}
_KIND = {one.value: one for one in Kind}
_CHANNEL = {one.value: one for one in Channel}
_STAGE = {one.value: one for one in Stage}


def applied(filters: Filters) -> dict[str, str]:
    """The filters that ask for something, as they stand in an address."""
    if filters == ANYTHING:
        return {}
    values = (
        *(filters.status, filters.kind, filters.topic_id, filters.department_id, filters.language, filters.channel),
        filters.late.stage.value if filters.late else None,
        *(filters.due_on, filters.due_from, filters.due_to, filters.tag or None, filters.text or None),
    )
    return {name: str(value) for name, value in zip(NAMES, values, strict=True) if value is not None}


def choices(desk: Desk, applied: Mapping[str, str]) -> tuple[Choice, ...]:
    """The filters with a list of answers, and which one is applied."""
    offered = _offered(desk.city, desk.lang)
    return tuple(one._replace(value=applied.get(one.name, "")) for one in offered) if applied else offered


@lru_cache(maxsize=2 * len(LANGUAGES))
def _offered(city: City, lang: str) -> tuple[Choice, ...]:
    offices = [Option(str(one.id), in_language(one.name, lang)) for one in city.offices.values()]
    named = {
        "status": (say(lang, "Status"), [Option(one.value, say(lang, f"state.{one.value}")) for one in Status]),
        "kind": (say(lang, "Kind"), [Option(one.value, say(lang, f"kind.{one.value}")) for one in Kind]),
        "topic": (
            say(lang, "Subject area"),
            [Option(str(one.id), in_language(one.name, lang)) for one in city.topics_in_use()],
        ),
        "office": (say(lang, "Office"), offices),
        "language": (say(lang, "Language"), [Option(one, say(lang, f"language.{one}")) for one in LANGUAGES]),
        "channel": (say(lang, "queues.channel"), [Option(one, say(lang, f"channel.{one}")) for one in Channel]),
        "late": (
            say(lang, "Waiting too long"),
            [Option(one.value, say(lang, f"stage.{one.value}.late")) for one in Stage],
        ),
    }
    return tuple(Choice(name, label, tuple(options)) for name, (label, options) in named.items())


def chips(
    desk: Desk, path: str, kept: Mapping[str, str], chosen: Mapping[str, str], drawn: Sequence[Choice]
) -> list[Chip]:
    """Each filter that is applied, in words, with the way back without it."""
    if not chosen:
        return []
    lang = desk.lang
    words: dict[str, str] = {
        **{one.name: next((o.label for o in one.options if o.value == one.value), one.value) for one in drawn},
        **{name: _dated(lang, name, chosen[name]) for name in ("due", "from", "to") if name in chosen},
        "tag": say(lang, "queues.tag.is", word=chosen.get("tag", "")),
        "text": say(lang, "queues.text.is", words=chosen.get("text", "")),
    }
    return [
        Chip(words[name], f"{path}?{urlencode({**kept, **{n: v for n, v in chosen.items() if n != name}})}")
        for name in chosen
    ]


def _dated(lang: str, name: str, day: str) -> str:
    return say(lang, f"queues.{name}.is", day=short_day(date.fromisoformat(day), lang))


def _day(said: str) -> date | None:
    try:
        return date.fromisoformat(said)
    except ValueError:
        return None
