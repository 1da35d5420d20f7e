"""Every figure by name, and the counts it is made from (pure). Its meaning stands in the catalogue `definitions`.

A rate of nothing is None: an empty month is neither good nor bad. Counts add up, over offices and over months, and
figures are made from what they add up to: medians and percentiles stay exact, for days are kept by their length.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from mailbox_service.tickets.statistics import Rate


@dataclass(frozen=True, slots=True)
class Days:
    """How many whole days something took, in the middle and for nine of ten. `without`: those not there yet."""

    median: float | None
    p90: int | None
    n: int
    without: int = 0

    @classmethod
    def of(cls, lengths: Mapping[int, int], total: int = 0) -> Days:
        """From how often each length occurs; `total` counts those without one, too.

        The median of an even number lies between the two in the middle. p90 is the smallest length that at least
        nine of ten don't exceed (nearest rank).
        """
        n = sum(lengths.values())
        without = max(0, total - n)
        if not n:
            return cls(None, None, 0, without)
        middle = (_nth(lengths, (n + 1) // 2) + _nth(lengths, n // 2 + 1)) / 2
        return cls(middle, _nth(lengths, -(-9 * n // 10)), n, without)


def _nth(lengths: Mapping[int, int], place: int) -> int:
    for length in sorted(lengths):
        place -= lengths[length]
        if place <= 0:
            return length
    raise IndexError(place)


Value = int | Rate | Days


class Shape(StrEnum):
    """How a figure is written: so many, so many of so many, or days."""

    COUNT = "count"
    RATE = "rate"
    DAYS = "days"


class Figure(StrEnum):
    """Every figure of DOMAIN §7."""

    RECEIVED = "received"
    VALID = "valid"
    SPAM = "spam"
    DUPLICATES = "duplicates"
    ENDED = "ended"
    NET_FLOW = "net_flow"
    BACKLOG = "backlog"
    OVERDUE = "overdue"
    DUE = "due"
    ON_TIME = "on_time"
    ON_TIME_ORIGINAL = "on_time_original"
    OFFICE_ON_TIME = "office_on_time"
    FIRST_RESPONSE = "first_response"
    RESOLUTION = "resolution"
    CALENDAR_DAYS = "calendar_days"
    SATISFACTION = "satisfaction"
    RESPONSE = "response"
    SOLVED = "solved"
    REOPENED = "reopened"
    RETURNED = "returned"
    EXTENDED = "extended"
    DECLINED = "declined"
    TRANSFERRED = "transferred"
    REVIEWED = "reviewed"
    REVIEW_CHANGED = "review_changed"
    PUBLISHED = "published"
    MAIL_FAILED = "mail_failed"
    TRANSLATIONS = "translations"

    @property
    def name_key(self) -> str:
        """What the catalogues call it."""
        return f"figure.{self.value}"

    @property
    def definition_key(self) -> str:
        """Its definition, to be printed beside it."""
        return f"definition.{self.value}"

    @property
    def shape(self) -> Shape:
        """How it is written."""
        if self in _RATES:
            return Shape.RATE
        return Shape.DAYS if self in _DAYS else Shape.COUNT


# What each rate counts, and of what.
_RATES: dict[Figure, tuple[str, str]] = {
    Figure.ON_TIME: ("kept", "due"),
    Figure.ON_TIME_ORIGINAL: ("kept_original", "due"),
    Figure.OFFICE_ON_TIME: ("office_kept", "office_due"),
    Figure.SATISFACTION: ("content", "rated"),
    Figure.RESPONSE: ("rated", "answered"),
    Figure.SOLVED: ("solved", "solved_said"),
    Figure.REOPENED: ("reopened", "answered"),
    Figure.RETURNED: ("returned", "led"),
    Figure.EXTENDED: ("extended", "due"),
    Figure.DECLINED: ("declined", "due"),
    Figure.TRANSFERRED: ("transferred", "due"),
    Figure.REVIEWED: ("review_asked", "replied"),
    Figure.REVIEW_CHANGED: ("changed", "reviewed"),
    Figure.PUBLISHED: ("published", "consented"),
    Figure.MAIL_FAILED: ("mails_failed", "mails"),
}
# Which lengths each holds, and how many could have one.
_DAYS: dict[Figure, tuple[str, str]] = {
    Figure.FIRST_RESPONSE: ("first_days", "due"),
    Figure.RESOLUTION: ("work_days", "due"),
    Figure.CALENDAR_DAYS: ("calendar_days", "due"),
}


@dataclass(frozen=True, slots=True)
class Figures:
    """All figures of one period, office, kind …: made from counts by name, and from how often each length occurs.

    They add up with `+`. `backlog` and `overdue` stand as of the period's end.
    """

    counts: Mapping[str, int] = field(default_factory=dict)
    days: Mapping[str, Mapping[int, int]] = field(default_factory=dict)

    def of(self, figure: Figure) -> Value:
        """One figure by its name."""
        if figure in _RATES:
            kept, n = _RATES[figure]
            return Rate(self.count(kept), self.count(n))
        if figure in _DAYS:
            lengths, total = _DAYS[figure]
            return Days.of(self.days.get(lengths, {}), self.count(total))
        return self.count(figure.value)

    def rate(self, figure: Figure) -> Rate:
        """A figure that is a rate."""
        value = self.of(figure)
        if not isinstance(value, Rate):
            raise TypeError(figure)
        return value

    def lengths(self, figure: Figure) -> Days:
        """A figure that is days."""
        value = self.of(figure)
        if not isinstance(value, Days):
            raise TypeError(figure)
        return value

    def count(self, name: str) -> int:
        """One count by its name: "due", "kept", "satisfied" … (`tables.facts`), or one made from others."""
        match name:
            case "valid":
                return self.count("received") - self.count("spam") - self.count("duplicates")
            case "duplicates":
                return self.counts.get("duplicate", 0)
            case "net_flow":
                return self.count("begun") - self.count("ended")
            case "content":
                return self.count("satisfied") + self.count("partly")
            case "dissatisfied":
                return self.count("rated") - self.count("content")
            case "late":
                return self.count("due") - self.count("kept")
        return self.counts.get(name, 0)

    @property
    def is_empty(self) -> bool:
        """Whether nothing at all was counted."""
        return not any(self.counts.values())

    def __add__(self, other: Figures) -> Figures:
        return total([self, other])


def total(parts: Iterable[Figures]) -> Figures:
    """What they add up to."""
    counts: Counter[str] = Counter()
    days: dict[str, Counter[int]] = {}
    for part in parts:
        counts.update(part.counts)
        for name, lengths in part.days.items():
            days.setdefault(name, Counter()).update(lengths)
    return Figures(counts, days)
