"""Mails about getting in: invitation, new password, second factor taken away. Written in the caller's transaction.

No stored mail holds a secret: mail and link have the same number, and `links` derives it as the mail leaves.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from sqlmodel import Session

from mailbox_service.base.ids import new_id
from mailbox_service.base.language import LANGUAGES, moment, say
from mailbox_service.base.settings import Settings
from mailbox_service.city import access
from mailbox_service.city.tables import LinkPurpose, Person, StaffLink
from mailbox_service.mail import links, sheets, to_staff
from mailbox_service.mail.tables import Mail

NOTICE = "staff_access"
_OF_LINKS = {LinkPurpose.INVITE: "invitation", LinkPurpose.RESET: "reset"}
WITH_LINK = frozenset(_OF_LINKS.values())
REMOVED = "second_factor_removed"


def send_link(session: Session, settings: Settings, person: Person, link: StaffLink) -> None:
    """Put the mail with the link into the outbox."""
    session.add(link_mail(settings, person, link))


def link_mail(settings: Settings, person: Person, link: StaffLink) -> Mail:
    """The mail with the link: who it is for, and until when it is good."""
    lang, purpose = _language(settings, person), link.purpose
    until = moment(link.expires_at, lang, settings.zone)
    return _mail(settings, _OF_LINKS[purpose], person, link.id, link.made_at, href=links.STAFF, until=until, lang=lang)


def tell_removed(session: Session, settings: Settings, person: Person, *, now: datetime) -> None:
    """Tell somebody that an administrator took their second factor away."""
    session.add(removed_mail(settings, person, now=now))


def removed_mail(settings: Settings, person: Person, *, now: datetime) -> Mail:
    """The mail that says so."""
    lang = _language(settings, person)
    return _mail(settings, REMOVED, person, new_id(), now, href="", until=moment(now, lang, settings.zone), lang=lang)


def held_back(session: Session, mail: Mail, now: datetime) -> str:
    """Why a mail with a link may not leave: the link was used, is over, or another followed; "" when it may."""
    return "" if access.is_live(session, mail.id, now) else "link-over"


def _language(settings: Settings, person: Person) -> str:
    return person.language if person.language in LANGUAGES else settings.working_language


def _mail(
    settings: Settings, notice: str, person: Person, mail_id: int, now: datetime, *, href: str, until: str, lang: str
) -> Mail:
    row = say(lang, "mail.row.good_until") if href else say(lang, "mail.row.since")
    sheet = replace(
        sheets.blank(settings, lang),
        greeting=say(lang, "Dear %(name)s,", name=links.plain(person.name)),
        why=say(lang, f"mail.why.{notice}"),
        rows=((say(lang, "Mail address"), links.plain(person.email)), (row, until)),
        href=href,
        subject=say(lang, f"mail.{notice}.subject"),
        said=say(lang, f"mail.{notice}.said"),
        text=say(lang, f"mail.{notice}.next"),
    )
    return to_staff.written(settings, person, notice, sheet, lang, now=now, template=NOTICE, mail_id=mail_id)
