"""Rows every room stands on: staff sessions, rate windows, the audit log and its seals, job runs.

No row here knows a ticket or a person: `person_id` is a number without a foreign key.
"""

from datetime import datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from mailbox_service.base.columns import ROW_ID, json, key, word

# The migration creates it on PostgreSQL; SQLite counts in `NumberSequence`.
TICKET_NUMBERS = sa.Sequence("ticket_number_seq", metadata=SQLModel.metadata)


class Session(SQLModel, table=True):
    """One sign-in of a member of staff. Only a hash of the cookie's token is kept.

    `half`: the password was right, the second factor is still to come; it opens no door but that one.
    """

    __tablename__ = "staff_session"
    __table_args__ = (
        # Tidying: sessions that are over. Sign-out everywhere: those of one person.
        sa.Index("ix_staff_session_expires", "expires_at"),
        sa.Index("ix_staff_session_person", "person_id"),
    )

    id: int = key()
    token: str = Field(max_length=64, unique=True)
    person_id: int = Field(sa_type=sa.BigInteger)
    csrf: str = Field(max_length=64)
    created_at: datetime
    seen_at: datetime
    expires_at: datetime
    user_agent: str = Field(default="", max_length=120)
    address: str = Field(default="", max_length=45)
    half: bool = False


class RateWindow(SQLModel, table=True):
    """How often one client tried one thing within one window. The client is `tokens.client_mark`."""

    __tablename__ = "rate_window"
    __table_args__ = (sa.Index("ix_rate_window_start", "window_start"),)  # Tidying: windows that are over.

    rule: str = Field(primary_key=True, max_length=40)
    client: str = Field(primary_key=True, max_length=64)
    window_start: datetime = Field(primary_key=True)
    count: int = 0


class ActorKind(StrEnum):
    """Who did it, as the audit log tells them apart."""

    STAFF = "staff"
    CITIZEN = "citizen"
    SYSTEM = "system"
    OPERATOR = "operator"  # somebody at the command line


class AuditRow(SQLModel, table=True):
    """What a person saw or changed outside a letter's life. Never edited, no letter text."""

    __tablename__ = "audit_row"
    __table_args__ = (
        # The auditor's page: everything, newest first; by person; by what it was done to.
        sa.Index("ix_audit_row_person", "person_id", "id"),
        sa.Index("ix_audit_row_act", "act", "id"),
        sa.Index("ix_audit_row_subject", "subject_kind", "subject_id", "id"),
    )

    id: int = key()
    at: datetime
    actor_kind: ActorKind = word(ActorKind, "actor_kind")
    person_id: int | None = Field(default=None, sa_type=sa.BigInteger)
    act: str = Field(max_length=60)
    subject_kind: str = Field(default="", max_length=40)
    subject_id: int | None = Field(default=None, sa_type=sa.BigInteger)
    facts: dict[str, Any] = json()


class Seal(SQLModel, table=True):
    """One sealed row: its salted digest, and the chain's hash up to and including it."""

    __tablename__ = "seal"
    __table_args__ = (sa.UniqueConstraint("source", "row_id"),)  # The sealing job: what is not sealed yet.

    position: int = Field(primary_key=True, sa_type=ROW_ID, sa_column_kwargs={"autoincrement": False})
    source: str = Field(max_length=40)
    row_id: int = Field(sa_type=sa.BigInteger)
    salt: str = Field(max_length=32)
    digest: str = Field(max_length=64)
    chain: str = Field(max_length=64)
    sealed_at: datetime


class JobRun(SQLModel, table=True):
    """When each job last ran and how it ended; also the lease that keeps two nodes from running it at once."""

    __tablename__ = "job_run"

    name: str = Field(primary_key=True, max_length=40)
    last_started_at: datetime | None = None
    last_ended_at: datetime | None = None
    taken_until: datetime | None = None
    outcome: str = Field(default="", max_length=200)


class NumberSequence(SQLModel, table=True):
    """The last number given out, where the database has no sequences (SQLite)."""

    __tablename__ = "number_sequence"

    name: str = Field(primary_key=True, max_length=40)
    value: int = Field(sa_type=sa.BigInteger)
