"""Writing the mails of one event: the notice's templates filled in the reader's language, ready to be stored.

Letter and reply text stays out unless the city has switched it on; a mail about a restricted letter
carries the number only. What is secret is left as marks (`links`).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import cached_property

from sqlmodel import Session, col, select

from mailbox_service.base.ids import new_id
from mailbox_service.base.language import LANGUAGES, in_language, say, written
from mailbox_service.base.settings import Settings
from mailbox_service.city.tables import Person
from mailbox_service.mail import envelope, links, notices, sheets, shown
from mailbox_service.mail.readers import Reader, Readers
from mailbox_service.mail.tables import Mail, Recipient
from mailbox_service.tickets.acts import OPEN
from mailbox_service.tickets.case import Case, City
from mailbox_service.tickets.find import case as cases
from mailbox_service.tickets.tables import Citizen, Event, Proposal, Ticket
from mailbox_service.tickets.tables.words import Identity, ProposalKind, Status

MOST_SENDER = 200


@dataclass(eq=False)
class Occasion:
    """One event with its letter: everything its mails are made from. The whole case is loaded when staff are told."""

    session: Session
    settings: Settings
    city: City
    event: Event
    ticket: Ticket
    citizen: Citizen | None
    now: datetime

    @cached_property
    def case(self) -> Case:
        """The letter with everything its rules need."""
        return cases.whole(self.session, self.city, self.ticket)

    @cached_property
    def readers(self) -> Readers:
        """Who among the staff may be told."""
        return Readers(self.session, self.case, self.city.calendar.day_of(self.now))

    @cached_property
    def outside_body(self) -> Mapping[str, str]:
        """The body outside the city that the letter was passed to, by language."""
        wanted = select(Proposal).where(Proposal.ticket_id == self.ticket.id, Proposal.kind == ProposalKind.TRANSFER)
        proposal = self.session.exec(wanted.order_by(col(Proposal.id).desc()).limit(1)).first()
        names = proposal.details.get("body") if proposal else None
        return names if isinstance(names, dict) else {}

    @property
    def lead_names(self) -> Mapping[str, str]:
        """The office that the event or the letter names; the first sponsor while none has it."""
        office = self.city.offices.get(self.event.department_id or self.ticket.lead_department_id or 0)
        return office.name if office else self.settings.sponsors[0]


def mails_of(occasion: Occasion) -> list[Mail]:
    """Every mail the event calls for, at most one per notice and address."""
    if occasion.ticket.emptied_at is not None:
        return []
    made = {(mail.notice, mail.to_address.casefold()): mail for mail in (*_to_citizen(occasion), *_to_staff(occasion))}
    return list(made.values())


def may_reach(ticket: Ticket, citizen: Citizen | None) -> str:
    """Why no mail may leave for the citizen; "" when one may."""
    if ticket.emptied_at is not None:
        return "erased"
    if ticket.mail_stopped_at is not None:
        return "stopped"
    if citizen is None or not citizen.email:
        return "no-address"
    return "bounced" if citizen.bounced_at is not None else ""


def rewrite(occasion: Occasion, mail: Mail) -> bool:
    """Write a stored mail anew after its letter was restricted; False when its reader may not have it any more."""
    if mail.recipient == Recipient.CITIZEN:
        subject, text, html = citizen_texts(occasion, mail.notice, mail.language)
    else:
        person = occasion.readers.may_read(mail.person_id or 0)
        if person is None:
            return False
        subject, text, html = staff_texts(occasion, mail.notice, person, Reader(person.id, "named"))
    mail.subject, mail.text, mail.html, mail.restricted = subject, text, html, occasion.ticket.restricted
    mail.sender = sender(occasion, mail.recipient, mail.language)
    return True


def would_tell(occasion: Occasion, text: str) -> tuple[str, str, str]:
    """The mail that an event not yet stored would become, with this text where the city shows it.

    Its greeting names nobody: whoever looks at it has not asked who wrote the letter.
    """
    notice = notices.for_citizen(occasion.event) or "answered"
    lang = occasion.ticket.language if occasion.ticket.language in LANGUAGES else "en"
    return citizen_texts(occasion, notice, lang, text=text, names=False)


# --- To the citizen --------------------------------------------------------------------------


def _to_citizen(occasion: Occasion) -> Iterator[Mail]:
    """To an address that doesn't work it is written too, and leaves once that is corrected (`undeliverable`)."""
    notice, citizen = notices.for_citizen(occasion.event), occasion.citizen
    if notice is None or citizen is None or may_reach(occasion.ticket, citizen) not in ("", "bounced"):
        return
    lang = occasion.ticket.language if occasion.ticket.language in LANGUAGES else "en"
    texts = citizen_texts(occasion, notice, lang)
    yield _mail(occasion, notice, Recipient.CITIZEN, None, citizen.email, lang, texts)


