"""Internal notes and tags: for colleagues who may see the letter, never for the citizen."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col, select

from mailbox_service.base import clock
from mailbox_service.base.refusals import Refused
from mailbox_service.city.rules import LONGEST_TAG, as_tag
from mailbox_service.desk import mentions
from mailbox_service.desk.tables import Note, Tag
from mailbox_service.tickets import history, rights, search
from mailbox_service.tickets.actor import Actor
from mailbox_service.tickets.acts import Act
from mailbox_service.tickets.case import Case
from mailbox_service.tickets.find.shown import THE_LETTER

MOST = 200
# The remarks on a letter, oldest first; its tags, in order of their letters.
OF_LETTER = select(Note).where(col(Note.ticket_id) == THE_LETTER).order_by(col(Note.id)).limit(MOST)
TAGS_OF_LETTER = sa.select(col(Tag.word)).where(col(Tag.ticket_id) == THE_LETTER).order_by(col(Tag.word)).limit(MOST)


def note(session: Session, case: Case, text: str, *, by: Actor, now: datetime) -> None:
    """Leave a remark for colleagues, and tell those whom it names by @. Sent twice it is left once.

    Raises:
        Refused: as `rights.require`; "note.empty"; "note.kept_out" when it names somebody who must not see the letter.
    """
    rights.require(Act.NOTE, case, by)
    if not text.strip():
        raise Refused("note.empty")
    if _is_a_repeat(session, case.ticket.id, text.strip(), by=by, now=now):
        return
    kept = Note(ticket_id=case.ticket.id, person_id=by.person_id or 0, text=text.strip(), at=now)
    session.add(kept)
    search.put_for_staff(session, search.NOTE, kept.id, case.ticket.id, kept.text)
    session.flush()
    told = mentions.name(session, case, kept.id, kept.text, by=by, now=now)
    facts: dict[str, Any] = {"named": told} if told else {}
    history.add(case, Act.NOTE, by=by, now=now, **facts)


def _is_a_repeat(session: Session, ticket_id: int, text: str, *, by: Actor, now: datetime) -> bool:
    """Whether they left just this a moment ago."""
    theirs = (col(Note.ticket_id) == ticket_id, col(Note.person_id) == by.person_id)
    since = col(Note.at) >= now - clock.TWICE_WITHIN
    last = select(Note.text).where(*theirs, since).order_by(col(Note.id).desc()).limit(1)
    return session.exec(last).first() == text


def texts(ticket_ids: sa.Select[Any]) -> Any:
    """The remarks on letters that the viewer may see."""
    wanted = sa.select(col(Note.ticket_id), col(Note.text)).where(col(Note.ticket_id).in_(ticket_ids))
    return wanted.order_by(col(Note.id)).limit(5 * MOST)


def tag(session: Session, case: Case, word: str, *, by: Actor, now: datetime) -> None:
    """Put a tag on the ticket; one that is there already stays.

    Raises:
        Refused: as `rights.require`; "tag.empty"; "tag.too_long".
    """
    rights.require(Act.TAG, case, by)
    kept = as_tag(word)
    if not kept:
        raise Refused("tag.empty")
    if len(kept) > LONGEST_TAG:
        raise Refused("tag.too_long")
    if session.get(Tag, (case.ticket.id, kept)) is None:
        session.add(Tag(ticket_id=case.ticket.id, word=kept, person_id=by.person_id or 0, at=now))
        history.add(case, Act.TAG, by=by, now=now)
