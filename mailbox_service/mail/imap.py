"""The door to a mailbox elsewhere: IMAP. New messages are fetched, kept, and only then marked as read or moved.

How far it was read is known by UID; a folder that was made anew (UIDVALIDITY) is read from its beginning, and what
is here already is recognised. Nothing is ever deleted there.
"""

from __future__ import annotations

import asyncio
import imaplib
import logging
import re
import ssl
from collections.abc import Sequence
from datetime import datetime
from functools import partial
from typing import Any

from sqlmodel import Session

from mailbox_service.base import clock
from mailbox_service.base.settings import Settings
from mailbox_service.mail import inbox
from mailbox_service.mail.tables import ImapPlace, Source

MOST_BYTES = 100 * 1024 * 1024  # what is larger stays where it is
_SIZE = re.compile(rb"RFC822\.SIZE (\d+)")
_UID_VALIDITY = re.compile(rb"\d+")

log = logging.getLogger(__name__)


ProtocolError = imaplib.IMAP4.error


class ImapError(Exception):
    """The server said no, or nothing we understand; the text says to which command."""


async def poll(room: inbox.Room, *, now: datetime | None = None) -> int:
    """Fetch what is new; answers how many messages came.

    Raises:
        ImapError, OSError, imaplib.IMAP4.error, Refused: what is not kept yet is fetched next time.
    """
    box = await asyncio.to_thread(_Box, room.settings)
    try:
        validity, place = await asyncio.to_thread(box.enter), _place(room.settings)
        after = await room.db.reading(partial(_after, place=place, validity=validity))
        came = 0
        for uid in await asyncio.to_thread(box.newer, after):
            came += await _fetch(room, box, uid, now or clock.now())
            await room.db.writing(partial(_remember, place=place, validity=validity, uid=uid))
        return came
    finally:
        await asyncio.to_thread(box.leave)


async def _fetch(room: inbox.Room, box: _Box, uid: int, now: datetime) -> bool:
    raw = await asyncio.to_thread(box.fetch, uid)
    if raw is None:
        return False
    is_new = await inbox.store(room, raw, Source.IMAP, now=now)
    try:
        await asyncio.to_thread(box.put_away, uid)
    except ImapError as no:  # it is kept here: those behind it must not wait for a folder that is full, or gone
        log.warning("Message %s is kept, but stays in the mailbox: the server refused %s.", uid, no)
    return is_new


async def check(settings: Settings) -> None:
    """Sign in and open the folder: for `mailbox check`.

    Raises:
        as `poll`.
    """
    box = await asyncio.to_thread(_Box, settings)
    try:
        await asyncio.to_thread(box.enter)
    finally:
        await asyncio.to_thread(box.leave)


def _place(settings: Settings) -> str:
    return f"{settings.imap_user}@{settings.imap_host}/{settings.imap_folder}"[:300]


def _after(session: Session, place: str, validity: int) -> int:
    known = session.get(ImapPlace, place)
    return known.uid if known and known.uid_validity == validity else 0


def _remember(session: Session, place: str, validity: int, uid: int) -> None:
    session.merge(ImapPlace(mailbox=place, uid_validity=validity, uid=uid))


class _Box:
    """A connection to the mailbox. Blocking: each call belongs into a thread; none takes longer than the timeout."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._imap = _connected(settings)

    def enter(self) -> int:
        """Sign in and open the folder; its UIDVALIDITY."""
        user, password = self._settings.imap_user, self._settings.imap_password.get_secret_value()
        self._said("sign-in", self._imap.authenticate("PLAIN", lambda _: f"\0{user}\0{password}".encode()))
        self._said("SELECT", self._imap.select(_quoted(self._settings.imap_folder)))
        _, found = self._imap.response("UIDVALIDITY")
        numbers = [_UID_VALIDITY.search(each) for each in found if isinstance(each, bytes)]
        return next((int(number[0]) for number in numbers if number), 0)

    def newer(self, after: int) -> Sequence[int]:
        """The UIDs above that one, rising. "n:*" names the last message even when it is older."""
        found = self._said("SEARCH", self._imap.uid("SEARCH", f"UID {after + 1}:*"))
        uids = (int(word) for line in found if isinstance(line, bytes) for word in line.split())
        return sorted(uid for uid in uids if uid > after)

    def fetch(self, uid: int) -> bytes | None:
        """The message; None when it has gone meanwhile, or is larger than is taken."""
        lines = self._said("FETCH", self._imap.uid("FETCH", str(uid), "(RFC822.SIZE)"))
        size = next((found for line in lines if isinstance(line, bytes) and (found := _SIZE.search(line))), None)
        if size is None:
            return None
        if int(size[1]) > MOST_BYTES:
            log.warning("Message %s of %s bytes stays in the mailbox: it is too large.", uid, size[1].decode())
            return None
        parts = self._said("FETCH", self._imap.uid("FETCH", str(uid), "(BODY.PEEK[])"))
        return next((bytes(part[1]) for part in parts if isinstance(part, tuple)), None)

    def put_away(self, uid: int) -> None:
        """It is kept here: move it where the settings say, else mark it as read."""
        folder = self._settings.imap_move_to
        if not folder:
            self._said("STORE", self._imap.uid("STORE", str(uid), "+FLAGS.SILENT", r"(\Seen)"))
        elif "MOVE" in self._imap.capabilities:
            self._said("MOVE", self._imap.uid("MOVE", str(uid), _quoted(folder)))
        else:
            self._said("COPY", self._imap.uid("COPY", str(uid), _quoted(folder)))
            self._said("STORE", self._imap.uid("STORE", str(uid), "+FLAGS.SILENT", r"(\Deleted)"))
            self._said("EXPUNGE", self._imap.expunge())

    def leave(self) -> None:
        """Hang up."""
        try:
            self._imap.logout()
        except (OSError, imaplib.IMAP4.error):
            self._imap.shutdown()

    def _said(self, command: str, answer: tuple[str, Any]) -> list[Any]:
        if answer[0] != "OK":
            raise ImapError(command)
        return list(answer[1])


def _connected(settings: Settings) -> imaplib.IMAP4:
    host, port, seconds = settings.imap_host, settings.imap_port, settings.imap_timeout_seconds
    if settings.imap_security == "tls":
        return imaplib.IMAP4_SSL(host, port, ssl_context=ssl.create_default_context(), timeout=seconds)
    plain = imaplib.IMAP4(host, port, timeout=seconds)
    if settings.imap_security == "starttls":
        plain.starttls(ssl.create_default_context())
    return plain


def _quoted(folder: str) -> str:
    escaped = folder.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
