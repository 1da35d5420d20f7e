"""How people get in: second factors, recovery codes, links of invitation and reset."""

from datetime import datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from mailbox_service.base.columns import key, ref, word


class LinkPurpose(StrEnum):
    """What a mailed link lets one do."""

    INVITE = "invite"
    RESET = "reset"


class SecondFactor(SQLModel, table=True):
    """A time-based one-time password (RFC 6238). Its secret is derived from the service's own and lies nowhere.

    `last_step` is the last time step that was used: no code works twice.
    """

    __tablename__ = "second_factor"

    person_id: int = ref("person.id", primary=True)
    generation: int = 1
    last_step: int = 0
    begun_at: datetime
    confirmed_at: datetime | None = None


class RecoveryCode(SQLModel, table=True):
    """A code for the day the telephone is gone; works once. Only its hash is kept."""

    __tablename__ = "recovery_code"
    __table_args__ = (sa.UniqueConstraint("person_id", "hash"),)

    id: int = key()
    person_id: int = ref("person.id")
    hash: str = Field(max_length=64)
    used_at: datetime | None = None


class StaffLink(SQLModel, table=True):
    """A mailed link that sets a password, once and for a while. Only a hash of its secret is kept."""

    __tablename__ = "staff_link"
    __table_args__ = (sa.Index("ix_staff_link_person", "person_id", "id"),)  # a new link ends the old ones

    id: int = key()
    person_id: int = ref("person.id")
    purpose: LinkPurpose = word(LinkPurpose, "purpose")
    hash: str = Field(unique=True, max_length=64)
    made_at: datetime
    expires_at: datetime
    used_at: datetime | None = None
