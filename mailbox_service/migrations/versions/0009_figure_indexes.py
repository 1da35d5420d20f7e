"""Indexes for the managers' pages of mail failures and translation load."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0009_figure_indexes"
down_revision = "0008_facts"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Find mails that failed, and translations that were asked for, by their day."""
    failed = sa.text("failed_at IS NOT NULL")
    op.create_index("ix_mail_failed_at", "mail", ["failed_at"], sqlite_where=failed, postgresql_where=failed)
    op.create_index("ix_translation_asked", "translation", ["asked_at"])


def downgrade() -> None:
    """Take it back."""
    op.drop_index("ix_translation_asked", "translation")
    op.drop_index("ix_mail_failed_at", "mail")
