"""The columns of mails about a letter that hold text, and the address of who wrote it; staff keep theirs."""

from __future__ import annotations

from mailbox_service.base.texts import Texts
from mailbox_service.mail.tables import Recipient

TEXTS = (
    Texts("mail", ("subject", "text", "html")),
    Texts("mail", ("to_address",), only=("recipient", Recipient.CITIZEN.value)),
    Texts("received", ("envelope_from", "envelope_to", "sender", "name", "subject", "text", "reply_text", "refused")),
)
FILES = Texts("received", ("stored", "sha256", "likeness"))  # after the bytes have gone from the disk
