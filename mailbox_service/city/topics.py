"""The subject areas, in two levels: added, renamed, given to an office, put in order, retired."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlmodel import Session

from mailbox_service.base.refusals import Refused
from mailbox_service.city import changing, lists
from mailbox_service.city.tables import Department, Topic

CODE = re.compile(r"[a-z][a-z0-9]*(_[a-z0-9]+)*")
MOST_CODE, LAST_POSITION = 29, 9_999


@dataclass(frozen=True, slots=True)
class Setup:
    """What an administrator says of a subject area."""

    name: dict[str, str]
    department_id: int | None = None
    position: int = 0


def add(session: Session, code: str, parent_id: int | None, setup: Setup, *, by: int, now: datetime) -> Topic:
    """Add a subject area, or a part of one.

    Raises:
        Refused: "not_yours"; "topic.code"; "topic.taken"; "topic.parent" for a part of a part or of a retired one;
            "topic.name"; "topic.office"; "position".
    """
    changing.require(session, by)
    if not CODE.fullmatch(code) or len(code) > MOST_CODE:
        raise Refused("topic.code")
    whole = code
    if parent_id is not None:
        parent = session.get(Topic, parent_id)
        if parent is None or parent.parent_id is not None or parent.retired_at is not None:
            raise Refused("topic.parent")
        whole = f"{parent.code}.{code}"
    if lists.topic_by_code(session, whole) is not None:
        raise Refused("topic.taken")
    values = _checked(session, setup)
    topic = Topic(code=whole, parent_id=parent_id, **values)
    session.add(topic)
    session.flush()
    changing.record(session, "topic.added", topic, {"code": whole, **values}, by=by, now=now)
    return topic


def change(session: Session, topic_id: int, setup: Setup, seen_version: int, *, by: int, now: datetime) -> None:
    """Rename it, give it to another office, or put it elsewhere in the order.

    Raises:
        Refused: "not_yours"; "not_found"; "topic.name"; "topic.office"; "position"; "conflict".
    """
    changing.require(session, by)
    topic: Topic = changing.row_of(session, Topic, topic_id)
    changing.change(session, topic, seen_version, _checked(session, setup), "topic.changed", by=by, now=now)


def _checked(session: Session, setup: Setup) -> dict[str, Any]:
    office = session.get(Department, setup.department_id) if setup.department_id is not None else None
    if setup.department_id is not None and (office is None or office.closed_at is not None):
        raise Refused("topic.office")
    if not 0 <= setup.position <= LAST_POSITION:
        raise Refused("position")
    name = changing.names(setup.name, "topic.name")
    return {"name": name, "department_id": setup.department_id, "position": setup.position}


def retire(session: Session, topic_id: int, seen_version: int, *, by: int, now: datetime) -> None:
    """Offer it for no new letter any more, nor its parts; letters that have it keep it.

    Raises:
        Refused: "not_yours"; "not_found"; "topic.retired"; "conflict".
    """
    changing.require(session, by)
    topic: Topic = changing.row_of(session, Topic, topic_id)
    if topic.retired_at is not None:
        raise Refused("topic.retired")
    changing.change(session, topic, seen_version, {"retired_at": now}, "topic.retired", by=by, now=now)
    for part in lists.parts_of(session, topic_id):
        changing.change(session, part, part.version, {"retired_at": now}, "topic.retired", by=by, now=now)


def bring_back(session: Session, topic_id: int, seen_version: int, *, by: int, now: datetime) -> None:
    """Offer it again.

    Raises:
        Refused: "not_yours"; "not_found"; "topic.not_retired"; "topic.parent" while the area it is part of is retired;
            "conflict".
    """
    changing.require(session, by)
    topic: Topic = changing.row_of(session, Topic, topic_id)
    if topic.retired_at is None:
        raise Refused("topic.not_retired")
    parent = session.get(Topic, topic.parent_id) if topic.parent_id is not None else None
    if parent is not None and parent.retired_at is not None:
        raise Refused("topic.parent")
    changing.change(session, topic, seen_version, {"retired_at": None}, "topic.brought_back", by=by, now=now)
