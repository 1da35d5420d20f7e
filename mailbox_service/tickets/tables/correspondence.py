"""What is written on a ticket: messages, translations, contributions, replies and their approvals, files."""

from datetime import date, datetime

import sqlalchemy as sa
from sqlmodel import Field

from mailbox_service.base.columns import Row, key, ref, word
from mailbox_service.tickets.tables.ticket import among, only_while
from mailbox_service.tickets.tables.words import MessageKind, ReplyState, Step


class Message(Row, table=True):
    """A text between citizen and city. The letter itself is the first. `person_id` None means the citizen."""

    __table_args__ = (sa.Index("ix_message_ticket", "ticket_id", "id"),)  # the timeline, the case loader

    id: int = key()
    ticket_id: int = ref("ticket.id")
    round_no: int
    kind: MessageKind = word(MessageKind, "kind")
    at: datetime
    person_id: int | None = ref("person.id", default=None)
    department_id: int | None = ref("department.id", default=None)
    language: str = Field(default="", max_length=16)
    text: str


class Contribution(Row, table=True):
    """What the lead asks of a co-handling office, and what it says. Open until given or waived.

    `days` are the working days it was given; 0 in those asked before they were kept.
    """

    __table_args__ = (
        sa.Index("ix_contribution_ticket", "ticket_id", "id"),  # the case loader
        among("ix_contribution_owed", "ticket_id", condition="given_at IS NULL AND waived_at IS NULL"),  # To contribute
        sa.CheckConstraint("given_at IS NULL OR waived_at IS NULL", name="given_or_waived"),
    )

    id: int = key()
    ticket_id: int = ref("ticket.id")
    round_no: int
    department_id: int = ref("department.id", index=True)
    question: str
    asked_by: int | None = ref("person.id", default=None)
    asked_at: datetime
    due_on: date
    days: int = 0
    text: str = ""
    given_by: int | None = ref("person.id", default=None)
    given_at: datetime | None = None
    waiver: str = ""
    waived_by: int | None = ref("person.id", default=None)
    waived_at: datetime | None = None

    @property
    def is_open(self) -> bool:
        """Whether the office still owes it."""
        return self.given_at is None and self.waived_at is None


class Reply(Row, table=True):
    """One version of the city's reply. Its text is frozen (`text_hash`) when it is handed in.

    `text` is in the working language, and authoritative. `own_text` is the same in the ticket's
    language, when the office masters it and wrote both; otherwise a `Translation` follows.
    The steps it needs are fixed with it: a later change of policy does not reach back.
    """

    __table_args__ = (
        sa.UniqueConstraint("ticket_id", "version"),
        only_while("uq_reply_submitted", "ticket_id", condition="state = 'submitted'"),
    )

    id: int = key()
    ticket_id: int = ref("ticket.id")
    round_no: int
    version: int
    state: ReplyState = word(ReplyState, "state", default=ReplyState.SUBMITTED)
    text: str
    own_text: str = ""
    author_id: int = ref("person.id")
    department_id: int | None = ref("department.id", default=None)
    needs_head: bool = True
    needs_approver: bool = False
    submitted_at: datetime
    text_hash: str = Field(max_length=64)
    corrects_id: int | None = ref("reply.id", default=None)
    sent_at: datetime | None = None


class Call(Row, table=True):
    """Somebody who left only a phone is to be told something: who called, and when. One for each event that tells them.

    `what` is the notice that a mail would have been: receipt, question, answered.
    """

    __tablename__ = "phone_call"
    __table_args__ = (
        sa.Index("ix_phone_call_ticket", "ticket_id", "id"),  # the ticket's page
        among("ix_phone_call_waiting", "ticket_id", condition="called_at IS NULL"),  # To call
    )

    id: int = key()
    ticket_id: int = ref("ticket.id")
    event_id: int = ref("event.id")
    what: str = Field(max_length=20)
    owed_at: datetime
    called_at: datetime | None = None
    called_by: int | None = ref("person.id", default=None)


class Approval(Row, table=True):
    """One step on a reply's way out: passed, or sent back with remarks."""

    __table_args__ = (sa.Index("ix_approval_ticket", "ticket_id", "id"),)  # the case loader

    id: int = key()
    ticket_id: int = ref("ticket.id")
    reply_id: int = ref("reply.id")
    step: Step = word(Step, "step")
    passed: bool
    person_id: int = ref("person.id")
    stands_for: int | None = ref("person.id", default=None)
    remark: str = ""
    at: datetime


class Translation(Row, table=True):
    """A text in another language: of a message (into the working language) or of a reply (into the citizen's).

    Stale once its source has been replaced by a newer one; a stale translation never goes out.
    """

    __table_args__ = (
        sa.CheckConstraint("(message_id IS NULL) <> (reply_id IS NULL)", name="of_one_text"),
        sa.Index("ix_translation_ticket", "ticket_id", "id"),  # the case loader
        sa.Index("ix_translation_waiting", "department_id", "due_on"),  # what an office translates
        among("ix_translation_undone", "ticket_id", condition="done_at IS NULL"),  # To translate
        sa.Index("ix_translation_asked", "asked_at"),  # the managers' translation load
        only_while("uq_translation_message", "message_id", "language", condition="NOT stale"),
        only_while("uq_translation_reply", "reply_id", "language", condition="NOT stale"),
    )

    id: int = key()
    ticket_id: int = ref("ticket.id")
    message_id: int | None = ref("message.id", default=None)
    reply_id: int | None = ref("reply.id", default=None)
    source_hash: str = Field(max_length=64)
    language: str = Field(max_length=16)
    department_id: int | None = ref("department.id", default=None)
    translator_id: int | None = ref("person.id", default=None)
    asked_at: datetime
    due_on: date
    text: str = ""
    done_at: datetime | None = None
    stale: bool = False


class Attachment(Row, table=True):
    """A file that came with a message. The bytes lie in `base.files` under `stored`."""

    __table_args__ = (
        sa.Index("ix_attachment_ticket", "ticket_id", "id"),  # the ticket's pages
        sa.Index("ix_attachment_stored", "stored"),  # whether anybody still names a file: jobs.erase, jobs.tidy
    )

    id: int = key()
    ticket_id: int = ref("ticket.id")
    message_id: int | None = ref("message.id", default=None)
    name: str = Field(max_length=255)
    content_type: str = Field(max_length=100)
    size: int
    sha256: str = Field(max_length=64)
    stored: str = Field(max_length=100)
    at: datetime


class Upload(Row, table=True):
    """A file that waits for the letter or message it came with. `holder` is a hash of who sent it with which form.

    It becomes an `Attachment` when the form is sent; what nobody sends is tidied away after a day.
    """

    __table_args__ = (
        sa.Index("ix_upload_holder", "holder", "id"),  # the form's list of files
        sa.Index("ix_upload_at", "at"),  # jobs.tidy
    )

    id: int = key()
    holder: str = Field(max_length=64)
    name: str = Field(max_length=255)
    content_type: str = Field(max_length=100)
    size: int
    sha256: str = Field(max_length=64)
    stored: str = Field(max_length=100)
    at: datetime
