"""What a list of letters is narrowed to, as the address says it: read strictly, drawn as a form, taken off by one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from urllib.parse import urlencode

from mailbox_service.base.language import in_language, say, short_day
from mailbox_service.tickets.find.lists import Filters
from mailbox_service.tickets.tables.words import Channel, Kind, Status
from mailbox_service.web.desk import Desk
from mailbox_service.web.page import Option

LANGUAGES = ("zh", "en", "ja", "ko")
NAMES = ("status", "kind", "topic", "office", "language", "channel", "due", "from", "to", "tag", "text")


@dataclass(frozen=True, slots=True)
class Choice:
    """One filter: its options and what is chosen."""

    name: str
    label: str
    options: Sequence[Option]
    value: str


@dataclass(frozen=True, slots=True)
class Chip:
    """A filter that is applied, and the address without it."""

    text: str
    href: str


def asked(desk: Desk) -> Filters:
    """The filters of the address; a word that is none asks for nothing."""
    status, kind, language = desk.asked("status"), desk.asked("kind"), desk.asked("language")
    channel = desk.asked("channel")
    return Filters(
        status=Status(status) if status in set(Status) else None,
        kind=Kind(kind) if kind in set(Kind) else None,
        language=language if language.isalpha() and language.isascii() else None,
        department_id=_id(desk.asked("office")),
        due_on=_day(desk.asked("due")),
        topic_id=_id(desk.asked("topic")),
        channel=Channel(channel) if channel in set(Channel) else None,
        due_from=_day(desk.asked("from")),
        due_to=_day(desk.asked("to")),
        text=desk.asked("text").strip(),
        tag=" ".join(desk.asked("tag").split()).lower(),
    )


def applied(desk: Desk) -> dict[str, str]:
    """The filters of the address that ask for something, as they stand there."""
    filters = asked(desk)
    values = (
        *(filters.status, filters.kind, filters.topic_id, filters.department_id, filters.language, filters.channel),
        *(filters.due_on, filters.due_from, filters.due_to, filters.tag or None, filters.text or None),
    )
    return {name: str(value) for name, value in zip(NAMES, values, strict=True) if value is not None}


def choices(desk: Desk) -> list[Choice]:
    """The filters with a list of answers."""
    lang, chosen = desk.lang, applied(desk)
    named = {
        "status": (say(lang, "Status"), [Option(one.value, say(lang, f"state.{one.value}")) for one in Status]),
        "kind": (say(lang, "Kind"), [Option(one.value, say(lang, f"kind.{one.value}")) for one in Kind]),
        "topic": (
            say(lang, "Subject area"),
            [Option(str(one.id), in_language(one.name, lang)) for one in desk.city.topics_in_use()],
        ),
        "office": (say(lang, "Office"), [Option(str(id_), desk.office(id_)) for id_ in desk.city.offices]),
        "language": (say(lang, "Language"), [Option(one, say(lang, f"language.{one}")) for one in LANGUAGES]),
        "channel": (say(lang, "queues.channel"), [Option(one, say(lang, f"channel.{one}")) for one in Channel]),
    }
    return [Choice(name, label, options, chosen.get(name, "")) for name, (label, options) in named.items()]


def chips(desk: Desk, path: str, kept: Mapping[str, str], drawn: Sequence[Choice]) -> list[Chip]:
    """Each filter that is applied, in words, with the way back without it."""
    lang, chosen = desk.lang, applied(desk)
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


def _id(said: str) -> int | None:
    return int(said) if said.isascii() and said.isdigit() and len(said) < 19 else None


def _day(said: str) -> date | None:
    try:
        return date.fromisoformat(said)
    except ValueError:
        return None
