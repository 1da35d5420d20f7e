"""The draft of a reply: saved as often as one likes, never over a colleague's newer words."""

from __future__ import annotations

from datetime import datetime

from sqlmodel import Session

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
        Refused: "not_yours"; "draft.newer" with who saved since, when somebody did.
    """
    if not rights.parts(case, by) & WRITERS or by.person_id is None:
        raise Refused("not_yours")
    draft = session.get(Draft, case.ticket.id)
    if draft is None:
        draft = Draft(ticket_id=case.ticket.id, version=0, saved_by=by.person_id, saved_at=now)
        session.add(draft)
    elif draft.version != seen_version:
        raise Refused("draft.newer", person=draft.saved_by)
    draft.text, draft.own_text, draft.version = text, own_text, draft.version + 1
    draft.saved_by, draft.saved_at = by.person_id, now
    session.flush()
    return draft


def discard(session: Session, case: Case) -> None:
    """Forget the draft, once it was handed in."""
    if draft := session.get(Draft, case.ticket.id):
        session.delete(draft)
