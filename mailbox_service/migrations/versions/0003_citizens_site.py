"""Files that wait for their letter, guidance, and the search of what is public."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003_citizens_site"
down_revision = "0002_mail_and_desk"
branch_labels = None
depends_on = None

ROW_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = sa.DateTime(timezone=True)

# Full text, and an index over what a function makes of a column, stand beside the tables: no table of the code says so.
ANY_CASE = "CREATE INDEX ix_citizen_any_case ON citizen (lower(email))"  # My letters
BESIDES = {
    "sqlite": (
        "CREATE VIRTUAL TABLE public_index USING fts5(words, content='public_text', content_rowid='id',"
        " prefix='1', columnsize=0, tokenize='ascii')",
        "CREATE TRIGGER public_text_added AFTER INSERT ON public_text BEGIN"
        " INSERT INTO public_index(rowid, words) VALUES (new.id, new.words); END",
        "CREATE TRIGGER public_text_changed AFTER UPDATE ON public_text BEGIN"
        " INSERT INTO public_index(public_index, rowid, words) VALUES ('delete', old.id, old.words);"
        " INSERT INTO public_index(rowid, words) VALUES (new.id, new.words); END",
        "CREATE TRIGGER public_text_removed AFTER DELETE ON public_text BEGIN"
        " INSERT INTO public_index(public_index, rowid, words) VALUES ('delete', old.id, old.words); END",
    ),
    "postgresql": (
        "ALTER TABLE public_text ADD COLUMN vector tsvector NOT NULL",
        "CREATE INDEX ix_public_text_vector ON public_text USING gin (vector)",
    ),
}

# Letters whose text is due to go, and those whose text is going.
AMONG_TICKETS = (
    ("ix_ticket_full", ["received_at", "id"], sa.text("emptied_at IS NULL")),
    ("ix_ticket_spam", ["spam_at", "id"], sa.text("spam_at IS NOT NULL AND emptied_at IS NULL")),
    ("ix_ticket_erasing", ["id"], sa.text("emptied_at IS NOT NULL AND erased_at IS NULL")),
)


PUBLICATIONS_BY = {"topic": "topic_id", "office": "department_id", "month": "month", "language": "language"}


def word(name: str, words: str) -> sa.Enum:
    """One of these words, stored as text with a check."""
    return sa.Enum(*words.split(), name=name, native_enum=False, create_constraint=True, length=24)


def upgrade() -> None:
    """Files that wait for their letter, guidance, and the search of what is public."""
    op.execute(ANY_CASE)
    op.add_column("publication", sa.Column("listed", sa.Boolean(), nullable=False, server_default=sa.true()))
    op.add_column("publication", sa.Column("letter_language", sa.String(16), nullable=False, server_default=""))
    op.drop_index("ix_publication_topic_id", "publication")
    for name, column in PUBLICATIONS_BY.items():
        op.create_index(f"ix_publication_by_{name}", "publication", [column, "published_at", "id"], unique=False)
    op.create_index(
        "ix_ticket_consented",
        "ticket",
        ["due_on", "id"],
        unique=False,
        sqlite_where=sa.text("publication_consent = 1"),
        postgresql_where=sa.text("publication_consent"),
    )
    op.add_column("ticket", sa.Column("erased_at", MOMENT, nullable=True))
    for name, columns, condition in AMONG_TICKETS:
        op.create_index(name, "ticket", columns, unique=False, sqlite_where=condition, postgresql_where=condition)
    op.create_index("ix_attachment_stored", "attachment", ["stored"], unique=False)
    op.create_table(
        "upload",
        sa.Column("id", ROW_ID, autoincrement=False, nullable=False),
        sa.Column("holder", sa.String(64), nullable=False),
        sa.Column("name", sa.String(255), nullable=False),
        sa.Column("content_type", sa.String(100), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("stored", sa.String(100), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_upload")),
    )
    op.create_index("ix_upload_holder", "upload", ["holder", "id"], unique=False)
    op.create_index("ix_upload_at", "upload", ["at"], unique=False)
    op.create_table(
        "article",
        sa.Column("id", ROW_ID, autoincrement=False, nullable=False),
        sa.Column("slug", sa.String(80), nullable=False),
        sa.Column("section", word("section", "about_city government_bulletin latest_news laws how_to"), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("added_at", MOMENT, nullable=False),
        sa.Column("retired_at", MOMENT, nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_article")),
        sa.UniqueConstraint("slug", name=op.f("uq_article_slug")),
    )
    op.create_index("ix_article_section", "article", ["section", "position", "id"], unique=False)
    op.create_table(
        "article_text",
        sa.Column("id", ROW_ID, autoincrement=False, nullable=False),
        sa.Column("article_id", ROW_ID, nullable=False),
        sa.Column("language", sa.String(8), nullable=False),
        sa.Column("title", sa.String(200), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("saved_by", ROW_ID, nullable=True),
        sa.Column("saved_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(["article_id"], ["article.id"], name=op.f("fk_article_text_article_id")),
        sa.ForeignKeyConstraint(["saved_by"], ["person.id"], name=op.f("fk_article_text_saved_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_article_text")),
        sa.UniqueConstraint("article_id", "language", name=op.f("uq_article_text_article_id_language")),
    )
    op.create_table(
        "article_answer",
        sa.Column("id", ROW_ID, autoincrement=False, nullable=False),
        sa.Column("article_id", ROW_ID, nullable=False),
        sa.Column("language", sa.String(8), nullable=False),
        sa.Column("helped", sa.Boolean(), nullable=False),
        sa.Column("mark", sa.String(64), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(["article_id"], ["article.id"], name=op.f("fk_article_answer_article_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_article_answer")),
        sa.UniqueConstraint("article_id", "mark", name=op.f("uq_article_answer_article_id_mark")),
    )
    op.create_table(
        "public_text",
        sa.Column("id", ROW_ID, autoincrement=False, nullable=False),
        sa.Column("of_kind", sa.String(10), nullable=False),
        sa.Column("of_id", ROW_ID, nullable=False),
        sa.Column("language", sa.String(8), nullable=False),
        sa.Column("words", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_public_text")),
        sa.UniqueConstraint("of_kind", "of_id", name=op.f("uq_public_text_of_kind_of_id")),
    )
    for statement in BESIDES[op.get_bind().dialect.name]:
        op.execute(statement)


def downgrade() -> None:
    """Take it back."""
    op.execute("DROP INDEX ix_citizen_any_case")
    if op.get_bind().dialect.name == "sqlite":
        op.execute("DROP TABLE public_index")
    op.drop_table("public_text")
    op.drop_table("article_answer")
    op.drop_table("article_text")
    op.drop_table("article")
    op.drop_table("upload")
    op.drop_index("ix_ticket_consented", "ticket")
    for name in PUBLICATIONS_BY:
        op.drop_index(f"ix_publication_by_{name}", "publication")
    op.create_index("ix_publication_topic_id", "publication", ["topic_id"], unique=False)
    op.drop_column("publication", "letter_language")
    op.drop_column("publication", "listed")
    op.drop_index("ix_attachment_stored", "attachment")
    for name, _columns, _condition in AMONG_TICKETS:
        op.drop_index(name, "ticket")
    op.drop_column("ticket", "erased_at")
