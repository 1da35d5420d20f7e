"""What the dates of a letter are counted anew from when the calendar changes, and the changes themselves."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0010_calendar"
down_revision = "0009_figure_indexes"
branch_labels = None
depends_on = None

ROW_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = sa.DateTime(timezone=True)
JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
UNFINISHED = "status IN ('received', 'assigned', 'in_progress', 'awaiting_citizen', 'in_review', 'merged', 'spam')"
COLUMNS = (
    ("assignment", "original_days", sa.Integer(), "0"),
    ("assignment", "days", sa.Integer(), "0"),
    ("assignment", "pauses", JSON, "[]"),
    ("contribution", "days", sa.Integer(), "0"),
    ("round", "original_days", sa.Integer(), "0"),
    ("round", "days", sa.Integer(), "0"),
    ("round", "pauses", JSON, "[]"),
    ("ticket", "calendar_no", sa.Integer(), "0"),
)
ZONE = ZoneInfo(os.environ.get("MAILBOX_CITY_ZONE") or "Asia/Shanghai")
DAY = timedelta(days=1)
STOPS, GOES_ON = "ask", ("answer", "end_silence")
OPEN_ROUNDS = "SELECT id, ticket_id, no, begun_at, original_due_on, due_on FROM round WHERE ended_at IS NULL"
OPEN_PARTS = (
    "SELECT a.id, a.ticket_id, r.no, a.begun_at, a.original_due_on, a.due_on FROM assignment a"
    " JOIN round r ON r.id = a.round_id WHERE a.ended_at IS NULL"
)
OPEN_ASKED = "SELECT id, asked_at, due_on FROM contribution WHERE given_at IS NULL AND waived_at IS NULL"
PAUSES = "SELECT at, act FROM event WHERE ticket_id = :ticket AND round_no = :no ORDER BY id"


def upgrade() -> None:
    """Keep how many days each running date was given, and every change of the calendar."""
    op.create_table(
        "calendar_change",
        sa.Column("no", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column(
            "way",
            sa.Enum("package", "file", "typed", name="way", native_enum=False, create_constraint=True, length=24),
            nullable=False,
        ),
        sa.Column("source", sa.String(200), nullable=False),
        sa.Column("made_by", ROW_ID, nullable=True),
        sa.Column("made_at", MOMENT, nullable=False),
        sa.Column("first_on", sa.Date(), nullable=False),
        sa.Column("last_on", sa.Date(), nullable=False),
        sa.Column("days", JSON, nullable=False),
        sa.Column("moved", sa.Integer(), nullable=False),
        sa.Column("done_at", MOMENT, nullable=True),
        sa.CheckConstraint("last_on >= first_on", name="ck_calendar_change_in_order"),
        sa.ForeignKeyConstraint(["made_by"], ["person.id"], name="fk_calendar_change_made_by"),
        sa.PrimaryKeyConstraint("no", name="pk_calendar_change"),
    )
    for table, name, kind, value in COLUMNS:
        op.add_column(table, sa.Column(name, kind, nullable=False, server_default=value))
    op.add_column("ticket", sa.Column("remaining", sa.Integer(), nullable=True))
    op.execute(
        "UPDATE ticket SET remaining = (SELECT r.remaining FROM round r WHERE r.ticket_id = ticket.id"
        " AND r.no = ticket.round_no) WHERE status = 'awaiting_citizen'"
    )
    op.drop_index("ix_ticket_sweep", "ticket")
    _among("ix_ticket_sweep", ("sweep_on", "id"), "sweep_on IS NOT NULL")
    _among("ix_ticket_counted", ("calendar_no", "id"), UNFINISHED)
    _count(op.get_bind())


def _among(name: str, columns: tuple[str, ...], condition: str) -> None:
    where = sa.text(condition)
    op.create_index(name, "ticket", list(columns), sqlite_where=where, postgresql_where=where)


def downgrade() -> None:
    """Take it back."""
    op.drop_index("ix_ticket_counted", "ticket")
    op.drop_index("ix_ticket_sweep", "ticket")
    op.create_index("ix_ticket_sweep", "ticket", ["sweep_on"])
    op.drop_column("ticket", "remaining")
    for table, name, *_ in COLUMNS:
        op.drop_column(table, name)
    op.drop_table("calendar_change")


def _count(bind: sa.Connection) -> None:
    """Give every running date the days it was given, by the calendar as it is."""
    days = {
        _day(row.day): bool(row.is_working) for row in bind.execute(sa.text("SELECT day, is_working FROM calendar_day"))
    }
    for table, wanted in (("round", OPEN_ROUNDS), ("assignment", OPEN_PARTS)):
        for row in bind.execute(sa.text(wanted)).all():
            begun = _city_day(row.begun_at)
            pauses = [pair for pair in _pauses(bind, row.ticket_id, row.no) if pair[0] >= begun]
            stopped = sum(_between(days, *pair) for pair in pauses)
            _put(
                bind,
                table,
                row.id,
                original_days=_between(days, begun, _day(row.original_due_on)),
                days=_between(days, begun, _day(row.due_on)) - stopped,
                pauses=json.dumps([[first.isoformat(), last.isoformat()] for first, last in pauses]),
            )
    for row in bind.execute(sa.text(OPEN_ASKED)).all():
        _put(bind, "contribution", row.id, days=_between(days, _city_day(row.asked_at), _day(row.due_on)))


def _put(bind: sa.Connection, table: str, id_: int, **values: Any) -> None:
    is_json = " = CAST(:{0} AS jsonb)" if bind.dialect.name == "postgresql" else " = :{0}"
    sets = ", ".join(f"{name}{is_json.format(name) if name == 'pauses' else f' = :{name}'}" for name in values)
    bind.execute(sa.text(f"UPDATE {table} SET {sets} WHERE id = :id"), values | {"id": id_})


def _pauses(bind: sa.Connection, ticket: int, no: int) -> Iterator[tuple[date, date]]:
    stopped: date | None = None
    for event in bind.execute(sa.text(PAUSES), {"ticket": ticket, "no": no}):
        if event.act == STOPS:
            stopped = _city_day(event.at)
        elif event.act in GOES_ON and stopped is not None:
            yield stopped, _city_day(event.at)
            stopped = None


def _between(days: dict[date, bool], start: date, end: date) -> int:
    if end < start:
        return -_between(days, end, start)
    ahead = (start + DAY * n for n in range(1, (end - start).days + 1))
    return sum(days.get(day, day.weekday() < 5) for day in ahead)


def _day(value: Any) -> date:
    return value if isinstance(value, date) else date.fromisoformat(value)


def _city_day(value: Any) -> date:
    at = value if isinstance(value, datetime) else datetime.fromisoformat(value)
    return (at if at.tzinfo else at.replace(tzinfo=UTC)).astimezone(ZONE).date()
