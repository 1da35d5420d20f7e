"""Drafts of replies and translations, internal notes and who they mention, tags, saved views, who is at a letter."""

from datetime import date, datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from mailbox_service.base.columns import json, key, ref, word


class Span(StrEnum):
    """The whole periods a report is about."""

    MONTH = "month"
    QUARTER = "quarter"


class Draft(SQLModel, table=True):
    """The reply an office is writing: one per ticket, shared by its officers; `version` rises with each save."""

    ticket_id: int = ref("ticket.id", primary=True)
    text: str = ""
    own_text: str = ""
    version: int = 1
    saved_by: int = ref("person.id")
    saved_at: datetime


class Note(SQLModel, table=True):
    """An internal remark."""

    __table_args__ = (sa.Index("ix_note_ticket", "ticket_id", "id"),)  # the ticket's page

    id: int = key()
    ticket_id: int = ref("ticket.id")
    person_id: int = ref("person.id")
    text: str
    at: datetime


class Tag(SQLModel, table=True):
    """A word staff sort letters by. `person_id` None: a rule of routing has put it there."""

    __table_args__ = (sa.Index("ix_tag_word", "word", "ticket_id"),)  # queues filtered by a tag

    ticket_id: int = ref("ticket.id", primary=True)
    word: str = Field(primary_key=True, max_length=40)
    person_id: int | None = ref("person.id", default=None)
    at: datetime


class DraftVersion(SQLModel, table=True):
    """What the draft said at one save: the second to save is shown what changed, and nothing typed is lost."""

    __tablename__ = "draft_version"

    ticket_id: int = ref("ticket.id", primary=True)
    version: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    text: str = ""
    own_text: str = ""
    saved_by: int = ref("person.id")
    saved_at: datetime


class DraftAside(SQLModel, table=True):
    """What somebody typed when a colleague had saved first: kept until they have put both together."""

    __tablename__ = "draft_aside"

    ticket_id: int = ref("ticket.id", primary=True)
    person_id: int = ref("person.id", primary=True)
    begun_from: int
    text: str = ""
    own_text: str = ""
    saved_at: datetime


class TranslationDraft(SQLModel, table=True):
    """A translation under way: its paragraphs, in the order of the source's, as one JSON list."""

    __tablename__ = "translation_draft"

    translation_id: int = ref("translation.id", primary=True)
    ticket_id: int = ref("ticket.id", index=True)
    paragraphs: list[str] = json(list)
    version: int = 1
    saved_by: int = ref("person.id")
    saved_at: datetime


class Mention(SQLModel, table=True):
    """Somebody named in a note; they are told by mail and on their page until they have looked."""

    __table_args__ = (sa.Index("ix_mention_person", "person_id", "read_at", "note_id"),)  # their list

    note_id: int = ref("note.id", primary=True)
    person_id: int = ref("person.id", primary=True)
    ticket_id: int = ref("ticket.id", index=True)
    at: datetime
    read_at: datetime | None = None


class SavedView(SQLModel, table=True):
    """A queue with filters under a name: somebody's own, or their office's (`department_id`)."""

    __tablename__ = "saved_view"
    __table_args__ = (
        sa.UniqueConstraint("person_id", "name"),
        sa.Index("ix_saved_view_office", "department_id", "id"),  # those an office shares
    )

    id: int = key()
    person_id: int = ref("person.id")
    department_id: int | None = ref("department.id", default=None)
    name: str = Field(max_length=60)
    query: str = Field(max_length=1000)
    added_at: datetime


class Presence(SQLModel, table=True):
    """Who looks at a letter or writes on it; believed for a minute."""

    __table_args__ = (sa.Index("ix_presence_seen", "seen_at"),)  # tidying

    ticket_id: int = ref("ticket.id", primary=True)
    person_id: int = ref("person.id", primary=True)
    writing: bool = False
    seen_at: datetime


class Dispatch(SQLModel, table=True):
    """A reply that went out by post: on which day, and who recorded it."""

    reply_id: int = ref("reply.id", primary=True)
    ticket_id: int = ref("ticket.id", index=True)
    posted_on: date
    recorded_by: int = ref("person.id")
    at: datetime


class ReportOrder(SQLModel, table=True):
    """Somebody who wants the report of each month or quarter by mail.

    `told_for` is the first day of the newest period whose report has left, or was over when they asked.
    """

    __tablename__ = "report_order"

    person_id: int = ref("person.id", primary=True)
    every: Span = word(Span, "every", primary_key=True)
    told_for: date
    ordered_at: datetime
