"""The mail of "My letters": a link, valid for two hours, to the letters of an address.

It is written for whatever address is asked for; whether any letter has that address is found out
when it leaves, so that nobody who asks can tell. An address without letters is then forgotten.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from sqlmodel import Session, select

from mailbox_service.base.ids import new_id
from mailbox_service.base.language import say
from mailbox_service.base.settings import Settings
from mailbox_service.mail import envelope, links, sheets
from mailbox_service.mail.tables import Mail, Recipient
from mailbox_service.tickets.find import address as addresses

NOTICE = "my_letters"


def ask(session: Session, settings: Settings, address: str, lang: str, *, now: datetime) -> None:
    """Put the mail into the outbox, in the caller's transaction."""
    session.add(mail_of(settings, address, lang, now=now))


def mail_of(settings: Settings, address: str, lang: str, *, now: datetime) -> Mail:
    """The mail to that address."""
    sheet = replace(
        sheets.blank(settings, lang),
        greeting=say(lang, "Dear writer,"),
        why=say(lang, "You get this mail because somebody asked for the letters of this address on our page."),
        href=links.LETTERS,
    )
    subject, text, html = sheets.filled(settings, NOTICE, sheet, "", lang)
    mail_id = new_id()
    return Mail(
        id=mail_id,
        notice=NOTICE,
        recipient=Recipient.CITIZEN,
        to_address=address,
        language=lang,
        message_id=envelope.new_message_id(settings, mail_id),
        subject=subject,
        text=text,
        html=html,
        written_at=now,
        next_try_at=now,
    )


def held_back(session: Session, mail: Mail, now: datetime) -> str:
    """Why the mail may not leave; "" when it may, to the address as the letters have it.

    What was asked for an address that no letter has is emptied at once, the address with it.
    """
    found = addresses.reached(session, mail.to_address)
    if found is None:
        mail.to_address, mail.text, mail.html, mail.emptied_at = "", "", "", now
        return "no-letters"
    mail.to_address, bounced = found
    return "bounced" if bounced else ""


def address_of(session: Session, mail_id: int) -> str:
    """The address whose letters the link of that mail opens; "" when the mail is gone."""
    wanted = select(Mail.to_address).where(Mail.id == mail_id, Mail.notice == NOTICE)
    return session.exec(wanted).first() or ""
