"""The mails of a citizen's letters, really written, sent and received; and the links in them."""

from __future__ import annotations

import re
from email.message import EmailMessage
from typing import Any

from mailbox_service.jobs.deliver import deliver
from mailbox_service.jobs.notify import notify
from tests.conftest import PostOffice
from tests.doors.public.conftest import Citizen

LINK = re.compile(r"https?://[^/\s\"]+(/[^\s\"<>]+)")


async def delivered(citizen: Citizen, office: PostOffice, **more: Any) -> list[EmailMessage]:
    """Send what waits, `more` being settings of the post; answers the mails that arrived just now, oldest first."""
    server = {"smtp_host": office.host, "smtp_port": office.port, "smtp_timeout_seconds": 20}
    settings = citizen.site.settings.model_copy(update=server | more)
    before = len(office.mails)
    await notify(citizen.site.db, settings, citizen.site.book)
    await deliver(citizen.site.db, settings, citizen.site.book)
    return office.mails[before:]


def text_of(mail: EmailMessage, kind: str = "plain") -> str:
    """What a mail says, as its reader's program shows it."""
    body = mail.get_body((kind,))
    assert body is not None
    return str(body.get_content())


def links_of(mail: EmailMessage) -> list[str]:
    """The paths of the links in a mail's text, in their order."""
    return LINK.findall(text_of(mail))


def to(office: PostOffice, mail: EmailMessage) -> list[str]:
    """Whom the server was told to give the mail to."""
    return [str(each) for each in office.envelopes[office.mails.index(mail)].rcpt_tos]
