"""The door for a mail server beside us: LMTP (RFC 2033). Each recipient is answered once the message is kept for them.

Listen where only the city's own mail server reaches it: whoever speaks here is believed about who sent what.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from aiosmtpd.lmtp import LMTP
from aiosmtpd.smtp import SMTP, Envelope, Session

from mailbox_service.base import clock
from mailbox_service.base.refusals import Refused
from mailbox_service.mail import inbox
from mailbox_service.mail.tables import Source

KEPT, FULL, LATER = "250 2.0.0 Kept", "452 4.3.1 No room now", "451 4.3.0 Not now"
TOO_MANY = "452 4.5.3 Too many recipients"
MOST_RECIPIENTS = 100
CLOSING_SECONDS = 5.0

log = logging.getLogger(__name__)


class _Door(LMTP):
    """A line may be longer than the standard says: programs write such lines."""

    line_length_limit = 1_000_000


class _Porter:
    def __init__(self, room: inbox.Room) -> None:
        self._room = room

    async def handle_RCPT(  # noqa: N802 - aiosmtpd's name
        self, _door: SMTP, _visit: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        """Whoever it is for: what is for none of our addresses waits for a clerk."""
        if len(envelope.rcpt_tos) >= MOST_RECIPIENTS:
            return TOO_MANY
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 OK"

    async def handle_DATA(self, _door: SMTP, _visit: Session, envelope: Envelope) -> str:  # noqa: N802 - the same
        """Keep it for each recipient, and answer for each."""
        content = envelope.content or b""
        raw = content.encode() if isinstance(content, str) else content
        return "\r\n".join([await self._keep(raw, envelope.mail_from or "", to) for to in envelope.rcpt_tos])

    async def _keep(self, raw: bytes, sender: str, to: str) -> str:
        try:
            await inbox.store(
                self._room, raw, Source.LMTP, envelope_from=sender or inbox.NOBODY, envelope_to=to, now=clock.now()
            )
        except Refused as no:
            return FULL if no.code in ("files.full", "storage.full") else LATER
        except Exception as fault:  # its text may quote the message
            log.error("A message could not be kept: %s", type(fault).__name__)
            return LATER
        return KEPT


@asynccontextmanager
async def listening(room: inbox.Room) -> AsyncIterator[int]:
    """Listen while inside, if the settings say where; the port, 0 when not. Several workers may share one port."""
    where = room.settings.lmtp_listen
    if not where:
        yield 0
        return
    logging.getLogger("mail.log").setLevel(logging.WARNING)  # aiosmtpd's own log names senders and recipients
    host, _, port = where.rpartition(":")
    doors: list[_Door] = []
    try:
        server = await asyncio.get_running_loop().create_server(
            lambda: _opened(room, doors), host.strip("[]"), int(port), reuse_port=True
        )
    except OSError as fault:
        log.error("Nothing can be delivered at %s: %s", where, fault.strerror)
        yield 0
        return
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        server.close()
        await _close(doors)


def _opened(room: inbox.Room, doors: list[_Door]) -> _Door:
    doors[:] = [door for door in doors if door.transport is not None or door.session is None]
    door = _Door(_Porter(room), data_size_limit=room.settings.mail_max_bytes, enable_SMTPUTF8=True, ident="Mailbox")
    doors.append(door)
    return door


async def _close(doors: list[_Door]) -> None:
    """Let go of every visitor. What is not answered is sent again; what is kept is recognised then."""
    visits = [door._handler_coroutine for door in doors if door._handler_coroutine is not None]
    for door in doors:
        if door.transport is not None:
            door.transport.close()
    if visits:
        await asyncio.wait(visits, timeout=CLOSING_SECONDS)
