"""Several looks taken together: both databases show the same, in the same types."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest
import sqlalchemy as sa
from sqlmodel import Session, SQLModel, select

from mailbox_service.base.db import Database
from mailbox_service.base.ids import new_id
from mailbox_service.base.looks import Blank, Looks
from mailbox_service.tickets import keep
from mailbox_service.tickets.find import lists
from mailbox_service.tickets.find.queues import Queue
from mailbox_service.tickets.tables import Contribution, Event, Ticket
from mailbox_service.tickets.tables.words import Kind, Status
from tests.doors.staff import town as towns

NOON = datetime(2026, 2, 27, 12, 0, tzinfo=UTC)
LATER = datetime(2026, 2, 27, 12, 0, 0, 100, tzinfo=UTC)
FACTS: dict[str, Any] = {"路": ["é", 1, None, True], "big": 2**62}

_ticket, _event = (SQLModel.metadata.tables[name] for name in ("ticket", "event"))
_wanted = sa.bindparam("id", type_=sa.BigInteger)
BOTH = Looks(
    head=sa.select(*(_ticket.c[n] for n in ("id", "kind", "urgent", "received_at", "due_on", "sweep_on", "subject")))
    .where(_ticket.c.id == _wanted),
    events=sa.select(_event.c.at.label("when"), _event.c.act, _event.c.facts, _event.c.told_at)
    .where(_event.c.ticket_id == _wanted)
    .order_by(_event.c.id.desc()),
)  # fmt: skip


async def a_letter(db: Database, subject: str = '"路灯" \\ 💡', number: str = "1") -> int:
    id_ = new_id()
    same: dict[str, Any] = {"ticket_id": id_, "round_no": 1, "actor_kind": "citizen"}
    same |= {"status_before": Status.RECEIVED, "status_after": Status.RECEIVED}
    rows = [
        Ticket(id=id_, number=number, kind=Kind.HELP, subject=subject, language="zh", received_at=NOON,
               entered_at=LATER, due_on=date(2026, 3, 13), urgent=True),
        Event(at=NOON, act="submit", facts=FACTS, **same),
        Event(at=LATER, act="add", facts={}, told_at=NOON, **same),
    ]  # fmt: skip
    await db.writing(lambda session: keep.insert(session, rows))
    return id_


async def seen(db: Database, id_: int) -> dict[str, list[Any]]:
    def look(session: Session) -> dict[str, list[Any]]:
        rows = BOTH.look(session, {"id": id_})
        return {name: list(rows(name)) for name in ("head", "events")}

    return await db.reading(look)


async def test_every_kind_of_column_comes_as_what_it_is(db):
    id_ = await a_letter(db)

    found = await seen(db, id_)

    (head,) = found["head"]
    assert (head.id, head.kind, head.urgent, head.subject) == (id_, Kind.HELP, True, '"路灯" \\ 💡')
    assert isinstance(head.kind, Kind)
    assert (head.received_at, head.due_on, head.sweep_on) == (NOON, date(2026, 3, 13), None)
    last, first = found["events"]
    assert (last.when, last.act, last.facts, last.told_at) == (LATER, "add", {}, NOON)
    assert (first.when, first.act, first.facts, first.told_at) == (NOON, "submit", FACTS, None)
    assert first.when.utcoffset() == NOON.utcoffset()


@pytest.mark.parametrize("text", ["'; --", '"', "\\", "\\'", "%", "%s", ":id", "?", "$1", "路", ""])
async def test_a_text_is_looked_for_as_it_stands(db, text):
    by_subject = Looks(ids=sa.select(_ticket.c.id).where(_ticket.c.subject == text, _ticket.c.urgent.is_(True)))
    as_literal = sa.bindparam("text", type_=sa.String, literal_execute=True)
    by_literal = Looks(ids=sa.select(_ticket.c.id).where(_ticket.c.subject == as_literal, _ticket.c.kind == Kind.HELP))
    id_ = await a_letter(db, text)

    for looks, facts in ((by_subject, {}), (by_literal, {"text": "none"}), (by_literal, {"text": text})):
        expected = [] if facts.get("text") == "none" else [id_]
        asked = await db.look(looks, facts)
        asked_in_session = await db.writing(lambda session, looks=looks, facts=facts: looks.look(session, facts))
        for rows in (asked, asked_in_session):
            assert [row.id for row in rows("ids")] == expected


async def test_a_row_that_was_looked_at_is_read_and_never_changed(db):
    id_ = await a_letter(db)
    looks = Looks(ticket=select(Ticket).where(_ticket.c.id == _wanted), owed=select(Contribution))

    ticket = (await db.reading(lambda session: looks.look(session, {"id": id_})("ticket")))[0]

    assert (ticket.id, ticket.kind, ticket.status, ticket.received_at) == (id_, Kind.HELP, Status.RECEIVED, NOON)
    with pytest.raises(AttributeError, match="subject"):
        ticket.subject = "Another"
    with pytest.raises(AttributeError):
        _ = ticket.nothing


async def test_looks_know_what_is_among_them():
    own, more = Looks(a=sa.select(_ticket.c.id)), Looks(b=sa.select(_event.c.id))

    together = own.together_with(more)

    assert together is own.together_with(more)
    assert together.hold(own)
    assert together.hold(more)
    assert not own.hold(more)
    assert not together.hold(Looks(a=sa.select(_ticket.c.id)))


async def test_what_is_not_there_is_an_empty_list(db):
    assert await seen(db, 1) == {"head": [], "events": []}


async def test_people_of_the_same_roles_ask_by_the_same_statement(db):
    """PostgreSQL plans a statement once for each connection; who asks is told beside it."""

    def asked(session: Session) -> list[str]:
        town = towns.found(session)
        here = session.get_bind().dialect.name == "sqlite"
        found = []
        for name in ("dora", "paul"):
            viewer = town.actor(session, name, NOON.date())
            page = lists.page(Queue.MY_OFFICE, viewer, NOON.date(), town.book.open(session).calendar, here=here)
            looks = Looks(**lists.selects(page.shape))
            found.append(looks.asked(session.connection().dialect, page.facts)[0])
            assert str(viewer.person_id) not in found[-1]
        return found

    one, other = await db.writing(asked)

    assert one == other


async def test_one_look_serves_several_when_the_facts_fill_its_blanks(db):
    first, second = await a_letter(db, "first"), await a_letter(db, "second", "2")
    blank: Any = Blank("whose")
    looks = Looks(head=sa.select(_ticket.c.subject).where(_ticket.c.id.in_([blank]), _ticket.c.id == blank))

    found = [(await db.look(looks, {"whose": id_}))("head")[0].subject for id_ in (first, second)]

    assert found == ["first", "second"]
