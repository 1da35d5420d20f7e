"""A mail to a member of staff that no event of a letter stands behind: about their access, or what waits for them."""

from __future__ import annotations

from datetime import datetime

from mailbox_service.base.ids import new_id
from mailbox_service.base.settings import Settings
from mailbox_service.city.tables import Person
from mailbox_service.mail import envelope, sheets
from mailbox_service.mail.sheets import Sheet
from mailbox_service.mail.tables import Mail, Recipient


def written(
    settings: Settings,
    person: Person,
    notice: str,
    sheet: Sheet,
    lang: str,
    *,
    now: datetime,
    template: str = "",
    mail_id: int | None = None,
) -> Mail:
    """The mail, ready to leave. `template` names its folder where that is not the notice's own."""
    subject, text, html = sheets.filled(settings, template or notice, sheet, "", lang)
    mail_id = mail_id or new_id()
    return Mail(
        id=mail_id,
        notice=notice,
        recipient=Recipient.STAFF,
        person_id=person.id,
        to_address=person.email,
        language=lang,
        message_id=envelope.new_message_id(settings, mail_id),
        subject=subject,
        text=text,
        html=html,
        written_at=now,
        next_try_at=now,
    )
