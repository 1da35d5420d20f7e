"""A worker of the post room as a process that can be killed at any moment: what `mailbox work` does with mails."""

from __future__ import annotations

import asyncio

from mailbox_service.base.db import Database
from mailbox_service.jobs import deliver, notify
from mailbox_service.mail import outbox
from mailbox_service.tickets.find.city import CityBook
from tests.cast import ZONE
from tests.rooms.post import settings_for

REST_SECONDS = 0.05


def work(url: str, smtp_port: int) -> None:
    """Write and send mails until somebody kills it."""
    asyncio.run(_work(url, smtp_port))


async def _work(url: str, smtp_port: int) -> None:
    db, settings = Database(url), settings_for(smtp_port, smtp_timeout_seconds=1)  # what the dead held is free soon
    book = CityBook(ZONE, "zh")
    if db.is_sqlite:  # as the runner begins
        await db.writing(outbox.let_go)
    while True:
        await notify.notify(db, settings, book)
        await deliver.deliver(db, settings, book)
        await asyncio.sleep(REST_SECONDS)
