"""What figures are computed from: facts, sums by month, marks; and which letters are the same writer's once more."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0008_facts"
down_revision = "0007_received_mail"
branch_labels = None
depends_on = None

ROW_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
KINDS = "enquiry complaint suggestion help report praise"
CHANNELS = "web mail api phone counter paper"
STATUSES = (
    "received assigned in_progress awaiting_citizen in_review answered closed declined transferred withdrawn merged"
    " spam"
)
OF_A_ROUND = (
    "received spam duplicate begun translations ended ended_late due kept kept_original replied answered declined"
    " transferred extended reopened review_asked reviewed changed consented published rated satisfied partly solved"
    " solved_said mails mails_failed"
)
LENGTHS = "first_days work_days calendar_days"
OF_AN_OFFICE = "led returned office_due office_kept"
# Indexes of facts: their columns, and which rows they hold.
INDEXES = (
    ("round_fact", "ix_round_fact_ticket", "ticket_id", ""),
    ("round_fact", "ix_round_fact_begun", "begun_on", ""),
    ("round_fact", "ix_round_fact_ended", "ended_on", ""),
    ("round_fact", "ix_round_fact_due", "due_on", "due = 1"),
    ("round_fact", "ix_round_fact_open", "begun_on", "status IS NOT NULL"),
    ("round_fact", "ix_round_fact_coming", "due_on", "NOT counted"),
    ("lead_fact", "ix_lead_fact_ticket", "ticket_id", ""),
    ("lead_fact", "ix_lead_fact_due", "due_on", "led = 1"),
    ("lead_fact", "ix_lead_fact_coming", "due_on", "NOT counted"),
)
SAME_WRITER = (
    "UPDATE ticket SET duplicate = {true} WHERE merged_into_id IS NOT NULL AND EXISTS ("
    "SELECT 1 FROM citizen AS own, citizen AS leads WHERE own.ticket_id = ticket.id"
    " AND leads.ticket_id = ticket.merged_into_id AND ((own.email <> '' AND lower(own.email) = lower(leads.email))"
    " OR (own.phone <> '' AND own.phone = leads.phone)))"
)


def word(name: str, words: str) -> sa.Enum:
    """One of these words, stored as text with a check."""
    return sa.Enum(*words.split(), name=name, native_enum=False, create_constraint=True, length=24)


def shared() -> list[sa.Column[object]]:
    """What both kinds of facts say of their letter."""
    return [
        sa.Column("ticket_id", ROW_ID, nullable=False),
        sa.Column("kind", word("kind", KINDS), nullable=False),
        sa.Column("topic_id", ROW_ID, nullable=True),
        sa.Column("language", sa.String(8), nullable=False),
        sa.Column("channel", word("channel", CHANNELS), nullable=False),
        sa.Column("withheld", sa.Boolean(), nullable=False),
        sa.Column("begun_on", sa.Date(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("ended_on", sa.Date(), nullable=True),
        sa.Column("counted", sa.Boolean(), nullable=False),
    ]


def upgrade() -> None:
    """Facts, sums and marks. Every letter is marked, so that `jobs.figures` counts what was there before."""
    op.create_table(
        "fact_mark",
        sa.Column("id", ROW_ID, nullable=False),
        sa.Column("ticket_id", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_fact_mark"),
    )
    op.create_table(
        "figure_sum",
        sa.Column("id", sa.String(80), nullable=False),
        sa.Column("dimension", sa.String(12), nullable=False),
        sa.Column("span", sa.String(5), nullable=False),
        sa.Column("since", sa.Date(), nullable=False),
        sa.Column("value", sa.String(40), nullable=False),
        sa.Column("counts", JSON, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_figure_sum"),
    )
    op.create_table(
        "figure_state",
        sa.Column("name", sa.String(20), nullable=False),
        sa.Column("value", JSON, nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_figure_state"),
    )
    op.create_table(
        "round_fact",
        sa.Column("round_id", ROW_ID, autoincrement=False, nullable=False),
        *shared(),
        sa.Column("reason", word("reason", "receipt reopening review"), nullable=False),
        sa.Column("department_id", ROW_ID, nullable=True),
        sa.Column("status", word("status", STATUSES), nullable=True),
        sa.Column("running", sa.Boolean(), nullable=False),
        sa.Column("original_due_on", sa.Date(), nullable=False),
        sa.Column("outcome", word("outcome", "answered declined transferred withdrawn"), nullable=True),
        *(sa.Column(name, sa.Integer(), nullable=False) for name in OF_A_ROUND.split()),
        *(sa.Column(name, sa.Integer(), nullable=True) for name in LENGTHS.split()),
        sa.PrimaryKeyConstraint("round_id", name="pk_round_fact"),
    )
    op.create_table(
        "lead_fact",
        sa.Column("assignment_id", ROW_ID, autoincrement=False, nullable=False),
        *shared(),
        sa.Column("department_id", ROW_ID, nullable=False),
        sa.Column("end", word("end", "completed returned rerouted"), nullable=True),
        *(sa.Column(name, sa.Integer(), nullable=False) for name in OF_AN_OFFICE.split()),
        sa.PrimaryKeyConstraint("assignment_id", name="pk_lead_fact"),
    )
    op.create_index("ix_figure_sum_range", "figure_sum", ["dimension", "span", "since"])
    for table, name, column, among in INDEXES:
        where = sa.text(among) if among else None
        op.create_index(name, table, [column], sqlite_where=where, postgresql_where=where)
    op.add_column("ticket", sa.Column("duplicate", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.execute(SAME_WRITER.format(true="1" if op.get_bind().dialect.name == "sqlite" else "true"))
    op.execute("INSERT INTO fact_mark (ticket_id) SELECT id FROM ticket ORDER BY id")


def downgrade() -> None:
    """Take it back."""
    op.drop_column("ticket", "duplicate")
    for table in ("lead_fact", "round_fact", "figure_state", "figure_sum", "fact_mark"):
        op.drop_table(table)
