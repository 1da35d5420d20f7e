"""How the keeping of figures stands: what waits, what the last check found, by which calendar days were counted."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col

from mailbox_service.city.workdays import Calendar
from mailbox_service.tickets.statistics import kept
from mailbox_service.tickets.tables import FactMark, FigureState, RoundFact

CALENDAR, CHECK, REBUILD = "calendar", "check", "rebuild"


@dataclass(frozen=True, slots=True)
class State:
    """`waiting` letters are not counted anew yet. `difference` is the first that the last check found; "" for none."""

    waiting: int
    checked_at: datetime | None
    difference: str


def of(session: Session) -> State:
    """As it stands now: what the overview says beside its numbers when something is not as it should be."""
    found = remembered(session, CHECK)
    checked = found.get("at")
    at = datetime.fromisoformat(checked) if isinstance(checked, str) else None
    return State(kept.waiting(session), at, str(found.get("difference", "")))


def remembered(session: Session, name: str) -> Mapping[str, Any]:
    """What was kept under a name; nothing at first."""
    row = session.get(FigureState, name)
    return row.value if row else {}


def remember(session: Session, name: str, value: dict[str, Any]) -> None:
    """Keep it under a name."""
    session.merge(FigureState(name=name, value=value))
    session.flush()


def checked(session: Session, difference: str, last: int, *, now: datetime) -> None:
    """Keep what a check found, and the letter after which the next one goes on."""
    remember(session, CHECK, {"at": now.isoformat(), "difference": difference, "last": last})


# --- The calendar ------------------------------------------------------------------------------


def changed_years(session: Session, calendar: Calendar) -> list[int]:
    """The years whose working days are others than those that facts were counted by."""
    before, now = remembered(session, CALENDAR), _by_year(calendar)
    return [] if not before else sorted(int(year) for year in {*before, *now} if before.get(year) != now.get(year))


def follow_calendar(session: Session, calendar: Calendar) -> None:
    """Have every letter looked at again that lived in a year whose working days have changed."""
    for year in changed_years(session, calendar):
        lived = (
            col(RoundFact.begun_on) <= date(year, 12, 31),
            sa.or_(col(RoundFact.ended_on).is_(None), col(RoundFact.ended_on) >= date(year, 1, 1)),
        )
        letters = sa.select(col(RoundFact.ticket_id)).where(*lived).distinct()
        session.connection().execute(sa.insert(FactMark).from_select(["ticket_id"], letters))
    remember(session, CALENDAR, _by_year(calendar))


def knows_calendar(session: Session, calendar: Calendar) -> bool:
    """Whether the facts were counted by this calendar."""
    return remembered(session, CALENDAR) == _by_year(calendar)


def _by_year(calendar: Calendar) -> dict[str, str]:
    days: dict[str, list[str]] = defaultdict(list)
    for day, working in sorted(calendar.days.items()):
        days[str(day.year)].append(f"{day} {working:d}")
    return {year: _digest(entries) for year, entries in days.items()}


def _digest(entries: Sequence[str]) -> str:
    return hashlib.sha256(" ".join(entries).encode()).hexdigest()[:16]
