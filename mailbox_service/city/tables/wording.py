"""What an administrator writes and sets: rules of routing, canned replies, what the public is shown."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from mailbox_service.base.columns import json, key, ref


class RoutingRule(SQLModel, table=True):
    """When all of what it names fits a new letter, the letter goes where it says. Empty lists ask nothing.

    `words`: one of them stands in the subject or the text. Rules are asked in the order of
    `position`; the first match wins. Without an office it names the subject's usual one. It proposes it to
    the clerk, or passes the letter on `by_itself`. `tag` is put on the letter in either case.
    """

    __tablename__ = "routing_rule"
    __table_args__ = (sa.Index("ix_routing_rule_order", "position", "id"),)  # asked for each new letter

    id: int = key()
    name: str = Field(max_length=100)
    position: int
    is_live: bool = False
    by_itself: bool = False
    kinds: list[str] = json(list)
    topic_ids: list[int] = json(list)
    languages: list[str] = json(list)
    channels: list[str] = json(list)
    words: list[str] = json(list)
    department_id: int | None = ref("department.id", default=None)
    co_department_ids: list[int] = json(list)
    urgent: bool = False
    needs_approver: bool = False
    tag: str = Field(default="", max_length=40)
    version: int = 1
    added_by: int | None = ref("person.id", default=None)
    added_at: datetime
    retired_at: datetime | None = None


class CannedReply(SQLModel, table=True):
    """A text to begin a reply with, per language, with places for the letter's facts. No office: everybody's."""

    __tablename__ = "canned_reply"
    __table_args__ = (sa.Index("ix_canned_reply_office", "department_id", "id"),)  # those an office may use

    id: int = key()
    name: str = Field(max_length=100)
    department_id: int | None = ref("department.id", default=None)
    kind: str = Field(default="", max_length=24)
    topic_id: int | None = ref("topic.id", default=None)
    texts: dict[str, str] = json()
    version: int = 1
    changed_by: int | None = ref("person.id", default=None)
    changed_at: datetime
    retired_at: datetime | None = None


class Choice(SQLModel, table=True):
    """What the city sets while the service runs, by the name of the setting it stands before."""

    name: str = Field(primary_key=True, max_length=60)
    value: dict[str, Any] = json()
    version: int = 1
    changed_by: int | None = ref("person.id", default=None)
    changed_at: datetime
