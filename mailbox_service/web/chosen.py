"""What the city chose to show instead of the settings it was started with, read again every quarter of a minute."""

from __future__ import annotations

import time
from dataclasses import dataclass

from sqlmodel import Session

from mailbox_service.base.db import Database
from mailbox_service.base.settings import Settings
from mailbox_service.city import choices

KEPT_SECONDS = 15.0


@dataclass(slots=True)
class Chosen:
    """The settings that pages show: what the city chose stands before what it was started with."""

    _started_with: Settings
    _shown: Settings | None = None
    _read_at: float = float("-inf")

    @property
    def settings(self) -> Settings:
        """As read last."""
        return self._shown or self._started_with

    async def refresh(self, db: Database) -> None:
        """Read them again when it is time."""
        if time.monotonic() - self._read_at > KEPT_SECONDS:
            self._shown, self._read_at = await db.reading(self._read), time.monotonic()

    def forget(self) -> None:
        """Read anew next time."""
        self._read_at = float("-inf")

    def _read(self, session: Session) -> Settings:
        return choices.before(session, self._started_with)
