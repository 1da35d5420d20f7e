"""Counting facts one by one, under an index on their day: any period, narrowed by anything."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col

from mailbox_service.city import find
from mailbox_service.city.tables import Topic
from mailbox_service.tickets.statistics.figures import Figures
from mailbox_service.tickets.statistics.measures import COHORTS, COLUMN_OF, DUE, OPEN, Cohort
from mailbox_service.tickets.statistics.period import Period
from mailbox_service.tickets.statistics.slices import NONE, Dimension, Key, Slice
from mailbox_service.tickets.tables import RoundFact

WHOLE: Key = ""  # the one key when nothing is told apart
Condition = sa.ColumnElement[bool]


@dataclass(frozen=True, slots=True)
class Families:
    """Which office stands for which, and which topics lie below which."""

    offices: Mapping[int, int]  # a merged office → the one that it was merged into, at last
    topics: Mapping[int, Sequence[int]]  # a topic → those below it

    def key(self, by: Dimension | None, value: Any) -> Key:
        """Under which key a fact's value stands."""
        if by is None:
            return WHOLE
        if not by.has_ids:
            return str(value)
        number = NONE if value in (None, "") else int(value)
        return self.offices.get(number, number) if by is Dimension.OFFICE else number

    def values(self, by: Dimension, key: Key, *, below: bool = True) -> list[Key]:
        """The values of facts that stand under this key when somebody narrows to it."""
        if by is Dimension.OFFICE:
            return [key, *(former for former, into in self.offices.items() if into == key)]
        return [key, *self.topics.get(int(key), ())] if by is Dimension.TOPIC and below else [key]


SEPARATE = Families({}, {})  # every office and topic by itself


def families(session: Session) -> Families:
    """The offices and topics as they hang together now."""
    into = find.merged(session)
    offices = {office: find.successors(into, office)[-1] for office in into}
    topics: dict[int, list[int]] = defaultdict(list)
    below = sa.select(col(Topic.id), col(Topic.parent_id)).where(col(Topic.parent_id).is_not(None))
    for topic, parent in session.connection().execute(below):
        topics[parent or NONE].append(topic)
    return Families(offices, topics)


def by_facts(
    session: Session, period: Period, slice_: Slice, by: Dimension | None, within: Families
) -> dict[Key, Figures]:
    """The counts and lengths of a period by key; a key without any is left out."""
    counts: dict[Key, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    days: dict[Key, dict[str, dict[int, int]]] = defaultdict(lambda: defaultdict(lambda: defaultdict(int)))
    for cohort in COHORTS:
        many = len(cohort.lengths)
        for value, number, *found in _counted(session, cohort, by, _within(cohort, period, slice_, within)):
            key = within.key(by, value)
            for name, length in zip(cohort.lengths, found[:many], strict=True):
                if length is not None:
                    days[key][name][length] += number
            for name, added in zip(cohort.counts, found[many:], strict=True):
                counts[key][name] += int(added or 0)
    return {key: Figures(each, days[key]) for key, each in counts.items() if any(each.values())}


def _counted(session: Session, cohort: Cohort, by: Dimension | None, where: Sequence[Condition]) -> Sequence[Any]:
    """By key and by all lengths at once: how many facts, the lengths, and the sums. The facts are read once."""
    key, lengths = _key(cohort, by), [cohort.column(name) for name in cohort.lengths]
    sums = [sa.func.sum(cohort.column(name)) for name in cohort.counts]
    query = sa.select(key, sa.func.count(), *lengths, *sums).where(*where)
    return session.connection().execute(_grouped(query, by, key, *lengths)).all()


def _key(cohort: Cohort, by: Dimension | None) -> Any:
    return cohort.column(COLUMN_OF[by]) if by else sa.literal_column("''")


def _grouped(query: Any, by: Dimension | None, key: Any, *more: Any) -> Any:
    """Told apart by the key, if there is one: PostgreSQL groups by no constant."""
    return query.group_by(*([key] if by else []), *more)


def _within(cohort: Cohort, period: Period, slice_: Slice, within: Families) -> list[Condition]:
    day = cohort.column(cohort.day)
    return [cohort.belongs, day >= period.first, day <= period.last, *narrowed(cohort, slice_, within)]


def narrowed(cohort: Cohort, slice_: Slice, within: Families) -> list[Condition]:
    """What the slice asks of a cohort's facts."""
    asked: list[Condition] = []
    for dimension, key in slice_.filters.items():
        column = cohort.column(COLUMN_OF[dimension])
        asked.append(column.is_(None) if key == NONE else column.in_(within.values(dimension, key, below=slice_.below)))
    return asked


# --- What was open at the end of a day ---------------------------------------------------------


Standing = tuple[Key, date, bool, int]  # key, the day it began, whether it was overdue, how many


def open_at(session: Session, day: date, slice_: Slice, by: Dimension | None, within: Families) -> list[Standing]:
    """The rounds open at the end of the day, by key, by the day they began, and by whether their date was past.

    These are the ones open now, and those that have ended since; each found by its own index.
    """
    overdue = sa.case((sa.and_(col(RoundFact.due) == 1, col(RoundFact.due_on) <= day), 1), else_=0)
    key, begun_on, part = _key(DUE, by), col(RoundFact.begun_on), narrowed(DUE, slice_, within)
    hidden = sa.func.coalesce(begun_on, begun_on)  # or SQLite walks all that began, in order, instead of what ended
    since = sa.and_(col(RoundFact.ended_on) > day, col(RoundFact.begun) == 1)
    found: list[Standing] = []
    for began, still in ((begun_on, OPEN), (hidden, since)):
        counted = sa.select(key, began, overdue, sa.func.count()).where(still, began <= day, *part)
        rows = session.connection().execute(_grouped(counted, by, key, began, overdue))
        found += [(within.key(by, value), begun, bool(late), number) for value, begun, late, number in rows]
    return found


def mix(session: Session, period: Period) -> dict[tuple[str, str], int]:
    """How many rounds were due, by office (as sums name it) and kind."""
    office, kind = _key(DUE, Dimension.OFFICE), _key(DUE, Dimension.KIND)
    counted = sa.select(office, kind, sa.func.count()).where(*_within(DUE, period, Slice(), SEPARATE))
    rows = session.connection().execute(counted.group_by(office, kind))
    return {("" if each is None else str(each), str(of_kind)): number for each, of_kind, number in rows}
