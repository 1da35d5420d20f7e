"""The outbox: which mails leave now, who holds them, what became of them, and when they are tried again.

A worker takes mails for a while (`LEASE`) and writes each try down before it speaks to the server; no
record, no sending. A worker that dies lets go by not coming back. The older mail of the same letter to the
same address always goes first. Stop, bounce, erasure and restriction are asked again here. While the outbox
is paused nothing is taken.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import aliased
from sqlmodel import Session, col, select

from mailbox_service.base import claim, tokens
from mailbox_service.base.settings import Settings
from mailbox_service.base.tables import RateWindow
from mailbox_service.mail import compose, my_letters, pauses, staff_access, undeliverable
from mailbox_service.mail.smtp import Answer, Result
from mailbox_service.mail.tables import Mail, Recipient
from mailbox_service.tickets.find.city import CityBook
from mailbox_service.tickets.statistics import kept
from mailbox_service.tickets.tables import Citizen, Event, Ticket

BATCH = 250
SENDINGS = 2  # how many timeouts' time a worker goes on sending; one more is left for the last mail
MARGIN = timedelta(seconds=5)
FIRST_WAIT, LONGEST_WAIT = timedelta(minutes=1), timedelta(hours=4)
TRIES = 19  # with these waits, two days
SERVER_WAIT = timedelta(seconds=30)
DAY = 24 * 3600


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A mail that is ours to send now, and what its marks are filled with."""

    mail: Mail
    number: str = ""
    generation: int = 0


def lease(settings: Settings) -> timedelta:
    """How long a worker holds what it took: longer than it may go on sending."""
    return (SENDINGS + 1) * timedelta(seconds=settings.smtp_timeout_seconds) + MARGIN


def is_waiting(session: Session, now: datetime) -> bool:
    """Whether any mail is due that nobody holds, and may leave."""
    free = sa.or_(col(Mail.lease_until).is_(None), col(Mail.lease_until) < now)
    waits = session.exec(select(Mail.id).where(_due(now), free).limit(1)).first() is not None
    return waits and pauses.current(session) is None


def take(session: Session, settings: Settings, book: CityBook, worker: str, now: datetime) -> list[Outgoing] | None:
    """Take what is due, note the try, and give back what may really leave; None when nothing was due, or may leave."""
    if pauses.current(session) is not None:
        return None
    ids = claim.claim_batch(
        session,
        Mail,
        due=_due(now),
        lease=Mail.lease_until,
        now=now,
        until=now + lease(settings),
        limit=BATCH,
        first=Mail.next_try_at,
        tries=col(Mail.tries) + 1,
        claimed_by=worker,
    )
    if not ids:
        return None
    mails = session.exec(select(Mail).where(claim.one_of(session, col(Mail.id), ids)).order_by(col(Mail.id))).all()
    tickets, citizens = _letters(session, mails)
    undeliverable.spread(session, citizens.values(), now=now)
    leaving = [mail for mail in mails if _may_leave(session, settings, book, mail, tickets, citizens, now)]
    within = _within_caps(session, settings, leaving, now)
    return [_outgoing(mail, tickets) for mail in within]


def _due(now: datetime) -> sa.ColumnElement[bool]:
    """Waits, its time has come, and no older mail of the letter to the same address waits.

    The oldest is asked for by name, and in words that fit no index of waiting mails: a database that takes those for
    few, as they were a minute ago, would compare every mail with every other.
    """
    older = aliased(Mail)
    oldest = (
        select(sa.func.min(col(older.id)))
        .where(
            col(older.ticket_id) == col(Mail.ticket_id),
            col(older.to_address) == col(Mail.to_address),
            sa.func.coalesce(col(older.sent_at), col(older.failed_at)).is_(None),
        )
        .scalar_subquery()
    )
    waits = sa.and_(col(Mail.sent_at).is_(None), col(Mail.failed_at).is_(None))
    return sa.and_(waits, col(Mail.next_try_at) <= now, sa.or_(col(Mail.ticket_id).is_(None), col(Mail.id) == oldest))


