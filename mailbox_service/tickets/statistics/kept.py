"""Keeping the facts in step with the letters: taking marks, and looking again at what has come due meanwhile."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import sqlalchemy as sa
from sqlmodel import Session, SQLModel, col

from mailbox_service.base import bulk
from mailbox_service.city.workdays import Calendar
from mailbox_service.tickets.statistics import facts
from mailbox_service.tickets.tables import FactMark, LeadFact, RoundFact

BATCH = 200


def mark(session: Session, letters: Sequence[int]) -> None:
    """Have these letters looked at again. For what changes a figure without going through `tickets.keep`."""
    bulk.insert(session, {"fact_mark": [{"ticket_id": letter} for letter in letters]})


def is_waiting(session: Session, today: date) -> bool:
    """Whether a letter is marked, or has come due since it was looked at."""
    connection = session.connection()
    marked = connection.execute(sa.select(col(FactMark.id)).limit(1)).first()
    return marked is not None or bool(_come_due(session, today, 1))


def step(session: Session, calendar: Calendar, today: date, limit: int = BATCH) -> int:
    """Look again at the next letters; answers how many. Each mark is taken once, whoever else is at it."""
    connection = session.connection()
    marks = connection.execute(
        sa.select(col(FactMark.id), col(FactMark.ticket_id)).order_by(col(FactMark.id)).limit(limit)
    ).all()
    letters = list(dict.fromkeys(letter for _, letter in marks)) or _come_due(session, today, limit)
    if marks:
        connection.execute(sa.delete(FactMark).where(col(FactMark.id).in_([id_ for id_, _ in marks])))
    if letters:
        put(session, calendar, letters, today)
    return len(letters)


def put(session: Session, calendar: Calendar, letters: Sequence[int], today: date) -> None:
    """Store the facts of these letters as they are now."""
    found = facts.of_letters(session, calendar, letters, today)
    for model, rows in ((RoundFact, found.rounds), (LeadFact, found.leads)):
        table = SQLModel.metadata.tables[str(model.__tablename__)]
        session.connection().execute(sa.delete(table).where(table.c.ticket_id.in_(letters)))
        bulk.insert(session, {table.name: rows})


def _come_due(session: Session, today: date, limit: int) -> list[int]:
    found: list[int] = []
    for model in (RoundFact, LeadFact):
        table = SQLModel.metadata.tables[str(model.__tablename__)]
        waits: sa.ColumnElement[bool] = sa.literal_column(f"NOT {table.name}.counted")
        query = sa.select(table.c.ticket_id).where(waits, table.c.due_on < today).order_by(table.c.due_on).limit(limit)
        found += session.connection().execute(query).scalars()
    return list(dict.fromkeys(found))[:limit]
