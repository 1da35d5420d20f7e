"""Reading the figures of a period: whole, told apart by one dimension, month by month, or beside the period before.

Every function leaves out restricted letters and those that complain about somebody, whoever reads (DOMAIN §6), and
knows the city as `jobs.figures` has counted it: an act is in the figures a few seconds after it, a new day's past due
dates from the first run after midnight.

One dimension or one filter over whole months is read from monthly sums (`Source.SUMS`), for ten years as fast as for
one month. What cuts a month, or narrows by two things at once, is counted fact by fact (`Source.FACTS`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from sqlmodel import Session

from mailbox_service.tickets.statistics import counting, gather
from mailbox_service.tickets.statistics.figures import Figure, Figures, Value, total
from mailbox_service.tickets.statistics.gather import Source as Source
from mailbox_service.tickets.statistics.period import Month, Period
from mailbox_service.tickets.statistics.slices import EVERYTHING, Dimension, Key, Slice


@dataclass(frozen=True, slots=True)
class Report:
    """The figures of a period: in all, and by key of the dimension asked for (keys without any letter are left out)."""

    period: Period
    slice: Slice
    by: Dimension | None
    total: Figures
    rows: Mapping[Key, Figures] = field(default_factory=dict)
    source: Source = Source.FACTS


@dataclass(frozen=True, slots=True)
class Comparison:
    """A period beside the one before it."""

    now: Report
    before: Report

    def pair(self, figure: Figure, key: Key | None = None) -> tuple[Value, Value]:
        """One figure now and before; of one row when a key is given."""
        reports = (self.now, self.before)
        now, before = (each.total if key is None else each.rows.get(key, Figures()) for each in reports)
        return now.of(figure), before.of(figure)


def read(session: Session, period: Period, slice_: Slice = EVERYTHING, by: Dimension | None = None) -> Report:
    """Every figure of the period. `backlog` and `overdue` are counted at the end of its last day."""
    found, source = gather.by_key(session, period, slice_, by, counting.families(session))
    return Report(period, slice_, by, total(found.values()), found if by else {}, source)


def compare(session: Session, period: Period, slice_: Slice = EVERYTHING, by: Dimension | None = None) -> Comparison:
    """The same of the period and of the one before it (`Period.before`)."""
    return Comparison(read(session, period, slice_, by), read(session, period.before, slice_, by))


def by_month(session: Session, period: Period, slice_: Slice = EVERYTHING) -> list[tuple[Month, Figures]]:
    """Every month that the period touches, whole, oldest first: what a chart of a trend is drawn from."""
    return list(gather.by_month(session, period, slice_, counting.families(session)).items())


def mix(session: Session, period: Period) -> dict[int, dict[str, int]]:
    """By office, how many rounds of each kind were due in the period: what stands beside a ranking of offices."""
    return gather.mix(session, period, counting.families(session))
