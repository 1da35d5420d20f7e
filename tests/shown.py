"""A letter as its page reads it."""

from __future__ import annotations

from sqlmodel import Session

from mailbox_service.base.looks import Looks
from mailbox_service.desk import around
from mailbox_service.tickets.actor import Actor
from mailbox_service.tickets.case import City

_LOOKS = Looks(**around.LETTER)


def letter(session: Session, city: City, number: str, viewer: Actor) -> around.Around:
    """The letter of that number, into which none is merged."""
    return around.of(_LOOKS.look(session, around.facts(number, viewer)), None, city, viewer)
