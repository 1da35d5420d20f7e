"""What a case holds: to compare before and after, and to copy."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TypeVar

import pytest

from mailbox_service.base.refusals import Refused
from mailbox_service.tickets.case import Case
from mailbox_service.tickets.tables import Event

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
