"""What the post room keeps of mails that leave: who they are from, what came back, when it was paused, digests."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006_post_going_out"
down_revision = "0004_workspace"
branch_labels = None
depends_on = None

ROW_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = sa.DateTime(timezone=True)

# Columns of tables that stand, with what the rows there get.
COLUMNS = (
    ("mail", "sender", sa.String(200), ""),
    ("person", "digest", sa.String(8), "never"),
)
MAY_BE_EMPTY = (("mail", "bounced_at", MOMENT), ("person", "digest_on", sa.Date()))
# Indexes of the rows that meet a condition: the outbox's page, the queue of addresses that don't work, the digests.
AMONG = (
    ("mail", "ix_mail_failed", ("id",), "failed_at IS NOT NULL"),
    ("mail", "ix_mail_bounced", ("id",), "bounced_at IS NOT NULL"),
    ("citizen", "ix_citizen_bounced", ("ticket_id",), "bounced_at IS NOT NULL"),
    ("person", "ix_person_digest", ("digest", "digest_on"), "digest <> 'never'"),
    ("mail_pause", "ix_mail_pause_open", ("begun_at",), "ended_at IS NULL"),
)


def upgrade() -> None:
    """What the post room keeps of mails that leave."""
    op.create_table(
        "mail_pause",
        sa.Column("id", ROW_ID, autoincrement=False, nullable=False),
        sa.Column("why", sa.String(200), nullable=False),
        sa.Column("begun_at", MOMENT, nullable=False),
        sa.Column("begun_by", ROW_ID, nullable=True),
        sa.Column("ended_at", MOMENT, nullable=True),
        sa.Column("ended_by", ROW_ID, nullable=True),
        sa.ForeignKeyConstraint(["begun_by"], ["person.id"], name="fk_mail_pause_begun_by"),
        sa.ForeignKeyConstraint(["ended_by"], ["person.id"], name="fk_mail_pause_ended_by"),
        sa.PrimaryKeyConstraint("id", name="pk_mail_pause"),
    )
    for table, name, kind, stands in COLUMNS:
        op.add_column(table, sa.Column(name, kind, nullable=False, server_default=stands))
    for table, name, may in MAY_BE_EMPTY:
        op.add_column(table, sa.Column(name, may, nullable=True))
    for table, index, columns, condition in AMONG:
        where = sa.text(condition)
        op.create_index(index, table, list(columns), sqlite_where=where, postgresql_where=where)


def downgrade() -> None:
    """Back to mails that know neither sender nor bounce."""
    for table, index, _columns, _condition in reversed(AMONG):
        op.drop_index(index, table)
    for table, name, *_ in reversed((*COLUMNS, *MAY_BE_EMPTY)):
        op.drop_column(table, name)
    op.drop_table("mail_pause")
