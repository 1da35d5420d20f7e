"""What a case holds: to compare before and after, and to copy."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import TypeVar

import pytest

from mailbox_service.base.refusals import Refused
from mailbox_service.tickets.case import Case
from mailbox_service.tickets.tables import Event
from mailbox_service.tickets.tables.words import ProposalOutcome

Row = TypeVar("Row")
SHELVES = ("rounds", "assignments", "messages", "contributions", "replies", "approvals", "translations", "proposals",
           "ratings", "publications", "attachments", "handlers", "parties", "recusals", "events")  # fmt: skip


def state_of(case: Case) -> dict[str, object]:
    """Everything in the case, as plain values."""
    rows: dict[str, object] = {name: [_values(row) for row in getattr(case, name)] for name in SHELVES}
    rows["ticket"], rows["citizen"] = _values(case.ticket), _values(case.citizen)
    rows["new"], rows["children"] = len(case.new), [state_of(child) for child in case.children]
    return rows


def copied(case: Case) -> Case:
    """The same case in rows of its own, as if loaded anew."""
    copy = Case(city=case.city, ticket=_copy(case.ticket), citizen=case.citizen and _copy(case.citizen))
    for name in SHELVES:
        getattr(copy, name).extend(_copy(row) for row in getattr(case, name))
    copy.children = [copied(child) for child in case.children]
    return copy


def _copy(row: Row) -> Row:
    return type(row)(**_values(row))


def _values(row: object) -> dict[str, object]:
    return {} if row is None else {name: value for name, value in vars(row).items() if name != "_sa_instance_state"}


@contextmanager
def refused(code: str, case: Case | None = None) -> Iterator[None]:
    """What is done within is refused by that name, and changes nothing in the case."""
    before = state_of(case) if case else None
    with pytest.raises(Refused) as refusal:
        yield
    assert refusal.value.code == code
    assert case is None or state_of(case) == before


def last(case: Case) -> Event:
    """What happened last."""
    return case.events[-1]


def sound(case: Case, seen: int, now: datetime | None) -> list[Event]:
    """What is true of every case after an act at that moment; answers its new events (those after the first `seen`).

    Each row belongs to the ticket, has an id of its own and whatever the database asks for, and
    what was written, decided or noted just now bears this moment.
    """
    rows = [row for name in SHELVES for row in getattr(case, name)]
    for row in [case.ticket, *([case.citizen] if case.citizen else []), *rows]:
        empty = [c.name for c in type(row).__table__.columns if not c.nullable and getattr(row, c.name) is None]
        assert empty == [], f"{type(row).__name__} lacks {empty}"
        assert getattr(row, "ticket_id", case.ticket.id) == case.ticket.id
        assert getattr(row, "round_no", 1) <= case.ticket.round_no
    assert len({row.id for row in rows}) == len(rows)
    assert isinstance(case.ticket.restricted, bool)
    assert isinstance(case.ticket.untranslatable, bool)
    for row in case.new:
        moments = ("at", "asked_at", "submitted_at", "named_at")
        assert now is None or {getattr(row, name) for name in moments if hasattr(row, name)} <= {now}
        assert getattr(row, "round_no", case.ticket.round_no) == case.ticket.round_no
    for proposal in case.proposals:
        assert (proposal.outcome is None) == (proposal.decided_at is None)
        assert (proposal.decided_by is None) == (proposal.outcome in (None, ProposalOutcome.LAPSED))
    for child in case.children:
        sound(child, len(child.events), None)
        assert all(event.at == now for event in child.new if isinstance(event, Event))
    return case.events[seen:]
