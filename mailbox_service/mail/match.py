"""Which letter a message belongs to: by the signed address it came to, our mail that it answers, the number it names.

A message is put on a letter only when its sender is who wrote that letter. Everything else waits for a clerk.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sqlmodel import Session, col, select

from mailbox_service.base import tokens
from mailbox_service.base.settings import Settings
from mailbox_service.mail import envelope, reply_address
from mailbox_service.mail.incoming import clean
from mailbox_service.mail.incoming.read import Understood
from mailbox_service.mail.tables import Mail, Received, Recipient
from mailbox_service.tickets.tables import Citizen, Ticket
from mailbox_service.tickets.tables.words import Status

MOST_IDS = 50
_NUMBER = re.compile(r"(?<!\d)\d{4}\s?[-‐-―−－ー]\s?\d{7}\s?[-‐-―−－ー]\s?\d(?!\d)")


@dataclass(frozen=True, slots=True)
class Match:
    """The letter, None for none, and why a message may not simply be put on it: a word, "" when it may."""

    ticket: Ticket | None = None
    why: str = ""


def own_mail(session: Session, said: Understood) -> Mail | None:
    """The mail of ours that has come back as it was."""
    return _mails(session, [said.message_id]).get(said.message_id) if said.message_id else None


def bounced_mail(session: Session, settings: Settings, row: Received, said: Understood) -> Mail | None:
    """The mail of ours that could not be delivered: by its id, the name of its sending, or the address it came back to.

    Word that came to the signed address of a letter, and names its writer's, is about the newest mail there.
    """
    bounce = said.bounce
    if bounce is None:
        return None
    ids = [bounce.original_id, f"<{bounce.envelope_id}.mail@{envelope.domain(settings)}>", *_answered(said)]
    found = _mails(session, [one for one in ids if len(one) > 2])
    named = next((found[one] for one in ids if one in found), None)
    ticket = _by_address(session, settings, row, said).ticket
    if named is not None or ticket is None:
        return named
    theirs = select(Mail).where(Mail.ticket_id == ticket.id, Mail.recipient == Recipient.CITIZEN)
    newest = session.exec(theirs.order_by(col(Mail.id).desc()).limit(1)).first()
    return newest if newest and any(clean.same(one, newest.to_address) for one in bounce.recipients) else None


def is_believed(session: Session, settings: Settings, mail: Mail, row: Received, said: Understood) -> bool:
    """Whether word that it was not delivered came to where the mail's own sender stood, which nobody can make up."""
    if not settings.mail_reply_to or mail.recipient != Recipient.CITIZEN or mail.ticket_id is None:
        return True
    ticket = _by_address(session, settings, row, said).ticket
    return ticket is not None and ticket.id == mail.ticket_id


def letter_of(session: Session, settings: Settings, row: Received, said: Understood) -> Match:
    """The letter that the message is about, whoever sent it, and why it may not be put there."""
    for find in (_by_address, _by_mail, _by_number):
        match = find(session, settings, row, said)
        if match.ticket is not None:
            return Match(match.ticket, match.why or _against(session, match.ticket, said))
    return Match()


def by_envelope(session: Session, settings: Settings, row: Received) -> Match:
    """The letter whose signed address it came to: all that is known of a message that can't be read."""
    return _by_addresses(session, settings, [row.envelope_to])


def is_for_new_letters(settings: Settings, row: Received, said: Understood) -> bool:
    """Whether it came to the address to which citizens write letters."""
    public = settings.letters_by_mail_to
    came_to = [row.envelope_to] if row.envelope_to else said.recipients
    return any(clean.same(one, public) for one in came_to)


def _by_address(session: Session, settings: Settings, row: Received, said: Understood) -> Match:
    return _by_addresses(session, settings, [row.envelope_to, *said.recipients])


def _by_addresses(session: Session, settings: Settings, addresses: Sequence[str]) -> Match:
    for address in addresses:
        if signed := reply_address.ticket_of(settings, address):
            ticket = session.get(Ticket, signed[0])
            if ticket is not None:
                return Match(ticket, "" if ticket.code_generation == signed[1] else "old_address")
    return Match()


def _by_mail(session: Session, settings: Settings, _row: Received, said: Understood) -> Match:
    ids = _answered(said)
    found = _mails(session, ids)
    letters = (found[one].ticket_id for one in ids if one in found)
    ticket_id = next((letter for letter in letters if letter is not None), None)
    if ticket_id is not None:
        return Match(session.get(Ticket, ticket_id))
    domain = re.escape(envelope.domain(settings))
    threads = (re.fullmatch(rf"<(\d{{4}}-\d{{7}}-\d)\.letter@{domain}>", one) for one in ids)
    return _numbered(session, (thread[1] for thread in threads if thread))


def _by_number(session: Session, _settings: Settings, _row: Received, said: Understood) -> Match:
    return _numbered(session, (found[0] for found in _NUMBER.finditer(said.subject)))


def _numbered(session: Session, texts: Iterator[str]) -> Match:
    for text in texts:
        number = tokens.read_number(text)
        ticket = session.exec(select(Ticket).where(Ticket.number == number)).first() if number else None
        if ticket is not None:
            return Match(ticket)
    return Match()


def _answered(said: Understood) -> list[str]:
    """The ids it answers, nearest first."""
    return list(dict.fromkeys(one for one in (said.in_reply_to, *reversed(said.references)) if one))[:MOST_IDS]


def _mails(session: Session, ids: Sequence[str]) -> dict[str, Mail]:
    wanted = [one for one in ids if one.isascii() and one.isprintable()]
    if not wanted:
        return {}
    mails = session.exec(select(Mail).where(col(Mail.message_id).in_(wanted)))
    return {mail.message_id: mail for mail in mails}


def _against(session: Session, ticket: Ticket, said: Understood) -> str:
    """What speaks against putting it on the letter."""
    if ticket.emptied_at is not None:
        return "erased"
    if ticket.status in (Status.SPAM, Status.WITHDRAWN):
        return ticket.status.value
    if ticket.mail_stopped_at is not None:
        return "disowned"
    citizen = session.get(Citizen, ticket.id)
    return "" if citizen and clean.same(citizen.email, said.sender) else "sender"
