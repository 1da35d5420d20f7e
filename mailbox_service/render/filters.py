"""What templates write facts with: `{{ ticket.due_on|day }}`, `{{ office.names|name }}`."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime
from enum import StrEnum
from typing import Any
from zoneinfo import ZoneInfo

from jinja2 import pass_context
from markupsafe import Markup, escape

from mailbox_service.base import language
from mailbox_service.base.tokens import show_code

_NUMBER = re.compile(r"\d{4}-\d{7}-\d")  # a letter's, as `base.tokens` writes it
_BLANK_LINES = re.compile(r"\n[ \t]*\n\s*")


def filters_for(lang: str, zone: ZoneInfo) -> dict[str, Callable[..., Any]]:
    """The filters of one language.

    day, date, short_day, month take a date, or a moment and tell its day in the city. clock and
    moment take a moment. number, percent, size take numbers. name takes a name in several
    languages, names a list of names, say a key of the catalogues ("status.received").
    """

    def city_day(at: date | datetime) -> date:
        return at.astimezone(zone).date() if isinstance(at, datetime) else at

    said = language.words(lang)
    plain: dict[str, Callable[..., Any]] = {
        "day": lambda at: language.day(city_day(at), lang),
        "short_day": lambda at: language.short_day(city_day(at), lang),
        "month": lambda at: language.month(city_day(at), lang),
        "iso": lambda at: at.astimezone(zone).isoformat("T", "minutes") if isinstance(at, datetime) else at.isoformat(),
        "clock": lambda at: language.clock_time(at, zone),
        "moment": lambda at: language.moment(at, lang, zone),
        "number": lambda count: language.number(count, lang),
        "percent": lambda share: language.percent(share, lang),
        "size": lambda count: language.size(count, lang),
        "name": lambda names: language.in_language(names, lang),
        "names": lambda names: _listed(names, lang),
        "say": lambda key, **facts: language.say(lang, _text(key), zone=zone, **facts),
        "word": lambda key, room: said.gettext(f"{room}.{_text(key)}"),
        "bdi": bdi,
        "paragraphs": paragraphs,
        "code": show_code,
        "unbroken": unbroken,
    }
    plain["date"] = plain["day"]
    return {name: _while_rendering(work) for name, work in plain.items()}


def unbroken(text: str) -> Markup:
    """A sentence in which a letter's number is broken over two lines only when it fits on none."""
    return Markup(_NUMBER.sub(r'<span class="unbroken">\g<0></span>', str(escape(text))))


def _while_rendering(work: Callable[..., Any]) -> Callable[..., Any]:
    """The filter, told not to be computed when the template is compiled: the code serves all languages."""

    @pass_context
    def filtered(_context: Any, value: Any, *args: Any, **more: Any) -> Any:
        return work(value, *args, **more)

    return filtered


def _text(key: object) -> str:
    return key.value if isinstance(key, StrEnum) else str(key)


def _listed(names: Iterable[str | Mapping[str, str]], lang: str) -> str:
    return language.list_of([n if isinstance(n, str) else language.in_language(n, lang) for n in names], lang)


def bdi(text: str) -> Markup:
    """A name as its owner typed it, kept from turning the direction of the text around it."""
    return Markup("<bdi>{}</bdi>").format(text)


def paragraphs(text: str) -> Markup:
    """Plain text as paragraphs: a blank line parts them, a single line break stays one."""
    parts = [part for part in _BLANK_LINES.split(text.replace("\r\n", "\n").strip()) if part]
    return Markup("\n").join(Markup("<p>{}</p>").format(_with_breaks(part)) for part in parts)


def _with_breaks(text: str) -> Markup:
    return Markup("<br>\n").join(escape(line) for line in text.split("\n"))
