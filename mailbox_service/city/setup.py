"""What a city begins with: the promises for each kind of letter, the calendar, offices and topics.

Filling in twice changes nothing: what is there already stays as the administrators left it.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from sqlmodel import Session, col, select

from mailbox_service.base.ids import new_id
from mailbox_service.city import calendars, find, official_calendar
from mailbox_service.city.tables import (
    Approvals,
    CalendarDay,
    CalendarYear,
    Department,
    Policy,
    RoutingRule,
    Topic,
    Way,
)

PLAIN_ZONE = ZoneInfo("Asia/Shanghai")
OFFICES = Path(__file__).parent / "offices.toml"  # for a city that has named none yet

# kind: working days for the reply, for the one extension, and who lets the reply go (DOMAIN §4)
PROMISES = {
    "enquiry": (5, 5, Approvals.HEAD),
    "help": (5, 5, Approvals.HEAD),
    "suggestion": (10, 5, Approvals.HEAD),
    "complaint": (10, 10, Approvals.HEAD),
    "report": (15, 10, Approvals.HEAD_AND_APPROVER),
    "praise": (10, 5, Approvals.NONE),
}


@dataclass(frozen=True, slots=True)
class Filled:
    """How many rows were added of each."""

    policies: int
    years: int
    offices: int
    topics: int


def fill(
    session: Session, rows: Mapping[str, Any] | None = None, *, now: datetime, zone: ZoneInfo = PLAIN_ZONE
) -> Filled:
    """Add what a city can't begin without. `rows` are its offices and topics (`read_offices`).

    Without rows, a city that has no office yet gets the two that every Mailbox needs.
    """
    if rows is None:
        rows = {} if session.exec(select(Department.id).limit(1)).first() else read_offices(OFFICES)
    filled = Filled(
        policies=add_policies(session),
        years=add_calendar(session, now, zone),
        offices=add_offices(session, rows.get("department", ())),
        topics=add_topics(session, rows.get("topic", ())),
    )
    add_rules(session, rows.get("rule", ()), now)
    return filled


def read_offices(path: Path) -> dict[str, Any]:
    """Offices and topics from a TOML file: [[department]] and [[topic]] tables as in `offices.toml`.

    Raises:
        OSError, ValueError: the file can't be read or isn't TOML.
    """
    return tomllib.loads(path.read_text("utf-8"))


def add_policies(session: Session) -> int:
    """The promises for kinds that have none yet."""
    known = set(session.exec(select(Policy.kind)))
    missing = [kind for kind in PROMISES if kind not in known]
    for kind in missing:
        reply_days, extension_days, approvals = PROMISES[kind]
        session.add(Policy(kind=kind, reply_days=reply_days, extension_days=extension_days, approvals=approvals))
    return len(missing)


def add_calendar(session: Session, now: datetime, zone: ZoneInfo = PLAIN_ZONE) -> int:
    """The official years that are known and not in yet; answers how many.

    In a city that has a calendar already each is a change of it, which its letters follow.
    """
    there = set(session.exec(select(CalendarYear.year)))
    years = official_calendar.known_years() - there
    if there:
        for year in sorted(years):
            _bring_in(session, year, now, zone)
        return len(years)
    entered = set(session.exec(select(col(CalendarDay.day))))
    for entry in official_calendar.entries():
        if entry.day.year in years and entry.day not in entered:
            session.add(CalendarDay(day=entry.day, is_working=entry.is_working))
    session.add_all(CalendarYear(year=year, source=official_calendar.SOURCE, imported_at=now) for year in years)
    return len(years)


def _bring_in(session: Session, year: int, now: datetime, zone: ZoneInfo) -> None:
    """A year that came with a newer package. Days that an administrator has entered already stay as they are."""
    calendar = find.calendar(session, zone)
    official = {entry.day: entry.is_working for entry in official_calendar.entries() if entry.day.year == year}
    days = official | dict(calendars.days_of(calendar, year))
    draft = calendars.Draft(year, days, Way.PACKAGE, official_calendar.SOURCE)
    calendars.change(session, calendar, draft, by=None, now=now)


def add_offices(session: Session, rows: Iterable[Mapping[str, Any]]) -> int:
    """The offices whose code is not there yet."""
    known = set(session.exec(select(Department.code)))
    new = [row for row in rows if row["code"] not in known]
    for row in new:
        session.add(
            Department(
                id=new_id(),
                code=row["code"],
                name=dict(row["name"]),
                phone=row.get("phone", ""),
                translates=list(row.get("translates", ())),
                masters=list(row.get("masters", ())),
            )
        )
    session.flush()
    return len(new)


def add_topics(session: Session, rows: Iterable[Mapping[str, Any]]) -> int:
    """The topics whose code is not there yet; "transport.buses" stands under "transport", which comes first."""
    topics = {topic.code: topic.id for topic in session.exec(select(Topic).order_by(col(Topic.id)))}
    offices = {office.code: office.id for office in session.exec(select(Department))}
    new = [row for row in rows if row["code"] not in topics]
    for position, row in enumerate(new, len(topics)):
        parent = row["code"].rpartition(".")[0]
        topic = Topic(
            parent_id=topics[parent] if parent else None,
            code=row["code"],
            name=dict(row["name"]),
            department_id=offices[row["department"]] if row.get("department") else None,
            position=position,
        )
        topics[topic.code] = topic.id
        session.add(topic)
        session.flush()
    return len(new)


def add_rules(session: Session, rows: Iterable[Mapping[str, Any]], now: datetime) -> int:
    """The rules of routing of a city that has none yet, in the order of the rows; answers how many."""
    if session.exec(select(RoutingRule.id).limit(1)).first() is not None:
        return 0
    offices = {office.code: office.id for office in session.exec(select(Department))}
    topics = {topic.code: topic.id for topic in session.exec(select(Topic))}
    new = [
        RoutingRule(
            name=row["name"],
            position=position,
            is_live=row.get("live", True),
            by_itself=row.get("by_itself", False),
            kinds=list(row.get("kinds", ())),
            topic_ids=[topics[code] for code in row.get("topics", ())],
            languages=list(row.get("languages", ())),
            channels=list(row.get("channels", ())),
            words=list(row.get("words", ())),
            department_id=offices[row["department"]] if "department" in row else None,
            co_department_ids=[offices[code] for code in row.get("also", ())],
            urgent=row.get("urgent", False),
            needs_approver=row.get("needs_approver", False),
            tag=row.get("tag", ""),
            added_at=now,
        )
        for position, row in enumerate(rows, 1)
    ]
    session.add_all(new)
    session.flush()
    return len(new)
