"""A stored mail as the message that leaves: headers, text and HTML. The library refuses line breaks in headers."""

from __future__ import annotations

from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP, SMTPUTF8
from email.utils import format_datetime

from mailbox_service.base.language import LANGUAGES, in_language
from mailbox_service.base.settings import Settings


def new_message_id(settings: Settings, mail_id: int) -> str:
    """What tells this mail from every other. Fixed when the mail is written, so that a repeat is recognised."""
    return f"<{mail_id:x}.mail@{domain(settings)}>"


def thread_id(settings: Settings, number: str) -> str:
    """What all mails about a letter refer to, so that they lie together in the reader's mailbox."""
    return f"<{number}.letter@{domain(settings)}>"


def domain(settings: Settings) -> str:
    """The city's mail domain."""
    return settings.mail_from.rpartition("@")[2]


def message(
    settings: Settings,
    *,
    to_address: str,
    lang: str,
    message_id: str,
    number: str,
    subject: str,
    text: str,
    html: str,
    written_at: datetime,
) -> EmailMessage:
    """The message. `number` "" when it is about no letter.

    Raises:
        ValueError: when the address or the subject can't stand in a header.
    """
    policy = SMTP if to_address.isascii() else SMTPUTF8
    made = EmailMessage(policy.clone(cte_type="7bit"))  # any server takes it
    sender = f"{in_language(settings.city_name, lang)} {in_language(settings.service_name, lang)}"
    made["From"] = Address(sender, addr_spec=settings.mail_from)
    made["To"] = _address(to_address)
    made["Subject"] = subject
    made["Date"] = format_datetime(written_at)
    made["Message-ID"] = message_id
    if number:
        made["References"] = made["In-Reply-To"] = thread_id(settings, number)
    made["Auto-Submitted"] = "auto-generated"
    made["X-Auto-Response-Suppress"] = "All"
    made.set_content(text)
    made.add_alternative(html, subtype="html")
    made["Content-Language"] = LANGUAGES[lang].tag  # last: set_content takes away what begins with Content-
    return made


def _address(text: str) -> Address:
    """The recipient. The library reads ASCII addresses itself; in another script only what is plain is taken."""
    if text.isascii():
        return Address(addr_spec=text)
    local, _, host = text.rpartition("@")
    if not local or not host or any(c.isspace() or not c.isprintable() or c in '<>()[]:;@\\,"' for c in local + host):
        raise ValueError("not an address")
    return Address(username=local, domain=host)
