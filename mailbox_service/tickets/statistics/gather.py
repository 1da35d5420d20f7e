"""Where an answer comes from: whole months of one dimension from the sums, everything else from the facts."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from enum import StrEnum

from sqlmodel import Session

from mailbox_service.tickets.statistics import adding, counting, sums
from mailbox_service.tickets.statistics.counting import WHOLE, Families
from mailbox_service.tickets.statistics.figures import Figures, total
from mailbox_service.tickets.statistics.period import DAY, Month, Period
from mailbox_service.tickets.statistics.slices import NONE, Dimension, Key, Slice

SINCE = date(1970, 1, 1)  # no letter is older


class Source(StrEnum):
    """How an answer was come by: added up from months, or counted letter by letter (pages say so)."""

    SUMS = "sums"
    FACTS = "facts"


def by_key(
    session: Session, period: Period, slice_: Slice, by: Dimension | None, within: Families
) -> tuple[dict[Key, Figures], Source]:
    """The counts and lengths of a period by key, with what was open when it ended; and how they were come by."""
    if not has_sums(slice_, by):
        found = counting.by_facts(session, period, slice_, by, within)
        return _with(found, _open_by_facts(session, period.last, slice_, by, within)), Source.FACTS
    found, cut = _from_sums(session, period, slice_, by, within)
    flows, _ = _from_sums(session, Period(SINCE, period.last), slice_, by, within)
    stock = {key: stock_of(each) for key, each in flows.items()}
    return _with(found, stock), Source.FACTS if cut else Source.SUMS


def by_month(session: Session, period: Period, slice_: Slice, within: Families) -> dict[Month, Figures]:
    """The same for each month that the period touches, in all."""
    months = period.months
    found, (open_, overdue) = _months(session, months, slice_, within)
    answer = {}
    for month in months:  # what was open is known before the first; from then on it follows from what came and went
        figures = found.get(month, Figures())
        more, later = stock_of(figures)
        open_, overdue = open_ + more, overdue + later
        answer[month] = Figures({**figures.counts, "backlog": open_, "overdue": overdue}, figures.days)
    return answer


def _months(
    session: Session, months: Sequence[Month], slice_: Slice, within: Families
) -> tuple[dict[Month, Figures], tuple[int, int]]:
    """The counts and lengths of each month, and what was open and overdue before the first."""
    day = months[0].first - DAY
    if has_sums(slice_, None):
        dimension, values = _sums_of(slice_, None, within)
        found = sums.of_months(session, dimension, Period.of_months(months[0], months[-1]), values)
        before, _ = _from_sums(session, Period(SINCE, day), slice_, None, within)
        return found, stock_of(before.get(WHOLE, Figures()))
    each = {month: counting.by_facts(session, Period.of_months(month, month), slice_, None, within) for month in months}
    left = _open_by_facts(session, day, slice_, None, within)
    return {month: found.get(WHOLE, Figures()) for month, found in each.items()}, left.get(WHOLE, (0, 0))


def mix(session: Session, period: Period, within: Families) -> dict[int, dict[str, int]]:
    """By office, how many rounds of each kind were due."""
    whole, cut = split(period)
    found: dict[int, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    for value, figures in sums.of_period(session, adding.MIX, whole).items() if whole else ():
        office, _, kind = value.partition("|")
        found[int(within.key(Dimension.OFFICE, office))][kind] += figures.count("due")
    for piece in cut:
        for (office, kind), number in counting.mix(session, piece).items():
            found[int(within.key(Dimension.OFFICE, office))][kind] += number
    return {office: dict(kinds) for office, kinds in found.items()}


def has_sums(slice_: Slice, by: Dimension | None) -> bool:
    """Whether sums know it: at most one dimension is asked for, as a filter or to tell apart."""
    return len({*slice_.filters, *([by] if by else [])}) <= 1


def stock_of(flows: Figures) -> tuple[int, int]:
    """What is left of everything until a day: open, and of that overdue.

    Open is what began and has not ended. Overdue is what was due and not replied to by then, unless it ended late.
    """
    overdue = flows.count("due") - flows.count("kept") - flows.count("ended_late")
    return flows.count("begun") - flows.count("ended"), overdue


def _from_sums(
    session: Session, period: Period, slice_: Slice, by: Dimension | None, within: Families
) -> tuple[dict[Key, Figures], bool]:
    """By key; and whether a part of a month had to be counted by its facts."""
    whole, cut = split(period)
    parts: dict[Key, list[Figures]] = defaultdict(list)
    if whole:
        dimension, values = _sums_of(slice_, by, within)
        for value, figures in sums.of_period(session, dimension, whole, values).items():
            parts[within.key(by, value)].append(figures)
    for piece in cut:
        for key, figures in counting.by_facts(session, piece, slice_, by, within).items():
            parts[key].append(figures)
    return {key: each[0] if len(each) == 1 else total(each) for key, each in parts.items()}, bool(cut)


def _sums_of(slice_: Slice, by: Dimension | None, within: Families) -> tuple[str, list[str] | None]:
    """Which rows of sums hold it."""
    for dimension, key in slice_.filters.items():
        return dimension.value, [
            "" if key == NONE else str(each) for each in within.values(dimension, key, below=slice_.below)
        ]
    return by.value if by else adding.ALL, None


def split(period: Period) -> tuple[Period | None, list[Period]]:
    """The whole months in a period, and what is left at its ends."""
    first, last = Month.of(period.first), Month.of(period.last)
    begins = first if period.first == first.first else first.next
    ends = last if period.last == last.last else last.before
    if ends < begins:
        return None, [period]
    cut = [Period(period.first, begins.first - DAY), Period(ends.last + DAY, period.last)]
    return Period.of_months(begins, ends), [piece for piece in cut if piece.first <= piece.last]


def _open_by_facts(
    session: Session, day: date, slice_: Slice, by: Dimension | None, within: Families
) -> dict[Key, tuple[int, int]]:
    found: dict[Key, tuple[int, int]] = {}
    for key, _begun, late, number in counting.open_at(session, day, slice_, by, within):
        open_, overdue = found.get(key, (0, 0))
        found[key] = open_ + number, overdue + number * late
    return found


def _with(found: Mapping[Key, Figures], stock: Mapping[Key, tuple[int, int]]) -> dict[Key, Figures]:
    keys: Iterable[Key] = dict.fromkeys((*found, *(key for key, left in stock.items() if any(left))))
    answer = {}
    for key in keys:
        figures, (open_, overdue) = found.get(key, Figures()), stock.get(key, (0, 0))
        answer[key] = Figures({**figures.counts, "backlog": open_, "overdue": overdue}, figures.days)
    return answer
