"""A letter comes in: by form, mail, phone, counter or paper. Round 1 begins."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from mailbox_service.base.ids import new_id
from mailbox_service.base.refusals import Refused
from mailbox_service.city.tables import RoleName
from mailbox_service.tickets import deadlines, history
from mailbox_service.tickets.actor import Actor, the_citizen_of
from mailbox_service.tickets.case import Case, City
from mailbox_service.tickets.life import clock, written
from mailbox_service.tickets.tables import Citizen, Message, Round, Signatory, Ticket
from mailbox_service.tickets.tables.words import ActorKind, Channel, Identity, Kind, MessageKind

PRIVACY_VERSION = "1"  # of the notice that stands before the first field
BY_STAFF = frozenset({Channel.PHONE, Channel.COUNTER, Channel.PAPER})


@dataclass(frozen=True, slots=True)
class Letter:
    """What arrives. `language` is the answer's; `written_in` the letter's own, "" when nobody knows.

    `received_at` lies before the moment of entry for a paper letter; None means now. `linked_from_id` is
    the citizen's own ended letter that this one goes on. `address` is where a reply by post goes; `signatories`
    are names with contacts of those who signed beside the writer.
    """

    kind: Kind
    subject: str
    text: str
    language: str
    written_in: str = ""
    channel: Channel = Channel.WEB
    identity: Identity = Identity.NAMED
    name: str = ""
    email: str = ""
    phone: str = ""
    address: str = ""
    on_behalf_of: str = ""
    signatories: Sequence[tuple[str, str]] = ()
    topic_id: int | None = None
    wants_reply: bool = True
    publication_consent: bool = False
    privacy_version: str = PRIVACY_VERSION
    received_at: datetime | None = None
    linked_from_id: int | None = None


def submit(letter: Letter, city: City, *, number: str, once_key: str | None, now: datetime) -> Case:
    """Take in what a citizen sent. A report of misconduct is restricted from this moment.

    Raises:
        Refused: "letter.no_subject"; "letter.no_text".
    """
    return _take_in(letter, city, number=number, once_key=once_key, by=None, now=now)


def enter(letter: Letter, city: City, *, number: str, once_key: str | None, by: Actor, now: datetime) -> Case:
    """Enter what a citizen said or handed over: a clerk, or the service for a mail.

    Raises:
        Refused: as `submit`; "not_yours"; "letter.not_yet" when it was received after now.
    """
    if by.kind is not ActorKind.SYSTEM and not by.has(RoleName.CLERK):
        raise Refused("not_yours")
    if letter.received_at and letter.received_at > now:
        raise Refused("letter.not_yet")
    return _take_in(letter, city, number=number, once_key=once_key, by=by, now=now)


def _take_in(letter: Letter, city: City, *, number: str, once_key: str | None, by: Actor | None, now: datetime) -> Case:
    subject, text = written(letter.subject, "letter.no_subject"), written(letter.text, "letter.no_text")
    received = letter.received_at or now
    due = deadlines.citizen_due(city.calendar, city.calendar.day_of(received), city.policies[letter.kind].reply_days)
    ticket = Ticket(
        id=new_id(),
        number=number,
        once_key=once_key,
        kind=letter.kind,
        topic_id=letter.topic_id,
        subject=subject,
        language=letter.language,
        channel=letter.channel,
        identity=letter.identity,
        wants_reply=letter.wants_reply,
        publication_consent=letter.publication_consent,
        privacy_version=letter.privacy_version,
        received_at=received,
        entered_at=now,
        linked_from_id=letter.linked_from_id,
        due_on=due,
        restricted=letter.kind == Kind.REPORT,
        untranslatable=not city.understands(letter.written_in or letter.language),
    )
    case = begun(city, ticket, _who(letter, ticket), text, letter.written_in)
    clock.mirror(case)
    case.new += [Signatory(ticket_id=ticket.id, name=name, contact=contact) for name, contact in letter.signatories]
    act = "submit" if by is None else "enter"
    history.add(case, act, by=by or the_citizen_of(ticket.id), now=now, channel=letter.channel, kind=letter.kind)
    return case


def begun(city: City, ticket: Ticket, citizen: Citizen | None, text: str, written_in: str) -> Case:
    """The case of a new ticket: who wrote it, what they wrote, and round 1, due when the ticket is."""
    case = Case(city=city, ticket=ticket, citizen=citizen, texts_changed=True)
    case.new += [ticket, citizen] if citizen else [ticket]
    at, due, ticket.calendar_no = ticket.received_at, ticket.due_on, city.calendar.no
    days = city.calendar.between(case.today(at), due)
    case.add(
        Round(
            ticket_id=ticket.id,
            no=1,
            kind=ticket.kind,
            begun_at=at,
            due_on=due,
            original_due_on=due,
            original_days=days,
            days=days,
        )
    )
    kind = MessageKind.LETTER
    case.add(Message(ticket_id=ticket.id, round_no=1, kind=kind, at=at, language=written_in, text=text))
    return case


def _who(letter: Letter, ticket: Ticket) -> Citizen | None:
    """Who wrote it. An anonymous writer leaves no name, and a way to reach them only if they gave one."""
    name, behalf = ("", "") if letter.identity == Identity.ANONYMOUS else (letter.name, letter.on_behalf_of)
    if not any(part.strip() for part in (name, letter.email, letter.phone, letter.address, behalf)):
        return None
    return Citizen(
        ticket_id=ticket.id,
        name=name.strip(),
        email=letter.email.strip(),
        phone=letter.phone.strip(),
        address=letter.address.strip(),
        on_behalf_of=behalf.strip(),
    )
