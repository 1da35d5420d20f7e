"""The draft of a reply: saved as often as one likes, never over a colleague's newer words."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlmodel import Session, col

from mailbox_service.base import claim
from mailbox_service.base.refusals import Refused
from mailbox_service.desk.tables import Draft
from mailbox_service.tickets import rights
from mailbox_service.tickets.actor import Actor
from mailbox_service.tickets.case import Case
from mailbox_service.tickets.tables.words import Part

WRITERS = frozenset({Part.OFFICER, Part.HEAD})


def read(session: Session, case: Case, by: Actor) -> Draft | None:
    """The office's draft; None when there is none, or it is not theirs to see."""
    if not rights.parts(case, by) & WRITERS:
        return None
    return session.get(Draft, case.ticket.id)


def save(
    session: Session, case: Case, text: str, own_text: str = "", *, seen_version: int, by: Actor, now: datetime
) -> Draft:
    """Keep the draft. `seen_version` is the one the writer began from, 0 for none.

    Raises:
        Refused: "not_yours"; "erase.done"; "draft.newer" with who saved since, when somebody did.
    """
    if not rights.parts(case, by) & WRITERS or by.person_id is None:
        raise Refused("not_yours")
    if case.ticket.emptied_at is not None:
        raise Refused("erase.done")
    facts: dict[str, Any] = {"text": text, "own_text": own_text, "saved_by": by.person_id, "saved_at": now}
    if session.get(Draft, case.ticket.id) is None:
        session.add(Draft(ticket_id=case.ticket.id, version=1, **facts))
        session.flush()
    elif not _saved_over(session, case.ticket.id, seen_version, facts):
        draft = session.get_one(Draft, case.ticket.id, populate_existing=True)
        raise Refused("draft.newer", person=draft.saved_by)
    return session.get_one(Draft, case.ticket.id, populate_existing=True)


def _saved_over(session: Session, ticket_id: int, seen_version: int, facts: dict[str, Any]) -> bool:
    """Whether the version that was seen was still the newest; of two who save at once, one is told."""
    mine = (col(Draft.ticket_id) == ticket_id, col(Draft.version) == seen_version)
    return claim.claim(session, Draft, *mine, version=seen_version + 1, **facts) == 1


def discard(session: Session, case: Case) -> None:
    """Forget the draft, once it was handed in."""
    if draft := session.get(Draft, case.ticket.id):
        session.delete(draft)
