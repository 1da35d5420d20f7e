"""The ticket, who wrote it, its rounds, and the offices that have it."""

from datetime import date, datetime
from typing import Any, ClassVar

import sqlalchemy as sa
from sqlmodel import Field

from mailbox_service.base.columns import Row, json, key, ref, word
from mailbox_service.tickets.tables.words import (
    AssignmentEnd,
    Channel,
    Identity,
    Kind,
    Outcome,
    Part,
    ReviewOutcome,
    RoundReason,
    Share,
    Status,
)


def only_while(name: str, *columns: str, condition: str) -> sa.Index:
    """A uniqueness that holds among the rows that meet the condition."""
    return sa.Index(name, *columns, unique=True, sqlite_where=sa.text(condition), postgresql_where=sa.text(condition))


def among(name: str, *columns: str, condition: str) -> sa.Index:
    """An index of the rows that meet the condition, and of no others."""
    return sa.Index(name, *columns, sqlite_where=sa.text(condition), postgresql_where=sa.text(condition))


_version = sa.Column("version", sa.Integer, nullable=False)
OPEN_NOW = "status IN ('received', 'assigned', 'in_progress', 'awaiting_citizen', 'in_review')"
UNFINISHED_NOW = "status IN ('received', 'assigned', 'in_progress', 'awaiting_citizen', 'in_review', 'merged', 'spam')"
BY_POST = "address <> '' AND email = ''"
ENDED_NOW = "status IN ('answered', 'closed', 'declined', 'transferred', 'withdrawn', 'merged', 'spam')"


class Ticket(Row, table=True):
    """What a citizen wrote, and where it stands now. What happened to it stands in `Event`.

    `due_on`, `office_due_on` and `lead_department_id` repeat the current round's and assignment's,
    so that a queue reads one row per line; so does `remaining` while the clock is stopped. `sweep_on` is the
    first day on which the sweep has something to do here. `calendar_no` is the change of the calendar that the
    dates were last counted by. `language` is the language of the answer. `duplicate`: merged into a letter of the
    same writer, which figures ask when the writer has long been forgotten. `emptied_at` is when it was decided
    that the text goes, `erased_at` when it had gone from every table and its files from the disk.
    """

    __mapper_args__: ClassVar[dict[str, Any]] = {"version_id_col": _version}
    __table_args__ = (
        sa.Index("ix_ticket_queue", "status", "due_on", "id"),  # staff queues, the overview's counts
        sa.Index("ix_ticket_office_queue", "lead_department_id", "status", "office_due_on", "id"),  # My office
        among("ix_ticket_sweep", "sweep_on", "id", condition="sweep_on IS NOT NULL"),  # jobs.deadlines
        among("ix_ticket_counted", "calendar_no", "id", condition=UNFINISHED_NOW),  # jobs.calendar
        sa.Index("ix_ticket_received", "received_at"),  # the overview's new letters
        sa.Index("ix_ticket_merged_into", "merged_into_id"),  # answering a campaign
        sa.Index("ix_ticket_restricted", "restricted", "desk", "id"),  # the restricted desk's queue
        sa.Index(
            "ix_ticket_consented",
            "due_on",
            "id",
            sqlite_where=sa.text("publication_consent = 1"),
            postgresql_where=sa.text("publication_consent"),
        ),  # To publish
        among("ix_ticket_open", "urgent", "due_on", "id", condition=OPEN_NOW),  # every queue, in its order
        among("ix_ticket_newest", "received_at", "id", condition=OPEN_NOW),  # the same, newest first
        among("ix_ticket_ended", "received_at", "id", condition=ENDED_NOW),  # Ended
        among("ix_ticket_again", "due_on", "id", condition=f"round_no > 1 AND {OPEN_NOW}"),  # Reopened
        among("ix_ticket_full", "received_at", "id", condition="emptied_at IS NULL"),  # jobs.retain
        among("ix_ticket_spam", "spam_at", "id", condition="spam_at IS NOT NULL AND emptied_at IS NULL"),  # the same
        among("ix_ticket_erasing", "id", condition="emptied_at IS NOT NULL AND erased_at IS NULL"),  # jobs.erase
    )

    id: int = key()
    number: str = Field(unique=True, max_length=20)
    version: int = Field(default=1, sa_column=_version)
    once_key: str | None = Field(default=None, unique=True, max_length=64)
    code_generation: int = 1

    status: Status = word(Status, "status", default=Status.RECEIVED)
    kind: Kind = word(Kind, "kind")
    kind_fixed: bool = False
    topic_id: int | None = ref("topic.id", default=None, index=True)
    subject: str = Field(max_length=200)
    language: str = Field(max_length=8)
    channel: Channel = word(Channel, "channel", default=Channel.WEB)
    identity: Identity = word(Identity, "identity", default=Identity.NAMED)
    wants_reply: bool = True
    publication_consent: bool = False
    privacy_version: str = Field(default="1", max_length=20)

    received_at: datetime
    entered_at: datetime
    round_no: int = 1
    due_on: date
    office_due_on: date | None = None
    provisional: bool = False
    answered_at: datetime | None = None
    sweep_on: date | None = None
    remaining: int | None = None
    calendar_no: int = 0

    lead_department_id: int | None = ref("department.id", default=None)
    handler_id: int | None = ref("person.id", default=None, index=True)
    urgent: bool = False
    urgent_on: date | None = None
    needs_approver: bool = False
    untranslatable: bool = False
    restricted: bool = False
    desk: int = 1
    supervised_at: datetime | None = None
    mail_stopped_at: datetime | None = None

    merged_into_id: int | None = ref("ticket.id", default=None)
    duplicate: bool = False
    linked_from_id: int | None = ref("ticket.id", default=None, index=True)
    spam_from: Status | None = word(Status, "spam_from", default=None, nullable=True)
    spam_at: datetime | None = None
    emptied_at: datetime | None = None
    erased_at: datetime | None = None
    legal_hold: bool = False


