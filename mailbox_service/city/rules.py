"""Rules of routing: which letters go to which office. Asked in their order; the first that fits wins."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any

from sqlmodel import Session

from mailbox_service.base.refusals import Refused
from mailbox_service.city import changing, lists
from mailbox_service.city.tables import Department, RoutingRule

MOST_WORDS, MOST_WORD = 50, 60
LONGEST_TAG = 40


@dataclass(frozen=True, slots=True)
class Rule:
    """What an administrator says of a rule. Empty lists ask nothing; no office: the subject's usual one."""

    name: str
    kinds: Sequence[str] = field(default_factory=list)
    topic_ids: Sequence[int] = field(default_factory=list)
    languages: Sequence[str] = field(default_factory=list)
    channels: Sequence[str] = field(default_factory=list)
    words: Sequence[str] = field(default_factory=list)
    department_id: int | None = None
    co_department_ids: Sequence[int] = field(default_factory=list)
    urgent: bool = False
    needs_approver: bool = False
    tag: str = ""
    by_itself: bool = False
    is_live: bool = False


def add(session: Session, rule: Rule, *, by: int, now: datetime) -> RoutingRule:
    """Add a rule after all others; sent twice it is added once.

    Raises:
        Refused: "not_yours"; "rule.name"; "rule.words" for too many or too long ones; "tag.too_long"; "rule.office"
            when one is closed.
    """
    changing.require(session, by)
    values = _checked(session, rule)
    again: RoutingRule | None = changing.added_just_now(session, RoutingRule, "rule.added", values, by=by, now=now)
    if again is not None:
        return again
    last = max((one.position for one in lists.rules(session)), default=0)
    row = RoutingRule(**values, position=last + 1, added_by=by, added_at=now)
    session.add(row)
    session.flush()
    changing.record(session, "rule.added", row, values, by=by, now=now)
    return row


def change(session: Session, rule_id: int, rule: Rule, seen_version: int, *, by: int, now: datetime) -> None:
    """Change a rule; letters that it has passed on stay where they are.

    Raises:
        Refused: as `add`; "not_found"; "conflict".
    """
    changing.require(session, by)
    row = there(session, rule_id)
    changing.change(session, row, seen_version, _checked(session, rule), "rule.changed", by=by, now=now)


def there(session: Session, rule_id: int) -> RoutingRule:
    """The rule of that id.

    Raises:
        Refused: "not_found", for a deleted one too.
    """
    row: RoutingRule = changing.row_of(session, RoutingRule, rule_id)
    if row.retired_at is not None:
        raise Refused("not_found")
    return row


def _checked(session: Session, rule: Rule) -> dict[str, Any]:
    name = " ".join(rule.name.split())
    if not name or len(name) > changing.MOST_NAME:
        raise Refused("rule.name", limit=changing.MOST_NAME)
    words = list(dict.fromkeys(" ".join(word.split()) for word in rule.words if word.strip()))
    if len(words) > MOST_WORDS or any(len(word) > MOST_WORD or not _is_word(word) for word in words):
        raise Refused("rule.words", count=MOST_WORDS, limit=MOST_WORD)
    if len(tag := as_tag(rule.tag)) > LONGEST_TAG:
        raise Refused("tag.too_long")
    also = [one for one in dict.fromkeys(rule.co_department_ids) if one != rule.department_id]
    for office_id in (rule.department_id, *also):
        office = session.get(Department, office_id) if office_id is not None else None
        if office_id is not None and (office is None or office.closed_at is not None):
            raise Refused("rule.office")
    lists_of = {key: list(value) for key, value in asdict(rule).items() if isinstance(value, list | tuple)}
    return asdict(rule) | lists_of | {"name": name, "words": words, "co_department_ids": also, "tag": tag}


def as_tag(word: str) -> str:
    """A tag as it is kept and looked for: without capitals, one space between words."""
    return " ".join(word.split()).lower()


def _is_word(word: str) -> bool:
    return any(sign.isalnum() for sign in word)


def switch(session: Session, rule_id: int, is_live: bool, seen_version: int, *, by: int, now: datetime) -> None:
    """Let new letters be asked by the rule, or by it no longer.

    Raises:
        Refused: "not_yours"; "not_found"; "rule.office" when one of its offices is closed by now; "conflict".
    """
    changing.require(session, by)
    row = there(session, rule_id)
    if is_live:
        _checked(session, Rule(row.name, department_id=row.department_id, co_department_ids=row.co_department_ids))
    changing.change(session, row, seen_version, {"is_live": is_live}, "rule.changed", by=by, now=now)


def move(session: Session, rule_id: int, places: int, seen_version: int, *, by: int, now: datetime) -> None:
    """Let it be asked one place earlier (-1) or later (1); at the end of the order it stays where it is.

    Raises:
        Refused: "not_yours"; "not_found"; "conflict".
    """
    changing.require(session, by)
    row, order = there(session, rule_id), list(lists.rules(session))
    place = order.index(row)
    if not 0 <= place + places < len(order):
        if row.version != seen_version:
            raise Refused("conflict")
        return
    order[place], order[place + places] = order[place + places], order[place]
    for position, one in enumerate(order, 1):
        if one.position != position or one is row:
            seen = seen_version if one is row else one.version
            changing.change(session, one, seen, {"position": position}, "rule.moved", by=by, now=now)


def delete(session: Session, rule_id: int, seen_version: int, *, by: int, now: datetime) -> None:
    """Take it out of the order. The log keeps what it was.

    Raises:
        Refused: "not_yours"; "not_found"; "conflict".
    """
    changing.require(session, by)
    row = there(session, rule_id)
    gone = {"retired_at": now, "is_live": False}
    changing.change(session, row, seen_version, gone, "rule.deleted", by=by, now=now)
