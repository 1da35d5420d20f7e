"""A letter with what colleagues keep around it, found in one statement: what its page and its acts' pages show."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from mailbox_service.base.looks import Rows
from mailbox_service.desk import drafts, mentions, notes
from mailbox_service.desk.tables import Draft, Note
from mailbox_service.tickets.actor import Actor
from mailbox_service.tickets.acts import Act
from mailbox_service.tickets.case import Case, City
from mailbox_service.tickets.find import shown
from mailbox_service.tickets.tables import Event

LETTER: Mapping[str, Any] = {
    **shown.LETTER,
    "notes": notes.OF_LETTER,
    "tags": notes.TAGS_OF_LETTER,
    "draft": drafts.OF_LETTER,
    "mention": mentions.OF_LETTER,
}  # by the parameters `number` and `viewer` (their person's id): a page's Looks hold these and its own


class Around(NamedTuple):
    """The letter, what happened to it, and what lies around it. All of it can only be read.

    `draft` is None when there is none, or it is not the viewer's to see. `is_named`: a note names the viewer,
    who hasn't opened the letter since.
    """

    case: Case
    events: Sequence[Event]
    notes: Sequence[Note]
    tags: Sequence[str]
    draft: Draft | None
    is_named: bool


def facts(number: str, viewer: Actor) -> dict[str, object]:
    """What the looks ask by."""
    return {"number": number, "viewer": viewer.person_id or 0}


def of(rows: Rows, merged: Rows | None, city: City, viewer: Actor, *, deciding: Act | None = None) -> Around:
    """The letter in what a page's looks have found, and `shown.MERGED` when letters are answered with it.

    Raises:
        Refused: "not_found" when there is none, or none for this viewer.
    """
    case = shown.case(rows, merged, city, viewer, deciding=deciding)
    return Around(
        case=case,
        events=rows("timeline"),
        notes=rows("notes"),
        tags=[tag.word for tag in rows("tags")],
        draft=next(iter(rows("draft")), None) if drafts.may_read(case, viewer) else None,
        is_named=bool(rows("mention")),
    )