class Citizen(Row, table=True):
    """Name and contact, in a table of their own: each staff view is logged. `address`: for post."""

    __table_args__ = (
        among("ix_citizen_post", "ticket_id", condition=BY_POST),  # Replies to post
        among("ix_citizen_bounced", "ticket_id", condition="bounced_at IS NOT NULL"),  # Addresses that don't work
        among("ix_citizen_phone", "phone", condition="phone <> ''"),  # the writer's other letters
    )

    ticket_id: int = ref("ticket.id", primary=True)
    name: str = Field(default="", max_length=100)
    email: str = Field(default="", max_length=254, index=True)
    phone: str = Field(default="", max_length=40)
    address: str = Field(default="", max_length=300)
    on_behalf_of: str = Field(default="", max_length=100)
    bounced_at: datetime | None = None


class Round(Row, table=True):
    """One run from receipt, reopening or review to a reply. Never changed once it has ended.

    `kind` is the letter's while the round runs, and stays what it was when the round ended: figures count by it.
    `original_days` and `days` are the working days that `original_due_on` and `due_on` lie after the begin, without
    those of `pauses` (first and last day of each that has ended): what the dates are counted anew from when the
    calendar changes. 0 in rounds begun before they were kept.
    `remaining` holds the working days left while the clock is paused (`paused_on`). `ended_on` is the
    city's day of `ended_at`: on time is `ended_on <= due_on`.
    `reminded_for` and `late_for` (while no office has it), `late_told_for` (to the citizen) and
    `supervised_for` name the due date for which that was said already.
    """

    __table_args__ = (
        sa.UniqueConstraint("ticket_id", "no"),
        only_while("uq_round_open", "ticket_id", condition="ended_at IS NULL"),
        sa.Index("ix_round_due", "due_on"),  # the overview's on-time rate
        sa.CheckConstraint("(ended_at IS NULL) = (outcome IS NULL)", name="ends_with_an_outcome"),
    )

    id: int = key()
    ticket_id: int = ref("ticket.id")
    no: int
    kind: Kind = word(Kind, "kind")
    reason: RoundReason = word(RoundReason, "reason", default=RoundReason.RECEIPT)
    begun_at: datetime
    due_on: date
    original_due_on: date
    original_days: int = 0
    days: int = 0
    pauses: list[list[str]] = json(list)
    extended_days: int = 0
    asked: int = 0
    paused_on: date | None = None
    remaining: int | None = None
    paused_days: int = 0
    lead_department_id: int | None = ref("department.id", default=None)
    reminded_for: date | None = None
    late_for: date | None = None
    late_told_for: date | None = None
    supervised_for: date | None = None
    review_outcome: ReviewOutcome | None = word(ReviewOutcome, "review_outcome", default=None, nullable=True)
    ended_at: datetime | None = None
    ended_on: date | None = None
    outcome: Outcome | None = word(Outcome, "outcome", default=None, nullable=True)


