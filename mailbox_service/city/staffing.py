"""Who works here: an administrator adds somebody, corrects what is known of them, and says when they have left.

Nobody is deleted: what somebody did keeps their name. Roles are in `roles`, passwords and invitations elsewhere.
"""

from __future__ import annotations

import re
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any, cast

import sqlalchemy as sa
from sqlmodel import Session, col, delete

from mailbox_service.base.language import LANGUAGES
from mailbox_service.base.refusals import Refused
from mailbox_service.base.tables import Session as StaffSession
from mailbox_service.city import changing, lists, roles
from mailbox_service.city.tables import Person, StaffLink

ADDRESS = re.compile(r"[^@\s<>,;\"]+@[^@\s<>,;\"]+\.[^@\s<>,;\".]+")
MOST_ADDRESS = 254


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of somebody: their name, mail address and language."""

    name: str
    email: str
    language: str


def add(session: Session, known: Known, *, by: int, now: datetime) -> Person:
    """Add somebody, without a role and without a password: an invitation lets them set one.

    Raises:
        Refused: "not_yours"; "person.name"; "person.email"; "person.taken" for an address that somebody has or had.
    """
    changing.require(session, by)
    values = _checked(session, known, None)
    person = Person(**values, added_at=now)
    session.add(person)
    session.flush()
    changing.record(session, "person.added", person, values, by=by, now=now)
    return person


def correct(session: Session, person_id: int, known: Known, seen_version: int, *, by: int, now: datetime) -> None:
    """Correct name, address or language.

    Raises:
        Refused: as `add`; "not_found"; "conflict". A new address ends their sessions and mailed links.
    """
    changing.require(session, by)
    person: Person = changing.row_of(session, Person, person_id)
    values = _checked(session, known, person_id)
    moved = values["email"] != person.email
    changing.change(session, person, seen_version, values, "person.changed", by=by, now=now)
    if moved:
        _shut_out(session, person_id)


def _checked(session: Session, known: Known, person_id: int | None) -> dict[str, Any]:
    name, email = " ".join(known.name.split()), known.email.strip().lower()
    if not name or len(name) > changing.MOST_NAME:
        raise Refused("person.name", limit=changing.MOST_NAME)
    if not ADDRESS.fullmatch(email) or len(email) > MOST_ADDRESS:
        raise Refused("person.email")
    taken = lists.anybody_by_email(session, email)
    if taken is not None and taken.id != person_id:
        raise Refused("person.taken")
    language = known.language if known.language in LANGUAGES else "zh"
    return asdict(Known(name, email, language))


def leave(session: Session, person_id: int, seen_version: int, *, by: int, now: datetime) -> None:
    """Somebody has left: their roles, sessions and links end at once.

    Raises:
        Refused: "not_yours"; "not_found"; "person.left" when they have already; "person.self"; "conflict";
            "role.last_administrator".
    """
    changing.require(session, by)
    person: Person = changing.row_of(session, Person, person_id)
    if person_id == by:
        raise Refused("person.self")
    if person.left_at is not None:
        raise Refused("person.left")
    for held in lists.open_roles_of(session, person_id):
        roles.end(session, held.id, by=by, now=now)
    changing.change(session, person, seen_version, {"left_at": now}, "person.left", by=by, now=now)
    _shut_out(session, person_id)


def come_back(session: Session, person_id: int, seen_version: int, *, by: int, now: datetime) -> None:
    """Somebody works here again, without any role; their old password is gone.

    Raises:
        Refused: "not_yours"; "not_found"; "person.not_left"; "conflict".
    """
    changing.require(session, by)
    person: Person = changing.row_of(session, Person, person_id)
    if person.left_at is None:
        raise Refused("person.not_left")
    changing.change(session, person, seen_version, {"left_at": None}, "person.came_back", by=by, now=now)
    person.password_hash = ""
    session.add(person)


def _shut_out(session: Session, person_id: int) -> None:
    session.exec(cast(Any, delete(StaffSession).where(col(StaffSession.person_id) == person_id)))
    live: list[sa.ColumnElement[bool]] = [col(StaffLink.person_id) == person_id, col(StaffLink.used_at).is_(None)]
    session.exec(cast(Any, delete(StaffLink).where(*live)))