def citizen_texts(
    occasion: Occasion, notice: str, lang: str, *, text: str | None = None, names: bool = True
) -> tuple[str, str, str]:
    """Subject, text and HTML of a notice to the citizen. `text` stands for what the letter says; None: look it up."""
    ticket, restricted = occasion.ticket, occasion.ticket.restricted
    template = notices.NEWS if restricted and notice != "receipt" else notice
    sheet = replace(
        sheets.blank(occasion.settings, lang),
        greeting=_dear(occasion, lang) if names else say(lang, "Dear writer,"),
        why=say(lang, "You get this mail because this address was given for letter %(number)s.", number=ticket.number),
        rows=tuple(_citizen_rows(occasion, notice, lang)),
        href=links.ANSWER if template == "question" else links.LINK,
        refuse_href=links.STOP,
        lead=links.plain(in_language(occasion.lead_names, lang)),
        body=links.plain(in_language(occasion.outside_body, lang)) if notice == "transferred" else "",
        due=_due(occasion, lang),
        said=_why_late(occasion, lang) if notice == "late" else "",
        text=_shown(occasion, notice, lang, text),
    )
    return sheets.filled(occasion.settings, template, sheet, occasion.ticket.number, lang)


def _dear(occasion: Occasion, lang: str) -> str:
    name = links.plain(occasion.citizen.name) if occasion.citizen else ""
    if not name or occasion.ticket.restricted or occasion.ticket.identity == Identity.ANONYMOUS:
        return say(lang, "Dear writer,")
    return say(lang, "Dear %(name)s,", name=name)


def _citizen_rows(occasion: Occasion, notice: str, lang: str) -> Iterator[tuple[str, str]]:
    ticket, status = occasion.ticket, occasion.event.status_after
    yield say(lang, "mail.row.number"), ticket.number
    if notice == "receipt":
        yield say(lang, "mail.row.code"), links.CODE
    if ticket.restricted:
        return
    body = in_language(occasion.outside_body, lang) if status == Status.TRANSFERRED else ""
    said = say(lang, f"status.{status}", office=in_language(occasion.lead_names, lang), body=body)
    yield say(lang, "mail.row.status"), links.plain(said)
    if status == Status.MERGED or status in OPEN - {Status.AWAITING_CITIZEN}:
        label = say(lang, "mail.row.due") if ticket.wants_reply else say(lang, "We will have dealt with it by")
        yield label, _due(occasion, lang)


def _due(occasion: Occasion, lang: str) -> str:
    return _marked(occasion, written(_due_on(occasion), lang, None), lang)


def _marked(occasion: Occasion, due: str, lang: str) -> str:
    return say(lang, "%(date)s (provisional)", date=due) if occasion.ticket.provisional else due


def _due_on(occasion: Occasion) -> date:
    said = occasion.event.facts.get("due_on")
    return date.fromisoformat(said) if isinstance(said, str) else occasion.ticket.due_on


def _why_late(occasion: Occasion, lang: str) -> str:
    office = links.plain(in_language(occasion.lead_names, lang))
    return say(lang, f"mail.why_late.{occasion.event.status_after}", office=office)


