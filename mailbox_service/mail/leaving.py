"""A stored mail as it leaves: its marks filled, its headers written, and whom a server tells that it reached nobody."""

from __future__ import annotations

from mailbox_service.base.settings import Settings
from mailbox_service.mail import digest, envelope, links, my_letters, reply_address, report, staff_access
from mailbox_service.mail.outbox import Outgoing
from mailbox_service.mail.smtp import Sending
from mailbox_service.mail.tables import Recipient


def sending(settings: Settings, each: Outgoing) -> Sending | None:
    """The message and its envelope; None when the address, as it was typed, is none."""
    mail, secrets = each.mail, _secrets(settings, each)
    reply_to = _reply_to(settings, each)
    heading = envelope.Heading(
        subject=mail.subject,
        message_id=mail.message_id,
        written_at=mail.written_at,
        sender=mail.sender,
        number=each.number,
        reply_to=reply_to,
        unsubscribe=secrets.get("unsubscribe", ""),
    )
    try:
        message = envelope.message(
            settings,
            heading,
            to_address=mail.to_address,
            lang=mail.language,
            text=links.filled(mail.text, secrets),
            html=links.filled(mail.html, secrets),
        )
    except ValueError:
        return None
    return Sending(reply_to or settings.mail_from, message, f"{mail.id:x}")


def _reply_to(settings: Settings, each: Outgoing) -> str:
    """Where answers to a mail to the citizen go, and word that it reached nobody: signed, so it can be believed."""
    if each.mail.recipient != Recipient.CITIZEN or not each.number or each.mail.ticket_id is None:
        return ""
    return reply_address.address_for(settings, each.mail.ticket_id, each.generation)


def _secrets(settings: Settings, each: Outgoing) -> dict[str, str]:
    mail = each.mail
    if mail.notice == my_letters.NOTICE:
        return links.secrets_of_list(settings, mail.language, mail.id)
    if mail.notice in staff_access.WITH_LINK:
        return links.secrets_of_staff(settings, mail.id)
    if mail.notice == digest.NOTICE and mail.person_id is not None:
        return links.secrets_of_digest(settings, mail.person_id)
    if mail.notice in report.SPANS and mail.person_id is not None:
        return links.secrets_of_report(settings, mail.notice, mail.person_id)
    return links.secrets_for(settings, mail.language, mail.ticket_id or 0, each.generation) if each.number else {}
