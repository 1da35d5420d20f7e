"""What everybody may know of a whole month (DOMAIN §7), made from its exact figures (pure).

Each count is rounded to 5 on its own. A rate is said from 20 on, and only if no rate of fewer could be worked out by
taking the parts that are said from the whole: what is left unsaid is nothing, or 20 and more together. No count that
is the upper part of a rate is published beside its lower part. Restricted letters are in none of the figures.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from mailbox_service.tickets.statistics import Rate
from mailbox_service.tickets.statistics.figures import Days, Figure, Figures, Shape

ROUNDED_TO = 5
SAID_FROM = 20

ALL, NONE = "all", "none"
DIMENSIONS = (ALL, "office", "kind", "topic", "language", "channel")
FIGURES = (
    Figure.RECEIVED,
    Figure.VALID,
    Figure.ENDED,
    Figure.BACKLOG,
    Figure.OVERDUE,
    Figure.DUE,
    Figure.ON_TIME,
    Figure.ON_TIME_ORIGINAL,
    Figure.OFFICE_ON_TIME,
    Figure.FIRST_RESPONSE,
    Figure.RESOLUTION,
    Figure.CALENDAR_DAYS,
    Figure.SATISFACTION,
    Figure.RESPONSE,
    Figure.SOLVED,
    Figure.EXTENDED,
    Figure.REOPENED,
)
ENDINGS = {
    Shape.COUNT: ("",),
    Shape.RATE: ("_rate", "_n"),
    Shape.DAYS: ("_median_days", "_p90_days", "_n"),
}
Line = Mapping[str, Any]  # a published line: its dimension, code and name, and each of FIELDS


def fields_of(figure: Figure) -> tuple[str, ...]:
    """The fields that say a figure: a count, or a rate and of how many, or days and of how many."""
    return tuple(f"{figure.value}{ending}" for ending in ENDINGS[figure.shape])


FIELDS = tuple(field for figure in FIGURES for field in fields_of(figure))


def rounded(count: int) -> int:
    """The nearest multiple of 5, on its own."""
    return (count + ROUNDED_TO // 2) // ROUNDED_TO * ROUNDED_TO


def sayable(ns: Mapping[str, int]) -> set[str]:
    """Whose rates may be said, of parts with so many each.

    The smallest of them is left unsaid, too, when those unsaid would be fewer than 20 together: who subtracts what
    is said from the whole learns only what 20 and more have in common.
    """
    said = sorted((code for code, n in ns.items() if n >= SAID_FROM), key=lambda code: (ns[code], code))
    unsaid = sum(n for n in ns.values() if n < SAID_FROM)
    return set(said[1:] if 0 < unsaid < SAID_FROM else said)


def lines(dimension: str, parts: Mapping[str, Figures], names: Mapping[str, Mapping[str, str]]) -> list[dict[str, Any]]:
    """The lines of one dimension as they are published, in the order of `names`; what rounds to nothing is left out."""
    may = {figure: sayable({code: _n(part, figure) for code, part in parts.items()}) for figure in FIGURES}
    found = []
    for code in (code for code in names if code in parts):
        said = {figure for figure in FIGURES if code in may[figure]}
        line = dict(_fields(parts[code], said))
        if any(line.values()):
            found.append({"dimension": dimension, "code": code, "name": dict(names[code]), **line})
    return found


def _n(part: Figures, figure: Figure) -> int:
    value = part.of(figure)
    return 0 if isinstance(value, int) else value.n


def _fields(part: Figures, said: set[Figure]) -> Iterator[tuple[str, int | float | None]]:
    for figure in FIGURES:
        yield from zip(fields_of(figure), _said(part.of(figure), figure in said), strict=True)


def _said(value: int | Rate | Days, may_be_said: bool) -> tuple[int | float | None, ...]:
    match value:
        case Rate():
            return (round(value.share or 0, 2), rounded(value.n)) if may_be_said else (None, None)
        case Days():
            return (value.median, value.p90, rounded(value.n)) if may_be_said else (None, None, None)
    return (rounded(value),)