def _shown(occasion: Occasion, notice: str, lang: str, text: str | None) -> str:
    if occasion.ticket.restricted or not occasion.settings.mail_shows_text:
        return ""
    if text is None:
        text = shown.text_of(occasion.session, occasion.event, occasion.ticket, notice, lang)
    return links.plain_lines(text)


# --- To the staff ----------------------------------------------------------------------------


def _to_staff(occasion: Occasion) -> Iterator[Mail]:
    if not notices.concerns_staff(occasion.event, occasion.ticket):
        return
    for notice, readers in notices.for_staff(occasion.event, occasion.readers):
        for reader in readers:
            person = occasion.readers.may_read(reader.person_id)
            if person is not None and person.id != occasion.event.person_id:
                lang = person.language if person.language in LANGUAGES else occasion.settings.working_language
                texts = staff_texts(occasion, notice, person, reader)
                yield _mail(occasion, notice, Recipient.STAFF, person.id, person.email, lang, texts)


def staff_texts(occasion: Occasion, notice: str, person: Person, reader: Reader) -> tuple[str, str, str]:
    """Subject, text and HTML of a notice to a member of staff."""
    lang = person.language if person.language in LANGUAGES else occasion.settings.working_language
    named = notices.NEWS if occasion.ticket.restricted else notice
    office = links.plain(in_language(reader.office or occasion.lead_names, lang))
    href = f"{occasion.settings.public_url}/staff/tickets/{occasion.ticket.number}"
    sheet = replace(
        sheets.blank(occasion.settings, lang),
        greeting=say(lang, "Dear %(name)s,", name=links.plain(person.name)),
        why=say(lang, f"mail.why.{reader.why}", office=office),
        rows=tuple(_staff_rows(occasion, lang)),
        href=href,
        said=say(lang, f"mail.{named}.said", office=links.plain(in_language(occasion.lead_names, lang))),
        subject=say(lang, f"mail.{named}.subject"),
    )
    return sheets.filled(occasion.settings, "staff", sheet, occasion.ticket.number, lang)


def _staff_rows(occasion: Occasion, lang: str) -> Iterator[tuple[str, str]]:
    ticket = occasion.ticket
    yield say(lang, "mail.row.number"), ticket.number
    if not ticket.restricted:
        yield say(lang, "mail.row.status"), say(lang, f"state.{ticket.status}")
        if ticket.status in OPEN - {Status.AWAITING_CITIZEN}:
            due = written(ticket.due_on, lang, None)
            yield say(lang, "mail.row.due"), _marked(occasion, due, lang)


# --- Both ------------------------------------------------------------------------------------


def sender(occasion: Occasion, recipient: Recipient, lang: str) -> str:
    """Who the mail is from: the office that has the letter, and the city; of a restricted letter the city alone."""
    if recipient == Recipient.STAFF:
        return ""
    city = in_language(occasion.settings.city_name, lang)
    office = in_language(occasion.lead_names, lang)
    named = city if occasion.ticket.restricted else say(lang, "%(office)s, %(city)s", office=office, city=city)
    return links.plain(named)[:MOST_SENDER]


def _mail(
    occasion: Occasion,
    notice: str,
    recipient: Recipient,
    person_id: int | None,
    to_address: str,
    lang: str,
    texts: tuple[str, str, str],
) -> Mail:
    mail_id = new_id()
    subject, text, html = texts
    return Mail(
        id=mail_id,
        ticket_id=occasion.ticket.id,
        event_id=occasion.event.id,
        notice=notice,
        recipient=recipient,
        person_id=person_id,
        to_address=to_address,
        language=lang,
        restricted=occasion.ticket.restricted,
        sender=sender(occasion, recipient, lang),
        message_id=envelope.new_message_id(occasion.settings, mail_id),
        subject=subject,
        text=text,
        html=html,
        written_at=occasion.now,
        next_try_at=occasion.now,
    )
