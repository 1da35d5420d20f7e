"""How old what is open is, in working days since its round began (DOMAIN §7: ages)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlmodel import Session

from mailbox_service.city.workdays import Calendar
from mailbox_service.tickets.statistics import counting
from mailbox_service.tickets.statistics.slices import EVERYTHING, Dimension, Key, Slice

BANDS: tuple[tuple[int, int | None], ...] = ((0, 1), (2, 5), (6, 10), (11, 15), (16, 20), (21, 30), (31, None))


@dataclass(frozen=True, slots=True)
class Band:
    """Open rounds from `first` to `last` working days old (None without end), and those past their due date."""

    first: int
    last: int | None
    n: int
    overdue: int


@dataclass(frozen=True, slots=True)
class Ages:
    """What is open, by age; `oldest` in working days, 0 for nothing."""

    bands: Sequence[Band]
    oldest: int

    @property
    def n(self) -> int:
        """How many are open."""
        return sum(band.n for band in self.bands)

    @property
    def overdue(self) -> int:
        """How many of them are past their due date."""
        return sum(band.overdue for band in self.bands)


def ages(
    session: Session, calendar: Calendar, day: date, slice_: Slice = EVERYTHING, by: Dimension | None = None
) -> Mapping[Key, Ages]:
    """What was open at the end of the day, in working days since it began, by key; under "" all of it."""
    found: dict[Key, dict[tuple[int, bool], int]] = {}
    lengths: dict[date, int] = {}
    for key, begun, late, n in counting.open_at(session, day, slice_, by, counting.families(session)):
        length = lengths.setdefault(begun, calendar.between(begun, day))
        for each in dict.fromkeys((key, "")):
            counted = found.setdefault(each, {})
            counted[length, late] = counted.get((length, late), 0) + n
    return {key: of(counted) for key, counted in found.items()}


def of(counted: Mapping[tuple[int, bool], int]) -> Ages:
    """From how many there are of each age, past their due date or not."""
    bands = []
    for first, last in BANDS:
        within = [(late, n) for (age, late), n in counted.items() if first <= age and (last is None or age <= last)]
        bands.append(Band(first, last, sum(n for _, n in within), sum(n for late, n in within if late)))
    return Ages(bands, max((age for age, _ in counted), default=0))
