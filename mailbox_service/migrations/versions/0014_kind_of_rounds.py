"""A round keeps the kind the letter had while it ran; whose turn it is at an office is found along indexes."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0014_kind_of_rounds"
down_revision = "0013_public_figures"
branch_labels = None
depends_on = None

KINDS = ("enquiry", "complaint", "suggestion", "help", "report", "praise")
# What a person has now, and what they had last.
AMONG = (
    ("ix_assignment_in_hand", ("person_id",), "person_id IS NOT NULL AND ended_at IS NULL"),
    ("ix_assignment_in_turn", ("person_id", "begun_at"), "person_id IS NOT NULL"),
)


def upgrade() -> None:
    """Give each round the kind of its letter as it is: what it was before is not known."""
    words = ", ".join(f"'{kind}'" for kind in KINDS)
    op.execute(  # in SQL, since SQLite takes a check only with the column
        "ALTER TABLE round ADD COLUMN kind VARCHAR(24) DEFAULT 'enquiry' NOT NULL"
        f" CONSTRAINT ck_round_kind CHECK (kind IN ({words}))"
    )
    op.execute("UPDATE round SET kind = (SELECT t.kind FROM ticket t WHERE t.id = round.ticket_id)")
    for index, columns, condition in AMONG:
        where = sa.text(condition)
        op.create_index(index, "assignment", list(columns), sqlite_where=where, postgresql_where=where)


def downgrade() -> None:
    """Back to rounds without a kind."""
    for index, *_ in reversed(AMONG):
        op.drop_index(index, "assignment")
    op.drop_column("round", "kind")
