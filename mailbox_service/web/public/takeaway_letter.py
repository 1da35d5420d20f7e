"""A letter in two forms to take away: letter.json for machines, letter.txt for people. The keys: docs/takeaway.md.

Both say what the letter's page says and no more: no notes, no drafts, no names of staff.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from mailbox_service.base.language import LANGUAGES, in_language, say, size
from mailbox_service.base.looks import Row
from mailbox_service.tickets.find.citizen import translation_of
from mailbox_service.tickets.find.takeaway import FROM_CITIZENS, Everything
from mailbox_service.tickets.tables.words import ProposalKind, ProposalOutcome
from mailbox_service.web.public import texts
from mailbox_service.web.public.story import Teller

FORMAT = "mailbox-letter/1"
THEIR_WISHES = frozenset({ProposalKind.REOPEN, ProposalKind.REVIEW, ProposalKind.ERASE})
TOLD_WHEN_AGREED = frozenset({ProposalKind.EXTEND, ProposalKind.DECLINE, ProposalKind.TRANSFER})
RULE = "-" * 40


@dataclass(frozen=True, slots=True)
class Taken:
    """What the two forms are made from. `paths` says under which name each file (by id) lies in the ZIP; "": gone."""

    told: Teller
    all: Everything
    topic: str
    paths: Mapping[int, str]
    now: datetime


def as_json(taken: Taken) -> bytes:
    """letter.json: UTF-8, moments in UTC, days of the city."""
    return json.dumps(facts(taken), ensure_ascii=False, indent=2, default=_plain).encode()


def _plain(value: object) -> str:
    if isinstance(value, datetime):
        return value.isoformat().replace("+00:00", "Z")
    return value.isoformat() if isinstance(value, date) else str(value)


def facts(taken: Taken) -> dict[str, Any]:
    """Everything, by the keys of docs/takeaway.md."""
    told, found = taken.told, taken.all.letter
    head, more = found.head, taken.all.more
    return {
        "format": FORMAT,
        "made_at": taken.now,
        "number": head.number,
        "status": head.status,
        "kind": head.kind,
        "topic": taken.topic,
        "subject": head.subject,
        "answer_language": head.language,
        "channel": more.channel,
        "received_at": head.received_at,
        "due_on": head.due_on,
        "due_is_provisional": head.provisional,
        "answered_at": head.answered_at,
        "office": _office(told, head.lead_department_id),
        "identity": head.identity,
        "writer": {"name": head.name or "", "email": head.email or "", "phone": head.phone or ""},
        "wants_reply": more.wants_reply,
        "publication_consent": head.publication_consent,
        "restricted": head.restricted,
        "privacy_version": more.privacy_version,
        "text_erased_at": head.emptied_at,
        "messages": [_message(taken, row) for row in found.messages],
        "replies": [_reply(taken, row) for row in found.replies],
        "requests": [_request(row) for row in found.proposals if _is_told(row)],
        "ratings": [row._asdict() for row in taken.all.ratings],
        "rounds": [row._asdict() for row in taken.all.rounds],
        "history": [{"at": e.on, "by": e.by, "what": e.title, "remark": plain(e.remark)} for e in told.entries()],
        "files": [_file(taken, row) for row in taken.all.files],
    }


def _office(told: Teller, department_id: int | None) -> str:
    return told.office(department_id) if department_id is not None else ""


def _message(taken: Taken, row: Row) -> dict[str, Any]:
    told, from_citizen = taken.told, row.kind in FROM_CITIZENS
    translation = {
        "language": row.translated_into,
        "text": translation_of(row),
        "office": _office(told, row.translated_by),
        "at": row.translated_at,
    } if translation_of(row) else None  # fmt: skip
    return {
        "kind": row.kind,
        "at": row.at,
        "from": "citizen" if from_citizen else "city",
        "office": "" if from_citizen else _office(told, row.department_id),
        "language": texts.language_of(row.text, row.language, told.city.working_language),
        "text": row.text,
        "translation_for_the_office": translation,
        "files": [taken.paths[file.id] for file in taken.all.files if file.message_id == row.id],
    }


def _reply(taken: Taken, row: Row) -> dict[str, Any]:
    told = taken.told
    both = texts.both_of_reply(told.lang, row, taken.all.letter, told.city.working_language)
    translation = {
        "language": taken.all.letter.head.language,
        "text": row.own_text or row.translated,
        "office": _office(told, row.translated_by if row.translated else row.department_id),
        "at": row.translated_at or row.sent_at,
    } if both else None  # fmt: skip
    return {
        "round": row.round_no,
        "sent_at": row.sent_at,
        "office": _office(told, row.department_id),
        "language": told.city.working_language,
        "text": row.text,
        "translation": translation,
        "is_correction": row.corrects_id is not None,
    }


def _is_told(row: Row) -> bool:
    theirs = row.kind in THEIR_WISHES and row.asked_by is None
    return theirs or (row.kind in TOLD_WHEN_AGREED and row.outcome == ProposalOutcome.AGREED)


def _request(row: Row) -> dict[str, Any]:
    theirs = row.asked_by is None
    return {
        "kind": row.kind,
        "by": "citizen" if theirs else "city",
        "round": row.round_no,
        "reason": row.reason,
        "outcome": row.outcome,
        "decided_at": row.decided_at,
        "remark": row.remark if theirs else "",
        "where_instead": (row.details or {}).get("instead") or "",
        "passed_to": (row.details or {}).get("body") or {},
    }


def _file(taken: Taken, row: Row) -> dict[str, Any]:
    path = taken.paths[row.id]
    return {
        "name": row.name,
        "path": path,
        "content_type": row.content_type,
        "size": row.size,
        "sha256": row.sha256,
        "at": row.at,
        "is_here": bool(path),
    }


# --- For people ------------------------------------------------------------------------------


def plain(sentence: str) -> str:
    """A sentence of the page without the marks of languages around what it quotes."""
    return sentence.striptags() if hasattr(sentence, "striptags") else sentence


def as_text(taken: Taken) -> bytes:
    """letter.txt in the reader's language, with the line ends every editor knows."""
    return ("\r\n".join("\n".join(_lines(taken)).splitlines()) + "\r\n").encode("utf-8-sig")


