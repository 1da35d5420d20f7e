"""Canned replies: texts to begin a reply with, in up to four languages, with places for the letter's facts."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from sqlmodel import Session

from mailbox_service.base.language import LANGUAGES
from mailbox_service.base.refusals import Refused
from mailbox_service.city import changing
from mailbox_service.city.tables import CannedReply, Department, Topic

PLACES = ("name", "number", "subject", "received", "due", "office", "office_phone", "name")
MOST_CHARACTERS = 10_000
_PLACE = re.compile(r"\{([^{}]*)\}")


@dataclass(frozen=True, slots=True)
class Canned:
    """What an administrator says of a canned reply. Without office, kind or topic it is for all."""

    name: str
    texts: dict[str, str]
    department_id: int | None = None
    kind: str = ""
    topic_id: int | None = None


def strange_places(text: str) -> list[str]:
    """The places of a text that no letter has a fact for."""
    return [place for place in dict.fromkeys(_PLACE.findall(text)) if place not in PLACES]


def filled(text: str, facts: Mapping[str, str]) -> str:
    """The text with the letter's facts in their places; a place without a fact stays, so that somebody sees it."""
    return _PLACE.sub(lambda place: facts.get(place[1]) or place[0], text)


def add(session: Session, canned: Canned, *, by: int, now: datetime) -> CannedReply:
    """Add a canned reply; sent twice it is added once.

    Raises:
        Refused: "not_yours"; "canned.name"; "canned.text" without any text; "canned.long"; "canned.place" for a place
            nobody knows; "canned.office"; "canned.topic".
    """
    changing.require(session, by)
    values = _checked(session, canned)
    again: CannedReply | None = changing.added_just_now(
        session, CannedReply, "canned_reply.added", values, by=by, now=now
    )
    if again is not None:
        return again
    row = CannedReply(**values, changed_by=by, changed_at=now)
    session.add(row)
    session.flush()
    changing.record(session, "canned_reply.added", row, values, by=by, now=now)
    return row


def change(session: Session, canned_id: int, canned: Canned, seen_version: int, *, by: int, now: datetime) -> None:
    """Change a canned reply; replies that began with it stay as they are.

    Raises:
        Refused: as `add`; "not_found"; "conflict".
    """
    changing.require(session, by)
    row: CannedReply = changing.row_of(session, CannedReply, canned_id)
    values = _checked(session, canned)
    changing.change(session, row, seen_version, values, "canned_reply.changed", by=by, now=now)
    row.changed_by, row.changed_at = by, now
    session.add(row)


def _checked(session: Session, canned: Canned) -> dict[str, Any]:
    name = " ".join(canned.name.split())
    if not name or len(name) > changing.MOST_NAME:
        raise Refused("canned.name", limit=changing.MOST_NAME)
    texts = {code: canned.texts.get(code, "").strip() for code in LANGUAGES}
    texts = {code: text for code, text in texts.items() if text}
    if not texts:
        raise Refused("canned.text")
    for code, text in texts.items():
        if len(text) > MOST_CHARACTERS:
            raise Refused("canned.long", limit=MOST_CHARACTERS, field=f"text_{code}")
        if strange := strange_places(text):
            raise Refused("canned.place", place="{" + strange[0] + "}", field=f"text_{code}")
    office = session.get(Department, canned.department_id) if canned.department_id is not None else None
    if canned.department_id is not None and (office is None or office.closed_at is not None):
        raise Refused("canned.office")
    topic = session.get(Topic, canned.topic_id) if canned.topic_id is not None else None
    if canned.topic_id is not None and (topic is None or topic.retired_at is not None):
        raise Refused("canned.topic")
    return asdict(canned) | {"name": name, "texts": texts}


def retire(session: Session, canned_id: int, seen_version: int, *, by: int, now: datetime) -> None:
    """Offer it for no reply any more.

    Raises:
        Refused: "not_yours"; "not_found"; "canned.retired"; "conflict".
    """
    changing.require(session, by)
    row: CannedReply = changing.row_of(session, CannedReply, canned_id)
    if row.retired_at is not None:
        raise Refused("canned.retired")
    changing.change(session, row, seen_version, {"retired_at": now}, "canned_reply.retired", by=by, now=now)


def bring_back(session: Session, canned_id: int, seen_version: int, *, by: int, now: datetime) -> None:
    """Offer it again.

    Raises:
        Refused: "not_yours"; "not_found"; "canned.not_retired"; "conflict".
    """
    changing.require(session, by)
    row: CannedReply = changing.row_of(session, CannedReply, canned_id)
    if row.retired_at is None:
        raise Refused("canned.not_retired")
    changing.change(session, row, seen_version, {"retired_at": None}, "canned_reply.brought_back", by=by, now=now)
