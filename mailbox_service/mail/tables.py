"""The outbox: every mail as it was written, and what became of it."""

from datetime import datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from mailbox_service.base.columns import key, ref, word


class Recipient(StrEnum):
    """To whom a mail goes: the citizen who wrote, or a member of staff."""

    CITIZEN = "citizen"
    STAFF = "staff"


class Mail(SQLModel, table=True):
    """One mail to one reader. Unique per event, notice and address, so that nothing is told twice.

    `text` and `html` hold marks where the secret links and the access code stand; they are derived
    as the mail leaves and stored nowhere. `restricted` says that it was written to name the number
    only. It waits while neither `sent_at` nor `failed_at` is set; `lease_until` and `claimed_by`
    say which worker holds it. `failure` is a short code: an SMTP code, or why it was held back.
    `emptied_at` is when retention took its bodies.
    """

    __table_args__ = (
        sa.UniqueConstraint("event_id", "notice", "to_address"),
        sa.Index(
            "ix_mail_waiting",
            "next_try_at",
            sqlite_where=sa.text("sent_at IS NULL AND failed_at IS NULL"),
            postgresql_where=sa.text("sent_at IS NULL AND failed_at IS NULL"),
        ),  # jobs.deliver
        sa.Index("ix_mail_ticket", "ticket_id", "id"),  # the order per ticket; the ticket's page
        sa.Index(
            "ix_mail_full",
            "written_at",
            sqlite_where=sa.text("emptied_at IS NULL"),
            postgresql_where=sa.text("emptied_at IS NULL"),
        ),  # jobs.tidy
        sa.Index(
            "ix_mail_failed",
            "failed_at",
            sqlite_where=sa.text("failed_at IS NOT NULL"),
            postgresql_where=sa.text("failed_at IS NOT NULL"),
        ),  # the managers' page of mail failures
        sa.CheckConstraint("sent_at IS NULL OR failed_at IS NULL", name="sent_or_failed"),
    )

    id: int = key()
    ticket_id: int | None = ref("ticket.id", default=None)
    event_id: int | None = ref("event.id", default=None)
    notice: str = Field(max_length=40)
    recipient: Recipient = word(Recipient, "recipient")
    person_id: int | None = ref("person.id", default=None)
    to_address: str = Field(max_length=254)
    language: str = Field(max_length=8)
    restricted: bool = False
    message_id: str = Field(unique=True, max_length=200)
    subject: str = Field(max_length=400)
    text: str
    html: str
    written_at: datetime
    next_try_at: datetime
    tries: int = 0
    lease_until: datetime | None = None
    claimed_by: str = Field(default="", max_length=64)
    sent_at: datetime | None = None
    failed_at: datetime | None = None
    failure: str = Field(default="", max_length=120)
    emptied_at: datetime | None = None
