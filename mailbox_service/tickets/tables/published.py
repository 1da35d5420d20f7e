"""The figures of a whole month as everybody may know them, and kept as they were published."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlmodel import Field

from mailbox_service.base.columns import Row, json, key, ref, word


class Correction(StrEnum):
    """Why a month's figures were published again."""

    FIRST = "first"  # they were not: this is the first version
    LATE = "late"  # ratings, reopenings or erasures came after the first version
    MISTAKE = "mistake"  # letters had been entered wrongly
    DEFINITION = "definition"  # a figure is counted in another way now


class PublishedMonth(Row, table=True):
    """One version of a month's public figures. Rows are only added: what was published once stays to be read.

    `whole` is the line of the whole city, `parts` are those of offices, kinds and so on, as they left: counts
    rounded, rates of too few left out. `published_by` is None when the service did it; `remark` is for those inside.
    """

    __tablename__ = "published_month"
    __table_args__ = (
        sa.UniqueConstraint("month", "version"),  # the page, newest month and newest version first
        sa.CheckConstraint("version >= 1", name="from_one"),
    )

    id: int = key()
    month: date
    version: int
    computed_at: datetime
    published_by: int | None = ref("person.id", default=None)
    why: Correction = word(Correction, "why", default=Correction.FIRST)
    remark: str = Field(default="", max_length=1000)
    whole: dict[str, Any] = json()
    parts: list[dict[str, Any]] = json(list)
