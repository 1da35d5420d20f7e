"""The letters that a search has found, with what is written in them and about them, in one statement."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from sqlmodel import Session

from mailbox_service.base.looks import Looks, Several
from mailbox_service.desk import notes
from mailbox_service.tickets.actor import Actor
from mailbox_service.tickets.find import staff
from mailbox_service.tickets.find.lists import STATEMENTS, Line

_IDS = Several("id", staff.FOUND)


@dataclass(frozen=True, slots=True)
class Found:
    """The lines, and by letter what was written in it, then the remarks on it."""

    lines: Sequence[Line]
    texts: Mapping[int, Sequence[str]]


def letters(session: Session, ids: Sequence[int], viewer: Actor) -> Found:
    """The letters of these ids (a page of them at most) that the viewer may see, in the order of the ids."""
    if not ids:
        return Found((), {})
    rows = _looks(viewer).look(session, _IDS.facts(ids))
    seen = {row.id: Line._make(row) for row in rows("lines")}
    texts = defaultdict[int, list[str]](list)
    for row in (*rows("texts"), *rows("notes")):
        if row.ticket_id in seen:
            texts[row.ticket_id].append(row.text)
    return Found([seen[id_] for id_ in ids if id_ in seen], texts)


@lru_cache(maxsize=STATEMENTS)
def _looks(viewer: Actor) -> Looks:
    ids = _IDS.params
    return Looks(lines=staff.by_ids(ids, viewer), texts=staff.texts(ids), notes=notes.texts(ids))