def _lines(taken: Taken) -> Iterator[str]:
    told, head, lang = taken.told, taken.all.letter.head, taken.told.lang
    yield say(lang, "Letter %(number)s", number=head.number)
    yield plain(told.standing(told.city.calendar.day_of(taken.now)))
    yield from map(plain, told.reasons())
    yield from _labelled(taken)
    yield ""
    yield from _texts(taken)
    yield from ("", RULE, say(lang, "What happened so far"), "")
    for entry in told.entries():
        yield " · ".join(filter(None, (entry.at, entry.title, plain(entry.remark))))
    if taken.all.files:
        yield from ("", RULE, say(lang, "Files"), "")
    for file in taken.all.files:
        where = taken.paths[file.id] or say(lang, "not kept any more")
        yield f"{file.name} ({size(file.size, lang)}): {where}"


def _labelled(taken: Taken) -> Iterator[str]:
    lang, head = taken.told.lang, taken.all.letter.head
    rows = [
        (say(lang, "Subject"), head.subject),
        (say(lang, "Kind of letter"), say(lang, f"kind.{head.kind}")),
        (say(lang, "Subject area"), taken.topic),
        (say(lang, "Name"), head.name),
        (say(lang, "Mail address"), head.email),
        (say(lang, "Phone"), head.phone),
    ]
    for label, value in rows:
        if value:
            yield say(lang, "%(label)s: %(value)s", label=label, value=value)


def _texts(taken: Taken) -> Iterator[str]:
    """Letter, messages and replies in the order in which they were written, each with its translation."""
    told, lang = taken.told, taken.told.lang
    written = [(row.at, _title_of(told, row), row.text, _also(told, row)) for row in taken.all.letter.messages]
    for reply in taken.all.letter.replies:
        both = texts.both_of_reply(lang, reply, taken.all.letter, told.city.working_language)
        also = [(both.remark, reply.own_text or reply.translated)] if both else []
        title = say(lang, "Our reply, corrected") if reply.corrects_id else say(lang, "Our reply")
        written.append((reply.sent_at, f"{title} · {told.office(reply.department_id)}", reply.text, also))
    for at, title, text, also in sorted(written, key=lambda each: each[0]):
        yield from (RULE, f"{title} · {told.moment(at)}", "", text, "")
        for remark, translation in also:
            yield from (remark, "", translation, "")


def _title_of(told: Teller, row: Row) -> str:
    return say(told.lang, f"takeaway.{row.kind}")


def _also(told: Teller, row: Row) -> list[tuple[str, str]]:
    both = told.translated(row)
    return [(both.remark, translation_of(row))] if both else []


def topic_name(names: Mapping[str, str] | None, lang: str) -> str:
    """The topic in the reader's language; "" without one."""
    return in_language(names, lang) if names and lang in LANGUAGES else ""
