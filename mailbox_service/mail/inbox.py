"""Mail that comes in, in small steps: `store` → `understand` → `decide` (recognise, match) → `act`.

The bytes are kept before anybody looks at them, and nothing is ever dropped: a message becomes a letter, is put on
one, is known to be a machine's, or waits for a clerk with the reason. All doors call `store`; a job does the rest.
"""

from __future__ import annotations

import asyncio
import hashlib
import logging
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from traceback import extract_tb
from typing import Any

from sqlmodel import Session

from mailbox_service.base import named, stops
from mailbox_service.base.db import Database
from mailbox_service.base.files import Files
from mailbox_service.base.finish import to_the_end
from mailbox_service.base.refusals import Refused
from mailbox_service.base.settings import Settings
from mailbox_service.mail import attached, match, placing, received, recognise
from mailbox_service.mail.attached import Taken
from mailbox_service.mail.incoming import clean
from mailbox_service.mail.incoming.automatic import Machine
from mailbox_service.mail.incoming.read import NotUnderstoodError, Understood, read
from mailbox_service.mail.tables import Mail, Received, ReceivedState, Source
from mailbox_service.tickets.find.city import CityBook
from mailbox_service.tickets.tables import Ticket

NOBODY = "<>"  # the sender of what machines report
LONGEST_TEXT = 100_000  # characters of what the rows keep; the whole lies in the bytes
AGAIN = frozenset({"conflict", "stale", "storage.full", *attached.LATER})
HELD, LETTER, THREADED = ReceivedState.HELD, ReceivedState.LETTER, ReceivedState.THREADED

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Room:
    """Where the post is sorted."""

    db: Database
    settings: Settings
    book: CityBook

    @property
    def files(self) -> Files:
        """The folder of bytes."""
        return Files(self.settings.files_dir)


@dataclass(frozen=True, slots=True)
class Decision:
    """What is to become of a message: with which letter, why, and which mail of ours it says was not delivered."""

    state: ReceivedState
    reason: str = ""
    ticket: Ticket | None = None
    bounced: Mail | None = None


# --- Kept first ------------------------------------------------------------------------------


async def store(
    room: Room, raw: bytes, source: Source, *, envelope_from: str = "", envelope_to: str = "", now: datetime
) -> bool:
    """Keep a message as it came; False when it lies here already. Once this returns, it can't be lost.

    It is kept even when the mail server hangs up meanwhile.

    Raises:
        Refused: "files.full", "storage.full": nothing is kept.
    """
    return await to_the_end(_store(room, raw, source, envelope_from, envelope_to, now))


async def _store(room: Room, raw: bytes, source: Source, envelope_from: str, envelope_to: str, now: datetime) -> bool:
    to, sender = clean.line(envelope_to, 320), clean.line(envelope_from, 320)
    kept = await asyncio.to_thread(room.files.store, [raw])
    stops.reach("mail-kept")
    digest = received.digest_of(raw, to)
    add = partial(received.add, kept=kept, digest=digest, source=source, envelope_from=sender, envelope_to=to, now=now)
    is_new = await named.write(room.db, add, room.files, [kept.key])
    stops.reach("mail-stored")
    return is_new


# --- Then looked at --------------------------------------------------------------------------


async def process_next(room: Room, worker: str, now: datetime) -> bool:
    """Take the next message and make of it what it is; False when none is due."""
    row = await room.db.writing(partial(received.take, worker=worker, now=now))
    if row is None:
        return False
    stops.reach("mail-taken")
    said: Understood | None = None
    try:
        if row.tries > received.TRIES:  # whoever read it last did not come back
            raise NotUnderstoodError("failed")
        said = await asyncio.to_thread(understand, room.files, row)
        await _settle(room, row, said, worker, now)
    except NotUnderstoodError as held:
        await _hold(room, row, said, held.reason, worker, now)
    except Refused as no:
        await _refused(room, row, said, no, worker, now)
    except Exception as fault:  # its text may quote a letter: only its kind and place are logged
        place = extract_tb(fault.__traceback__)[-1]
        log.error("Message %s failed: %s in %s:%s", row.id, type(fault).__name__, place.name, place.lineno)
        await _again(room, row, said, worker, now)
    return True


def understand(files: Files, row: Received) -> Understood:
    """What the kept bytes say.

    Raises:
        NotUnderstoodError: they can't be read, or are gone.
    """
    try:
        with files.open(row.stored) as file:
            raw = file.read()
    except Refused as gone:
        raise NotUnderstoodError("gone") from gone
    if row.envelope_from == NOBODY:  # what the last server would write above the headers
        first, ends, rest = raw.partition(b"\n") if raw.startswith(b"From ") else (b"", b"", raw)
        raw = b"".join((first, ends, b"Return-Path: <>\r\n", rest))
    return read(raw)


async def _settle(room: Room, row: Received, said: Understood, worker: str, now: datetime) -> None:
    """Decide, take in the files if it becomes something, and act; the files are thrown away if it doesn't after all."""
    settings, files, taken = room.settings, room.files, Taken()
    decision = await room.db.reading(partial(decide, settings=settings, row=row, said=said))
    if decision.state in received.TAKEN:
        taken = await asyncio.to_thread(attached.take_in, files, settings, said.files)
    work = partial(act, settings=settings, book=room.book, row=row, said=said, taken=taken, worker=worker, now=now)
    await named.write(room.db, work, files, taken.keys, names=lambda state: state in received.TAKEN)


