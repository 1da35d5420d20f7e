"""What a clerk fills in for somebody who called, came to the counter or wrote on paper, and what makes it good."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, datetime, time
from typing import Annotated
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, StringConstraints
from pydantic_core import PydanticCustomError

from mailbox_service.tickets.life.arrive import BY_STAFF, Letter
from mailbox_service.tickets.tables.words import Channel
from mailbox_service.web.forms import Form
from mailbox_service.web.letter_form import LetterForm, as_letter

LINES = (
    *("channel", "received", "kind", "topic", "subject", "identity", "name", "email", "phone", "address"),
    *("on_behalf_of", "language", "wants_reply", "consent", "once"),
)
TEXTS = ("text", "signatories")
MOST_SIGNATORIES = 500
_PARTED = re.compile(r"[\t;；]|[,，、](?=[^,，、]*[\d@])")


def _channel(said: Channel) -> Channel:
    if said not in BY_STAFF:
        raise PydanticCustomError("enum", "enum")
    return said


def _received(said: str) -> str:
    try:
        date.fromisoformat(said) if said else None
    except ValueError as wrong:
        raise PydanticCustomError("wrong", "wrong") from wrong
    return said


def _signatories(said: str) -> str:
    found = signed(said)
    if len(found) > MOST_SIGNATORIES or any(len(name) > 100 or len(contact) > 254 for name, contact in found):
        raise PydanticCustomError("too_long", "too long", {"limit": MOST_SIGNATORIES})
    return said


class EnterForm(LetterForm):
    """The clerk's form, checked; its context is the settings."""

    channel: Annotated[Channel, AfterValidator(_channel)]
    received: Annotated[str, AfterValidator(_received)]
    address: Annotated[str, StringConstraints(max_length=300)]
    on_behalf_of: Annotated[str, StringConstraints(max_length=100)]
    signatories: Annotated[str, AfterValidator(_signatories)]


def typed(form: Form) -> dict[str, str]:
    """Everything that was filled in."""
    return {name: form.line(name) for name in LINES} | {name: form.text(name).strip("\n") for name in TEXTS}


def signed(said: str) -> list[tuple[str, str]]:
    """Names with contacts, one signatory a line: the name first, then what stands after a tab, semicolon or comma."""
    lines = (_PARTED.split(line, maxsplit=1) for line in said.splitlines() if line.strip())
    return [(parts[0].strip(), parts[1].strip() if len(parts) > 1 else "") for parts in lines]


def received_at(said: str, now: datetime, zone: ZoneInfo) -> datetime:
    """The moment that day stands for: now for today, else its noon, which is that day in the city whatever the zone."""
    on = date.fromisoformat(said) if said else None
    if on is None or on == now.astimezone(zone).date():
        return now
    return datetime.combine(on, time(12), zone).astimezone(now.tzinfo)


def letter(said: EnterForm, filled: Mapping[str, str], now: datetime, zone: ZoneInfo) -> Letter:
    """The letter as it is taken in."""
    return as_letter(
        said,
        filled,
        channel=said.channel,
        address=said.address,
        on_behalf_of=said.on_behalf_of,
        signatories=signed(said.signatories),
        received_at=received_at(said.received, now, zone),
    )
