"""From the outbox to the mail server: take, send outside the transaction, write down what the server said.

One takes batches in advance, a few connections send, one writes results down as they come, those that have gathered
meanwhile in one transaction. Nothing is sent that was not written down as tried, nor while results can't be.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Coroutine, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any
from uuid import uuid4

from sqlalchemy.exc import DBAPIError
from sqlmodel import Session

from mailbox_service.base import clock
from mailbox_service.base.db import Database
from mailbox_service.base.finish import to_the_end
from mailbox_service.base.settings import Settings
from mailbox_service.city import choices
from mailbox_service.mail import leaving, outbox, pauses
from mailbox_service.mail.outbox import Outgoing, Told
from mailbox_service.mail.smtp import Answer, Connection, Result
from mailbox_service.tickets.find.city import CityBook

GATHER_SECONDS = 0.1  # a worker that is killed repeats no more than what it sent in this time
AGAIN_SECONDS = (0.2, 1.0, 3.0)  # waits before results are written down once more; less than `outbox.MARGIN` together
LOOK_SECONDS = 2.0  # how often senders ask whether the outbox was paused

log = logging.getLogger(__name__)


async def deliver(
    db: Database,
    settings: Settings,
    book: CityBook,
    *,
    now: datetime | None = None,
    stop: asyncio.Event | None = None,
) -> int:
    """Send everything that is due; answers how many mails the server took.

    Without a mail server in the settings the mails wait. Once `stop` is set, what has not been sent is given back.
    """
    if not settings.smtp_host:
        return 0
    a_round = _Round(db, settings, book, now, stop or asyncio.Event())
    return await a_round.run() if await a_round.is_waiting() else 0


@dataclass(frozen=True, slots=True)
class _Held:
    """A mail in hand: the settings with what the city chose, and the loop's time until which it may be sent."""

    each: Outgoing
    settings: Settings
    until: float


class _Round:
    """One time of sending everything that is due, by one worker with its connections."""

    def __init__(
        self, db: Database, settings: Settings, book: CityBook, now: datetime | None, stop: asyncio.Event
    ) -> None:
        self.db, self.settings, self.book, self.fixed, self.stop = db, settings, book, now, stop
        self.worker = uuid4().hex
        self.loop = asyncio.get_running_loop()
        self.hands: asyncio.Queue[_Held | None] = asyncio.Queue(outbox.BATCH)
        self.results: asyncio.Queue[Told | None] = asyncio.Queue()
        self.sent, self.held = 0, 0
        self.recorded = asyncio.Event()
        self.gone: Result | None = None  # what the server said that can't be reached
        self.is_shut, self.looked_at = False, self.loop.time()

    async def run(self) -> int:
        """Take, send and record until nothing is due, the server is gone, or all is over."""
        recorder = asyncio.create_task(self._record())
        recorder.add_done_callback(self._shut)
        try:
            await _together(self._take(), *(self._send() for _ in range(self.settings.smtp_connections)))
        finally:
            self.results.put_nowait(None)
            await recorder
        if self.gone:
            log.warning("The mail server can't be reached: %s", self.gone.code)
        return self.sent

    def _shut(self, _recorder: asyncio.Task[None]) -> None:
        """What can't be written down isn't sent."""
        self.is_shut = True
        self.recorded.set()

    @property
    def is_over(self) -> bool:
        """Whether nothing more is to be sent in this round."""
        return self.stop.is_set() or self.is_shut or self.gone is not None

    def now(self) -> datetime:
        """The moment, as the caller or the clock says it."""
        return self.fixed or clock.now()

    # --- Taking ---

    async def is_waiting(self) -> bool:
        """Whether anything is due now."""
        return await self.db.reading(lambda session: outbox.is_waiting(session, self.now()))

    async def _take(self) -> None:
        while not self.is_over and (self.held or await self.is_waiting()):
            until = self.loop.time() + outbox.SENDINGS * self.settings.smtp_timeout_seconds
            taken = await self.db.writing(self._batch)
            if taken is None:
                await self._until_more_may_leave()
                continue
            self.held += len(taken[1])
            for each in taken[1]:
                await self.hands.put(_Held(each, taken[0], until))
        for _ in range(self.settings.smtp_connections):
            await self.hands.put(None)

    async def _until_more_may_leave(self) -> None:
        """The next mail of a letter is due once the one before it has been recorded."""
        while not self.is_over and self.held:
            self.recorded.clear()
            if await self.is_waiting():
                return
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self.recorded.wait(), LOOK_SECONDS)

    def _batch(self, session: Session) -> tuple[Settings, list[Outgoing]] | None:
        shown = choices.before(session, self.settings)
        taken = outbox.take(session, shown, self.book, self.worker, self.now())
        return None if taken is None else (shown, taken)

    # --- Sending ---

    async def _send(self) -> None:
        async with Connection(self.settings) as connection:
            while (held := await self.hands.get()) is not None:
                await to_the_end(self._send_one(connection, held))

    async def _send_one(self, connection: Connection, held: _Held) -> None:
        self.results.put_nowait((held.each.mail, await self._hand_over(connection, held)))

    async def _hand_over(self, connection: Connection, held: _Held) -> Result | None:
        """What the server said; None when the mail is given back untried."""
        await self._look()
        if self.is_over or self.loop.time() >= held.until:
            return self.gone
        sending = leaving.sending(held.settings, held.each)
        if sending is None:
            return Result(Answer.NO_SUCH_ADDRESS, "address", of_address=True)
        result = await connection.send(sending)
        if result.answer is Answer.UNREACHABLE:
            self.gone = result
        self.sent += result.answer is Answer.ACCEPTED
        return result

    async def _look(self) -> None:
        """Now and then, whether somebody has paused the outbox meanwhile."""
        if self.loop.time() - self.looked_at > LOOK_SECONDS:
            self.looked_at = self.loop.time()
            self.is_shut |= await self.db.reading(pauses.current) is not None

    # --- Recording ---

    async def _record(self) -> None:
        more = True
        while more:
            gathered = [await self.results.get()]
            if gathered[0] is not None:
                await asyncio.sleep(GATHER_SECONDS)
            while not self.results.empty():
                gathered.append(self.results.get_nowait())
            more = None not in gathered
            if known := [told for told in gathered if told is not None]:
                await self._keep(known)
                self.held -= len(known)
                self.recorded.set()

    async def _keep(self, known: Sequence[Told]) -> None:
        """Write it down; once more when the database was away for a moment, for what was sent can't be called back."""
        for wait in AGAIN_SECONDS:
            try:
                return await self.db.writing(partial(self._write_down, known))
            except DBAPIError as fault:
                log.warning("What was sent is written down a moment later: %s", type(fault).__name__)
                await asyncio.sleep(wait)
        await self.db.writing(partial(self._write_down, known))

    def _write_down(self, known: Sequence[Told], session: Session) -> None:
        outbox.record(session, self.settings, known, self.worker, self.now())


async def _together(*works: Coroutine[Any, Any, None]) -> None:
    """Do all of it at once; when one fails the others end, too."""
    tasks = [asyncio.ensure_future(work) for work in works]
    try:
        await asyncio.gather(*tasks)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
