"""Putting a message where it belongs: a new letter, or an answer or addition to one. All by the life's own verbs."""

from __future__ import annotations

from datetime import datetime

from sqlmodel import Session

from mailbox_service.base import claim, tokens
from mailbox_service.base.language import LANGUAGES, written_in
from mailbox_service.base.refusals import Refused
from mailbox_service.base.settings import Settings
from mailbox_service.mail import undeliverable
from mailbox_service.mail.attached import Taken
from mailbox_service.mail.incoming import clean
from mailbox_service.mail.incoming.read import Understood
from mailbox_service.mail.tables import Mail
from mailbox_service.tickets import keep, redaction, work
from mailbox_service.tickets.actor import SYSTEM, Actor, the_citizen_of
from mailbox_service.tickets.find.city import CityBook
from mailbox_service.tickets.life import arrive, handle
from mailbox_service.tickets.tables import Citizen, Ticket
from mailbox_service.tickets.tables.words import Channel, Identity, Kind, Status

HOUR_SECONDS = 3600
LONGEST = 100_000  # characters of one message on a letter
REASONS = {  # the verbs' refusals in the words of the incoming mail
    "answer.empty": "nothing_new",
    "add.empty": "nothing_new",
    "letter.no_text": "nothing_new",
    "letter.no_subject": "nothing_new",
    "erase.done": "erased",
}


def is_too_many(session: Session, settings: Settings, sender: str, now: datetime) -> bool:
    """Whether this address has sent more in this hour than is taken without a person; this message counts."""
    count = claim.count_try(session, "mail.from", tokens.hashed(sender.casefold()), HOUR_SECONDS, now)
    return count > settings.mails_from_address_per_hour


def new_letter(
    session: Session,
    book: CityBook,
    said: Understood,
    likeness: str,
    taken: Taken,
    *,
    by: Actor = SYSTEM,
    now: datetime,
) -> tuple[Ticket, int]:
    """Take the message in as a letter, an enquiry until a clerk says otherwise; the letter, and its message's id.

    Raises:
        Refused: as `arrive.enter`; "mail.too_long".
    """
    letter = _letter(said)
    case = work.arrived(session, book, letter, once_key=tokens.hashed(f"mail:{likeness}"), by=by, now=now)
    message_id = case.messages[0].id
    files = taken.attachments(now)
    for file in files:
        file.ticket_id, file.message_id = case.ticket.id, message_id
    keep.insert(session, files)
    return case.ticket, message_id


def _letter(said: Understood) -> arrive.Letter:
    """A mail without a text says what its subject says, and the other way round."""
    text, subject = _bounded(said.text), clean.line(said.subject, 200)
    subject = subject or clean.line(text, 60)
    own = written_in(text or subject)
    return arrive.Letter(
        kind=Kind.ENQUIRY,
        subject=subject,
        text=text or subject,
        language=own or "en",
        written_in=own,
        channel=Channel.MAIL,
        name=clean.line(said.name, 100),
        email=clean.address(said.sender),
    )


def _bounded(said: str) -> str:
    text = clean.without_secrets(clean.text(said))
    if len(text) > LONGEST:
        raise Refused("mail.too_long")
    return text


def on_letter(
    session: Session, book: CityBook, ticket: Ticket, said: Understood, taken: Taken, *, now: datetime
) -> int:
    """Put what was newly written on the letter: the answer, if it awaits one; answers the message's id.

    Raises:
        Refused: as `handle.answer` and `handle.add`; "mail.too_long".
    """
    verb = handle.answer if ticket.status == Status.AWAITING_CITIZEN else handle.add
    text, writer = _bounded(said.reply_text), the_citizen_of(ticket.id)
    if ticket.identity == Identity.HIDDEN and (citizen := session.get(Citizen, ticket.id)):
        text = _unnamed(text, citizen, ticket.language)
    case = work.act(session, book, ticket.number, writer, verb, text, taken.attachments(now), now=now)
    return case.messages[-1].id


def _unnamed(text: str, citizen: Citizen, language: str) -> str:
    """Without the writer's name and address: people quote them from our mails, and the office is not to know them."""
    masks = [mask for mask in redaction.proposed(text, [citizen.name]) if mask.what is redaction.What.NAME]
    masks += redaction.wherever(text, [word for word in (citizen.email, citizen.name) if word])
    return redaction.masked(text, redaction.together(masks), language if language in LANGUAGES else "en")


def not_delivered(session: Session, mail: Mail, said: Understood, *, now: datetime) -> None:
    """A mail of ours came back for good: its address is not written to any more, if the bounce names that address."""
    bounce = said.bounce
    if bounce is None or not bounce.is_permanent:
        return
    if bounce.recipients and not any(clean.same(one, mail.to_address) for one in bounce.recipients):
        return
    undeliverable.reached_nobody(session, mail, bounce.status or "bounced", now=now)
