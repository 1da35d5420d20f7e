"""By what figures are told apart, and which part of the letters they are about (pure)."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from mailbox_service.tickets.tables.words import Channel, Kind

NONE = 0  # no office has it, no topic was named
Key = int | str  # an office's or topic's id, or a word


class Dimension(StrEnum):
    """By what figures are told apart, one at a time."""

    OFFICE = "office"
    KIND = "kind"
    TOPIC = "topic"
    LANGUAGE = "language"
    CHANNEL = "channel"

    @property
    def has_ids(self) -> bool:
        """Whether its keys are ids of rows (`NONE` for none), not words."""
        return self in (Dimension.OFFICE, Dimension.TOPIC)


@dataclass(frozen=True, slots=True)
class Slice:
    """The letters of one office, kind, topic, language or channel, or of several of these at once; None is all.

    An office stands for those that were merged into it, too, and a topic for the topics below it, unless not
    `below`; `NONE` for no office, no topic.
    """

    office: int | None = None
    kind: Kind | None = None
    topic: int | None = None
    language: str | None = None
    channel: Channel | None = None
    below: bool = True

    @property
    def filters(self) -> dict[Dimension, Key]:
        """What it is narrowed to."""
        asked = {each: getattr(self, each.value) for each in Dimension}
        return {dimension: key for dimension, key in asked.items() if key is not None}


EVERYTHING = Slice()
