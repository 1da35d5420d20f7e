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

from mailbox_service.base import audit, claim
from mailbox_service.base.refusals import Refused
from mailbox_service.mail.tables import Mail, Recipient
from mailbox_service.tickets import history, rights
from mailbox_service.tickets.actor import Actor
from mailbox_service.tickets.case import Case
from mailbox_service.tickets.statistics import kept
from mailbox_service.tickets.tables import Citizen
from mailbox_service.tickets.tables.words import Part

CORRECTED, CLEARED = "correct_address", "clear_address"
HELD_BACK = ("stopped", "erased", "no-address", "restricted", "superseded")  # these were not the address's fault
MOST = 100


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
        kept.mark(session, [mail.ticket_id] if mail.ticket_id else [])
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


# --- Mending it ------------------------------------------------------------------------------


def correct(session: Session, case: Case, email: str, reason: str, *, by: Actor, now: datetime) -> None:
    """A clerk writes down the address that works, or none; what was missed goes there.

    The receipt with the access code may be among it: hence the reason, which the log keeps.

    Raises:
        Refused: "not_yours" to who is neither clerk nor, for a restricted letter, at its desk; "reason.missing";
            "address.works"; "address.same".
    """
    citizen = _marked(case, by)
    if not reason.strip():
        raise Refused("reason.missing")
    if email.lower() == citizen.email.lower():
        raise Refused("address.same")
    citizen.email, citizen.bounced_at = email, None
    history.add(case, CORRECTED, by=by, now=now)
    about = ("ticket", case.ticket.id)
    audit.record(session, "address.corrected", by=by.person_id, now=now, about=about, reason=reason.strip()[:200])
    send_missed(session, citizen, now=now)


def clear(session: Session, case: Case, *, by: Actor, now: datetime) -> None:
    """A clerk knows that the address works again: the mark goes from every letter that has it, what was missed leaves.

    Raises:
        Refused: "not_yours"; "address.works".
    """
    citizen = _marked(case, by)
    citizen.bounced_at = None
    session.flush()
    same = sa.func.lower(col(Citizen.email)) == sa.func.lower(citizen.email)
    others = session.exec(select(Citizen).where(same, col(Citizen.bounced_at).is_not(None)).limit(MOST)).all()
    claim.claim(session, Citizen, same, bounced_at=None)
    history.add(case, CLEARED, by=by, now=now)
    audit.record(session, "address.cleared", by=by.person_id, now=now, about=("ticket", case.ticket.id))
    for one in (citizen, *others):
        send_missed(session, one, now=now)


def _marked(case: Case, by: Actor) -> Citizen:
    if Part.CLERK not in rights.parts(case, by):
        raise Refused("not_yours")
    if case.citizen is None or case.citizen.bounced_at is None:
        raise Refused("address.works")
    return case.citizen


def send_missed(session: Session, citizen: Citizen, *, now: datetime) -> int:
    """Let wait again what reached nobody: the receipt, for its code, and the newest; answers how many.

    They keep their Message-IDs. What lies between tells what is over, and stays where it is.
    """
    lost = sa.or_(col(Mail.bounced_at).is_not(None), col(Mail.failed_at).is_not(None))
    wanted = select(Mail).where(Mail.ticket_id == citizen.ticket_id, Mail.recipient == Recipient.CITIZEN, lost)
    wanted = wanted.where(col(Mail.failure).not_in(HELD_BACK), col(Mail.emptied_at).is_(None))
    missed = session.exec(wanted.order_by(col(Mail.id).desc()).limit(MOST)).all() if citizen.email else []
    again = 0
    for place, mail in enumerate(missed):
        if place and mail.notice != "receipt":
            mail.failure = "superseded"
            continue
        mail.sent_at = mail.failed_at = mail.bounced_at = mail.lease_until = None
        mail.failure, mail.tries, mail.next_try_at, mail.to_address = "", 0, now, citizen.email
        again += 1
    if missed:
        kept.mark(session, [citizen.ticket_id])
    return again


# --- Marking it ------------------------------------------------------------------------------


def mark(session: Session, address: str, *, now: datetime) -> int:
    """Note on every letter with the address that mails to it come back; answers how many that are."""
    same = sa.func.lower(col(Citizen.email)) == sa.func.lower(address)
    return claim.claim(session, Citizen, same, col(Citizen.bounced_at).is_(None), bounced_at=now) if address else 0
