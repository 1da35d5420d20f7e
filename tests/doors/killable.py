"""Processes that can be killed at any moment: the service, and a worker of the post room alone."""

from __future__ import annotations

import asyncio
import os
import sys

from mailbox_service import cli
from mailbox_service.base.db import Database
from mailbox_service.jobs import deliver, notify
from mailbox_service.mail import outbox
from mailbox_service.tickets.find.city import CityBook
from tests.cast import ZONE
from tests.rooms.post import settings_for

REST_SECONDS = 0.05


def serve(log: str) -> None:
    """`mailbox serve` with the worker beside it, as told by the environment; what it says goes into a file."""
    written = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    os.dup2(written, 1)
    os.dup2(written, 2)
    sys.exit(cli.main(["serve"]))


def work(url: str, smtp_port: int) -> None:
    """Write and send mails, as `mailbox work` does, until somebody kills it."""
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
