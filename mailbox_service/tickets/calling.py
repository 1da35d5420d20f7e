"""The call list: who left only a phone is called on receipt, with a question and with the answer (DOMAIN §5)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlmodel import Session, col, select

from mailbox_service.base import claim
from mailbox_service.base.refusals import Refused
from mailbox_service.tickets import rights
from mailbox_service.tickets.actor import Actor
from mailbox_service.tickets.case import Case
from mailbox_service.tickets.tables import Call, Citizen, Event
from mailbox_service.tickets.tables.words import Part

CALLED_FOR = frozenset({"receipt", "question", "answered"})
MOST = 100


def owed(event: Event, notice: str | None, citizen: Citizen | None) -> Call | None:
    """The call that stands in for a notice; None when a mail can go, nobody can be called, or it isn't called for."""
    if notice not in CALLED_FOR or citizen is None or citizen.email or not citizen.phone:
        return None
    return Call(ticket_id=event.ticket_id, event_id=event.id, what=notice, owed_at=event.at)


def of(session: Session, case: Case) -> Sequence[Call]:
    """The calls about a letter, made and owed, oldest first."""
    wanted = select(Call).where(Call.ticket_id == case.ticket.id)
    return session.exec(wanted.order_by(col(Call.id)).limit(MOST)).all()


def called(session: Session, case: Case, *, by: Actor, now: datetime) -> None:
    """Tick off every call that was owed: it has been made.

    Raises:
        Refused: "not_yours" to who is neither clerk nor, for a restricted letter, at its desk; "call.none".
    """
    if Part.CLERK not in rights.parts(case, by):
        raise Refused("not_yours")
    waiting = (col(Call.ticket_id) == case.ticket.id, col(Call.called_at).is_(None))
    if not claim.claim(session, Call, *waiting, called_at=now, called_by=by.person_id):
        raise Refused("call.none")
