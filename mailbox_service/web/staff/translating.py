"""What a translation begins with: its draft, or what was translated before its source changed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from mailbox_service.desk.tables import TranslationDraft
from mailbox_service.tickets.tables import Translation
from mailbox_service.web.staff import sheets
from mailbox_service.web.staff.differences import Thread, woven
from mailbox_service.web.staff.room import Room

MOST_ROWS = 60


@dataclass(frozen=True, slots=True)
class Begun:
    """What a translation begins with: its paragraphs, and where its source has changed since it was last translated."""

    values: Mapping[str, str]
    changed: Mapping[str, Sequence[Thread]]


def source_of(room: Room, asked: Translation) -> tuple[str, str]:
    """The text to translate, and its language."""
    case = room.case
    if asked.message_id is not None:
        message = next(m for m in case.messages if m.id == asked.message_id)
        return message.text, message.language
    return next(r.text for r in case.replies if r.id == asked.reply_id), case.city.working_language


def rows_of(text: str) -> list[str]:
    """The paragraphs, each a row; a text of very many is one row."""
    found = sheets.paragraphs(text)
    return found if len(found) <= MOST_ROWS else [text]


def begun(room: Room, asked: Translation, kept: Mapping[int, TranslationDraft]) -> Begun:
    """The draft; without one, what was translated of the version before, where the source has stayed."""
    source = rows_of(source_of(room, asked)[0])
    former = _former(room, asked)
    old = rows_of(source_of(room, former)[0]) if former else []
    changed = _changed(old, source) if former else {}
    if asked.id in kept:
        return Begun(_named(kept[asked.id].paragraphs), changed)
    draft = kept.get(former.id) if former else None
    done = draft.paragraphs if draft else rows_of(former.text) if former else []
    if former is None or len(done) != len(old):
        return Begun({}, changed)
    return Begun(_carried(old, source, done), changed)


def _former(room: Room, asked: Translation) -> Translation | None:
    """The translation of the version before, which the change has made stale."""
    same = [one for one in room.case.translations if one.reply_id and one.stale and one.language == asked.language]
    return same[-1] if asked.reply_id is not None and same else None


def _named(paragraphs: Sequence[str]) -> dict[str, str]:
    return {f"p{n}": text for n, text in enumerate(paragraphs)}


def _steps(old: Sequence[str], new: Sequence[str]) -> Sequence[tuple[str, int, int, int, int]]:
    return SequenceMatcher(None, old, new, autojunk=False).get_opcodes()


def _carried(old: Sequence[str], new: Sequence[str], done: Sequence[str]) -> dict[str, str]:
    """The old translation of what stayed, and of what was changed one for one: it has to be looked through."""
    steps = [step for step in _steps(old, new) if step[0] in ("equal", "replace")]
    return {f"p{c + n}": done[a + n] for _, a, b, c, d in steps for n in range(min(b - a, d - c))}


def _changed(old: Sequence[str], new: Sequence[str]) -> dict[str, Sequence[Thread]]:
    found: dict[str, Sequence[Thread]] = {}
    for kind, a, b, c, d in _steps(old, new):
        if kind in ("replace", "insert"):
            for n in range(d - c):
                found[f"p{c + n}"] = woven(old[a + n] if a + n < b else "", new[c + n])
    return found
