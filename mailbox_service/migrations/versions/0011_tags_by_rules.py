"""A rule of routing may put a tag on a letter: nobody has put it there then."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0011_tags_by_rules"
down_revision = "0010_calendar"
branch_labels = None
depends_on = None

ROW_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Let a tag be nobody's."""
    with op.batch_alter_table("tag") as table:
        table.alter_column("person_id", existing_type=ROW_ID, nullable=True)


def downgrade() -> None:
    """Take the tags that rules have put away."""
    op.execute("DELETE FROM tag WHERE person_id IS NULL")
    with op.batch_alter_table("tag") as table:
        table.alter_column("person_id", existing_type=ROW_ID, nullable=False)
