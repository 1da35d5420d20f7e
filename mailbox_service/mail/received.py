"""The rows of what came in: kept first, taken by one worker at a time, and what became of each.

A worker takes a message for a while (`LEASE`) and counts the try before it looks: a message that kills its reader is
held after `TRIES`. Everything here is one short transaction.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col, select

from mailbox_service.base import claim
from mailbox_service.base.files import Stored
from mailbox_service.city.tables import RoleName
from mailbox_service.mail.tables import Received, ReceivedState, Source
from mailbox_service.tickets.actor import Actor
from mailbox_service.tickets.find.shown import THE_LETTER
from mailbox_service.tickets.find.sight import visible_to
from mailbox_service.tickets.rights import SECOND_DESK
from mailbox_service.tickets.tables import Ticket
from mailbox_service.tickets.tables.words import Identity

LEASE = timedelta(minutes=5)
TRIES = 5
FIRST_WAIT = timedelta(seconds=30)
PAGE, MOST_OF_A_LETTER, COUNTED = 50, 200, 100
READS = (RoleName.CLERK, RoleName.RESTRICTED_DESK, RoleName.SECOND_DESK)
TAKEN = (ReceivedState.LETTER, ReceivedState.THREADED)
OF_A_LETTER = (*TAKEN, ReceivedState.MACHINE, ReceivedState.OURS)
# What came in by mail about a letter and was put on it, or was a machine's; oldest first.
OF_LETTER = (
    select(Received)
    .where(col(Received.ticket_id) == THE_LETTER, col(Received.state).in_(OF_A_LETTER))
    .order_by(col(Received.id))
    .limit(MOST_OF_A_LETTER)
)
PEN = (ReceivedState.HELD,)
ASIDE = (ReceivedState.MACHINE, ReceivedState.OURS, ReceivedState.PUT_AWAY)
NOTHING = (*PEN, *ASIDE, ReceivedState.REPEATED)

TEXTS_GONE: dict[str, Any] = {
    "sender": "", "name": "", "subject": "", "text": "", "reply_text": "", "refused": [], "envelope_from": "",
    "envelope_to": "", "likeness": "", "stored": "", "sha256": "",
}  # fmt: skip


def digest_of(raw: bytes, envelope_to: str) -> str:
    """What tells one delivery from every other: the bytes, and for whom they came."""
    return hashlib.sha256(hashlib.sha256(raw).digest() + envelope_to.casefold().encode("utf-8", "replace")).hexdigest()


def add(
    session: Session,
    kept: Stored,
    digest: str,
    source: Source,
    *,
    envelope_from: str,
    envelope_to: str,
    now: datetime,
) -> bool:
    """Note a message whose bytes are kept; False when it was there already."""
    row = Received(
        digest=digest,
        source=source,
        envelope_from=envelope_from,
        envelope_to=envelope_to,
        received_at=now,
        size=kept.size,
        sha256=kept.sha256,
        stored=kept.key,
        next_try_at=now,
    )
    return claim.add_once(session, row)


def is_waiting(session: Session, now: datetime) -> bool:
    """Whether any message is due that nobody holds."""
    free = sa.or_(col(Received.lease_until).is_(None), col(Received.lease_until) < now)
    return session.exec(select(Received.id).where(_due(now), free).limit(1)).first() is not None


def take(session: Session, worker: str, now: datetime) -> Received | None:
    """The next message that is due, ours for a while, its try counted; None when there is none."""
    ids = claim.claim_batch(
        session, Received, due=_due(now), lease=Received.lease_until, now=now, until=now + LEASE, limit=1
    )
    if not ids:
        return None
    claim.claim(session, Received, Received.id == ids[0], tries=Received.tries + 1, claimed_by=worker)
    return session.exec(select(Received).where(Received.id == ids[0])).one()


def _due(now: datetime) -> sa.ColumnElement[bool]:
    return sa.and_(col(Received.state) == ReceivedState.STORED, col(Received.next_try_at) <= now)


def let_go(session: Session) -> int:
    """Free what a worker held that is known to be gone: at the start of the one process a SQLite file has."""
    held: list[claim.Condition] = [Received.state == ReceivedState.STORED, col(Received.lease_until).is_not(None)]
    return claim.claim(session, Received, *held, lease_until=None)


def put_back(session: Session, row: Received, worker: str, now: datetime) -> None:
    """Let a message be tried again a little later."""
    wait = FIRST_WAIT * 2 ** max(row.tries - 1, 0)
    ours = [Received.id == row.id, Received.claimed_by == worker, Received.state == ReceivedState.STORED]
    claim.claim(session, Received, *ours, lease_until=None, next_try_at=now + wait)


def finish(session: Session, row: Received, worker: str, state: ReceivedState, now: datetime, **facts: Any) -> bool:
    """Write down what became of a message that this worker holds; False when it holds it no longer."""
    ours = [Received.id == row.id, Received.claimed_by == worker, Received.state == ReceivedState.STORED]
    return claim.claim(session, Received, *ours, state=state, lease_until=None, done_at=now, **facts) == 1


def is_repeated(session: Session, row: Received, likeness: str, states: Sequence[ReceivedState], **same: Any) -> bool:
    """Whether the same message, delivered once more, has become that already."""
    wanted = select(Received.id).where(Received.likeness == likeness, Received.id != row.id)
    wanted = wanted.where(col(Received.state).in_(states)).filter_by(**same)
    return session.exec(wanted.limit(1)).first() is not None


# --- What clerks and the letter's readers see ------------------------------------------------


def seen_by(viewer: Actor) -> sa.ColumnElement[bool]:
    """What somebody may see of the incoming mail: clerks all but that of restricted letters, which their desk sees.

    A condition for a SELECT that joins the letter.
    """
    clerk, first = viewer.has(RoleName.CLERK), viewer.has(RoleName.RESTRICTED_DESK)
    ways: list[sa.ColumnElement[bool]] = [sa.false()]
    if clerk:
        ways.append(~col(Ticket.restricted))
    if first:
        ways.append(sa.and_(col(Ticket.restricted), col(Ticket.desk) != SECOND_DESK))
    if viewer.has(RoleName.SECOND_DESK):
        ways.append(sa.and_(col(Ticket.restricted), col(Ticket.desk) == SECOND_DESK))
    theirs = sa.and_(col(Received.ticket_id).is_not(None), visible_to(viewer), sa.or_(*ways))
    nobodys = col(Received.ticket_id).is_(None)
    return sa.or_(theirs, nobodys) if clerk else theirs


def lines(
    session: Session, viewer: Actor, states: Sequence[ReceivedState], *, before: int | None = None
) -> Sequence[tuple[Received, str | None, bool]]:
    """A page of what lies there, newest first, each with its letter's number, and whether who wrote that is hidden.

    One more than fits.
    """
    wanted = _with_number().add_columns(col(Ticket.identity)).where(seen_by(viewer), col(Received.state).in_(states))
    if before is not None:
        wanted = wanted.where(col(Received.id) < before)
    found = session.exec(wanted.order_by(col(Received.id).desc()).limit(PAGE + 1))
    return [(row, number, identity == Identity.HIDDEN) for row, number, identity in found]


def waiting(session: Session, viewer: Actor) -> int:
    """How many messages wait for this viewer, up to `COUNTED`."""
    if not any(viewer.has(role) for role in READS):
        return 0
    found = _with_number().where(seen_by(viewer), col(Received.state).in_(PEN)).with_only_columns(col(Received.id))
    return len(session.exec(found.limit(COUNTED)).all())


def one(session: Session, viewer: Actor, received_id: int) -> tuple[Received, str | None] | None:
    """One message with the number of its letter, if it is there for the viewer."""
    wanted = _with_number().where(Received.id == received_id, seen_by(viewer))
    found = session.exec(wanted.where(col(Received.state).in_((*PEN, *ASIDE)))).first()
    return (found[0], found[1]) if found else None


def _with_number() -> Any:
    return select(Received, Ticket.number).join(Ticket, col(Ticket.id) == col(Received.ticket_id), isouter=True)


# --- Keeping and forgetting ------------------------------------------------------------------


def files_of(session: Session, ticket_ids: Sequence[int]) -> list[tuple[int, str]]:
    """The bytes that lie there for these letters, as (letter, key)."""
    wanted = select(Received.ticket_id, Received.stored).where(col(Received.ticket_id).in_(ticket_ids))
    rows = session.exec(wanted.where(Received.stored != "").order_by(col(Received.id)))
    return [(letter, key) for letter, key in rows if letter is not None]


def ids_of(session: Session, ticket_ids: Sequence[int]) -> Sequence[int]:
    """The messages that lie there for these letters."""
    return session.exec(select(Received.id).where(col(Received.ticket_id).in_(ticket_ids))).all()


def empty_listed(session: Session, ids: Sequence[int], now: datetime) -> list[str]:
    """Empty messages on the list of erasures that a restored backup knows as nothing yet; answers their bytes' keys.

    They have become a letter since, or part of one, and went with it: they must not become one again.
    """
    still = (col(Received.state).in_((ReceivedState.STORED, *NOTHING)), col(Received.emptied_at).is_(None))
    found = session.exec(select(Received.id, Received.stored).where(col(Received.id).in_(ids), *still)).all()
    gone = {**TEXTS_GONE, "state": ReceivedState.PUT_AWAY, "lease_until": None, "done_at": now, "emptied_at": now}
    return [key for row, key in found if claim.claim(session, Received, Received.id == row, *still, **gone) and key]


def outlived(session: Session, before: datetime, limit: int) -> list[tuple[int, str]]:
    """Messages that became nothing and came before then, as (row, key of the bytes)."""
    wanted = select(Received.id, Received.stored).where(col(Received.state).in_(NOTHING), Received.received_at < before)
    wanted = wanted.where(col(Received.emptied_at).is_(None)).order_by(col(Received.id)).limit(limit)
    return [(row, key) for row, key in session.exec(wanted)]


def empty(session: Session, old: Sequence[tuple[int, str]], now: datetime) -> list[str]:
    """Take bytes' names and texts of messages that still are nothing; answers the keys that no row names any more.

    That something came stays known.
    """
    still = (col(Received.state).in_(NOTHING), col(Received.emptied_at).is_(None))
    gone = {**TEXTS_GONE, "emptied_at": now}
    return [key for row, key in old if claim.claim(session, Received, Received.id == row, *still, **gone)]