def decide(session: Session, settings: Settings, row: Received, said: Understood) -> Decision:
    """What is to become of it: who wrote it, and which letter it belongs to."""
    ours = match.own_mail(session, said)
    machine = recognise.machine_of(settings, said, row.envelope_from, is_ours=ours is not None)
    if machine == Machine.BOUNCE:
        mail = match.bounced_mail(session, settings, row, said)
        believed = mail if mail and match.is_believed(session, settings, mail, row, said) else None
        letter = _letter(session, mail) or match.letter_of(session, settings, row, said).ticket
        return Decision(ReceivedState.MACHINE, machine, letter, believed)
    found = match.letter_of(session, settings, row, said)
    if machine:
        perhaps_not = machine not in recognise.SURE and found.ticket is not None and not found.why
        state = ReceivedState.OURS if machine == recognise.OURS else ReceivedState.MACHINE
        ticket = _letter(session, ours) or found.ticket
        return Decision(HELD, "perhaps_machine", ticket) if perhaps_not else Decision(state, machine, ticket)
    if not clean.address(said.sender):
        return Decision(HELD, "no_sender", found.ticket)
    if recognise.is_forged(settings, said):
        return Decision(HELD, "authentication", found.ticket)
    if found.ticket is not None:
        return Decision(HELD if found.why else THREADED, found.why, found.ticket)
    return Decision(LETTER) if match.is_for_new_letters(settings, row, said) else Decision(HELD, "not_for_us")


def _letter(session: Session, mail: Mail | None) -> Ticket | None:
    return session.get(Ticket, mail.ticket_id) if mail and mail.ticket_id else None


def act(
    session: Session,
    settings: Settings,
    book: CityBook,
    row: Received,
    said: Understood,
    taken: Taken,
    worker: str,
    now: datetime,
) -> ReceivedState:
    """Decide once more, now that nobody else writes, and do it, whole or not at all.

    Raises:
        Refused: what the verbs refuse; "conflict" when another worker has it.
    """
    decision = decide(session, settings, row, said)
    state, reason, ticket = decision.state, decision.reason, decision.ticket
    facts, message_id = texts_of(row, said), None
    if _came_before(session, row, facts["likeness"], decision):
        state, reason = ReceivedState.REPEATED, ""
    elif state in received.TAKEN and placing.is_too_many(session, settings, said.sender, now):
        state, reason = HELD, "too_many"
    elif state is LETTER:
        ticket, message_id = placing.new_letter(session, book, said, facts["likeness"], taken, now=now)
    elif state is THREADED and ticket is not None:
        message_id = placing.on_letter(session, book, ticket, said, taken, now=now)
    elif decision.bounced is not None:
        placing.not_delivered(session, decision.bounced, said, now=now)
    placed = {"ticket_id": ticket.id if ticket else None, "message_id": message_id, "refused": list(taken.refused)}
    stops.reach("mail-acted")
    if not received.finish(session, row, worker, state, now, reason=reason, **facts, **placed):
        raise Refused("conflict")
    return state


def _came_before(session: Session, row: Received, likeness: str, decision: Decision) -> bool:
    """Whether the same message has come to another of our addresses, and become something there."""
    if decision.state is LETTER:
        return received.is_repeated(session, row, likeness, received.TAKEN)
    ticket_id = decision.ticket.id if decision.ticket else None
    return received.is_repeated(session, row, likeness, [decision.state], ticket_id=ticket_id)


def texts_of(row: Received, said: Understood) -> dict[str, Any]:
    """What the row keeps of what it says."""
    told = "\0".join((said.message_id, said.sender.casefold(), said.subject, said.text))
    likeness = hashlib.sha256(told.encode("utf-8", "replace")).hexdigest() if said.message_id else row.sha256
    return {
        "likeness": likeness,
        "sender": clean.line(said.sender, 320),
        "name": clean.line(said.name, 200),
        "subject": clean.line(said.subject, 400),
        "text": clean.without_secrets(clean.text(said.text, LONGEST_TEXT)),
        "reply_text": clean.without_secrets(clean.text(said.reply_text, LONGEST_TEXT)),
    }


# --- What can't be done now, or not at all ---------------------------------------------------


async def _refused(room: Room, row: Received, said: Understood | None, no: Refused, worker: str, now: datetime) -> None:
    if no.code in AGAIN:
        await _again(room, row, said, worker, now)
    else:
        await _hold(room, row, said, placing.REASONS.get(no.code, no.code), worker, now)


async def _again(room: Room, row: Received, said: Understood | None, worker: str, now: datetime) -> None:
    if row.tries >= received.TRIES:
        await _hold(room, row, said, "failed", worker, now)
    else:
        await room.db.writing(partial(received.put_back, row=row, worker=worker, now=now))


async def _hold(room: Room, row: Received, said: Understood | None, reason: str, worker: str, now: datetime) -> None:
    """Let it wait for a person, beside the letter it would belong to."""

    def hold(session: Session) -> None:
        facts: dict[str, Any] = texts_of(row, said) if said else {}
        found = (
            match.letter_of(session, room.settings, row, said)
            if said
            else match.by_envelope(session, room.settings, row)
        )
        ticket_id = found.ticket.id if found.ticket else None
        received.finish(session, row, worker, HELD, now, reason=reason[:40], ticket_id=ticket_id, **facts)

    await room.db.writing(hold)
