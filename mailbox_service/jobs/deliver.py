"""From the outbox to the mail server: take, send outside the transaction, write down what the server said."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence
from datetime import datetime
from email.errors import MessageError
from functools import partial
from uuid import uuid4

from mailbox_service.base import clock
from mailbox_service.base.db import Database
from mailbox_service.base.settings import Settings
from mailbox_service.city import choices
from mailbox_service.mail import envelope, links, my_letters, outbox, staff_access
from mailbox_service.mail.outbox import Outgoing, Told
from mailbox_service.mail.smtp import Answer, Connection, Result
from mailbox_service.tickets.find.city import CityBook

log = logging.getLogger(__name__)


async def deliver(
    db: Database,
    settings: Settings,
    book: CityBook,
    *,
    now: datetime | None = None,
    stop: asyncio.Event | None = None,
) -> int:
    """Send everything that is due, one connection for all; answers how many mails the server took.

    Without a mail server in the settings the mails wait. Once `stop` is set, what has not been sent is given back.
    """
    if not settings.smtp_host:
        return 0
    sent, worker = 0, uuid4().hex
    async with Connection(settings) as connection:
        while not _is_over(stop) and await db.reading(lambda session: outbox.is_waiting(session, now or clock.now())):
            taken = await db.writing(lambda s: outbox.take(s, settings, book, worker, now or clock.now()))
            if taken is None:
                break
            shown = await db.reading(partial(choices.before, settings=settings))
            count, reached = await _send(db, shown, connection, taken, worker, now, stop)
            sent += count
            if not reached:
                break
    return sent


async def _send(
    db: Database,
    settings: Settings,
    connection: Connection,
    taken: Sequence[Outgoing],
    worker: str,
    now: datetime | None,
    stop: asyncio.Event | None,
) -> tuple[int, bool]:
    """Send these one after the other while their results are being written down; stop when the server is gone."""
    results: asyncio.Queue[Told | None] = asyncio.Queue()
    recorder = asyncio.create_task(_record(db, settings, results, worker, now))
    loop = asyncio.get_running_loop()
    until = loop.time() + outbox.SENDINGS * settings.smtp_timeout_seconds
    sent, gone = 0, None
    try:
        for each in taken:
            if recorder.done():  # what can't be written down isn't sent
                break
            in_time = loop.time() < until and not _is_over(stop)
            result = gone or (await _hand_over(settings, connection, each) if in_time else None)
            gone = result if result and result.answer is Answer.UNREACHABLE else None
            sent += bool(result and result.answer is Answer.ACCEPTED)
            results.put_nowait((each.mail, result))
    finally:
        results.put_nowait(None)
        await recorder
    if gone:
        log.warning("The mail server can't be reached: %s", gone.code)
    return sent, gone is None


def _is_over(stop: asyncio.Event | None) -> bool:
    return stop is not None and stop.is_set()


async def _record(
    db: Database, settings: Settings, results: asyncio.Queue[Told | None], worker: str, now: datetime | None
) -> None:
    """Write results down as they come, those that have gathered meanwhile in one transaction."""
    more = True
    while more:
        gathered = [await results.get()]
        while not results.empty():
            gathered.append(results.get_nowait())
        more = None not in gathered
        if known := [told for told in gathered if told is not None]:
            at = now or clock.now()
            await db.writing(partial(outbox.record, settings=settings, results=known, worker=worker, now=at))


def _secrets(settings: Settings, each: Outgoing) -> dict[str, str]:
    mail = each.mail
    if mail.notice == my_letters.NOTICE:
        return links.secrets_of_list(settings, mail.language, mail.id)
    if mail.notice in staff_access.WITH_LINK:
        return links.secrets_of_staff(settings, mail.id)
    return links.secrets_for(settings, mail.language, mail.ticket_id or 0, each.generation) if each.number else {}


async def _hand_over(settings: Settings, connection: Connection, each: Outgoing) -> Result:
    mail, secrets = each.mail, _secrets(settings, each)
    try:
        message = envelope.message(
            settings,
            to_address=mail.to_address,
            lang=mail.language,
            message_id=mail.message_id,
            number=each.number,
            subject=mail.subject,
            text=links.filled(mail.text, secrets),
            html=links.filled(mail.html, secrets),
            written_at=mail.written_at,
        )
    except (MessageError, ValueError, IndexError):  # the address, as it was typed, is none
        return Result(Answer.NO_SUCH_ADDRESS, "address")
    return await connection.send(message, mail.to_address)
