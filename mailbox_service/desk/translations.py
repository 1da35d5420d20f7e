"""A translation under way, paragraph by paragraph: saved as one types, never over a colleague's newer words."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlmodel import Session, col, select

from mailbox_service.base import claim
from mailbox_service.base.refusals import Refused
from mailbox_service.desk.tables import TranslationDraft
from mailbox_service.tickets import rights
from mailbox_service.tickets.actor import Actor
from mailbox_service.tickets.case import Case
from mailbox_service.tickets.tables.words import Part


def read(session: Session, case: Case, by: Actor) -> dict[int, TranslationDraft]:
    """The drafts of the letter's translations, by the translation; none for who translates nothing here."""
    if Part.TRANSLATOR not in rights.parts(case, by):
        return {}
    wanted = select(TranslationDraft).where(TranslationDraft.ticket_id == case.ticket.id)
    rows = session.exec(wanted.order_by(col(TranslationDraft.translation_id)))
    return {row.translation_id: row for row in rows}


def save(
    session: Session,
    case: Case,
    translation_id: int,
    paragraphs: Sequence[str],
    *,
    seen_version: int,
    by: Actor,
    now: datetime,
) -> int:
    """Keep the paragraphs; answers the version. `seen_version` is the one they began from, 0 for none.

    Raises:
        Refused: "not_yours"; "erase.done"; "translation.none" for one that isn't asked for; "draft.newer" with who
            saved since, when somebody did.
    """
    _require_translator(case, translation_id, by)
    kept = session.get(TranslationDraft, translation_id)
    words = list(paragraphs)
    if kept is not None and kept.paragraphs == words:
        return kept.version
    if seen_version != (kept.version if kept else 0):
        raise Refused("draft.newer", person=kept.saved_by if kept else None)
    values: dict[str, Any] = {
        "paragraphs": words,
        "saved_by": by.person_id,
        "saved_at": now,
        "version": seen_version + 1,
    }
    if kept is None:
        session.add(TranslationDraft(translation_id=translation_id, ticket_id=case.ticket.id, **values))
        session.flush()
        return 1
    mine = (col(TranslationDraft.translation_id) == translation_id, col(TranslationDraft.version) == seen_version)
    if not claim.claim(session, TranslationDraft, *mine, **values):
        raise Refused("draft.newer", person=kept.saved_by)
    session.refresh(kept)
    return seen_version + 1


def _require_translator(case: Case, translation_id: int, by: Actor) -> None:
    if Part.TRANSLATOR not in rights.parts(case, by) or by.person_id is None:
        raise Refused("not_yours")
    if case.ticket.emptied_at is not None:
        raise Refused("erase.done")
    if not any(one.id == translation_id and one.done_at is None and not one.stale for one in case.translations):
        raise Refused("translation.none")


def discard(session: Session, translation_id: int) -> None:
    """Forget the draft, once the translation was handed in."""
    if draft := session.get(TranslationDraft, translation_id):
        session.delete(draft)
