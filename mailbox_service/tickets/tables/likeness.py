"""What makes letters alike, who signed one, and for whom it was written."""

from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Field

from mailbox_service.base.columns import Row, key, ref


class Signatory(Row, table=True):
    """Somebody who signed the letter beside its writer. Seen as `Citizen` is: each staff view is logged."""

    __table_args__ = (sa.Index("ix_signatory_ticket", "ticket_id", "id"),)  # the letter's page

    id: int = key()
    ticket_id: int = ref("ticket.id")
    name: str = Field(max_length=100)
    contact: str = Field(default="", max_length=254)


class Likeness(Row, table=True):
    """One band of a letter's MinHash signature: letters that share a band may be alike (`tickets.similar`)."""

    __table_args__ = (sa.Index("ix_likeness_band", "band", "hash", "ticket_id"),)  # who shares it

    ticket_id: int = ref("ticket.id", primary=True)
    band: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    hash: int = Field(sa_type=sa.BigInteger)


class NotAlike(Row, table=True):
    """Two letters that somebody has looked at and found to be different matters. `ticket_id` < `other_id`."""

    __tablename__ = "not_alike"
    __table_args__ = (sa.CheckConstraint("ticket_id < other_id", name="in_order"),)

    ticket_id: int = ref("ticket.id", primary=True)
    other_id: int = ref("ticket.id", primary=True, index=True)
    person_id: int = ref("person.id")
    at: datetime
