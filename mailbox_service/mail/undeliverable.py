"""Addresses that don't work: what follows when a server refuses one for good, at once or in a bounce days later.

The mail is marked, and so is the address, on every letter that has it: nothing more goes there until the writer
corrects it or a clerk does (DOMAIN §5). The letters stand in the clerk's queue until then. Of what the server said
only the code is kept.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Session, col, select

from mailbox_service.base import claim
from mailbox_service.mail.tables import Mail, Recipient
from mailbox_service.tickets.tables import Citizen


def mail_of(session: Session, message_id: str) -> Mail | None:
    """The mail of ours that a bounce is about, by the Message-ID with its angle brackets."""
    return session.exec(select(Mail).where(Mail.message_id == message_id)).first()


def reached_nobody(session: Session, mail: Mail, code: str, *, now: datetime) -> bool:
    """Mark the mail, and the citizen's address with it; False when that was known already.

    `code` is the server's, "550" or "5.1.1". A mail that had left keeps the moment it did. Of an address that was
    corrected meanwhile nothing is said: the letters that have the new one are left alone.
    """
    left = [col(Mail.sent_at).is_not(None), col(Mail.bounced_at).is_(None)]
    waits = [col(Mail.sent_at).is_(None), col(Mail.failed_at).is_(None)]
    marked = claim.claim(session, Mail, Mail.id == mail.id, *left, bounced_at=now, failure=code)
    marked += claim.claim(session, Mail, Mail.id == mail.id, *waits, failed_at=now, failure=code, lease_until=None)
    if mail.recipient == Recipient.CITIZEN and marked:
        mark(session, mail.to_address, now=now)
    return bool(marked)


def spread(session: Session, citizens: Iterable[Citizen], *, now: datetime) -> None:
    """Mark those whose address is marked on another letter: a new letter from there doesn't make it work."""
    unmarked = [citizen for citizen in citizens if citizen.email and citizen.bounced_at is None]
    addresses = {citizen.email.lower() for citizen in unmarked}
    theirs = claim.one_of(session, sa.func.lower(col(Citizen.email), type_=sa.String()), addresses)
    found = select(Citizen.email).where(theirs, col(Citizen.bounced_at).is_not(None))
    marked = {email.lower() for email in session.exec(found)} if unmarked else set()
    for citizen in unmarked:
        if citizen.email.lower() in marked:
            citizen.bounced_at = now


def mark(session: Session, address: str, *, now: datetime) -> int:
    """Note on every letter with the address that mails to it come back; answers how many that are."""
    same = sa.func.lower(col(Citizen.email)) == sa.func.lower(address)
    return claim.claim(session, Citizen, same, col(Citizen.bounced_at).is_(None), bounced_at=now) if address else 0
