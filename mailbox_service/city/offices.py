"""The offices: added, renamed, set up, closed, and merged into another. History keeps the name of its day.

A closed office's letters follow to the one it was merged into (`tickets.life.succeed`); here its topics, rules,
canned replies and people's roles do.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlmodel import Session

from mailbox_service.base.ids import new_id
from mailbox_service.base.language import LANGUAGES
from mailbox_service.base.refusals import Refused
from mailbox_service.city import changing, lists, roles
from mailbox_service.city.tables import Department, FormerName, HeldRole

CODE = re.compile(r"[a-z][a-z0-9]*(_[a-z0-9]+)*")
MOST_CODE, MOST_PHONE, LAST_POSITION = 40, 40, 9_999


@dataclass(frozen=True, slots=True)
class Setup:
    """What an administrator says of an office."""

    name: dict[str, str]
    phone: str = ""
    masters: Sequence[str] = field(default_factory=list)
    translates: Sequence[str] = field(default_factory=list)
    shares_by_load: bool = False
    position: int = 0


def add(session: Session, code: str, setup: Setup, *, by: int, now: datetime) -> Department:
    """Add an office under a word of its own, which stays.

    Raises:
        Refused: "not_yours"; "office.code"; "office.taken"; "office.name"; "office.phone"; "position".
    """
    changing.require(session, by)
    if not CODE.fullmatch(code) or len(code) > MOST_CODE:
        raise Refused("office.code")
    if lists.office_by_code(session, code) is not None:
        raise Refused("office.taken")
    values = _checked(setup)
    office = Department(id=new_id(), code=code, **values)
    session.add(office)
    session.flush()
    changing.record(session, "office.added", office, {"code": code, **values}, by=by, now=now)
    return office


def change(session: Session, office_id: int, setup: Setup, seen_version: int, *, by: int, now: datetime) -> None:
    """Change an office. With a new name, the old one stays for what happened under it.

    Raises:
        Refused: "not_yours"; "not_found"; "office.closed"; "office.name"; "office.phone"; "position"; "conflict".
    """
    changing.require(session, by)
    office: Department = changing.row_of(session, Department, office_id)
    if office.closed_at is not None:
        raise Refused("office.closed")
    values = _checked(setup)
    former = dict(office.name)
    changing.change(session, office, seen_version, values, "office.changed", by=by, now=now)
    if former != values["name"]:
        session.add(FormerName(department_id=office_id, name=former, until=now))


def _checked(setup: Setup) -> dict[str, Any]:
    phone = " ".join(setup.phone.split())
    if len(phone) > MOST_PHONE:
        raise Refused("office.phone", limit=MOST_PHONE)
    if not 0 <= setup.position <= LAST_POSITION:
        raise Refused("position")
    return {
        "name": changing.names(setup.name, "office.name"),
        "phone": phone,
        "masters": [code for code in LANGUAGES if code in setup.masters],
        "translates": [code for code in LANGUAGES if code in setup.translates],
        "shares_by_load": setup.shares_by_load,
        "position": setup.position,
    }


def close(
    session: Session,
    office_id: int,
    into_id: int | None,
    seen_version: int,
    *,
    open_letters: int,
    by: int,
    now: datetime,
) -> list[HeldRole]:
    """Close an office, merged into another or for good. What it translated, the other one does from now on.

    Its people's roles end; in the office it was merged into the same are given to them, as `roles.give` does.
    Answers those that count already because nobody else could confirm them.

    Raises:
        Refused: "not_yours"; "not_found"; "office.closed"; "office.successor" for itself, a closed one or none;
            "office.open_letters" without a successor while it has `open_letters`; "conflict".
    """
    changing.require(session, by)
    office: Department = changing.row_of(session, Department, office_id)
    if office.closed_at is not None:
        raise Refused("office.closed")
    into = session.get(Department, into_id) if into_id is not None else None
    if into_id is not None and (into is None or into.closed_at is not None or into_id == office_id):
        raise Refused("office.successor")
    if into is None and open_letters:
        raise Refused("office.open_letters", count=open_letters)
    closed = {"closed_at": now, "merged_into_id": into_id}
    changing.change(session, office, seen_version, closed, "office.closed", by=by, now=now)
    if into is not None:
        _take_over_translations(session, office, into, by, now)
    _what_hangs_on_it(session, office_id, into_id, by, now)
    return _people(session, office_id, into_id, by, now)


def _take_over_translations(session: Session, office: Department, into: Department, by: int, now: datetime) -> None:
    both = [code for code in LANGUAGES if code in {*office.translates, *into.translates}]
    if both != into.translates:
        changing.change(session, into, into.version, {"translates": both}, "office.changed", by=by, now=now)


def _what_hangs_on_it(session: Session, office_id: int, into_id: int | None, by: int, now: datetime) -> None:
    """Topics, canned replies and rules go to the successor. Without one topics lead nowhere and rules rest."""
    moved: dict[str, Any] = {"department_id": into_id}
    for topic in lists.topics_of(session, office_id):
        changing.change(session, topic, topic.version, moved, "topic.changed", by=by, now=now)
    for canned in lists.canned_of(session, office_id):
        values = moved if into_id is not None else {"retired_at": canned.retired_at or now}
        changing.change(session, canned, canned.version, values, "canned_reply.changed", by=by, now=now)
    for rule in lists.rules_naming(session, office_id):
        co = [into_id if one == office_id else one for one in rule.co_department_ids]
        lead = into_id if rule.department_id == office_id else rule.department_id
        kept = {
            "department_id": lead,
            "co_department_ids": [one for one in dict.fromkeys(co) if one not in (None, lead)],
        }
        values = kept if into_id is not None else {"is_live": False}
        changing.change(session, rule, rule.version, values, "rule.changed", by=by, now=now)


def _people(session: Session, office_id: int, into_id: int | None, by: int, now: datetime) -> list[HeldRole]:
    at_once: list[HeldRole] = []
    for held in lists.open_roles_in(session, office_id):
        roles.end(session, held.id, by=by, now=now)
        if into_id is None or not held.confirmed_at:
            continue
        if lists.open_role(session, held.person_id, held.role, into_id) is None and _may_be_given(session, held, by):
            given = roles.give(session, held.person_id, held.role, into_id, by=by, now=now)
            at_once += [given] if given.confirmed_at else []
    return at_once


def _may_be_given(session: Session, held: HeldRole, by: int) -> bool:
    others = lists.administrators(session) - {by}
    return bool(others - {held.person_id}) if others else held.person_id != by
