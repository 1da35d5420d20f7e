"""Specimens: every notice in every language as it would leave, about a letter that nobody wrote.

The letter exists in memory alone, in the city's own offices and by its own promises, with a number that is never given:
an administrator sees how mails read and no citizen's letter. No link in them works.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache

from sqlmodel import Session

from mailbox_service.base import tokens
from mailbox_service.base.ids import new_id
from mailbox_service.base.language import say
from mailbox_service.base.settings import Settings
from mailbox_service.city.tables import HeldRole, LinkPurpose, Person, RoleName, StaffLink
from mailbox_service.desk.reports import Due, last_whole
from mailbox_service.mail import (
    compose,
    digest,
    envelope,
    links,
    my_letters,
    notices,
    report,
    role_given,
    sheets,
    staff_access,
)
from mailbox_service.mail.readers import Reader
from mailbox_service.mail.tables import Recipient
from mailbox_service.tickets.case import City
from mailbox_service.tickets.find.queues import Queue
from mailbox_service.tickets.statistics.figures import Figures
from mailbox_service.tickets.tables import Citizen, Event, Ticket
from mailbox_service.tickets.tables.words import ActorKind, Kind, Status

ACCESS = ("invitation", "reset", staff_access.REMOVED)
OTHERS = (my_letters.NOTICE, role_given.NOTICE, *ACCESS, digest.NOTICE, *report.SPANS)
NOTICES = (*notices.TO_CITIZENS, notices.NEWS, *notices.TO_STAFF, *OTHERS)
_STATUS = {
    "receipt": Status.RECEIVED,
    "passed_on": Status.ASSIGNED,
    "question": Status.AWAITING_CITIZEN,
    "declined": Status.DECLINED,
    "transferred": Status.TRANSFERRED,
    "answered": Status.ANSWERED,
    "corrected": Status.ANSWERED,
    "not_reopened": Status.ANSWERED,
    "not_reviewed": Status.ANSWERED,
    "review": Status.ASSIGNED,
    "closed": Status.CLOSED,
}
_COURT = {"en": "District Court", "zh": "区人民法院", "ja": "地方裁判所", "ko": "지방법원"}


@dataclass(frozen=True, slots=True)
class Specimen:
    """A notice as its reader would get it, and the whole message for a mail program."""

    subject: str
    text: str
    html: str
    sender: str
    message: bytes


def named(settings: Settings, notice: str, lang: str) -> str:
    """What a notice is called: what its subject says."""
    if notice in notices.TO_STAFF or notice in ACCESS:
        return say(lang, f"mail.{notice}.subject")
    if notice in report.SPANS:
        return say(lang, f"mail.named.{notice}")
    return _said(settings.city_zone, notice, lang)


@lru_cache(maxsize=512)
def _said(zone: str, notice: str, lang: str) -> str:
    return sheets.subject_of(zone, notice, lang)


def made(
    session: Session, settings: Settings, city: City, reader: Person, notice: str, lang: str, *, now: datetime
) -> Specimen:
    """The notice in that language; to `reader` where it is one for staff."""
    somebody = Person(id=reader.id, name=reader.name, email=reader.email, language=lang, added_at=now, digest="daily")
    sender, number = "", ""
    if notice in OTHERS:
        subject, text, html = _other(settings, somebody, notice, lang, now)
    else:
        occasion = _occasion(session, settings, city, notice, lang, now)
        number = occasion.ticket.number
        if notice in notices.TO_STAFF:
            why = Reader(somebody.id, "office", occasion.lead_names)
            subject, text, html = compose.staff_texts(occasion, notice, somebody, why)
        else:
            said = say(lang, "Here stands what was written to the citizen.")
            subject, text, html = compose.citizen_texts(occasion, notice, lang, text=said)
            sender = compose.sender(occasion, Recipient.CITIZEN, lang)
    return _whole(settings, (subject, text, html), sender, number, lang, reader.email, now)


def _whole(
    settings: Settings, texts: tuple[str, str, str], sender: str, number: str, lang: str, to: str, now: datetime
) -> Specimen:
    secrets = dict.fromkeys(links.NAMES, f"{settings.public_url}/…") | {"code": tokens.show_code("0" * 16)}
    subject, text, html = texts[0], links.filled(texts[1], secrets), links.filled(texts[2], secrets)
    message_id = envelope.new_message_id(settings, new_id())
    heading = envelope.Heading(subject, message_id, now, sender=sender, number=number)
    message = envelope.message(settings, heading, to_address=to, lang=lang, text=text, html=html)
    return Specimen(subject, text, html, sender, message.content)


def _occasion(
    session: Session, settings: Settings, city: City, notice: str, lang: str, now: datetime
) -> compose.Occasion:
    today, status = city.calendar.day_of(now), _STATUS.get(notice, Status.IN_PROGRESS)
    policy, open_offices = city.policies.get(Kind.ENQUIRY), [one for one in city.offices.values() if not one.closed_at]
    lead = min((office.id for office in open_offices), default=None)
    ticket = Ticket(
        number=tokens.number_for(today.year, 0),
        status=status,
        kind=Kind.ENQUIRY,
        subject="",
        language=lang,
        received_at=now,
        entered_at=now,
        due_on=city.calendar.after(today, policy.reply_days if policy else 5),
        lead_department_id=lead if status != Status.RECEIVED else None,
        restricted=notice == notices.NEWS,
    )
    event = Event(
        ticket_id=ticket.id, round_no=1, at=now, act="", actor_kind=ActorKind.SYSTEM, status_before=status,
        status_after=status, facts={"due_on": (today - timedelta(days=1)).isoformat()} if notice == "late" else {},
    )  # fmt: skip
    citizen = Citizen(ticket_id=ticket.id, name=say(lang, "Carl Example"), email="carl@example.org")
    occasion = compose.Occasion(session, settings, city, event, ticket, citizen, now)
    occasion.outside_body = _COURT
    return occasion


def _other(settings: Settings, reader: Person, notice: str, lang: str, now: datetime) -> tuple[str, str, str]:
    """A mail that no event makes."""
    if notice == my_letters.NOTICE:
        mail = my_letters.mail_of(settings, reader.email, lang, now=now)
    elif notice == role_given.NOTICE:
        role = HeldRole(person_id=reader.id, role=RoleName.MANAGER, given_by=reader.id, given_at=now)
        mail = role_given.mail_of(settings, reader, role, {reader.id: reader.name}, {}, now)
    elif notice == digest.NOTICE:
        mail = digest.mail_of(settings, reader, [(Queue.TO_ROUTE, 3), (Queue.LATE, 1)], now=now)
    elif notice in report.SPANS:
        every, today = report.SPANS[notice], now.astimezone(settings.zone).date()
        mail = report.mail_of(settings, reader, Due(reader.id, every, last_whole(every, today)), Figures(), now=now)
    elif notice == staff_access.REMOVED:
        mail = staff_access.removed_mail(settings, reader, now=now)
    else:
        purpose = LinkPurpose.INVITE if notice == "invitation" else LinkPurpose.RESET
        link = StaffLink(person_id=reader.id, purpose=purpose, hash="", made_at=now, expires_at=now + timedelta(days=7))
        mail = staff_access.link_mail(settings, reader, link)
    return mail.subject, mail.text, mail.html
