"""What the workspace keeps: rules, canned replies, versions of drafts, second factors, who is at a letter."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0004_workspace"
down_revision = "0003_citizens_site"
branch_labels = None
depends_on = None

ROW_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = sa.DateTime(timezone=True)
JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")

# Columns of tables that stand, with what the rows there get.
COLUMNS = (
    ("citizen", "address", sa.String(300), ""),
    ("citizen", "on_behalf_of", sa.String(100), ""),
    ("department", "shares_by_load", sa.Boolean(), sa.false()),
    ("department", "position", sa.Integer(), "0"),
    ("department", "version", sa.Integer(), "1"),
    ("person", "shortcuts", sa.Boolean(), sa.true()),
    ("person", "version", sa.Integer(), "1"),
    ("policy", "version", sa.Integer(), "1"),
    ("staff_session", "half", sa.Boolean(), sa.false()),
    ("topic", "version", sa.Integer(), "1"),
)
MAY_BE_EMPTY = (("department", "merged_into_id", ROW_ID), ("held_role", "confirmed_at", MOMENT))
TABLES = (
    "translation_draft mention dispatch signatory presence not_alike likeness draft_version draft_aside canned_reply"
    " phone_call staff_link second_factor saved_view routing_rule recovery_code former_name choice"
)
OPEN_NOW = "status IN ('received', 'assigned', 'in_progress', 'awaiting_citizen', 'in_review')"
ENDED_NOW = "status IN ('answered', 'closed', 'declined', 'transferred', 'withdrawn', 'merged', 'spam')"
# Indexes of the rows that meet a condition: what the queues read.
AMONG = (
    ("citizen", "ix_citizen_phone", ("phone",), "phone <> ''"),
    ("citizen", "ix_citizen_post", ("ticket_id",), "address <> '' AND email = ''"),
    ("ticket", "ix_ticket_open", ("urgent", "due_on", "id"), OPEN_NOW),
    ("ticket", "ix_ticket_newest", ("received_at", "id"), OPEN_NOW),
    ("ticket", "ix_ticket_ended", ("received_at", "id"), ENDED_NOW),
    ("ticket", "ix_ticket_again", ("due_on", "id"), f"round_no > 1 AND {OPEN_NOW}"),
    ("phone_call", "ix_phone_call_waiting", ("ticket_id",), "called_at IS NULL"),
    ("contribution", "ix_contribution_owed", ("ticket_id",), "given_at IS NULL AND waived_at IS NULL"),
    ("translation", "ix_translation_undone", ("ticket_id",), "done_at IS NULL"),
)
# What only staff find a letter by: notes and names.
SEARCH = {
    "sqlite": (
        "CREATE VIRTUAL TABLE staff_index USING fts5(words, content='staff_text', content_rowid='id',"
        " prefix='1', columnsize=0, tokenize='ascii')",
        "CREATE TRIGGER staff_text_added AFTER INSERT ON staff_text BEGIN"
        " INSERT INTO staff_index(rowid, words) VALUES (new.id, new.words); END",
        "CREATE TRIGGER staff_text_changed AFTER UPDATE ON staff_text BEGIN"
        " INSERT INTO staff_index(staff_index, rowid, words) VALUES ('delete', old.id, old.words);"
        " INSERT INTO staff_index(rowid, words) VALUES (new.id, new.words); END",
        "CREATE TRIGGER staff_text_removed AFTER DELETE ON staff_text BEGIN"
        " INSERT INTO staff_index(staff_index, rowid, words) VALUES ('delete', old.id, old.words); END",
    ),
    "postgresql": (
        "ALTER TABLE staff_text ADD COLUMN vector tsvector NOT NULL",
        "CREATE INDEX ix_staff_text_vector ON staff_text USING gin (vector)",
    ),
}


def word(name: str, words: str) -> sa.Enum:
    """One of these words, stored as text with a check."""
    return sa.Enum(*words.split(), name=name, native_enum=False, create_constraint=True, length=24)


def upgrade() -> None:
    """What the staff's workspace keeps."""
    op.create_table(
        "choice",
        sa.Column("name", sa.String(60), nullable=False),
        sa.Column("value", JSON, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("changed_by", ROW_ID, nullable=True),
        sa.Column("changed_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(["changed_by"], ["person.id"], name="fk_choice_changed_by"),
        sa.PrimaryKeyConstraint("name", name="pk_choice"),
    )
    op.create_table(
        "former_name",
        sa.Column("id", ROW_ID, autoincrement=False, nullable=False),
        sa.Column("department_id", ROW_ID, nullable=False),
        sa.Column("name", JSON, nullable=False),
        sa.Column("until", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(["department_id"], ["department.id"], name="fk_former_name_department_id"),
        sa.PrimaryKeyConstraint("id", name="pk_former_name"),
    )
    op.create_index("ix_former_name_office", "former_name", ["department_id", "until"])

    op.create_table(
        "recovery_code",
        sa.Column("id", ROW_ID, autoincrement=False, nullable=False),
        sa.Column("person_id", ROW_ID, nullable=False),
        sa.Column("hash", sa.String(64), nullable=False),
        sa.Column("used_at", MOMENT, nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name="fk_recovery_code_person_id"),
        sa.PrimaryKeyConstraint("id", name="pk_recovery_code"),
        sa.UniqueConstraint("person_id", "hash", name="uq_recovery_code_person_id_hash"),
    )
    op.create_table(
        "routing_rule",
        sa.Column("id", ROW_ID, autoincrement=False, nullable=False),
        sa.Column("name", sa.String(100), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("is_live", sa.Boolean(), nullable=False),
        sa.Column("by_itself", sa.Boolean(), nullable=False),
        sa.Column("kinds", JSON, nullable=False),
        sa.Column("topic_ids", JSON, nullable=False),
        sa.Column("languages", JSON, nullable=False),
        sa.Column("channels", JSON, nullable=False),
        sa.Column("words", JSON, nullable=False),
        sa.Column("department_id", ROW_ID, nullable=True),
        sa.Column("co_department_ids", JSON, nullable=False),
        sa.Column("urgent", sa.Boolean(), nullable=False),
        sa.Column("needs_approver", sa.Boolean(), nullable=False),
        sa.Column("tag", sa.String(40), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("added_by", ROW_ID, nullable=True),
        sa.Column("added_at", MOMENT, nullable=False),
        sa.Column("retired_at", MOMENT, nullable=True),
        sa.ForeignKeyConstraint(["added_by"], ["person.id"], name="fk_routing_rule_added_by"),
        sa.ForeignKeyConstraint(["department_id"], ["department.id"], name="fk_routing_rule_department_id"),
        sa.PrimaryKeyConstraint("id", name="pk_routing_rule"),
    )
    op.create_index("ix_routing_rule_order", "routing_rule", ["position", "id"])

    op.create_table(
        "saved_view",
        sa.Column("id", ROW_ID, autoincrement=False, nullable=False),
        sa.Column("person_id", ROW_ID, nullable=False),
        sa.Column("department_id", ROW_ID, nullable=True),
        sa.Column("name", sa.String(60), nullable=False),
        sa.Column("query", sa.String(1000), nullable=False),
        sa.Column("added_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(["department_id"], ["department.id"], name="fk_saved_view_department_id"),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name="fk_saved_view_person_id"),
        sa.PrimaryKeyConstraint("id", name="pk_saved_view"),
        sa.UniqueConstraint("person_id", "name", name="uq_saved_view_person_id_name"),
    )
    op.create_index("ix_saved_view_office", "saved_view", ["department_id", "id"])

    op.create_table(
        "second_factor",
        sa.Column("person_id", ROW_ID, autoincrement=False, nullable=False),
        sa.Column("generation", sa.Integer(), nullable=False),
        sa.Column("last_step", sa.Integer(), nullable=False),
        sa.Column("begun_at", MOMENT, nullable=False),
        sa.Column("confirmed_at", MOMENT, nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name="fk_second_factor_person_id"),
        sa.PrimaryKeyConstraint("person_id", name="pk_second_factor"),
    )
    op.create_table(
        "staff_link",
        sa.Column("id", ROW_ID, autoincrement=False, nullable=False),
        sa.Column("person_id", ROW_ID, nullable=False),
        sa.Column(
            "purpose",
            word("purpose", "invite reset"),
            nullable=False,
        ),
        sa.Column("hash", sa.String(64), nullable=False),
        sa.Column("made_at", MOMENT, nullable=False),
        sa.Column("expires_at", MOMENT, nullable=False),
        sa.Column("used_at", MOMENT, nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name="fk_staff_link_person_id"),
        sa.PrimaryKeyConstraint("id", name="pk_staff_link"),
        sa.UniqueConstraint("hash", name="uq_staff_link_hash"),
    )
    op.create_index("ix_staff_link_person", "staff_link", ["person_id", "id"])

    op.create_table(
        "canned_reply",
        sa.Column("id", ROW_ID, autoincrement=False, nullable=False),
        sa.Column("name", sa.String(100), nullable=False),
        sa.Column("department_id", ROW_ID, nullable=True),
        sa.Column("kind", sa.String(24), nullable=False),
        sa.Column("topic_id", ROW_ID, nullable=True),
        sa.Column("texts", JSON, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("changed_by", ROW_ID, nullable=True),
        sa.Column("changed_at", MOMENT, nullable=False),
        sa.Column("retired_at", MOMENT, nullable=True),
        sa.ForeignKeyConstraint(["changed_by"], ["person.id"], name="fk_canned_reply_changed_by"),
        sa.ForeignKeyConstraint(["department_id"], ["department.id"], name="fk_canned_reply_department_id"),
        sa.ForeignKeyConstraint(["topic_id"], ["topic.id"], name="fk_canned_reply_topic_id"),
        sa.PrimaryKeyConstraint("id", name="pk_canned_reply"),
    )
    op.create_index("ix_canned_reply_office", "canned_reply", ["department_id", "id"])

    op.create_table(
        "draft_version",
        sa.Column("ticket_id", ROW_ID, autoincrement=False, nullable=False),
        sa.Column("version", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("own_text", sa.String(), nullable=False),
        sa.Column("saved_by", ROW_ID, nullable=False),
        sa.Column("saved_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(["saved_by"], ["person.id"], name="fk_draft_version_saved_by"),
        sa.ForeignKeyConstraint(["ticket_id"], ["ticket.id"], name="fk_draft_version_ticket_id"),
        sa.PrimaryKeyConstraint("ticket_id", "version", name="pk_draft_version"),
    )
    op.create_table(
        "draft_aside",
        sa.Column("ticket_id", ROW_ID, autoincrement=False, nullable=False),
        sa.Column("person_id", ROW_ID, autoincrement=False, nullable=False),
        sa.Column("begun_from", sa.Integer(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("own_text", sa.String(), nullable=False),
        sa.Column("saved_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name="fk_draft_aside_person_id"),
        sa.ForeignKeyConstraint(["ticket_id"], ["ticket.id"], name="fk_draft_aside_ticket_id"),
        sa.PrimaryKeyConstraint("ticket_id", "person_id", name="pk_draft_aside"),
    )
    op.create_table(
        "likeness",
        sa.Column("ticket_id", ROW_ID, autoincrement=False, nullable=False),
        sa.Column("band", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("hash", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["ticket_id"], ["ticket.id"], name="fk_likeness_ticket_id"),
        sa.PrimaryKeyConstraint("ticket_id", "band", name="pk_likeness"),
    )
    op.create_index("ix_likeness_band", "likeness", ["band", "hash", "ticket_id"])

    op.create_table(
        "not_alike",
        sa.Column("ticket_id", ROW_ID, autoincrement=False, nullable=False),
        sa.Column("other_id", ROW_ID, autoincrement=False, nullable=False),
        sa.Column("person_id", ROW_ID, nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.CheckConstraint("ticket_id < other_id", name="ck_not_alike_in_order"),
        sa.ForeignKeyConstraint(["other_id"], ["ticket.id"], name="fk_not_alike_other_id"),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name="fk_not_alike_person_id"),
        sa.ForeignKeyConstraint(["ticket_id"], ["ticket.id"], name="fk_not_alike_ticket_id"),
        sa.PrimaryKeyConstraint("ticket_id", "other_id", name="pk_not_alike"),
    )
    op.create_index("ix_not_alike_other_id", "not_alike", ["other_id"])

    op.create_table(
        "presence",
        sa.Column("ticket_id", ROW_ID, autoincrement=False, nullable=False),
        sa.Column("person_id", ROW_ID, autoincrement=False, nullable=False),
        sa.Column("writing", sa.Boolean(), nullable=False),
        sa.Column("seen_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name="fk_presence_person_id"),
        sa.ForeignKeyConstraint(["ticket_id"], ["ticket.id"], name="fk_presence_ticket_id"),
        sa.PrimaryKeyConstraint("ticket_id", "person_id", name="pk_presence"),
    )
    op.create_index("ix_presence_seen", "presence", ["seen_at"])

    op.create_table(
        "signatory",
        sa.Column("id", ROW_ID, autoincrement=False, nullable=False),
        sa.Column("ticket_id", ROW_ID, nullable=False),
        sa.Column("name", sa.String(100), nullable=False),
        sa.Column("contact", sa.String(254), nullable=False),
        sa.ForeignKeyConstraint(["ticket_id"], ["ticket.id"], name="fk_signatory_ticket_id"),
        sa.PrimaryKeyConstraint("id", name="pk_signatory"),
    )
    op.create_index("ix_signatory_ticket", "signatory", ["ticket_id", "id"])

    op.create_table(
        "dispatch",
        sa.Column("reply_id", ROW_ID, autoincrement=False, nullable=False),
        sa.Column("ticket_id", ROW_ID, nullable=False),
        sa.Column("posted_on", sa.Date(), nullable=False),
        sa.Column("recorded_by", ROW_ID, nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(["recorded_by"], ["person.id"], name="fk_dispatch_recorded_by"),
        sa.ForeignKeyConstraint(["reply_id"], ["reply.id"], name="fk_dispatch_reply_id"),
        sa.ForeignKeyConstraint(["ticket_id"], ["ticket.id"], name="fk_dispatch_ticket_id"),
        sa.PrimaryKeyConstraint("reply_id", name="pk_dispatch"),
    )
    op.create_index("ix_dispatch_ticket_id", "dispatch", ["ticket_id"])

    op.create_table(
        "mention",
        sa.Column("note_id", ROW_ID, autoincrement=False, nullable=False),
        sa.Column("person_id", ROW_ID, autoincrement=False, nullable=False),
        sa.Column("ticket_id", ROW_ID, nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("read_at", MOMENT, nullable=True),
        sa.ForeignKeyConstraint(["note_id"], ["note.id"], name="fk_mention_note_id"),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name="fk_mention_person_id"),
        sa.ForeignKeyConstraint(["ticket_id"], ["ticket.id"], name="fk_mention_ticket_id"),
        sa.PrimaryKeyConstraint("note_id", "person_id", name="pk_mention"),
    )
    op.create_index("ix_mention_person", "mention", ["person_id", "read_at", "note_id"])
    op.create_index("ix_mention_ticket_id", "mention", ["ticket_id"])

    op.create_table(
        "translation_draft",
        sa.Column("translation_id", ROW_ID, autoincrement=False, nullable=False),
        sa.Column("ticket_id", ROW_ID, nullable=False),
        sa.Column("paragraphs", JSON, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("saved_by", ROW_ID, nullable=False),
        sa.Column("saved_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(["saved_by"], ["person.id"], name="fk_translation_draft_saved_by"),
        sa.ForeignKeyConstraint(["ticket_id"], ["ticket.id"], name="fk_translation_draft_ticket_id"),
        sa.ForeignKeyConstraint(["translation_id"], ["translation.id"], name="fk_translation_draft_translation_id"),
        sa.PrimaryKeyConstraint("translation_id", name="pk_translation_draft"),
    )
    op.create_index("ix_translation_draft_ticket_id", "translation_draft", ["ticket_id"])
    op.create_table(
        "phone_call",
        sa.Column("id", ROW_ID, autoincrement=False, nullable=False),
        sa.Column("ticket_id", ROW_ID, nullable=False),
        sa.Column("event_id", ROW_ID, nullable=False),
        sa.Column("what", sa.String(20), nullable=False),
        sa.Column("owed_at", MOMENT, nullable=False),
        sa.Column("called_at", MOMENT, nullable=True),
        sa.Column("called_by", ROW_ID, nullable=True),
        sa.ForeignKeyConstraint(["called_by"], ["person.id"], name="fk_phone_call_called_by"),
        sa.ForeignKeyConstraint(["event_id"], ["event.id"], name="fk_phone_call_event_id"),
        sa.ForeignKeyConstraint(["ticket_id"], ["ticket.id"], name="fk_phone_call_ticket_id"),
        sa.PrimaryKeyConstraint("id", name="pk_phone_call"),
    )
    op.create_index("ix_phone_call_ticket", "phone_call", ["ticket_id", "id"])
    op.create_table(
        "staff_text",
        sa.Column("id", ROW_ID, autoincrement=False, nullable=False),
        sa.Column("ticket_id", ROW_ID, nullable=False),
        sa.Column("of_kind", sa.String(10), nullable=False),
        sa.Column("words", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["ticket_id"], ["ticket.id"], name="fk_staff_text_ticket_id"),
        sa.PrimaryKeyConstraint("id", name="pk_staff_text"),
    )
    op.create_index("ix_staff_text_ticket_id", "staff_text", ["ticket_id"])
    for statement in SEARCH[op.get_bind().dialect.name]:
        op.execute(statement)
    for table, name, kind, value in COLUMNS:
        op.add_column(table, sa.Column(name, kind, nullable=False, server_default=value))
    for table, name, columns, condition in AMONG:
        where = sa.text(condition)
        op.create_index(name, table, list(columns), sqlite_where=where, postgresql_where=where)
    op.create_index("ix_publication_ticket", "publication", ["ticket_id", "id"])
    for table, name, empty_kind in MAY_BE_EMPTY:
        op.add_column(table, sa.Column(name, empty_kind, nullable=True))
    op.execute("UPDATE held_role SET confirmed_at = given_at")


def downgrade() -> None:
    """Take it back."""
    op.drop_table("staff_text")
    if op.get_bind().dialect.name == "sqlite":
        op.execute("DROP TABLE staff_index")
    op.drop_index("ix_publication_ticket", "publication")
    for table, name, *_ in AMONG:
        op.drop_index(name, table)
    for table, name, *_ in (*COLUMNS, *MAY_BE_EMPTY):
        op.drop_column(table, name)
    for table in TABLES.split():
        op.drop_table(table)
