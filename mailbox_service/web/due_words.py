"""Due dates in words, alike for citizens and staff: marked while provisional, and what of the calendar moved them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime
from functools import lru_cache
from typing import Any, Protocol

from mailbox_service.base.language import day, say
from mailbox_service.city.workdays import Calendar
from mailbox_service.tickets.acts import Act

KEPT = 4_096  # ways from a day to a day, told before
MOST = 6  # festivals and make-up days that one sentence names


class Happened(Protocol):
    """An event, as a row of either kind."""

    round_no: Any
    act: Any
    at: Any
    facts: Any


def due_day(due: date, lang: str, *, provisional: bool) -> str:
    """The date; provisional while the official calendar of its year is not in."""
    said = day(due, lang)
    return say(lang, "%(date)s (provisional)", date=said) if provisional else said


@lru_cache(maxsize=KEPT)
def passed_over(calendar: Calendar, begun: date, due: date, lang: str) -> tuple[str, ...]:
    """Which holidays lie on the way to a date and are not counted, and which make-up days are, a sentence each."""
    lines = []
    if free := calendar.festivals(begun, due)[:MOST]:
        spans = [_span(first, last, lang) for first, last in free]
        lines.append(say(lang, "Holidays on the way, not counted: %(days)s.", days=spans))
    if worked := calendar.made_up(begun, due)[:MOST]:
        lines.append(say(lang, "Make-up working days on the way, counted: %(days)s.", days=worked))
    return tuple(lines)


def _span(first: date, last: date, lang: str) -> str:
    if first == last:
        return day(first, lang)
    return say(lang, "calendar.span", first=day(first, lang), last=day(last, lang))


def moved_by_calendar(
    events: Iterable[Happened], round_no: int, lang: str, day_of: Callable[[datetime], date]
) -> list[str]:
    """When a change of the calendar moved the citizen's date in this round, a sentence each, oldest first."""
    return [
        say(
            lang,
            "On %(day)s the calendar of working days was changed: %(before)s became %(date)s.",
            day=day(day_of(event.at), lang),
            before=was,
            date=becomes,
        )
        for event in events
        if event.act == Act.RECALENDAR and event.round_no == round_no
        for was, becomes in moves(event.facts, lang)
    ]


def moves(facts: Mapping[str, Any] | None, lang: str, whose: str = "") -> list[tuple[str, str]]:
    """The citizen's date before and after, if the change of the calendar moved it; with "office_" the office's."""
    known = facts or {}
    was, becomes = known.get(f"{whose}was_on"), known.get(f"{whose}due_on")
    if not was or not becomes:
        return []
    return [(day(date.fromisoformat(was), lang), day(date.fromisoformat(becomes), lang))]