def _letters(session: Session, mails: Sequence[Mail]) -> tuple[dict[int, Ticket], dict[int, Citizen]]:
    ids = {mail.ticket_id for mail in mails if mail.ticket_id is not None}
    tickets = session.exec(select(Ticket).where(claim.one_of(session, col(Ticket.id), ids)))
    citizens = session.exec(select(Citizen).where(claim.one_of(session, col(Citizen.ticket_id), ids)))
    return {ticket.id: ticket for ticket in tickets}, {citizen.ticket_id: citizen for citizen in citizens}


def _may_leave(
    session: Session,
    settings: Settings,
    book: CityBook,
    mail: Mail,
    tickets: dict[int, Ticket],
    citizens: dict[int, Citizen],
    now: datetime,
) -> bool:
    """Ask once more what was asked when it was written. What may not leave is given up, or written anew."""
    if mail.notice == my_letters.NOTICE:
        why = my_letters.held_back(session, mail, now)
        return not why or _give_up(mail, why, now)
    if mail.notice in staff_access.WITH_LINK:
        why = staff_access.held_back(session, mail, now)
        return not why or _give_up(mail, why, now)
    ticket = tickets.get(mail.ticket_id or 0)
    if ticket is None:
        return True
    citizen = citizens.get(ticket.id)
    if mail.recipient == Recipient.CITIZEN:
        if why := compose.may_reach(ticket, citizen):
            return _give_up(mail, why, now)
        mail.to_address = citizen.email if citizen else ""
    elif ticket.emptied_at is not None:
        return _give_up(mail, "erased", now)
    event = session.get(Event, mail.event_id) if ticket.restricted else None
    if event is None or (mail.restricted and mail.recipient == Recipient.CITIZEN):
        return True
    occasion = compose.Occasion(session, settings, book.open(session), event, ticket, citizen, now)
    return compose.rewrite(occasion, mail) or _give_up(mail, "restricted", now)


def _give_up(mail: Mail, why: str, now: datetime) -> bool:
    mail.failed_at, mail.failure, mail.lease_until = now, why, None
    return False


def _within_caps(session: Session, settings: Settings, mails: list[Mail], now: datetime) -> list[Mail]:
    """The mails that keep within a day's number per address and per letter; the others wait until the day is over."""
    caps = {mail.id: _caps(settings, mail) for mail in mails if mail.recipient == Recipient.CITIZEN}
    had = _had_today(session, {client for found in caps.values() for _rule, client, _cap in found}, now)
    kept: list[Mail] = []
    for mail in mails:
        counted = caps.get(mail.id, [])
        over = any(had[rule, client] >= cap for rule, client, cap in counted)
        if over and mail.notice == my_letters.NOTICE:  # tomorrow nobody waits for it any more
            _give_up(mail, "too-many", now)
            continue
        if over:
            mail.next_try_at, mail.lease_until, mail.tries = claim.window_end(DAY, now), None, mail.tries - 1
            continue
        had.update((rule, client) for rule, client, _cap in counted)
        kept.append(mail)
    return kept


def _caps(settings: Settings, mail: Mail) -> list[tuple[str, str, int]]:
    address, most = tokens.hashed(mail.to_address.casefold()), settings.mails_per_address_per_day
    if mail.notice == my_letters.NOTICE:  # whoever asks for it again and again takes nobody's other mails away
        return [("mail.my_letters", address, most)]
    return [
        ("mail.address", address, most),
        ("mail.ticket", str(mail.ticket_id), settings.mails_per_ticket_per_day),
    ]


def _had_today(session: Session, clients: set[str], now: datetime) -> Counter[tuple[str, str]]:
    """How many mails each address and each letter has had in this day's window."""
    start = claim.window_end(DAY, now) - timedelta(seconds=DAY)
    counted = select(RateWindow.rule, RateWindow.client, RateWindow.count)
    theirs = claim.one_of(session, col(RateWindow.client), clients)
    rows = session.exec(counted.where(RateWindow.window_start == start, theirs))
    return Counter({(rule, client): count for rule, client, count in rows})


def _outgoing(mail: Mail, tickets: dict[int, Ticket]) -> Outgoing:
    ticket = tickets.get(mail.ticket_id or 0)
    return Outgoing(mail, ticket.number, ticket.code_generation) if ticket else Outgoing(mail)


