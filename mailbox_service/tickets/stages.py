"""What a letter waits for before anybody works on it: to be routed, then to be signed for, each in the days promised.

Pure. Counted with the promise that stands now, pending proposals included; a date of its own no row has.
"""

from __future__ import annotations

from collections import defaultdict
from datetime import date, datetime
from enum import StrEnum
from typing import NamedTuple

from mailbox_service.city.tables import Policy
from mailbox_service.city.workdays import DAY
from mailbox_service.tickets import deadlines
from mailbox_service.tickets.case import City
from mailbox_service.tickets.tables.words import Kind, Status


class Stage(StrEnum):
    """What the letter waits for."""

    ROUTING = "routing"
    SIGNING = "signing"


STATUS = {Stage.ROUTING: Status.RECEIVED, Stage.SIGNING: Status.ASSIGNED}
_STAGE = {status: stage for stage, status in STATUS.items()}


def of(status: Status) -> Stage | None:
    """What a letter of that status waits for; None once an office has signed for it, and when it is no longer open."""
    return _STAGE.get(status)


def due(city: City, stage: Stage, kind: str, begun: datetime, own_due: date) -> date:
    """Until when it is to wait at most. `begun`: its receipt, or when the lead got it; `own_due`: the writer's date, or
    the lead's.
    """
    count = deadlines.triage_due if stage is Stage.ROUTING else deadlines.sign_due
    return count(city.calendar, city.calendar.day_of(begun), _days(city.policies[kind], stage), own_due)


def _days(policy: Policy, stage: Stage) -> int:
    return policy.triage_days if stage is Stage.ROUTING else policy.sign_days


# --- Which ones are late ---------------------------------------------------------------------


class Cut(NamedTuple):
    """Of these kinds is late what began before that day of the city, or before its first moment (UTC)."""

    kinds: tuple[Kind, ...]
    day: date
    at: datetime


class Overdue(NamedTuple):
    """The letters that wait longer than promised on a day: those that began before a cut, or whose own date is past."""

    stage: Stage
    today: date
    cuts: tuple[Cut, ...]


def overdue(city: City, stage: Stage, today: date) -> Overdue:
    """Which letters these are, kinds with the same promise together."""
    kinds = defaultdict[int, list[Kind]](list)
    for kind in Kind:
        kinds[_days(city.policies[kind], stage)].append(kind)
    days = {count: deadlines.began_too_early(city.calendar, today, count) for count in kinds}
    zone = city.calendar.zone
    cuts = (Cut(tuple(kinds[count]), day, deadlines.end_of(day - DAY, zone)) for count, day in days.items())
    return Overdue(stage, today, tuple(cuts))


def is_overdue(wanted: Overdue, kind: str, begun_on: date, due_on: date) -> bool:
    """Whether what began that day, and is due on that one by its own date, is among them."""
    return due_on < wanted.today or any(kind in cut.kinds and begun_on < cut.day for cut in wanted.cuts)
