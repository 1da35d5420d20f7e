"""The city, the letters, and what every room stands on."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0001_letters"
down_revision = None
branch_labels = None
depends_on = None

ROW_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
JSON = sa.JSON().with_variant(JSONB(), "postgresql")
MOMENT = sa.DateTime(timezone=True)
STATUSES = (
    "received assigned in_progress awaiting_citizen in_review answered"
    " closed declined transferred withdrawn merged spam"
)

# What the tables alone don't say: numbers, the full-text index, and what can't be changed once it is written.

EVENT_COLUMNS = (
    "id, ticket_id, round_no, at, act, actor_kind, person_id, stands_for, department_id,"
    " status_before, status_after, facts"
)
BESIDES = {
    "sqlite": [
        "CREATE VIRTUAL TABLE search_index USING fts5(words, content='search_text', content_rowid='ticket_id',"
        " prefix='1', columnsize=0, tokenize='ascii')",
        "INSERT INTO search_index(search_index, rank) VALUES ('automerge', 8)",
        "CREATE TRIGGER search_text_added AFTER INSERT ON search_text BEGIN"
        " INSERT INTO search_index(rowid, words) VALUES (new.ticket_id, new.words); END",
        "CREATE TRIGGER search_text_changed AFTER UPDATE ON search_text BEGIN"
        " INSERT INTO search_index(search_index, rowid, words) VALUES ('delete', old.ticket_id, old.words);"
        " INSERT INTO search_index(rowid, words) VALUES (new.ticket_id, new.words); END",
        "CREATE TRIGGER search_text_removed AFTER DELETE ON search_text BEGIN"
        " INSERT INTO search_index(search_index, rowid, words) VALUES ('delete', old.ticket_id, old.words); END",
        "CREATE TRIGGER audit_row_no_update BEFORE UPDATE ON audit_row"
        " BEGIN SELECT raise(abort, 'audit_row is append-only'); END",
        "CREATE TRIGGER audit_row_no_delete BEFORE DELETE ON audit_row"
        " BEGIN SELECT raise(abort, 'audit_row is append-only'); END",
        f"CREATE TRIGGER event_no_update BEFORE UPDATE OF {EVENT_COLUMNS} ON event"
        " BEGIN SELECT raise(abort, 'event is append-only'); END",
        "CREATE TRIGGER event_no_delete BEFORE DELETE ON event BEGIN SELECT raise(abort, 'event is append-only'); END",
    ],
    "postgresql": [
        "CREATE SEQUENCE ticket_number_seq",
        "ALTER TABLE search_text ADD COLUMN vector tsvector NOT NULL",
        "CREATE INDEX ix_search_text_vector ON search_text USING gin (vector)",
        "CREATE FUNCTION audit_row_append_only() RETURNS trigger LANGUAGE plpgsql AS"
        " $$ BEGIN RAISE EXCEPTION 'audit_row is append-only'; END $$",
        "CREATE TRIGGER audit_row_append_only BEFORE UPDATE OR DELETE ON audit_row"
        " FOR EACH ROW EXECUTE FUNCTION audit_row_append_only()",
        "CREATE TRIGGER audit_row_no_truncate BEFORE TRUNCATE ON audit_row"
        " FOR EACH STATEMENT EXECUTE FUNCTION audit_row_append_only()",
        "CREATE FUNCTION event_append_only() RETURNS trigger LANGUAGE plpgsql AS"
        " $$ BEGIN RAISE EXCEPTION 'event is append-only'; END $$",
        f"CREATE TRIGGER event_append_only BEFORE UPDATE OF {EVENT_COLUMNS} OR DELETE ON event"
        " FOR EACH ROW EXECUTE FUNCTION event_append_only()",
        "CREATE TRIGGER event_no_truncate BEFORE TRUNCATE ON event"
        " FOR EACH STATEMENT EXECUTE FUNCTION event_append_only()",
    ],
}
LEFT_BEHIND = {  # what doesn't go with its table
    "sqlite": [],
    "postgresql": [
        "DROP FUNCTION audit_row_append_only()",
        "DROP FUNCTION event_append_only()",
        "DROP SEQUENCE ticket_number_seq",
    ],
}


def word(name: str, words: str) -> sa.Enum:
    """One of these words, stored as text with a check."""
    return sa.Enum(*words.split(), name=name, native_enum=False, create_constraint=True, length=24)


def only_while(condition: str) -> dict[str, Any]:
    """An index of the rows that meet the condition."""
    return {"sqlite_where": sa.text(condition), "postgresql_where": sa.text(condition)}


def upgrade() -> None:
    """The city, the letters, and what every room stands on."""
    op.create_table(
        "audit_row",
        sa.Column("id", ROW_ID, autoincrement=False, nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("actor_kind", word("actor_kind", "staff citizen system operator"), nullable=False),
        sa.Column("person_id", sa.BigInteger(), nullable=True),
        sa.Column("act", sa.String(60), nullable=False),
        sa.Column("subject_kind", sa.String(40), nullable=False),
        sa.Column("subject_id", sa.BigInteger(), nullable=True),
        sa.Column("facts", JSON, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_row")),
    )
    op.create_index("ix_audit_row_act", "audit_row", ["act", "id"], unique=False)
    op.create_index("ix_audit_row_person", "audit_row", ["person_id", "id"], unique=False)
    op.create_index("ix_audit_row_subject", "audit_row", ["subject_kind", "subject_id", "id"], unique=False)
    op.create_table(
        "calendar_day",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("is_working", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("day", name=op.f("pk_calendar_day")),
    )
    op.create_table(
        "calendar_year",
        sa.Column("year", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("source", sa.String(200), nullable=False),
        sa.Column("imported_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("year", name=op.f("pk_calendar_year")),
    )
    op.create_table(
        "department",
        sa.Column("id", ROW_ID, autoincrement=False, nullable=False),
        sa.Column("code", sa.String(40), nullable=False),
        sa.Column("name", JSON, nullable=False),
        sa.Column("phone", sa.String(40), nullable=False),
        sa.Column("translates", JSON, nullable=False),
        sa.Column("masters", JSON, nullable=False),
        sa.Column("closed_at", MOMENT, nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_department")),
        sa.UniqueConstraint("code", name=op.f("uq_department_code")),
    )
    op.create_table(
        "job_run",
        sa.Column("name", sa.String(40), nullable=False),
        sa.Column("last_started_at", MOMENT, nullable=True),
        sa.Column("last_ended_at", MOMENT, nullable=True),
        sa.Column("taken_until", MOMENT, nullable=True),
        sa.Column("outcome", sa.String(200), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_job_run")),
    )
    op.create_table(
        "number_sequence",
        sa.Column("name", sa.String(40), nullable=False),
        sa.Column("value", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_number_sequence")),
    )
    op.create_table(
        "person",
        sa.Column("id", ROW_ID, autoincrement=False, nullable=False),
        sa.Column("email", sa.String(254), nullable=False),
        sa.Column("name", sa.String(100), nullable=False),
        sa.Column("language", sa.String(8), nullable=False),
        sa.Column("password_hash", sa.String(200), nullable=False),
        sa.Column("added_at", MOMENT, nullable=False),
        sa.Column("left_at", MOMENT, nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_person")),
        sa.UniqueConstraint("email", name=op.f("uq_person_email")),
    )
    op.create_table(
        "policy",
        sa.Column("kind", sa.String(24), nullable=False),
        sa.Column("approvals", word("approvals", "none head head_and_approver"), nullable=False),
        sa.Column("triage_days", sa.Integer(), nullable=False),
        sa.Column("sign_days", sa.Integer(), nullable=False),
        sa.Column("reply_days", sa.Integer(), nullable=False),
        sa.Column("extension_days", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("kind", name=op.f("pk_policy")),
    )
    op.create_table(
        "rate_window",
        sa.Column("rule", sa.String(40), nullable=False),
        sa.Column("client", sa.String(64), nullable=False),
        sa.Column("window_start", MOMENT, nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("rule", "client", "window_start", name=op.f("pk_rate_window")),
    )
    op.create_index("ix_rate_window_start", "rate_window", ["window_start"], unique=False)
    op.create_table(
        "seal",
        sa.Column("position", ROW_ID, autoincrement=False, nullable=False),
        sa.Column("source", sa.String(40), nullable=False),
        sa.Column("row_id", sa.BigInteger(), nullable=False),
        sa.Column("salt", sa.String(32), nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("chain", sa.String(64), nullable=False),
        sa.Column("sealed_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("position", name=op.f("pk_seal")),
        sa.UniqueConstraint("source", "row_id", name=op.f("uq_seal_source_row_id")),
    )
    op.create_table(
        "staff_session",
        sa.Column("id", ROW_ID, autoincrement=False, nullable=False),
        sa.Column("token", sa.String(64), nullable=False),
        sa.Column("person_id", sa.BigInteger(), nullable=False),
        sa.Column("csrf", sa.String(64), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("seen_at", MOMENT, nullable=False),
        sa.Column("expires_at", MOMENT, nullable=False),
        sa.Column("user_agent", sa.String(120), nullable=False),
        sa.Column("address", sa.String(45), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_staff_session")),
        sa.UniqueConstraint("token", name=op.f("uq_staff_session_token")),
    )
    op.create_index("ix_staff_session_expires", "staff_session", ["expires_at"], unique=False)
    op.create_index("ix_staff_session_person", "staff_session", ["person_id"], unique=False)
    op.create_table(
        "deputy",
        sa.Column("id", ROW_ID, autoincrement=False, nullable=False),
        sa.Column("person_id", ROW_ID, nullable=False),
        sa.Column("deputy_id", ROW_ID, nullable=False),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("until_on", sa.Date(), nullable=False),
        sa.CheckConstraint("deputy_id <> person_id", name=op.f("ck_deputy_somebody_else")),
        sa.CheckConstraint("until_on >= from_on", name=op.f("ck_deputy_in_order")),
        sa.ForeignKeyConstraint(["deputy_id"], ["person.id"], name=op.f("fk_deputy_deputy_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_deputy_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_deputy")),
    )
    op.create_index(op.f("ix_deputy_deputy_id"), "deputy", ["deputy_id"], unique=False)
    op.create_index(op.f("ix_deputy_person_id"), "deputy", ["person_id"], unique=False)
    op.create_table(
        "held_role",
        sa.Column("id", ROW_ID, autoincrement=False, nullable=False),
        sa.Column("person_id", ROW_ID, nullable=False),
        sa.Column(
            "role",
            word("role", "clerk officer head approver manager restricted_desk second_desk administrator auditor"),
            nullable=False,
        ),
        sa.Column("department_id", ROW_ID, nullable=True),
        sa.Column("given_at", MOMENT, nullable=False),
        sa.Column("given_by", ROW_ID, nullable=True),
        sa.Column("confirmed_by", ROW_ID, nullable=True),
        sa.Column("ended_at", MOMENT, nullable=True),
        sa.ForeignKeyConstraint(["confirmed_by"], ["person.id"], name=op.f("fk_held_role_confirmed_by")),
        sa.ForeignKeyConstraint(["department_id"], ["department.id"], name=op.f("fk_held_role_department_id")),
        sa.ForeignKeyConstraint(["given_by"], ["person.id"], name=op.f("fk_held_role_given_by")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_held_role_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_held_role")),
    )
    op.create_index(op.f("ix_held_role_department_id"), "held_role", ["department_id"], unique=False)
    op.create_index(
        "uq_held_role_open",
        "held_role",
        ["person_id", "role", "department_id"],
        unique=True,
        **only_while("ended_at IS NULL"),
    )
    op.create_index(
        "uq_held_role_everywhere",
        "held_role",
        ["person_id", "role"],
        unique=True,
        **only_while("ended_at IS NULL AND department_id IS NULL"),
    )
    op.create_table(
        "topic",
        sa.Column("id", ROW_ID, autoincrement=False, nullable=False),
        sa.Column("parent_id", ROW_ID, nullable=True),
        sa.Column("code", sa.String(60), nullable=False),
        sa.Column("name", JSON, nullable=False),
        sa.Column("department_id", ROW_ID, nullable=True),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("retired_at", MOMENT, nullable=True),
        sa.ForeignKeyConstraint(["department_id"], ["department.id"], name=op.f("fk_topic_department_id")),
        sa.ForeignKeyConstraint(["parent_id"], ["topic.id"], name=op.f("fk_topic_parent_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_topic")),
        sa.UniqueConstraint("code", name=op.f("uq_topic_code")),
    )
    op.create_index(op.f("ix_topic_department_id"), "topic", ["department_id"], unique=False)
    op.create_index(op.f("ix_topic_parent_id"), "topic", ["parent_id"], unique=False)
    op.create_table(
        "ticket",
        sa.Column("id", ROW_ID, autoincrement=False, nullable=False),
        sa.Column("number", sa.String(20), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("once_key", sa.String(64), nullable=True),
        sa.Column("code_generation", sa.Integer(), nullable=False),
        sa.Column("status", word("status", STATUSES), nullable=False),
        sa.Column("kind", word("kind", "enquiry complaint suggestion help report praise"), nullable=False),
        sa.Column("kind_fixed", sa.Boolean(), nullable=False),
        sa.Column("topic_id", ROW_ID, nullable=True),
        sa.Column("subject", sa.String(200), nullable=False),
        sa.Column("language", sa.String(8), nullable=False),
        sa.Column("channel", word("channel", "web mail api phone counter paper"), nullable=False),
        sa.Column("identity", word("identity", "named hidden anonymous"), nullable=False),
        sa.Column("wants_reply", sa.Boolean(), nullable=False),
        sa.Column("publication_consent", sa.Boolean(), nullable=False),
        sa.Column("privacy_version", sa.String(20), nullable=False),
        sa.Column("received_at", MOMENT, nullable=False),
        sa.Column("entered_at", MOMENT, nullable=False),
        sa.Column("round_no", sa.Integer(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("office_due_on", sa.Date(), nullable=True),
        sa.Column("provisional", sa.Boolean(), nullable=False),
        sa.Column("answered_at", MOMENT, nullable=True),
        sa.Column("sweep_on", sa.Date(), nullable=True),
        sa.Column("lead_department_id", ROW_ID, nullable=True),
        sa.Column("handler_id", ROW_ID, nullable=True),
        sa.Column("urgent", sa.Boolean(), nullable=False),
        sa.Column("urgent_on", sa.Date(), nullable=True),
        sa.Column("needs_approver", sa.Boolean(), nullable=False),
        sa.Column("untranslatable", sa.Boolean(), nullable=False),
        sa.Column("restricted", sa.Boolean(), nullable=False),
        sa.Column("desk", sa.Integer(), nullable=False),
        sa.Column("supervised_at", MOMENT, nullable=True),
        sa.Column("mail_stopped_at", MOMENT, nullable=True),
        sa.Column("merged_into_id", ROW_ID, nullable=True),
        sa.Column("linked_from_id", ROW_ID, nullable=True),
        sa.Column("spam_from", word("spam_from", STATUSES), nullable=True),
        sa.Column("spam_at", MOMENT, nullable=True),
        sa.Column("emptied_at", MOMENT, nullable=True),
        sa.Column("legal_hold", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["handler_id"], ["person.id"], name=op.f("fk_ticket_handler_id")),
        sa.ForeignKeyConstraint(["lead_department_id"], ["department.id"], name=op.f("fk_ticket_lead_department_id")),
        sa.ForeignKeyConstraint(["linked_from_id"], ["ticket.id"], name=op.f("fk_ticket_linked_from_id")),
        sa.ForeignKeyConstraint(["merged_into_id"], ["ticket.id"], name=op.f("fk_ticket_merged_into_id")),
        sa.ForeignKeyConstraint(["topic_id"], ["topic.id"], name=op.f("fk_ticket_topic_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ticket")),
        sa.UniqueConstraint("number", name=op.f("uq_ticket_number")),
        sa.UniqueConstraint("once_key", name=op.f("uq_ticket_once_key")),
    )
    op.create_index(op.f("ix_ticket_handler_id"), "ticket", ["handler_id"], unique=False)
    op.create_index(op.f("ix_ticket_linked_from_id"), "ticket", ["linked_from_id"], unique=False)
    op.create_index("ix_ticket_merged_into", "ticket", ["merged_into_id"], unique=False)
    op.create_index(
        "ix_ticket_office_queue", "ticket", ["lead_department_id", "status", "office_due_on", "id"], unique=False
    )
    op.create_index("ix_ticket_queue", "ticket", ["status", "due_on", "id"], unique=False)
    op.create_index("ix_ticket_received", "ticket", ["received_at"], unique=False)
    op.create_index("ix_ticket_restricted", "ticket", ["restricted", "desk", "id"], unique=False)
    op.create_index("ix_ticket_sweep", "ticket", ["sweep_on"], unique=False)
    op.create_index(op.f("ix_ticket_topic_id"), "ticket", ["topic_id"], unique=False)
    op.create_table(
        "citizen",
        sa.Column("ticket_id", ROW_ID, autoincrement=False, nullable=False),
        sa.Column("name", sa.String(100), nullable=False),
        sa.Column("email", sa.String(254), nullable=False),
        sa.Column("phone", sa.String(40), nullable=False),
        sa.Column("bounced_at", MOMENT, nullable=True),
        sa.ForeignKeyConstraint(["ticket_id"], ["ticket.id"], name=op.f("fk_citizen_ticket_id")),
        sa.PrimaryKeyConstraint("ticket_id", name=op.f("pk_citizen")),
    )
    op.create_index(op.f("ix_citizen_email"), "citizen", ["email"], unique=False)
    op.create_table(
        "contribution",
        sa.Column("id", ROW_ID, autoincrement=False, nullable=False),
        sa.Column("ticket_id", ROW_ID, nullable=False),
        sa.Column("round_no", sa.Integer(), nullable=False),
        sa.Column("department_id", ROW_ID, nullable=False),
        sa.Column("question", sa.String(), nullable=False),
        sa.Column("asked_by", ROW_ID, nullable=True),
        sa.Column("asked_at", MOMENT, nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("given_by", ROW_ID, nullable=True),
        sa.Column("given_at", MOMENT, nullable=True),
        sa.Column("waiver", sa.String(), nullable=False),
        sa.Column("waived_by", ROW_ID, nullable=True),
        sa.Column("waived_at", MOMENT, nullable=True),
        sa.CheckConstraint("given_at IS NULL OR waived_at IS NULL", name=op.f("ck_contribution_given_or_waived")),
        sa.ForeignKeyConstraint(["asked_by"], ["person.id"], name=op.f("fk_contribution_asked_by")),
        sa.ForeignKeyConstraint(["department_id"], ["department.id"], name=op.f("fk_contribution_department_id")),
        sa.ForeignKeyConstraint(["given_by"], ["person.id"], name=op.f("fk_contribution_given_by")),
        sa.ForeignKeyConstraint(["ticket_id"], ["ticket.id"], name=op.f("fk_contribution_ticket_id")),
        sa.ForeignKeyConstraint(["waived_by"], ["person.id"], name=op.f("fk_contribution_waived_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contribution")),
    )
    op.create_index(op.f("ix_contribution_department_id"), "contribution", ["department_id"], unique=False)
    op.create_index("ix_contribution_ticket", "contribution", ["ticket_id", "id"], unique=False)
    op.create_table(
        "event",
        sa.Column("id", ROW_ID, autoincrement=False, nullable=False),
        sa.Column("ticket_id", ROW_ID, nullable=False),
        sa.Column("round_no", sa.Integer(), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("act", sa.String(40), nullable=False),
        sa.Column("actor_kind", sa.String(10), nullable=False),
        sa.Column("person_id", ROW_ID, nullable=True),
        sa.Column("stands_for", ROW_ID, nullable=True),
        sa.Column("department_id", ROW_ID, nullable=True),
        sa.Column("status_before", sa.String(24), nullable=False),
        sa.Column("status_after", sa.String(24), nullable=False),
        sa.Column("facts", JSON, nullable=False),
        sa.Column("told_at", MOMENT, nullable=True),
        sa.ForeignKeyConstraint(["department_id"], ["department.id"], name=op.f("fk_event_department_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_event_person_id")),
        sa.ForeignKeyConstraint(["stands_for"], ["person.id"], name=op.f("fk_event_stands_for")),
        sa.ForeignKeyConstraint(["ticket_id"], ["ticket.id"], name=op.f("fk_event_ticket_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_event")),
    )
    op.create_index("ix_event_ticket", "event", ["ticket_id", "id"], unique=False)
    op.create_index("ix_event_untold", "event", ["id"], unique=False, **only_while("told_at IS NULL"))
    op.create_table(
        "handler",
        sa.Column("id", ROW_ID, autoincrement=False, nullable=False),
        sa.Column("ticket_id", ROW_ID, nullable=False),
        sa.Column("person_id", ROW_ID, nullable=False),
        sa.Column("part", word("part", "C K O H X A T M R S"), nullable=False),
        sa.Column("named_by", ROW_ID, nullable=True),
        sa.Column("named_at", MOMENT, nullable=False),
        sa.Column("ended_at", MOMENT, nullable=True),
        sa.ForeignKeyConstraint(["named_by"], ["person.id"], name=op.f("fk_handler_named_by")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_handler_person_id")),
        sa.ForeignKeyConstraint(["ticket_id"], ["ticket.id"], name=op.f("fk_handler_ticket_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_handler")),
    )
    op.create_index("ix_handler_person", "handler", ["person_id", "ticket_id"], unique=False)
    op.create_index(
        "uq_handler_open", "handler", ["ticket_id", "person_id", "part"], unique=True, **only_while("ended_at IS NULL")
    )
    op.create_table(
        "message",
        sa.Column("id", ROW_ID, autoincrement=False, nullable=False),
        sa.Column("ticket_id", ROW_ID, nullable=False),
        sa.Column("round_no", sa.Integer(), nullable=False),
        sa.Column("kind", word("kind", "letter addition answer question information"), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("person_id", ROW_ID, nullable=True),
        sa.Column("department_id", ROW_ID, nullable=True),
        sa.Column("language", sa.String(16), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["department_id"], ["department.id"], name=op.f("fk_message_department_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_message_person_id")),
        sa.ForeignKeyConstraint(["ticket_id"], ["ticket.id"], name=op.f("fk_message_ticket_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_message")),
    )
    op.create_index("ix_message_ticket", "message", ["ticket_id", "id"], unique=False)
    op.create_table(
        "party",
        sa.Column("id", ROW_ID, autoincrement=False, nullable=False),
        sa.Column("ticket_id", ROW_ID, nullable=False),
        sa.Column("department_id", ROW_ID, nullable=True),
        sa.Column("person_id", ROW_ID, nullable=True),
        sa.Column("named_by", ROW_ID, nullable=True),
        sa.Column("named_at", MOMENT, nullable=False),
        sa.CheckConstraint("(department_id IS NULL) <> (person_id IS NULL)", name=op.f("ck_party_office_or_person")),
        sa.ForeignKeyConstraint(["department_id"], ["department.id"], name=op.f("fk_party_department_id")),
        sa.ForeignKeyConstraint(["named_by"], ["person.id"], name=op.f("fk_party_named_by")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_party_person_id")),
        sa.ForeignKeyConstraint(["ticket_id"], ["ticket.id"], name=op.f("fk_party_ticket_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_party")),
    )
    op.create_index("ix_party_ticket", "party", ["ticket_id"], unique=False)
    op.create_table(
        "proposal",
        sa.Column("id", ROW_ID, autoincrement=False, nullable=False),
        sa.Column("ticket_id", ROW_ID, nullable=False),
        sa.Column("round_no", sa.Integer(), nullable=False),
        sa.Column(
            "kind",
            word("kind", "decline transfer return extend reopen review publish unrestrict erase"),
            nullable=False,
        ),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("details", JSON, nullable=False),
        sa.Column("asked_by", ROW_ID, nullable=True),
        sa.Column("asked_at", MOMENT, nullable=False),
        sa.Column("decided_by", ROW_ID, nullable=True),
        sa.Column("decided_at", MOMENT, nullable=True),
        sa.Column("outcome", word("outcome", "agreed refused lapsed"), nullable=True),
        sa.Column("remark", sa.String(), nullable=False),
        sa.CheckConstraint(
            "decided_by IS NULL OR asked_by IS NULL OR decided_by <> asked_by", name=op.f("ck_proposal_two_people")
        ),
        sa.ForeignKeyConstraint(["asked_by"], ["person.id"], name=op.f("fk_proposal_asked_by")),
        sa.ForeignKeyConstraint(["decided_by"], ["person.id"], name=op.f("fk_proposal_decided_by")),
        sa.ForeignKeyConstraint(["ticket_id"], ["ticket.id"], name=op.f("fk_proposal_ticket_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_proposal")),
    )
    op.create_index("ix_proposal_ticket", "proposal", ["ticket_id", "id"], unique=False)
    op.create_index("ix_proposal_waiting", "proposal", ["kind", "id"], unique=False, **only_while("outcome IS NULL"))
    op.create_index(
        "uq_proposal_pending", "proposal", ["ticket_id", "kind"], unique=True, **only_while("outcome IS NULL")
    )
    op.create_table(
        "publication",
        sa.Column("id", ROW_ID, autoincrement=False, nullable=False),
        sa.Column("ticket_id", ROW_ID, nullable=False),
        sa.Column("public_id", sa.String(20), nullable=False),
        sa.Column("language", sa.String(8), nullable=False),
        sa.Column("topic_id", ROW_ID, nullable=True),
        sa.Column("department_id", ROW_ID, nullable=True),
        sa.Column("month", sa.Date(), nullable=False),
        sa.Column("subject", sa.String(200), nullable=False),
        sa.Column("letter", sa.String(), nullable=False),
        sa.Column("reply", sa.String(), nullable=False),
        sa.Column("proposed_by", ROW_ID, nullable=True),
        sa.Column("published_at", MOMENT, nullable=True),
        sa.Column("revoked_at", MOMENT, nullable=True),
        sa.ForeignKeyConstraint(["department_id"], ["department.id"], name=op.f("fk_publication_department_id")),
        sa.ForeignKeyConstraint(["proposed_by"], ["person.id"], name=op.f("fk_publication_proposed_by")),
        sa.ForeignKeyConstraint(["ticket_id"], ["ticket.id"], name=op.f("fk_publication_ticket_id")),
        sa.ForeignKeyConstraint(["topic_id"], ["topic.id"], name=op.f("fk_publication_topic_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_publication")),
        sa.UniqueConstraint("public_id", name=op.f("uq_publication_public_id")),
    )
    op.create_index("ix_publication_public", "publication", ["published_at", "id"], unique=False)
    op.create_index(op.f("ix_publication_topic_id"), "publication", ["topic_id"], unique=False)
    op.create_index(
        "uq_publication_current", "publication", ["ticket_id"], unique=True, **only_while("revoked_at IS NULL")
    )
    op.create_table(
        "rating",
        sa.Column("id", ROW_ID, autoincrement=False, nullable=False),
        sa.Column("ticket_id", ROW_ID, nullable=False),
        sa.Column("round_no", sa.Integer(), nullable=False),
        sa.Column("satisfaction", word("satisfaction", "satisfied partly dissatisfied"), nullable=False),
        sa.Column("solved", sa.Boolean(), nullable=True),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(["ticket_id"], ["ticket.id"], name=op.f("fk_rating_ticket_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rating")),
        sa.UniqueConstraint("ticket_id", "round_no", name=op.f("uq_rating_ticket_id_round_no")),
    )
    op.create_index(op.f("ix_rating_ticket_id"), "rating", ["ticket_id"], unique=False)
    op.create_table(
        "recusal",
        sa.Column("id", ROW_ID, autoincrement=False, nullable=False),
        sa.Column("ticket_id", ROW_ID, nullable=False),
        sa.Column("person_id", ROW_ID, nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_recusal_person_id")),
        sa.ForeignKeyConstraint(["ticket_id"], ["ticket.id"], name=op.f("fk_recusal_ticket_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recusal")),
        sa.UniqueConstraint("ticket_id", "person_id", name=op.f("uq_recusal_ticket_id_person_id")),
    )
    op.create_table(
        "reply",
        sa.Column("id", ROW_ID, autoincrement=False, nullable=False),
        sa.Column("ticket_id", ROW_ID, nullable=False),
        sa.Column("round_no", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("state", word("state", "submitted sent_back sent"), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("own_text", sa.String(), nullable=False),
        sa.Column("author_id", ROW_ID, nullable=False),
        sa.Column("department_id", ROW_ID, nullable=True),
        sa.Column("needs_head", sa.Boolean(), nullable=False),
        sa.Column("needs_approver", sa.Boolean(), nullable=False),
        sa.Column("submitted_at", MOMENT, nullable=False),
        sa.Column("text_hash", sa.String(64), nullable=False),
        sa.Column("corrects_id", ROW_ID, nullable=True),
        sa.Column("sent_at", MOMENT, nullable=True),
        sa.ForeignKeyConstraint(["author_id"], ["person.id"], name=op.f("fk_reply_author_id")),
        sa.ForeignKeyConstraint(["corrects_id"], ["reply.id"], name=op.f("fk_reply_corrects_id")),
        sa.ForeignKeyConstraint(["department_id"], ["department.id"], name=op.f("fk_reply_department_id")),
        sa.ForeignKeyConstraint(["ticket_id"], ["ticket.id"], name=op.f("fk_reply_ticket_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reply")),
        sa.UniqueConstraint("ticket_id", "version", name=op.f("uq_reply_ticket_id_version")),
    )
    op.create_index("uq_reply_submitted", "reply", ["ticket_id"], unique=True, **only_while("state = 'submitted'"))
    op.create_table(
        "round",
        sa.Column("id", ROW_ID, autoincrement=False, nullable=False),
        sa.Column("ticket_id", ROW_ID, nullable=False),
        sa.Column("no", sa.Integer(), nullable=False),
        sa.Column("reason", word("reason", "receipt reopening review"), nullable=False),
        sa.Column("begun_at", MOMENT, nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("original_due_on", sa.Date(), nullable=False),
        sa.Column("extended_days", sa.Integer(), nullable=False),
        sa.Column("asked", sa.Integer(), nullable=False),
        sa.Column("paused_on", sa.Date(), nullable=True),
        sa.Column("remaining", sa.Integer(), nullable=True),
        sa.Column("paused_days", sa.Integer(), nullable=False),
        sa.Column("lead_department_id", ROW_ID, nullable=True),
        sa.Column("reminded_for", sa.Date(), nullable=True),
        sa.Column("late_for", sa.Date(), nullable=True),
        sa.Column("late_told_for", sa.Date(), nullable=True),
        sa.Column("supervised_for", sa.Date(), nullable=True),
        sa.Column("review_outcome", word("review_outcome", "upheld changed"), nullable=True),
        sa.Column("ended_at", MOMENT, nullable=True),
        sa.Column("ended_on", sa.Date(), nullable=True),
        sa.Column("outcome", word("outcome", "answered declined transferred withdrawn"), nullable=True),
        sa.CheckConstraint("(ended_at IS NULL) = (outcome IS NULL)", name=op.f("ck_round_ends_with_an_outcome")),
        sa.ForeignKeyConstraint(["lead_department_id"], ["department.id"], name=op.f("fk_round_lead_department_id")),
        sa.ForeignKeyConstraint(["ticket_id"], ["ticket.id"], name=op.f("fk_round_ticket_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_round")),
        sa.UniqueConstraint("ticket_id", "no", name=op.f("uq_round_ticket_id_no")),
    )
    op.create_index("ix_round_due", "round", ["due_on"], unique=False)
    op.create_index("uq_round_open", "round", ["ticket_id"], unique=True, **only_while("ended_at IS NULL"))
    op.create_table(
        "search_text",
        sa.Column("ticket_id", ROW_ID, autoincrement=False, nullable=False),
        sa.Column("words", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["ticket_id"], ["ticket.id"], name=op.f("fk_search_text_ticket_id")),
        sa.PrimaryKeyConstraint("ticket_id", name=op.f("pk_search_text")),
    )
    op.create_table(
        "approval",
        sa.Column("id", ROW_ID, autoincrement=False, nullable=False),
        sa.Column("ticket_id", ROW_ID, nullable=False),
        sa.Column("reply_id", ROW_ID, nullable=False),
        sa.Column("step", word("step", "head approver translation"), nullable=False),
        sa.Column("passed", sa.Boolean(), nullable=False),
        sa.Column("person_id", ROW_ID, nullable=False),
        sa.Column("stands_for", ROW_ID, nullable=True),
        sa.Column("remark", sa.String(), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_approval_person_id")),
        sa.ForeignKeyConstraint(["reply_id"], ["reply.id"], name=op.f("fk_approval_reply_id")),
        sa.ForeignKeyConstraint(["stands_for"], ["person.id"], name=op.f("fk_approval_stands_for")),
        sa.ForeignKeyConstraint(["ticket_id"], ["ticket.id"], name=op.f("fk_approval_ticket_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_approval")),
    )
    op.create_index("ix_approval_ticket", "approval", ["ticket_id", "id"], unique=False)
    op.create_table(
        "assignment",
        sa.Column("id", ROW_ID, autoincrement=False, nullable=False),
        sa.Column("ticket_id", ROW_ID, nullable=False),
        sa.Column("round_id", ROW_ID, nullable=False),
        sa.Column("department_id", ROW_ID, nullable=False),
        sa.Column("share", word("share", "lead co"), nullable=False),
        sa.Column("begun_at", MOMENT, nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("original_due_on", sa.Date(), nullable=False),
        sa.Column("remaining", sa.Integer(), nullable=True),
        sa.Column("person_id", ROW_ID, nullable=True),
        sa.Column("signed_at", MOMENT, nullable=True),
        sa.Column("reminded_for", sa.Date(), nullable=True),
        sa.Column("late_for", sa.Date(), nullable=True),
        sa.Column("ended_at", MOMENT, nullable=True),
        sa.Column("ended_on", sa.Date(), nullable=True),
        sa.Column("end", word("end", "completed returned rerouted"), nullable=True),
        sa.ForeignKeyConstraint(["department_id"], ["department.id"], name=op.f("fk_assignment_department_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_assignment_person_id")),
        sa.ForeignKeyConstraint(["round_id"], ["round.id"], name=op.f("fk_assignment_round_id")),
        sa.ForeignKeyConstraint(["ticket_id"], ["ticket.id"], name=op.f("fk_assignment_ticket_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_assignment")),
    )
    op.create_index("ix_assignment_sight", "assignment", ["department_id", "ticket_id"], unique=False)
    op.create_index("ix_assignment_ticket", "assignment", ["ticket_id"], unique=False)
    op.create_index(
        "uq_assignment_open_lead",
        "assignment",
        ["ticket_id"],
        unique=True,
        **only_while("share = 'lead' AND ended_at IS NULL"),
    )
    op.create_index(
        "uq_assignment_open_office",
        "assignment",
        ["ticket_id", "department_id"],
        unique=True,
        **only_while("ended_at IS NULL"),
    )
    op.create_table(
        "attachment",
        sa.Column("id", ROW_ID, autoincrement=False, nullable=False),
        sa.Column("ticket_id", ROW_ID, nullable=False),
        sa.Column("message_id", ROW_ID, nullable=True),
        sa.Column("name", sa.String(255), nullable=False),
        sa.Column("content_type", sa.String(100), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("stored", sa.String(100), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(["message_id"], ["message.id"], name=op.f("fk_attachment_message_id")),
        sa.ForeignKeyConstraint(["ticket_id"], ["ticket.id"], name=op.f("fk_attachment_ticket_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attachment")),
    )
    op.create_index("ix_attachment_ticket", "attachment", ["ticket_id", "id"], unique=False)
    op.create_table(
        "translation",
        sa.Column("id", ROW_ID, autoincrement=False, nullable=False),
        sa.Column("ticket_id", ROW_ID, nullable=False),
        sa.Column("message_id", ROW_ID, nullable=True),
        sa.Column("reply_id", ROW_ID, nullable=True),
        sa.Column("source_hash", sa.String(64), nullable=False),
        sa.Column("language", sa.String(16), nullable=False),
        sa.Column("department_id", ROW_ID, nullable=True),
        sa.Column("translator_id", ROW_ID, nullable=True),
        sa.Column("asked_at", MOMENT, nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("done_at", MOMENT, nullable=True),
        sa.Column("stale", sa.Boolean(), nullable=False),
        sa.CheckConstraint("(message_id IS NULL) <> (reply_id IS NULL)", name=op.f("ck_translation_of_one_text")),
        sa.ForeignKeyConstraint(["department_id"], ["department.id"], name=op.f("fk_translation_department_id")),
        sa.ForeignKeyConstraint(["message_id"], ["message.id"], name=op.f("fk_translation_message_id")),
        sa.ForeignKeyConstraint(["reply_id"], ["reply.id"], name=op.f("fk_translation_reply_id")),
        sa.ForeignKeyConstraint(["ticket_id"], ["ticket.id"], name=op.f("fk_translation_ticket_id")),
        sa.ForeignKeyConstraint(["translator_id"], ["person.id"], name=op.f("fk_translation_translator_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_translation")),
    )
    op.create_index("ix_translation_ticket", "translation", ["ticket_id", "id"], unique=False)
    op.create_index("ix_translation_waiting", "translation", ["department_id", "due_on"], unique=False)
    op.create_index(
        "uq_translation_message", "translation", ["message_id", "language"], unique=True, **only_while("NOT stale")
    )
    op.create_index(
        "uq_translation_reply", "translation", ["reply_id", "language"], unique=True, **only_while("NOT stale")
    )
    for statement in BESIDES[op.get_bind().dialect.name]:
        op.execute(statement)


def downgrade() -> None:
    """Take it back."""
    if op.get_bind().dialect.name == "sqlite":
        op.execute("DROP TABLE search_index")
    op.drop_table("translation")
    op.drop_table("attachment")
    op.drop_table("assignment")
    op.drop_table("approval")
    op.drop_table("search_text")
    op.drop_table("round")
    op.drop_table("reply")
    op.drop_table("recusal")
    op.drop_table("rating")
    op.drop_table("publication")
    op.drop_table("proposal")
    op.drop_table("party")
    op.drop_table("message")
    op.drop_table("handler")
    op.drop_table("event")
    op.drop_table("contribution")
    op.drop_table("citizen")
    op.drop_table("ticket")
    op.drop_table("topic")
    op.drop_table("held_role")
    op.drop_table("deputy")
    op.drop_table("staff_session")
    op.drop_table("seal")
    op.drop_table("rate_window")
    op.drop_table("policy")
    op.drop_table("person")
    op.drop_table("number_sequence")
    op.drop_table("job_run")
    op.drop_table("department")
    op.drop_table("calendar_year")
    op.drop_table("calendar_day")
    op.drop_table("audit_row")
    for statement in LEFT_BEHIND[op.get_bind().dialect.name]:
        op.execute(statement)
