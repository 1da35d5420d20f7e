"""A process that keeps one message from standard input and looks at what waits: to be killed in the middle of it.

python -m tests.rooms.mail_door DATABASE_URL FOLDER
"""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

from mailbox_service.base.db import Database
from mailbox_service.jobs.receive import receive
from mailbox_service.mail import inbox
from mailbox_service.mail.tables import Source
from mailbox_service.tickets.find.city import CityBook
from tests.rooms.arriving import PUBLIC
from tests.rooms.post import NOW, settings_for


async def main(url: str, folder: str) -> None:
    settings = settings_for(25, database_url=url, data_dir=Path(folder), letters_by_mail_to=PUBLIC)
    db = Database(url)
    book = CityBook(settings.zone, settings.working_language)
    room = inbox.Room(db, settings, book)
    await inbox.store(room, sys.stdin.buffer.read(), Source.LMTP, envelope_to=PUBLIC, now=NOW)
    await receive(db, settings, book, now=NOW)
    await db.close()


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
