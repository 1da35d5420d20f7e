"""Drafts of replies, internal notes, tags."""

from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from mailbox_service.base.columns import key, ref


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
    """A word staff sort letters by."""

    __table_args__ = (sa.Index("ix_tag_word", "word", "ticket_id"),)  # queues filtered by a tag

    ticket_id: int = ref("ticket.id", primary=True)
    word: str = Field(primary_key=True, max_length=40)
    person_id: int = ref("person.id")
    at: datetime
