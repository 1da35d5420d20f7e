"""Keeping facts and sums in step with the letters: taking marks, and looking again at what has come due meanwhile.

A letter's new facts, what they change in the sums and the mark that goes are one transaction, and one node at a time
does it (`claim.alone`): each mark counts once, and nobody waits for a row of sums.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, SQLModel, col

from mailbox_service.base import bulk, claim
from mailbox_service.city.workdays import Calendar
from mailbox_service.tickets.statistics import adding, facts, sums
from mailbox_service.tickets.statistics.fact_rows import Row
from mailbox_service.tickets.tables import FactMark, LeadFact, RoundFact

BATCH = 200
ALONE = "figures"  # what `claim.alone` calls this work
MANY = 100_000  # marks are counted up to here
ROUNDS, LEADS = (SQLModel.metadata.tables[str(model.__tablename__)] for model in (RoundFact, LeadFact))


def mark(session: Session, letters: Sequence[int]) -> None:
    """Have these letters looked at again. For what changes a figure without going through `tickets.keep`."""
    bulk.insert(session, {"fact_mark": [{"ticket_id": letter} for letter in letters]})


def waiting(session: Session) -> int:
    """How many marks wait, as far as they are worth counting."""
    some = sa.select(col(FactMark.id)).limit(MANY).subquery()
    return int(session.connection().execute(sa.select(sa.func.count()).select_from(some)).scalar_one())


def is_waiting(session: Session, today: date) -> bool:
    """Whether a letter is marked, or has come due since it was looked at."""
    marked = session.connection().execute(sa.select(col(FactMark.id)).limit(1)).first()
    return marked is not None or bool(_come_due(session, today, 1))


def step(session: Session, calendar: Calendar, today: date, limit: int = BATCH) -> int:
    """Look again at the next letters; answers how many. 0 when there are none, or another node is at it."""
    if not claim.alone(session, ALONE):
        return 0
    connection = session.connection()
    marks = connection.execute(
        sa.select(col(FactMark.id), col(FactMark.ticket_id)).order_by(col(FactMark.id)).limit(limit)
    ).all()
    letters = list(dict.fromkeys(letter for _, letter in marks)) or _come_due(session, today, limit)
    if marks:
        connection.execute(sa.delete(FactMark).where(col(FactMark.id).in_([id_ for id_, _ in marks])))
    put(session, calendar, letters, today)
    return len(letters)


def put(session: Session, calendar: Calendar, letters: Sequence[int], today: date) -> int:
    """Bring facts and sums to what these letters say now; answers how many facts were others. The caller is alone."""
    if not letters:
        return 0
    now = facts.of_letters(session, calendar, letters, today)
    rounds, leads = changed(session, ROUNDS, letters, now.rounds), changed(session, LEADS, letters, now.leads)
    before, after = ({"rounds": rounds[place], "leads": leads[place]} for place in (0, 1))
    for table, (old, new) in ((ROUNDS, rounds), (LEADS, leads)):
        key = next(iter(table.primary_key))
        if old:
            session.connection().execute(sa.delete(table).where(key.in_([row[key.name] for row in old])))
        bulk.insert(session, {table.name: new})
    sums.apply(session, adding.deltas(before, after))
    return len(rounds[1]) + len(leads[1])


def changed(
    session: Session, table: sa.Table, letters: Sequence[int], now: Sequence[Row]
) -> tuple[list[Row], list[Row]]:
    """The stored facts that are not so any more, and those that take their place."""
    stored = session.connection().execute(sa.select(table).where(table.c.ticket_id.in_(letters))).mappings()
    key = next(iter(table.primary_key)).name
    old, new = {row[key]: dict(row) for row in stored}, {row[key]: row for row in now}
    gone = [row for id_, row in old.items() if new.get(id_) != row]
    return gone, [row for id_, row in new.items() if old.get(id_) != row]


def overdue(session: Session, letters: Sequence[int], today: date) -> set[int]:
    """Which of these letters have come due since they were looked at."""
    found: set[int] = set()
    for table in (ROUNDS, LEADS):
        waits = (~table.c.counted, table.c.due_on < today, table.c.ticket_id.in_(letters))
        found.update(session.connection().execute(sa.select(table.c.ticket_id).where(*waits)).scalars())
    return found


def _come_due(session: Session, today: date, limit: int) -> list[int]:
    found: list[int] = []
    for table in (ROUNDS, LEADS):
        waits: sa.ColumnElement[bool] = sa.literal_column(f"NOT {table.name}.counted")
        query: Any = sa.select(table.c.ticket_id).where(waits, table.c.due_on < today)
        found += session.connection().execute(query.order_by(table.c.due_on).limit(limit)).scalars()
    return list(dict.fromkeys(found))[:limit]
