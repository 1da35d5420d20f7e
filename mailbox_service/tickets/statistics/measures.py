"""What is counted of a fact, and by which of its days: what sums, reports and lists have in common (pure)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlmodel import SQLModel

from mailbox_service.tickets.statistics.slices import Dimension
from mailbox_service.tickets.tables import LeadFact, RoundFact


@dataclass(frozen=True, slots=True)
class Cohort:
    """Facts that count by the same day. `when` is the column that says whether one belongs, None for all with a day."""

    table: type[SQLModel]
    day: str
    counts: tuple[str, ...]
    lengths: tuple[str, ...] = ()
    when: str | None = None

    def column(self, name: str) -> Any:
        """One of its table's columns."""
        return SQLModel.metadata.tables[str(self.table.__tablename__)].c[name]

    @property
    def key(self) -> Any:
        """Its table's primary key."""
        return next(iter(SQLModel.metadata.tables[str(self.table.__tablename__)].primary_key))

    @property
    def belongs(self) -> sa.ColumnElement[bool]:
        """As the partial index says it, so that both databases know that it holds what is asked for."""
        if self.when is None:
            return sa.true()
        return sa.literal_column(f"{self.table.__tablename__}.{self.when} = 1")


BEGUN = Cohort(RoundFact, "begun_on", ("received", "spam", "duplicate", "begun", "translations"))
ENDED = Cohort(RoundFact, "ended_on", ("ended", "ended_late"))
DUE = Cohort(
    RoundFact,
    "due_on",
    (
        *("due", "kept", "kept_original", "replied", "answered", "declined", "transferred", "extended", "reopened"),
        *("review_asked", "reviewed", "changed", "consented", "published", "rated", "satisfied", "partly", "solved"),
        *("solved_said", "mails", "mails_failed"),
    ),
    ("first_days", "work_days", "calendar_days"),
    when="due",
)
LED = Cohort(LeadFact, "due_on", ("led", "returned", "office_due", "office_kept"), when="led")
COHORTS = (BEGUN, ENDED, DUE, LED)

COLUMN_OF = {
    Dimension.OFFICE: "department_id",
    Dimension.KIND: "kind",
    Dimension.TOPIC: "topic_id",
    Dimension.LANGUAGE: "language",
    Dimension.CHANNEL: "channel",
}
OPEN: sa.ColumnElement[bool] = sa.literal_column("round_fact.status IS NOT NULL")
SIGNING: sa.ColumnElement[bool] = sa.literal_column("lead_fact.signing")