# --- What became of them ---------------------------------------------------------------------


Told = tuple[Mail, Result | None]


def record(session: Session, settings: Settings, results: Sequence[Told], worker: str, now: datetime) -> None:
    """Write down what the server said to each mail; None for one that was not tried after all."""
    ours: list[claim.Condition] = [
        col(Mail.sent_at).is_(None),
        col(Mail.failed_at).is_(None),
        Mail.claimed_by == worker,
    ]
    sent = [mail for mail, result in results if result and result.answer is Answer.ACCEPTED]
    if sent:
        theirs = claim.one_of(session, col(Mail.id), [mail.id for mail in sent])
        claim.claim(session, Mail, theirs, *ours, lease_until=None, sent_at=now, failure="")
    for mail, result in results:
        if result is None or result.answer is not Answer.ACCEPTED:
            claim.claim(session, Mail, Mail.id == mail.id, *ours, lease_until=None, **_changes(mail, result, now))
    for address in sorted({mail.to_address for mail, result in results if result and _is_lost(mail, result)}):
        undeliverable.mark(session, address, now=now)
    _count(session, settings, sent, now)
    told = {mail.ticket_id for mail, _ in results if mail.ticket_id and mail.recipient == Recipient.CITIZEN}
    kept.mark(session, sorted(told))


def _is_lost(mail: Mail, result: Result) -> bool:
    """Whether the citizen's address doesn't work: refused for good, or for two days."""
    if mail.recipient != Recipient.CITIZEN:
        return False
    given_up = result.answer is Answer.TEMPORARY and result.of_address and mail.tries >= TRIES
    return given_up or result.answer is Answer.NO_SUCH_ADDRESS


def _count(session: Session, settings: Settings, sent: Sequence[Mail], now: datetime) -> None:
    citizens = [mail for mail in sent if mail.recipient == Recipient.CITIZEN]
    counts = Counter((rule, client) for mail in citizens for rule, client, _cap in _caps(settings, mail))
    claim.count_many(session, counts, DAY, now)


def _changes(mail: Mail, result: Result | None, now: datetime) -> dict[str, object]:
    match result.answer if result else None:
        case Answer.ACCEPTED:
            return {"sent_at": now, "failure": ""}
        case Answer.NO_SUCH_ADDRESS | Answer.REFUSED:
            return {"failed_at": now, "failure": result.code if result else ""}
        case Answer.TEMPORARY if mail.tries >= TRIES:
            return {"failed_at": now, "failure": f"gave up: {result.code if result else ''}"}
        case Answer.TEMPORARY:
            return {"next_try_at": now + wait_after(mail.tries), "failure": result.code if result else ""}
        case Answer.UNREACHABLE:  # counts for nobody
            waited = {"tries": mail.tries - 1, "failure": f"server: {result.code if result else ''}"}
            return waited | {"next_try_at": now + SERVER_WAIT}
    return {"tries": mail.tries - 1}


def wait_after(tries: int) -> timedelta:
    """How long to wait after so many tries: doubling up to four hours, a fifth more or less so that mails spread."""
    doubled: timedelta = FIRST_WAIT * 2 ** min(tries - 1, 10)
    return min(doubled, LONGEST_WAIT) * random.uniform(0.8, 1.2)


def let_go(session: Session) -> int:
    """Free what a worker held that is known to be gone: at the start of the one process a SQLite file has."""
    waits = [col(Mail.sent_at).is_(None), col(Mail.failed_at).is_(None), col(Mail.lease_until).is_not(None)]
    return claim.claim(session, Mail, *waits, lease_until=None)


def empty_old(session: Session, before: datetime, now: datetime, limit: int = 500) -> int:
    """Take the bodies of mails that were delivered or given up, written before then; answers how many."""
    over = sa.or_(col(Mail.sent_at).is_not(None), col(Mail.failed_at).is_not(None))
    full = select(Mail.id).where(Mail.written_at < before, col(Mail.emptied_at).is_(None), over)
    ids = session.exec(full.order_by(col(Mail.written_at)).limit(limit)).all()
    return claim.claim(session, Mail, col(Mail.id).in_(ids), text="", html="", emptied_at=now) if ids else 0
