"""The draft of a reply: saved as often as one likes, never over a colleague's newer words.

Each save is a version; who began from an older one is refused, and what they typed is kept aside for them.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col, select

from mailbox_service.base import claim
from mailbox_service.base.refusals import Refused
from mailbox_service.desk.tables import Draft, DraftAside, DraftVersion
from mailbox_service.tickets import rights
from mailbox_service.tickets.actor import Actor
from mailbox_service.tickets.case import Case
from mailbox_service.tickets.find.shown import THE_LETTER
from mailbox_service.tickets.tables.words import Part

WRITERS = frozenset({Part.OFFICER, Part.HEAD})
VERSIONS = 50
OF_LETTER = select(Draft).where(col(Draft.ticket_id) == THE_LETTER)


def may_read(case: Case, by: Actor) -> bool:
    """Whether the office's draft is theirs to see."""
    return bool(rights.parts(case, by) & WRITERS)


def save(
    session: Session, case: Case, text: str, own_text: str = "", *, seen_version: int, by: Actor, now: datetime
) -> int:
    """Keep the draft; answers its version. `seen_version` is the one the writer began from, 0 for none.

    The same words again are no new version, and nobody's conflict: an answer may have been lost on its way.

    Raises:
        Refused: "not_yours"; "erase.done"; "draft.newer" with who saved since, when somebody did.
    """
    _require_writer(case, by)
    newest = last_version(session, case)
    if newest and (newest.text, newest.own_text) == (text, own_text) and session.get(Draft, case.ticket.id):
        _forget_aside(session, case, by)
        return newest.version
    if seen_version != (newest.version if newest else 0):
        raise Refused("draft.newer", person=newest.saved_by if newest else None)
    facts: dict[str, Any] = {"text": text, "own_text": own_text, "saved_by": by.person_id, "saved_at": now}
    _put(session, case.ticket.id, seen_version, facts)
    _forget_aside(session, case, by)
    return seen_version + 1


def _require_writer(case: Case, by: Actor) -> None:
    if not may_read(case, by) or by.person_id is None:
        raise Refused("not_yours")
    if case.ticket.emptied_at is not None:
        raise Refused("erase.done")


def _put(session: Session, ticket_id: int, seen_version: int, facts: dict[str, Any]) -> None:
    """Write the next version. Of two who save at once the second finds its number taken, and is refused."""
    version = seen_version + 1
    session.add(DraftVersion(ticket_id=ticket_id, version=version, **facts))
    if not claim.claim(session, Draft, col(Draft.ticket_id) == ticket_id, version=version, **facts):
        session.add(Draft(ticket_id=ticket_id, version=version, **facts))
    session.flush()
    old = sa.delete(DraftVersion).where(
        col(DraftVersion.ticket_id) == ticket_id, col(DraftVersion.version) <= version - VERSIONS
    )
    session.connection().execute(old)
    if known := session.get(Draft, ticket_id):
        session.refresh(known)


def discard(session: Session, case: Case) -> None:
    """Forget the draft, once it was handed in. Its versions stay, so that a page from before is known as old."""
    if draft := session.get(Draft, case.ticket.id):
        session.delete(draft)


# --- Versions --------------------------------------------------------------------------------


def last_version(session: Session, case: Case) -> DraftVersion | None:
    """What was saved last, handed in since or not."""
    return next(iter(versions(session, case, limit=1)), None)


def versions(session: Session, case: Case, limit: int = VERSIONS) -> Sequence[DraftVersion]:
    """What the draft said at each save, newest first."""
    wanted = select(DraftVersion).where(DraftVersion.ticket_id == case.ticket.id)
    return session.exec(wanted.order_by(col(DraftVersion.version).desc()).limit(limit)).all()


def version(session: Session, case: Case, number: int) -> DraftVersion | None:
    """One version; None when it is too old to be kept, or never was."""
    return session.get(DraftVersion, (case.ticket.id, number))


# --- What could not be saved -----------------------------------------------------------------


def put_aside(
    session: Session, case: Case, text: str, own_text: str = "", *, begun_from: int, by: Actor, now: datetime
) -> None:
    """Keep what somebody typed while a colleague saved, until they have put both together.

    Raises:
        Refused: "not_yours"; "erase.done".
    """
    _require_writer(case, by)
    facts: dict[str, Any] = {"begun_from": begun_from, "text": text, "own_text": own_text, "saved_at": now}
    kept = aside(session, case, by)
    if kept is None:
        session.add(DraftAside(ticket_id=case.ticket.id, person_id=by.person_id or 0, **facts))
        return
    for name, value in facts.items():
        setattr(kept, name, value)


def aside(session: Session, case: Case, by: Actor) -> DraftAside | None:
    """What this person typed and could not save; None when there is nothing, or it is not theirs to write any more."""
    if not may_read(case, by):
        return None
    return session.get(DraftAside, (case.ticket.id, by.person_id or 0))


def _forget_aside(session: Session, case: Case, by: Actor) -> None:
    mine = (col(DraftAside.ticket_id) == case.ticket.id, col(DraftAside.person_id) == by.person_id)
    session.connection().execute(sa.delete(DraftAside).where(*mine))
