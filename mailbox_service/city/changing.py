"""How an administrator changes the city: asked for the right, checked against the version seen, audited."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from enum import Enum
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, SQLModel, col

from mailbox_service.base import audit, claim, clock
from mailbox_service.base.language import LANGUAGES
from mailbox_service.base.refusals import Refused
from mailbox_service.base.tables import AuditRow
from mailbox_service.city import lists

MOST_NAME = 100
_TAKEN = frozenset({"kind"})  # what the log says of each row itself


def require(session: Session, by: int) -> None:
    """Only an administrator may go on.

    Raises:
        Refused: "not_yours".
    """
    if by not in lists.administrators(session):
        raise Refused("not_yours")


def row_of(session: Session, table: type[SQLModel], id_: int | str) -> Any:
    """The row of that id.

    Raises:
        Refused: "not_found".
    """
    row = session.get(table, id_)
    if row is None:
        raise Refused("not_found")
    return row


def change(
    session: Session, row: Any, seen_version: int, values: Mapping[str, Any], act: str, *, by: int, now: datetime
) -> None:
    """Set the columns that differ, and write down what they were. What was saved since is never overwritten.

    Raises:
        Refused: "conflict" when the row is no longer of the version seen.
    """
    table = type(row)
    before = {name: getattr(row, name) for name, value in values.items() if getattr(row, name) != value}
    key = _key(row)
    mine = (getattr(table, key) == getattr(row, key), col(table.version) == seen_version)
    changed = {name: values[name] for name in before}
    if claim.claim(session, table, *mine, version=seen_version + 1, **changed) != 1:
        raise Refused("conflict")
    session.expire(row)
    record(session, act, row, {name: [plain(before[name]), plain(changed[name])] for name in changed}, by=by, now=now)


def added_just_now(
    session: Session, table: type[Any], act: str, values: Mapping[str, Any], *, by: int, now: datetime
) -> Any:
    """The row in use that they added a moment ago with the very same values: the form was sent twice. None mostly."""
    last = sa.select(col(AuditRow.subject_id), col(AuditRow.facts)).where(
        col(AuditRow.act) == act, col(AuditRow.person_id) == by, col(AuditRow.at) >= now - clock.TWICE_WITHIN
    )
    found = session.connection().execute(last.order_by(col(AuditRow.id).desc()).limit(1)).first()
    if found is None or found.facts != _said(values):
        return None
    row = session.get(table, found.subject_id)
    return row if row is not None and row.retired_at is None else None


def record(session: Session, act: str, row: Any, facts: Mapping[str, Any], *, by: int | None, now: datetime) -> None:
    """Write down what was done to a row of the city; rows without a number are named among the facts."""
    key = _key(row)
    named = getattr(row, key)
    said = _said(facts)
    if not isinstance(named, int):
        audit.record(session, act, by=by, now=now, row=named, **said)
        return
    audit.record(session, act, by=by, now=now, about=(str(type(row).__tablename__), named), **said)


def _said(facts: Mapping[str, Any]) -> dict[str, Any]:
    return {f"of_{name}" if name in _TAKEN else name: plain(fact) for name, fact in facts.items()}


def _key(row: Any) -> str:
    return str(next(iter(type(row).__table__.primary_key)).name)


def plain(value: Any) -> Any:
    """A value as the audit log keeps it."""
    if isinstance(value, datetime | date):
        return value.isoformat()
    return value.value if isinstance(value, Enum) else value


def names(said: Mapping[str, str], refusal: str) -> dict[str, str]:
    """A name in every language.

    Raises:
        Refused: by that name when one is missing or longer than 100 characters.
    """
    kept = {code: " ".join(said.get(code, "").split()) for code in LANGUAGES}
    if not all(kept.values()) or any(len(name) > MOST_NAME for name in kept.values()):
        raise Refused(refusal, limit=MOST_NAME)
    return kept
