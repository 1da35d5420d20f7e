"""The outbox: every mail as it was written, and what became of it. And what came in: every message as it was sent."""

from datetime import datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from mailbox_service.base.columns import json, key, ref, word
from mailbox_service.tickets.tables.ticket import among


class Recipient(StrEnum):
    """To whom a mail goes: the citizen who wrote, or a member of staff."""

    CITIZEN = "citizen"
    STAFF = "staff"


class Mail(SQLModel, table=True):
    """One mail to one reader. Unique per event, notice and address, so that nothing is told twice.

    `text` and `html` hold marks where the secret links and the access code stand; they are derived
    as the mail leaves and stored nowhere. `restricted` says that it was written to name the number
    only. `sender` is who it is from, as the reader sees it. It waits while neither `sent_at` nor
    `failed_at` is set; `lease_until` and `claimed_by` say which worker holds it. `failure` is a short code:
    an SMTP code, or why it was held back. `bounced_at` is when word came that a mail which had left
    reached nobody. `emptied_at` is when retention took its bodies.
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
        among("ix_mail_failed", "id", condition="failed_at IS NOT NULL"),  # the outbox's page
        among("ix_mail_bounced", "id", condition="bounced_at IS NOT NULL"),  # the same
        among("ix_mail_failed_at", "failed_at", condition="failed_at IS NOT NULL"),  # managers: mails that failed
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
    sender: str = Field(default="", max_length=200)
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
    bounced_at: datetime | None = None
    emptied_at: datetime | None = None


class MailPause(SQLModel, table=True):
    """A time in which no mail leaves: from when to when, on whose word, and why. At most one is open."""

    __tablename__ = "mail_pause"
    __table_args__ = (among("ix_mail_pause_open", "begun_at", condition="ended_at IS NULL"),)  # jobs.deliver

    id: int = key()
    why: str = Field(max_length=200)
    begun_at: datetime
    begun_by: int | None = ref("person.id", default=None)
    ended_at: datetime | None = None
    ended_by: int | None = ref("person.id", default=None)


class Source(StrEnum):
    """Through which door a message came in."""

    PIPE = "pipe"
    LMTP = "lmtp"
    IMAP = "imap"


class ReceivedState(StrEnum):
    """What became of a message that came in. `stored` waits for its turn, `held` for a person."""

    STORED = "stored"
    LETTER = "letter"
    THREADED = "threaded"
    HELD = "held"
    MACHINE = "machine"
    OURS = "ours"
    REPEATED = "repeated"
    PUT_AWAY = "put_away"


class Received(SQLModel, table=True):
    """One message that came in for one recipient. Its bytes lie in `base.files` under `stored`, as they came.

    `digest` tells a message from every other: what is delivered again after a lost answer is not taken twice.
    `likeness` is the same for one message delivered to several of our addresses. `reason` is a word: why it is held,
    which machine wrote it. `ticket_id` is the letter it belongs to, or would belong to if it were not held;
    `message_id` the message on the letter that it became. `text` is all it says, what is quoted included; `refused`
    are the files that were not taken, as refusals with their facts. `emptied_at` is when bytes and texts went.
    """

    __table_args__ = (
        sa.Index(
            "ix_received_waiting",
            "next_try_at",
            sqlite_where=sa.text("state = 'stored'"),
            postgresql_where=sa.text("state = 'stored'"),
        ),  # jobs.receive
        sa.Index("ix_received_state", "state", "id"),  # Incoming mail
        sa.Index("ix_received_ticket", "ticket_id", "id"),  # the letter's page
        sa.Index("ix_received_likeness", "likeness"),  # whether it was taken already
        sa.Index("ix_received_stored", "stored"),  # whether anybody names a file: jobs.files
    )

    id: int = key()
    digest: str = Field(unique=True, max_length=64)
    likeness: str = Field(default="", max_length=64)
    source: Source = word(Source, "source")
    envelope_from: str = Field(default="", max_length=320)
    envelope_to: str = Field(default="", max_length=320)
    received_at: datetime
    size: int
    sha256: str = Field(max_length=64)
    stored: str = Field(max_length=100)

    state: ReceivedState = word(ReceivedState, "state", default=ReceivedState.STORED)
    reason: str = Field(default="", max_length=40)
    ticket_id: int | None = ref("ticket.id", default=None)
    message_id: int | None = ref("message.id", default=None)
    sender: str = Field(default="", max_length=320)
    name: str = Field(default="", max_length=200)
    subject: str = Field(default="", max_length=400)
    text: str = ""
    reply_text: str = ""
    refused: list[dict[str, object]] = json(list)

    tries: int = 0
    next_try_at: datetime
    lease_until: datetime | None = None
    claimed_by: str = Field(default="", max_length=64)
    done_at: datetime | None = None
    done_by: int | None = ref("person.id", default=None)
    emptied_at: datetime | None = None


class ImapPlace(SQLModel, table=True):
    """How far a mailbox was read: the newest message's UID, while the folder keeps its UIDVALIDITY."""

    __tablename__ = "imap_place"

    mailbox: str = Field(primary_key=True, max_length=300)
    uid_validity: int = Field(sa_type=sa.BigInteger)
    uid: int = Field(sa_type=sa.BigInteger)