class Assignment(Row, table=True):
    """An office's part in a round, with its own clock. At most one open lead per ticket.

    `original_days`, `days` and `pauses` as in `Round`.
    """

    __table_args__ = (
        only_while("uq_assignment_open_lead", "ticket_id", condition="share = 'lead' AND ended_at IS NULL"),
        only_while("uq_assignment_open_office", "ticket_id", "department_id", condition="ended_at IS NULL"),
        sa.Index("ix_assignment_ticket", "ticket_id"),  # the case loader
        sa.Index("ix_assignment_sight", "department_id", "ticket_id"),  # what an office may see
        among("ix_assignment_in_hand", "person_id", condition="person_id IS NOT NULL AND ended_at IS NULL"),  # sharing
        among("ix_assignment_in_turn", "person_id", "begun_at", condition="person_id IS NOT NULL"),  # the same
    )

    id: int = key()
    ticket_id: int = ref("ticket.id")
    round_id: int = ref("round.id")
    department_id: int = ref("department.id")
    share: Share = word(Share, "share", default=Share.LEAD)
    begun_at: datetime
    due_on: date
    original_due_on: date
    original_days: int = 0
    days: int = 0
    pauses: list[list[str]] = json(list)
    remaining: int | None = None
    person_id: int | None = ref("person.id", default=None)
    signed_at: datetime | None = None
    reminded_for: date | None = None
    late_for: date | None = None
    ended_at: datetime | None = None
    ended_on: date | None = None
    end: AssignmentEnd | None = word(AssignmentEnd, "end", default=None, nullable=True)


class Handler(Row, table=True):
    """Somebody the restricted desk has named to handle a restricted ticket, and in which part (O, H, A, T, X)."""

    __table_args__ = (
        only_while("uq_handler_open", "ticket_id", "person_id", "part", condition="ended_at IS NULL"),
        sa.Index("ix_handler_person", "person_id", "ticket_id"),  # a named handler's queue
    )

    id: int = key()
    ticket_id: int = ref("ticket.id")
    person_id: int = ref("person.id")
    part: Part = word(Part, "part")
    named_by: int | None = ref("person.id", default=None)
    named_at: datetime
    ended_at: datetime | None = None


class Party(Row, table=True):
    """An office or person the letter complains about: they can't reach it by any way."""

    __table_args__ = (
        sa.CheckConstraint("(department_id IS NULL) <> (person_id IS NULL)", name="office_or_person"),
        sa.Index("ix_party_ticket", "ticket_id"),  # sight
    )

    id: int = key()
    ticket_id: int = ref("ticket.id")
    department_id: int | None = ref("department.id", default=None)
    person_id: int | None = ref("person.id", default=None)
    named_by: int | None = ref("person.id", default=None)
    named_at: datetime


class Recusal(Row, table=True):
    """Somebody who has stepped back from this letter."""

    __table_args__ = (sa.UniqueConstraint("ticket_id", "person_id"),)

    id: int = key()
    ticket_id: int = ref("ticket.id")
    person_id: int = ref("person.id")
    at: datetime


class Event(Row, table=True):
    """What happened, once and for ever: the timeline, the source of notices and of figures. Holds no free text.

    `told_at` marks the events whose notices are written; it is the one column that changes.
    """

    __table_args__ = (
        sa.Index("ix_event_ticket", "ticket_id", "id"),  # the timeline
        sa.Index(
            "ix_event_untold",
            "id",
            sqlite_where=sa.text("told_at IS NULL"),
            postgresql_where=sa.text("told_at IS NULL"),
        ),  # jobs.notify
    )

    id: int = key()
    ticket_id: int = ref("ticket.id")
    round_no: int
    at: datetime
    act: str = Field(max_length=40)
    actor_kind: str = Field(max_length=10)
    person_id: int | None = ref("person.id", default=None)
    stands_for: int | None = ref("person.id", default=None)
    department_id: int | None = ref("department.id", default=None)
    status_before: str = Field(max_length=24)
    status_after: str = Field(max_length=24)
    facts: dict[str, object] = json()
    told_at: datetime | None = None
