"""Who signed a letter beside its writer. Shown as the writer's name is: to who may ask, each look written down."""

from __future__ import annotations

from collections.abc import Sequence

from sqlmodel import Session, col, select

from mailbox_service.tickets.tables import Signatory

MOST = 500


def signatories(session: Session, ticket_id: int) -> Sequence[tuple[str, str]]:
    """Names and contacts, in the order they were entered."""
    wanted = select(Signatory.name, Signatory.contact).where(Signatory.ticket_id == ticket_id)
    return session.exec(wanted.order_by(col(Signatory.id)).limit(MOST)).all()
