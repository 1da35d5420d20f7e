"""The outbox, and what staff keep around a letter."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0002_mail_and_desk"
down_revision = "0001_letters"
branch_labels = None
depends_on = None

ROW_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = sa.DateTime(timezone=True)


def word(name: str, words: str) -> sa.Enum:
    """One of these words, stored as text with a check."""
    return sa.Enum(*words.split(), name=name, native_enum=False, create_constraint=True, length=24)


def only_while(condition: str) -> dict[str, Any]:
    """An index of the rows that meet the condition."""
    return {"sqlite_where": sa.text(condition), "postgresql_where": sa.text(condition)}


def upgrade() -> None:
    """The outbox, and what staff keep around a letter."""
    op.create_table(
        "draft",
        sa.Column("ticket_id", ROW_ID, autoincrement=False, nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("own_text", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("saved_by", ROW_ID, nullable=False),
        sa.Column("saved_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(["saved_by"], ["person.id"], name=op.f("fk_draft_saved_by")),
        sa.ForeignKeyConstraint(["ticket_id"], ["ticket.id"], name=op.f("fk_draft_ticket_id")),
        sa.PrimaryKeyConstraint("ticket_id", name=op.f("pk_draft")),
    )
    op.create_table(
        "note",
        sa.Column("id", ROW_ID, autoincrement=False, nullable=False),
        sa.Column("ticket_id", ROW_ID, nullable=False),
        sa.Column("person_id", ROW_ID, nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_note_person_id")),
        sa.ForeignKeyConstraint(["ticket_id"], ["ticket.id"], name=op.f("fk_note_ticket_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_note")),
    )
    op.create_index("ix_note_ticket", "note", ["ticket_id", "id"], unique=False)
    op.create_table(
        "tag",
        sa.Column("ticket_id", ROW_ID, autoincrement=False, nullable=False),
        sa.Column("word", sa.String(40), nullable=False),
        sa.Column("person_id", ROW_ID, nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_tag_person_id")),
        sa.ForeignKeyConstraint(["ticket_id"], ["ticket.id"], name=op.f("fk_tag_ticket_id")),
        sa.PrimaryKeyConstraint("ticket_id", "word", name=op.f("pk_tag")),
    )
    op.create_index("ix_tag_word", "tag", ["word", "ticket_id"], unique=False)
    op.create_table(
        "mail",
        sa.Column("id", ROW_ID, autoincrement=False, nullable=False),
        sa.Column("ticket_id", ROW_ID, nullable=True),
        sa.Column("event_id", ROW_ID, nullable=True),
        sa.Column("notice", sa.String(40), nullable=False),
        sa.Column("recipient", word("recipient", "citizen staff"), nullable=False),
        sa.Column("person_id", ROW_ID, nullable=True),
        sa.Column("to_address", sa.String(254), nullable=False),
        sa.Column("language", sa.String(8), nullable=False),
        sa.Column("restricted", sa.Boolean(), nullable=False),
        sa.Column("message_id", sa.String(200), nullable=False),
        sa.Column("subject", sa.String(400), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("html", sa.String(), nullable=False),
        sa.Column("written_at", MOMENT, nullable=False),
        sa.Column("next_try_at", MOMENT, nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("lease_until", MOMENT, nullable=True),
        sa.Column("claimed_by", sa.String(64), nullable=False),
        sa.Column("sent_at", MOMENT, nullable=True),
        sa.Column("failed_at", MOMENT, nullable=True),
        sa.Column("failure", sa.String(120), nullable=False),
        sa.Column("emptied_at", MOMENT, nullable=True),
        sa.CheckConstraint("sent_at IS NULL OR failed_at IS NULL", name=op.f("ck_mail_sent_or_failed")),
        sa.ForeignKeyConstraint(["event_id"], ["event.id"], name=op.f("fk_mail_event_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_mail_person_id")),
        sa.ForeignKeyConstraint(["ticket_id"], ["ticket.id"], name=op.f("fk_mail_ticket_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mail")),
        sa.UniqueConstraint("event_id", "notice", "to_address", name=op.f("uq_mail_event_id_notice_to_address")),
        sa.UniqueConstraint("message_id", name=op.f("uq_mail_message_id")),
    )
    op.create_index("ix_mail_full", "mail", ["written_at"], unique=False, **only_while("emptied_at IS NULL"))
    op.create_index("ix_mail_ticket", "mail", ["ticket_id", "id"], unique=False)
    op.create_index(
        "ix_mail_waiting", "mail", ["next_try_at"], unique=False, **only_while("sent_at IS NULL AND failed_at IS NULL")
    )


def downgrade() -> None:
    """Take it back."""
    op.drop_table("mail")
    op.drop_table("tag")
    op.drop_table("note")
    op.drop_table("draft")
