"""What figures are computed from: one row without text per round and per lead office, sums by month, and marks.

Rows here follow from the letter's own and can be made anew at any time (`mailbox figures rebuild`). Retention and
erasure leave them as they are: nothing in them is text, a name or a contact.
"""

from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlmodel import Field

from mailbox_service.base.columns import ROW_ID, Row, json, word
from mailbox_service.tickets.tables.ticket import among
from mailbox_service.tickets.tables.words import AssignmentEnd, Channel, Kind, Outcome, RoundReason, Status


def _id(**more: Any) -> Any:
    """The id of a row elsewhere, without a foreign key: what follows from other rows is not checked against them."""
    if more.get("primary_key"):
        more["sa_column_kwargs"] = {"autoincrement": False}
    return Field(sa_type=ROW_ID, **more)


class FactMark(Row, table=True):
    """Somebody has changed this letter: its facts are to be looked at again. Inserted by acts, taken by `jobs.figures`.

    Without a foreign key and without an index besides its own: it is written in every act's transaction.
    """

    __tablename__ = "fact_mark"

    id: int | None = Field(default=None, primary_key=True, sa_type=ROW_ID)
    ticket_id: int = Field(sa_type=sa.BigInteger)


class RoundFact(Row, table=True):
    """One round as figures see it. Days are the city's; what counts is 0 or 1, or how many.

    `withheld`: restricted, or somebody is complained about: in nobody's figures. `counted`: its due date was past
    when it was looked at last. `status` is the letter's while this round is open, `running` whether its clock runs.

    Counted by the day it began: `received` (a letter, not a later round), `spam`, `duplicate`, `begun` (any round
    that is neither), `translations` asked for. By the day it ended: `ended`, and `ended_late`, after its due date.
    By the day it was due, once that is past: `due`, and everything below it. What is not `due` counts none of these.
    Working days: `first_days` to the first word a person wrote to the citizen, `work_days` to the reply without
    pauses, `calendar_days` to the reply.
    """

    __tablename__ = "round_fact"
    __table_args__ = (
        sa.Index("ix_round_fact_ticket", "ticket_id"),  # jobs.figures
        sa.Index("ix_round_fact_begun", "begun_on"),  # what came in
        sa.Index("ix_round_fact_ended", "ended_on"),  # what ended, and the backlog of a day
        among("ix_round_fact_due", "due_on", condition="due = 1"),  # every rate
        among("ix_round_fact_open", "begun_on", condition="status IS NOT NULL"),  # what is open, and its age
        among("ix_round_fact_coming", "due_on", condition="NOT counted"),  # jobs.figures, as days go by
    )

    round_id: int = _id(primary_key=True)
    ticket_id: int = _id()
    reason: RoundReason = word(RoundReason, "reason")
    kind: Kind = word(Kind, "kind")
    topic_id: int | None = _id(default=None)
    language: str = Field(max_length=8)
    channel: Channel = word(Channel, "channel")
    department_id: int | None = _id(default=None)
    withheld: bool = False
    status: Status | None = word(Status, "status", default=None, nullable=True)
    running: bool = False

    begun_on: date
    due_on: date
    original_due_on: date
    ended_on: date | None = None
    outcome: Outcome | None = word(Outcome, "outcome", default=None, nullable=True)
    counted: bool = False

    received: int = 0
    spam: int = 0
    duplicate: int = 0
    begun: int = 0
    translations: int = 0
    ended: int = 0
    ended_late: int = 0
    due: int = 0
    kept: int = 0
    kept_original: int = 0
    replied: int = 0
    answered: int = 0
    declined: int = 0
    transferred: int = 0
    extended: int = 0
    reopened: int = 0
    review_asked: int = 0
    reviewed: int = 0
    changed: int = 0
    consented: int = 0
    published: int = 0
    rated: int = 0
    satisfied: int = 0
    partly: int = 0
    solved: int = 0
    solved_said: int = 0
    mails: int = 0
    mails_failed: int = 0
    first_days: int | None = None
    work_days: int | None = None
    calendar_days: int | None = None


class LeadFact(Row, table=True):
    """One time that an office led a letter, on its own clock. Counted by the day its reply was due, once that is past.

    `led` each time; `returned` sent back with agreement; `office_due` owed (what was returned, or passed on before it
    was due, is not), `office_kept` ended in time. `signing`: it waits for the office to sign for it.
    """

    __tablename__ = "lead_fact"
    __table_args__ = (
        sa.Index("ix_lead_fact_ticket", "ticket_id"),  # jobs.figures
        among("ix_lead_fact_due", "due_on", condition="led = 1"),  # offices side by side
        among("ix_lead_fact_coming", "due_on", condition="NOT counted"),  # jobs.figures, as days go by
        among("ix_lead_fact_signing", "begun_on", condition="signing"),  # what waits to be signed for
    )

    assignment_id: int = _id(primary_key=True)
    ticket_id: int = _id()
    kind: Kind = word(Kind, "kind")
    topic_id: int | None = _id(default=None)
    language: str = Field(max_length=8)
    channel: Channel = word(Channel, "channel")
    department_id: int = _id()
    withheld: bool = False

    begun_on: date
    due_on: date
    ended_on: date | None = None
    end: AssignmentEnd | None = word(AssignmentEnd, "end", default=None, nullable=True)
    counted: bool = False
    signing: bool = False

    led: int = 0
    returned: int = 0
    office_due: int = 0
    office_kept: int = 0


class FigureSum(Row, table=True):
    """What the facts of one month or year add up to, for one value of one dimension; or what stands now.

    `since` is the first day of the `span`; of what stands "now" it is any day. `value` is an id or a word as text, ""
    for none. `counts` holds numbers by name, "work_days:5" how many took five days; nothing in it is 0. `id` is the
    other four in one, so that many rows are found by one list.
    """

    __tablename__ = "figure_sum"
    __table_args__ = (sa.Index("ix_figure_sum_range", "dimension", "span", "since"),)  # a period

    id: str = Field(primary_key=True, max_length=80)
    dimension: str = Field(max_length=12)
    span: str = Field(max_length=5)
    since: date
    value: str = Field(max_length=40)
    counts: dict[str, int] = json()


class FigureState(Row, table=True):
    """What the keeping of figures remembers: the calendar it counted by, how far a rebuild is, the last check."""

    __tablename__ = "figure_state"

    name: str = Field(primary_key=True, max_length=20)
    value: dict[str, object] = json()
