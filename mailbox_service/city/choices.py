"""What the city says of itself while the service runs: each choice stands before the setting of the same name.

Only what pages show to everybody may be chosen; each value is checked by the setting's own rules.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from pydantic import TypeAdapter, ValidationError
from sqlmodel import Session

from mailbox_service.base.refusals import Refused
from mailbox_service.base.settings import Settings
from mailbox_service.city import changing, lists
from mailbox_service.city.tables import Choice

NAMES = (
    "city_name",
    "service_name",
    "sponsors",
    "sections",
    "record_numbers",
    "support_phone",
    "emergency_police",
    "emergency_fire",
    "emergency_ambulance",
    "privacy_contact",
)
MAY_BE_EMPTY = frozenset({"sections", "record_numbers", "support_phone", "privacy_contact"})
MOST_LINE = 200
MOST_ENTRIES = 12


def before(session: Session, settings: Settings) -> Settings:
    """The settings with what the city chose standing before them."""
    chosen = {name: row.value["is"] for name, row in lists.choices(session).items() if name in NAMES}
    return over(settings, chosen)


def over(settings: Settings, chosen: Mapping[str, Any]) -> Settings:
    """The settings with these values instead of their own; what no longer keeps the rules is left aside."""
    values = {}
    for name, value in chosen.items():
        try:
            values[name] = _checked(name, value)
        except Refused:
            continue
    return settings.model_copy(update=values) if values else settings


def choose(
    session: Session, name: str, value: Any, seen_version: int, *, by: int, now: datetime, setting: Any = None
) -> None:
    """Let the value stand before the setting. `setting` is what stood there so far, for the log.

    Raises:
        Refused: "not_yours"; "not_found" for what is no choice; "choice.value" when it breaks the setting's rules;
            "conflict".
    """
    changing.require(session, by)
    if name not in NAMES:
        raise Refused("not_found")
    _checked(name, value)
    row = session.get(Choice, name)
    if row is None:
        if seen_version:
            raise Refused("conflict")
        session.add(Choice(name=name, value={"is": value}, changed_by=by, changed_at=now))
        session.flush()
        row = changing.row_of(session, Choice, name)
        changing.record(session, "choice.made", row, {"value": [setting, value]}, by=by, now=now)
        return
    changing.change(session, row, seen_version, {"value": {"is": value}}, "choice.made", by=by, now=now)
    row.changed_by, row.changed_at = by, now
    session.add(row)


def _checked(name: str, value: Any) -> Any:
    field = Settings.model_fields[name]
    try:
        checked = TypeAdapter(field.rebuild_annotation()).validate_python(value)
    except ValidationError as wrong:
        raise Refused("choice.value") from wrong
    if _too_long(checked) or not (checked or name in MAY_BE_EMPTY):
        raise Refused("choice.value")
    return checked


def _too_long(value: Any) -> bool:
    if isinstance(value, str):
        return len(value) > MOST_LINE
    if isinstance(value, dict):
        return any(_too_long(one) for one in value.values())
    return len(value) > MOST_ENTRIES or any(_too_long(one) for one in value)
