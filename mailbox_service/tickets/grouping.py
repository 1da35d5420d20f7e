"""Keeping by what a letter's likes are found, and that two letters are different matters although they are alike."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Session, col, delete

from mailbox_service.tickets import rights, similar
from mailbox_service.tickets.actor import Actor
from mailbox_service.tickets.acts import Act
from mailbox_service.tickets.case import Case
from mailbox_service.tickets.tables import Likeness, NotAlike


def rows(ticket_id: int, subject: str, text: str) -> list[dict[str, object]]:
    """The rows of `likeness`, to be inserted."""
    return [
        {"ticket_id": ticket_id, "band": band, "hash": hash_}
        for band, hash_ in enumerate(similar.bands(f"{subject}\n{text}"))
    ]


def put(session: Session, ticket_id: int, subject: str, text: str) -> None:
    """Let the letter be found by its likes, whether it was before or not."""
    session.exec(delete(Likeness).where(col(Likeness.ticket_id) == ticket_id))
    session.connection().execute(sa.insert(Likeness), rows(ticket_id, subject, text))


def forget(session: Session, ticket_ids: Sequence[int]) -> None:
    """Let erased letters be found by nothing that was made from their text."""
    session.exec(delete(Likeness).where(col(Likeness.ticket_id).in_(ticket_ids)))


def set_apart(session: Session, case: Case, other: Case, *, by: Actor, now: datetime) -> None:
    """Say that the two are different matters.

    Raises:
        Refused: as `rights.require` for merging.
    """
    first, second = _in_order(case, other, by)
    if session.get(NotAlike, (first, second)) is None:
        session.add(NotAlike(ticket_id=first, other_id=second, person_id=by.person_id or 0, at=now))


def take_back(session: Session, case: Case, other: Case, *, by: Actor) -> None:
    """Say so no longer.

    Raises:
        Refused: as `set_apart`.
    """
    first, second = _in_order(case, other, by)
    session.exec(delete(NotAlike).where(col(NotAlike.ticket_id) == first, col(NotAlike.other_id) == second))


def _in_order(case: Case, other: Case, by: Actor) -> tuple[int, int]:
    """Both letters were loaded with the viewer's eyes: whoever has them sees them."""
    rights.require(Act.MERGE, case, by)
    ids = sorted((case.ticket.id, other.ticket.id))
    return ids[0], ids[1]
