"""Mail that comes in: every message as it was sent, and how far a mailbox was read."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0007_received_mail"
down_revision = "0006_post_going_out"
branch_labels = None
depends_on = None

ROW_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = sa.DateTime(timezone=True)
JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
WAITING = "state = 'stored'"
INDEXES = (
    ("ix_received_state", ["state", "id"]),
    ("ix_received_ticket", ["ticket_id", "id"]),
    ("ix_received_likeness", ["likeness"]),
    ("ix_received_stored", ["stored"]),
)


def word(name: str, words: str) -> sa.Enum:
    """One of these words, stored as text with a check."""
    return sa.Enum(*words.split(), name=name, native_enum=False, create_constraint=True, length=24)


def upgrade() -> None:
    """Make room for what comes in."""
    op.create_table(
        "imap_place",
        sa.Column("mailbox", sa.String(300), nullable=False),
        sa.Column("uid_validity", sa.BigInteger(), nullable=False),
        sa.Column("uid", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("mailbox", name=op.f("pk_imap_place")),
    )
    op.create_table(
        "received",
        sa.Column("id", ROW_ID, autoincrement=False, nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("likeness", sa.String(64), nullable=False),
        sa.Column("source", word("source", "pipe lmtp imap"), nullable=False),
        sa.Column("envelope_from", sa.String(320), nullable=False),
        sa.Column("envelope_to", sa.String(320), nullable=False),
        sa.Column("received_at", MOMENT, nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("stored", sa.String(100), nullable=False),
        sa.Column("state", word("state", "stored letter threaded held machine ours repeated put_away"), nullable=False),
        sa.Column("reason", sa.String(40), nullable=False),
        sa.Column("ticket_id", ROW_ID, nullable=True),
        sa.Column("message_id", ROW_ID, nullable=True),
        sa.Column("sender", sa.String(320), nullable=False),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("subject", sa.String(400), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("reply_text", sa.String(), nullable=False),
        sa.Column("refused", JSON, nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("next_try_at", MOMENT, nullable=False),
        sa.Column("lease_until", MOMENT, nullable=True),
        sa.Column("claimed_by", sa.String(64), nullable=False),
        sa.Column("done_at", MOMENT, nullable=True),
        sa.Column("done_by", ROW_ID, nullable=True),
        sa.Column("emptied_at", MOMENT, nullable=True),
        sa.ForeignKeyConstraint(["ticket_id"], ["ticket.id"], name=op.f("fk_received_ticket_id")),
        sa.ForeignKeyConstraint(["message_id"], ["message.id"], name=op.f("fk_received_message_id")),
        sa.ForeignKeyConstraint(["done_by"], ["person.id"], name=op.f("fk_received_done_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_received")),
        sa.UniqueConstraint("digest", name=op.f("uq_received_digest")),
    )
    for name, columns in INDEXES:
        op.create_index(name, "received", columns, unique=False)
    op.create_index(
        "ix_received_waiting",
        "received",
        ["next_try_at"],
        unique=False,
        sqlite_where=sa.text(WAITING),
        postgresql_where=sa.text(WAITING),
    )


def downgrade() -> None:
    """Take it away again, with everything in it."""
    op.drop_index("ix_received_waiting", "received")
    for name, _ in INDEXES:
        op.drop_index(name, "received")
    op.drop_table("received")
    op.drop_table("imap_place")
