"""What a fact adds to which sum (pure): to its month, in all and by each dimension, and to what stands now."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import Any, NamedTuple

from mailbox_service.tickets.acts import OPEN
from mailbox_service.tickets.stages import Stage
from mailbox_service.tickets.statistics.measures import BEGUN, COLUMN_OF, DUE, ENDED, LED, Cohort
from mailbox_service.tickets.tables.words import Status

ALL, MIX, STATUS, RUNNING, STAGE = "all", "mix", "status", "running", "stage"
STANDING = (STATUS, RUNNING, STAGE)
MONTH, YEAR, NOW = "month", "year", "now"
ANY_DAY = date(2000, 1, 1)  # what stands now has no first day
OF_A_ROUND, OF_AN_OFFICE = (BEGUN, ENDED, DUE), (LED,)


class Place(NamedTuple):
    """One row of sums."""

    dimension: str
    span: str
    since: date
    value: str

    @property
    def id(self) -> str:
        """Its key in the table."""
        return f"{self.dimension}|{self.span}|{self.since}|{self.value}"


Counts = dict[str, int]
Deltas = dict[Place, Counts]


def deltas(
    before: Mapping[str, Iterable[Mapping[str, Any]]], after: Mapping[str, Iterable[Mapping[str, Any]]]
) -> Deltas:
    """What changes in months, years and now when facts, as "rounds" and "leads", become others."""
    found: Deltas = defaultdict(lambda: defaultdict(int))
    for facts, sign in ((before, -1), (after, 1)):
        for fact in facts["rounds"]:
            _add(found, fact, OF_A_ROUND, sign)
            for place in _standing(fact):
                found[place]["n"] += sign
        for fact in facts["leads"]:
            _add(found, fact, OF_AN_OFFICE, sign)
            if fact["signing"]:
                found[Place(STAGE, NOW, ANY_DAY, _waits(Stage.SIGNING, fact))]["n"] += sign
    changed = {place: _without_zeros(counts) for place, counts in found.items()}
    return with_years({place: counts for place, counts in changed.items() if counts})


def with_years(months: Deltas) -> Deltas:
    """The same, and what it adds to the years."""
    found = dict(months)
    for place, counts in months.items():
        if place.span == MONTH:
            year = Place(place.dimension, YEAR, place.since.replace(month=1), place.value)
            of_year = found.setdefault(year, {})
            for name, number in counts.items():
                of_year[name] = of_year.get(name, 0) + number
    return {place: kept for place, counts in found.items() if (kept := _without_zeros(counts))}


def _without_zeros(counts: Mapping[str, int]) -> Counts:
    return {name: number for name, number in counts.items() if number}


def _add(found: Deltas, fact: Mapping[str, Any], cohorts: Sequence[Cohort], sign: int) -> None:
    values = [(ALL, "")]
    values += [(dimension.value, text(fact[column])) for dimension, column in COLUMN_OF.items()]
    for cohort in cohorts:
        day = fact[cohort.day]
        if day is None or not (cohort.when is None or fact[cohort.when]):
            continue
        names = list(_names(fact, cohort))
        since = day.replace(day=1)
        for dimension, value in values if names else ():
            row = found[Place(dimension, MONTH, since, value)]
            for name, number in names:
                row[name] += sign * number
        if cohort is DUE:
            found[Place(MIX, MONTH, since, mixed(fact["department_id"], fact["kind"]))]["due"] += sign


def _names(fact: Mapping[str, Any], cohort: Cohort) -> Iterator[tuple[str, int]]:
    for name in cohort.counts:
        if fact[name]:
            yield name, fact[name]
    for name in cohort.lengths:
        if fact[name] is not None:
            yield f"{name}:{fact[name]}", 1


def _standing(fact: Mapping[str, Any]) -> Iterator[Place]:
    if fact["status"] in OPEN:
        yield Place(STATUS, NOW, ANY_DAY, text(fact["status"]))
    if fact["running"]:
        yield Place(RUNNING, NOW, ANY_DAY, text(fact["due_on"]))
    if fact["status"] == Status.RECEIVED:
        yield Place(STAGE, NOW, ANY_DAY, _waits(Stage.ROUTING, fact))


def _waits(stage: Stage, fact: Mapping[str, Any]) -> str:
    return waits(stage, fact["kind"], fact["begun_on"], fact["due_on"])


def waits(stage: Stage, kind: str, begun_on: date, due_on: date) -> str:
    """The value of what waits for its first steps: all that tells whether it waits too long."""
    return f"{stage}|{kind}|{begun_on}|{due_on}"


def mixed(department_id: int | None, kind: str) -> str:
    """The value of an office and a kind together."""
    return f"{text(department_id)}|{kind}"


def text(value: Any) -> str:
    """A fact's value as sums name it."""
    return "" if value is None else str(value)
