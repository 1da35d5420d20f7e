"""What the first page tells of the city, kept for a while so that the page stays cheap.

What may be taken back at once, a published letter, is not kept here.
"""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from sqlmodel import Session

from mailbox_service.base.db import Database
from mailbox_service.guidance import find
from mailbox_service.guidance.find import Line
from mailbox_service.guidance.tables import Section
from mailbox_service.tickets.statistics import published
from mailbox_service.tickets.tables import PublishedMonth

ARTICLES_KEPT_SECONDS = 60.0
MONTH_KEPT_SECONDS = 60.0
EACH = 4  # articles of a section


@dataclass(slots=True)
class Front:
    """The sections' first articles, and the month whose figures were published last."""

    _articles: Mapping[Section, Sequence[Line]] = field(default_factory=dict)
    _articles_at: float = float("-inf")
    _month: PublishedMonth | None = None
    _month_at: float = float("-inf")

    async def articles(self, db: Database) -> Mapping[Section, Sequence[Line]]:
        """The first articles of each section that has any."""
        if time.monotonic() - self._articles_at > ARTICLES_KEPT_SECONDS:
            self._articles, self._articles_at = await db.reading(_articles), time.monotonic()
        return self._articles

    async def month(self, db: Database) -> PublishedMonth | None:
        """The month published last, or None when there is none."""
        if time.monotonic() - self._month_at > MONTH_KEPT_SECONDS:
            self._month, self._month_at = await db.reading(_month), time.monotonic()
        return self._month


def _month(session: Session) -> PublishedMonth | None:
    found = published.months(session, limit=1)
    session.expunge_all()
    return found[0] if found else None


def _articles(session: Session) -> dict[Section, list[Line]]:
    found = find.beginnings(session, each=EACH)
    for lines in found.values():
        for line in lines:
            session.expunge(line.article)
    return found
