"""The subject areas as a form offers them, read again every half minute."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass

from sqlmodel import Session

from mailbox_service.base.db import Database
from mailbox_service.base.language import in_language
from mailbox_service.city import find
from mailbox_service.city.tables import Topic
from mailbox_service.web.page import Group, Option

KEPT_SECONDS = 30.0


@dataclass(slots=True)
class Topics:
    """The topics in use, two levels."""

    _all: Sequence[Topic] = ()
    _read_at: float = float("-inf")

    async def used(self, db: Database) -> Sequence[Topic]:
        """The topics, parents before children."""
        if time.monotonic() - self._read_at > KEPT_SECONDS:
            self._all, self._read_at = await db.reading(_read), time.monotonic()
        return self._all

    def forget(self) -> None:
        """Read anew next time."""
        self._read_at = float("-inf")

    async def groups(self, db: Database, lang: str) -> list[Group]:
        """Choices for a select: a group for each area, itself first."""
        topics = await self.used(db)
        return [
            Group(
                in_language(area.name, lang),
                [
                    Option(str(topic.id), in_language(topic.name, lang))
                    for topic in (area, *(t for t in topics if t.parent_id == area.id))
                ],
            )
            for area in topics
            if area.parent_id is None
        ]


def _read(session: Session) -> Sequence[Topic]:
    topics = find.topics(session)
    for topic in topics:
        session.expunge(topic)
    return topics
