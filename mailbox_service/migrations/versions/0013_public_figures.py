"""Figures for everybody, month by month, and reports that come by mail."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0013_public_figures"
down_revision = "0011_tags_by_rules"
branch_labels = None
depends_on = None

ROW_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = sa.DateTime(timezone=True)
JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")


def word(name: str, words: str) -> sa.Enum:
    """One of these words, stored as text with a check."""
    return sa.Enum(*words.split(), name=name, native_enum=False, create_constraint=True, length=24)


# What was published once is never changed and never taken back.
KEPT = {
    "sqlite": (
        "create trigger published_month_no_update before update on published_month "
        "begin select raise(abort, 'published_month is append-only'); end",
        "create trigger published_month_no_delete before delete on published_month "
        "begin select raise(abort, 'published_month is append-only'); end",
    ),
    "postgresql": (
        "create or replace function published_month_append_only() returns trigger language plpgsql as "
        "$$ begin raise exception 'published_month is append-only'; end $$",
        "create trigger published_month_append_only before update or delete on published_month "
        "for each row execute function published_month_append_only()",
        "create trigger published_month_no_truncate before truncate on published_month "
        "for each statement execute function published_month_append_only()",
    ),
}


def upgrade() -> None:
    """Published months, and who wants which report."""
    op.create_table(
        "published_month",
        sa.Column("id", ROW_ID, autoincrement=False, nullable=False),
        sa.Column("month", sa.Date(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("computed_at", MOMENT, nullable=False),
        sa.Column("published_by", ROW_ID, nullable=True),
        sa.Column("why", word("why", "first late mistake definition"), nullable=False),
        sa.Column("remark", sa.String(1000), nullable=False),
        sa.Column("whole", JSON, nullable=False),
        sa.Column("parts", JSON, nullable=False),
        sa.ForeignKeyConstraint(["published_by"], ["person.id"], name="fk_published_month_published_by"),
        sa.PrimaryKeyConstraint("id", name="pk_published_month"),
        sa.UniqueConstraint("month", "version", name="uq_published_month_month_version"),
        sa.CheckConstraint("version >= 1", name=op.f("ck_published_month_from_one")),
    )
    op.create_table(
        "report_order",
        sa.Column("person_id", ROW_ID, autoincrement=False, nullable=False),
        sa.Column("every", word("every", "month quarter"), nullable=False),
        sa.Column("told_for", sa.Date(), nullable=False),
        sa.Column("ordered_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name="fk_report_order_person_id"),
        sa.PrimaryKeyConstraint("person_id", "every", name="pk_report_order"),
    )
    for statement in KEPT[op.get_bind().dialect.name]:
        op.execute(statement)


def downgrade() -> None:
    """Forget both."""
    op.drop_table("report_order")
    op.drop_table("published_month")
    if op.get_bind().dialect.name == "postgresql":
        op.execute("drop function published_month_append_only()")
