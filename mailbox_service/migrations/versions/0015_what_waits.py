"""Facts say what waits to be signed for; sums keep how much waits for its first steps, since when and until when."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0015_what_waits"
down_revision = "0014_kind_of_rounds"
branch_labels = None
depends_on = None

INDEX, SIGNING = "ix_lead_fact_signing", sa.text("signing")
STAGES = (
    ("routing", "SELECT kind, begun_on, due_on, count(*) FROM round_fact WHERE status = 'received' GROUP BY 1, 2, 3"),
    ("signing", "SELECT kind, begun_on, due_on, count(*) FROM lead_fact WHERE signing GROUP BY 1, 2, 3"),
)
SUMS = sa.table(
    "figure_sum",
    *(sa.column(name) for name in ("id", "dimension", "span")),
    sa.column("since", sa.Date),
    sa.column("value"),
    sa.column("counts", sa.JSON),
)
NOW = {"dimension": "stage", "span": "now", "since": sa.literal_column("'2000-01-01'")}


def upgrade() -> None:
    """Mark the leads of letters that are assigned and not signed for, and count what waits."""
    op.add_column("lead_fact", sa.Column("signing", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.execute(
        "UPDATE lead_fact SET signing = true WHERE ended_on IS NULL AND EXISTS (SELECT 1 FROM round_fact"
        " WHERE round_fact.ticket_id = lead_fact.ticket_id AND round_fact.status = 'assigned')"
    )
    op.create_index(INDEX, "lead_fact", ["begun_on"], sqlite_where=SIGNING, postgresql_where=SIGNING)
    connection = op.get_bind()
    for stage, counted in STAGES:
        for kind, begun_on, due_on, number in connection.execute(sa.text(counted)).all():
            value = f"{stage}|{kind}|{begun_on}|{due_on}"
            row = {**NOW, "id": f"stage|now|2000-01-01|{value}", "value": value, "counts": {"n": number}}
            connection.execute(sa.insert(SUMS).values(row))


def downgrade() -> None:
    """Back to what is counted fact by fact."""
    op.execute("DELETE FROM figure_sum WHERE dimension = 'stage'")
    op.drop_index(INDEX, "lead_fact")
    op.drop_column("lead_fact", "signing")
