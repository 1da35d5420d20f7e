"""New rows of several tables at once: both databases keep exactly what they were given."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any

import pytest
from sqlmodel import Session, SQLModel, col, select

from mailbox_service.base.ids import new_id
from mailbox_service.base.refusals import Refused
from mailbox_service.tickets import keep
from mailbox_service.tickets.tables import Citizen, Event, Round, Ticket
from mailbox_service.tickets.tables.words import Kind, Status

RECEIVED = datetime(2026, 2, 27, 6, 5, 17, 123_456, tzinfo=UTC)
ABROAD = datetime(2026, 2, 27, 14, 5, 17, 1, tzinfo=timezone(timedelta(hours=8)))
SUBJECT = 'It\'s a "lamp" \\ 路灯 💡 :given %(x)s {} \t\n<b>&amp;'


def a_letter(**more: Any) -> list[SQLModel]:
    id_ = new_id()
    facts: dict[str, Any] = {"id": id_, "number": str(id_), "kind": Kind.HELP, "subject": SUBJECT, "language": "zh"}
    dates: dict[str, Any] = {"received_at": RECEIVED, "entered_at": ABROAD, "due_on": date(2026, 3, 13)}
    event: dict[str, Any] = {"at": RECEIVED, "act": "submit", "actor_kind": "citizen", "round_no": 1}
    event |= {"status_before": Status.RECEIVED, "status_after": Status.RECEIVED}
    due: dict[str, Any] = {"begun_at": RECEIVED, "due_on": date(2026, 3, 13), "original_due_on": date(2026, 3, 13)}
    return [
        Event(ticket_id=id_, facts={"to": ["a", 1, True, None, {"语": "é"}], "big": 2**62}, **event),
        Event(ticket_id=id_, facts={}, told_at=ABROAD, **event),  # fills a column that its sister leaves empty
        Ticket(**{**facts, **dates, **more}),
        Citizen(ticket_id=id_, name="", email="carl@example.org"),
        Round(ticket_id=id_, no=1, kind=Kind.HELP, **due),
    ]


def facts_of(rows: list[SQLModel]) -> list[dict[str, object]]:
    return sorted(
        (row.model_dump() for row in rows), key=lambda facts: (facts.get("id", facts.get("ticket_id")), len(facts))
    )


def stored(session: Session) -> list[SQLModel]:
    return [row for model in (Event, Ticket, Citizen, Round) for row in session.exec(select(model))]


@pytest.mark.parametrize("letters", [1, 2, 40])
async def test_rows_come_back_as_they_were_given(db, letters):
    rows = [row for _ in range(letters) for row in a_letter()]
    given = facts_of(rows)

    await db.writing(lambda session: keep.insert(session, rows))

    assert facts_of(await db.reading(stored)) == given


async def test_no_rows_are_no_statement(db):
    await db.writing(lambda session: keep.insert(session, []))

    assert await db.reading(stored) == []


async def test_when_one_row_clashes_none_is_stored(db):
    await db.writing(lambda session: keep.insert(session, a_letter(once_key="k")))

    with pytest.raises(Refused, match="conflict"):
        await db.writing(lambda session: keep.insert(session, a_letter(once_key="k")))

    assert len(await db.reading(lambda session: session.exec(select(col(Event.id))).all())) == 2


async def test_a_row_without_its_parent_is_refused(db):
    _, _, _, citizen, _ = a_letter()

    with pytest.raises(Refused, match="conflict"):
        await db.writing(lambda session: keep.insert(session, [citizen]))
