"""What a clerk does with mail that waits: try it again, make a letter of it, put it on one, put it away. All is logged.

What belongs to a restricted letter is its desk's alone, and never becomes a letter that others could read.
"""

from __future__ import annotations

import asyncio
from datetime import datetime
from enum import StrEnum
from functools import partial
from typing import Any

from sqlmodel import Session, col

from mailbox_service.base import audit, claim, named
from mailbox_service.base.refusals import Refused
from mailbox_service.mail import attached, inbox, placing, received
from mailbox_service.mail.attached import Taken
from mailbox_service.mail.inbox import Room
from mailbox_service.mail.incoming.read import NotUnderstoodError, Understood
from mailbox_service.mail.tables import Received, ReceivedState
from mailbox_service.tickets import rights
from mailbox_service.tickets.actor import Actor
from mailbox_service.tickets.find import case as cases
from mailbox_service.tickets.tables import Ticket
from mailbox_service.tickets.tables.words import Identity, Part


class Away(StrEnum):
    """What a message was that is put away."""

    MACHINE = "machine"
    SPAM = "spam"


def seen(session: Session, received_id: int, *, by: Actor) -> tuple[Received, str | None]:
    """The message, with the number of its letter.

    Raises:
        Refused: "not_found" when it doesn't wait, or not for this viewer.
    """
    found = received.one(session, by, received_id)
    if found is None:
        raise Refused("not_found")
    return found


def try_again(session: Session, received_id: int, *, by: Actor, now: datetime) -> None:
    """Let the service look at it anew.

    Raises:
        Refused: "not_found"; "mail.gone"; "conflict" when somebody was first.
    """
    row, _ = seen(session, received_id, by=by)
    _must_be_there(row)
    fresh: dict[str, Any] = {"tries": 0, "next_try_at": now, "lease_until": None, "done_at": None, "done_by": None}
    _move(session, row, ReceivedState.STORED, reason="", **fresh)
    _log(session, "mail.tried_again", row, by, now)


def put_away(session: Session, received_id: int, what: Away, *, by: Actor, now: datetime) -> None:
    """It is nothing a person must answer. It stays to be looked at until its time is over.

    Raises:
        Refused: "not_found"; "conflict" when somebody was first.
    """
    row, _ = seen(session, received_id, by=by)
    _move(session, row, ReceivedState.PUT_AWAY, reason=what.value, done_at=now, done_by=by.person_id)
    _log(session, "mail.put_away", row, by, now, what=what.value)


async def take_as_letter(room: Room, received_id: int, *, by: Actor, now: datetime) -> str:
    """Make a new letter of it, in its sender's name; the letter's number.

    Raises:
        Refused: "not_found"; "mail.gone"; "mail.unreadable"; "mail.restricted"; as `arrive.enter`; "conflict".
    """
    return await _place(room, received_id, partial(_as_letter, room=room), by=by, now=now)


async def put_on(room: Room, received_id: int, number: str, *, by: Actor, now: datetime) -> str:
    """Put what it newly says on a letter, as its writer's words; the letter's number.

    Raises:
        Refused: "not_found"; "mail.gone"; "mail.unreadable"; "mail.no_letter"; "not_yours"; "mail.restricted" when it
            belongs to a restricted letter and this one is open to others; as `handle.add` and `handle.answer`;
            "conflict".
    """
    return await _place(room, received_id, partial(_on_letter, room=room, number=number), by=by, now=now)


async def _place(room: Room, received_id: int, put: Any, *, by: Actor, now: datetime) -> str:
    """Read it and take in its files outside the transaction; throw these away if it is refused."""
    row, _ = await room.db.reading(partial(seen, received_id=received_id, by=by))
    _must_be_there(row)
    try:
        said = await asyncio.to_thread(inbox.understand, room.files, row)
    except NotUnderstoodError as unreadable:
        raise Refused("mail.unreadable") from unreadable
    taken = await asyncio.to_thread(attached.take_in, room.files, room.settings, said.files)
    work = partial(put, row=row, said=said, taken=taken, by=by, now=now)
    number: str = await named.write(room.db, work, room.files, taken.keys)
    return number


def _as_letter(
    session: Session, row: Received, said: Understood, taken: Taken, *, room: Room, by: Actor, now: datetime
) -> str:
    if is_of_restricted(session, row):
        raise Refused("mail.restricted")
    likeness = inbox.texts_of(row, said)["likeness"]
    ticket, message_id = placing.new_letter(session, room.book, said, likeness, taken, by=by, now=now)
    _placed(session, row, said, taken, ReceivedState.LETTER, ticket, message_id, by, now)
    return ticket.number


def _on_letter(
    session: Session,
    row: Received,
    said: Understood,
    taken: Taken,
    *,
    room: Room,
    number: str,
    by: Actor,
    now: datetime,
) -> str:
    try:
        case = cases.case(session, room.book.open(session), number, by)
    except Refused as unseen:
        raise Refused("mail.no_letter") from unseen
    if Part.CLERK not in rights.parts(case, by):
        raise Refused("not_yours")
    if is_of_restricted(session, row) and not case.ticket.restricted:
        raise Refused("mail.restricted")
    message_id = placing.on_letter(session, room.book, case.ticket, said, taken, now=now)
    _placed(session, row, said, taken, ReceivedState.THREADED, case.ticket, message_id, by, now)
    return case.ticket.number


def _placed(
    session: Session,
    row: Received,
    said: Understood,
    taken: Taken,
    state: ReceivedState,
    ticket: Ticket,
    message_id: int,
    by: Actor,
    now: datetime,
) -> None:
    facts = inbox.texts_of(row, said) | {"refused": list(taken.refused)}
    who = {"done_at": now, "done_by": by.person_id}
    _move(session, row, state, reason="", ticket_id=ticket.id, message_id=message_id, **facts, **who)
    act = "mail.taken" if state is ReceivedState.LETTER else "mail.put_on_letter"
    _log(session, act, row, by, now, ticket=ticket.id)


def is_of_restricted(session: Session, row: Received) -> bool:
    """Whether it belongs to a restricted letter, or would."""
    likely = session.get(Ticket, row.ticket_id) if row.ticket_id else None
    return likely is not None and likely.restricted


def _must_be_there(row: Received) -> None:
    if not row.stored:
        raise Refused("mail.gone")


def _move(session: Session, row: Received, state: ReceivedState, **facts: Any) -> None:
    """Of two people at once only one does it."""
    waits = col(Received.state).in_((*received.PEN, *received.ASIDE))
    same = (Received.id == row.id, Received.state == row.state, Received.stored == row.stored)
    if not claim.claim(session, Received, *same, waits, state=state, **facts):
        raise Refused("conflict")


def _log(session: Session, act: str, row: Received, by: Actor, now: datetime, **facts: Any) -> None:
    audit.record(session, act, by=by.person_id, now=now, about=("received", row.id), **facts)


def looked_at(session: Session, row: Received, *, whole: bool, by: Actor, now: datetime) -> None:
    """Somebody has read it, or fetched its bytes (`whole`): it shows who wrote it."""
    _log(session, "mail.fetched" if whole else "mail.seen", row, by, now)
    letter = session.get(Ticket, row.ticket_id) if row.ticket_id else None
    if letter is not None and letter.identity == Identity.HIDDEN:
        about, why = ("ticket", letter.id), row.reason or row.state.value
        audit.record(session, "identity.seen", by=by.person_id, now=now, about=about, reason=why)
