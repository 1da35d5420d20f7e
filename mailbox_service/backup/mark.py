"""The database a restore fills: how far it is, the mark that says so, and what is set right in its rows."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from enum import Enum

import sqlalchemy as sa
from sqlmodel import Session, col, select

from mailbox_service import migrations
from mailbox_service.base import audit, claim
from mailbox_service.base.tables import ActorKind, JobRun
from mailbox_service.base.tables import Session as SignIn
from mailbox_service.mail import outbox, received
from mailbox_service.mail.tables import Mail
from mailbox_service.tickets.acts import OPEN
from mailbox_service.tickets.find import retention
from mailbox_service.tickets.tables import Ticket

NAME = "restore"
TOGETHER = 500  # letters, messages
LOOKS, LOOK_SECONDS = 10, 0.2
_OTHERS = """select count(*) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()
    and right(coalesce(backend_type, ''), 6) <> 'worker'"""


class State(Enum):
    """How far a database is."""

    EMPTY = "no table"
    LOADED = "filled, and nothing done to it yet"
    BEGUN = "being restored"
    IN_USE = "somebody's"


def state(url: str) -> State:
    """How far the database is."""
    with _connected(url) as connection:
        tables = sa.inspect(connection).get_table_names()
        if not tables:
            return State.EMPTY
        if "job_run" not in tables or "alembic_version" not in tables:
            return State.IN_USE
        if connection.exec_driver_sql("select count(*) from alembic_version").scalar() == 0:
            return State.LOADED
        return State.BEGUN if _begun_from(connection) else State.IN_USE


def begun_from(url: str) -> str:
    """Which backup is half restored into the database: the sum of its dump; "" when none is."""
    with _connected(url) as connection:
        return _begun_from(connection) if "job_run" in sa.inspect(connection).get_table_names() else ""


def _begun_from(connection: sa.Connection) -> str:
    begun = f"select outcome from job_run where name = '{NAME}' and last_ended_at is null"
    return str(connection.exec_driver_sql(begun).scalar() or "")


def others(url: str) -> int:
    """How many connections others have to this PostgreSQL database: a service that runs, a shell.

    PostgreSQL takes a moment to see that somebody has gone.
    """
    found = 1
    for _ in range(LOOKS):
        with _connected(url) as connection:
            found = int(connection.exec_driver_sql(_OTHERS).scalar_one())
        if not found:
            break
        time.sleep(LOOK_SECONDS)
    return found


def clear(url: str) -> None:
    """Drop everything in this PostgreSQL database, at once or not at all."""
    with _connected(url) as connection:
        schema = connection.exec_driver_sql("select quote_ident(current_schema())").scalar_one()
        connection.exec_driver_sql(f"drop schema {schema} cascade")
        connection.exec_driver_sql(f"create schema {schema}")


@contextmanager
def _connected(url: str) -> Iterator[sa.Connection]:
    """One transaction on a database that no service uses."""
    engine = migrations.engine_for(url)
    try:
        with engine.begin() as connection:
            yield connection
    finally:
        engine.dispose()


def begin(url: str, revision: str, of: str, now: datetime) -> None:
    """Mark the filled database, and say what shape it has. From now on it is recognised as half restored."""
    jobs = sa.table("job_run", *(sa.column(name) for name in ("name", "outcome")),
                    sa.column("last_started_at", sa.DateTime(timezone=True)))  # fmt: skip
    shape = sa.table("alembic_version", sa.column("version_num"))
    with _connected(url) as connection:
        connection.execute(sa.delete(jobs).where(jobs.c.name == NAME))
        connection.execute(sa.insert(jobs).values(name=NAME, last_started_at=now, outcome=of))
        connection.execute(sa.delete(shape))
        connection.execute(sa.insert(shape).values(version_num=revision))


def prepare(session: Session, listed: Sequence[int], now: datetime) -> list[str]:
    """Sign everybody out, let go of what a worker held, and put the listed letters down for erasing.

    Answers the numbers of those that were still open when the backup was made: they are so again, without their text.
    """
    session.connection().execute(sa.delete(SignIn))
    claim.claim(session, JobRun, JobRun.name != NAME, taken_until=None)
    outbox.let_go(session)
    still_open: list[str] = []
    for start in range(0, len(listed), TOGETHER):
        some = listed[start : start + TOGETHER]
        wanted = select(Ticket.number).where(col(Ticket.id).in_(some), col(Ticket.status).in_(OPEN))
        still_open += session.exec(wanted.order_by(col(Ticket.id))).all()
        retention.empty_listed(session, some, now)
    return still_open


def empty_mail(session: Session, listed: Sequence[int], now: datetime) -> list[str]:
    """Empty the listed messages that had become no letter when the backup was made; answers their bytes' keys."""
    some = (listed[start : start + TOGETHER] for start in range(0, len(listed), TOGETHER))
    return [key for ids in some for key in received.empty_listed(session, ids, now)]


def end(session: Session, now: datetime, letters: int) -> int:
    """Take the mark away and say it in the log; answers how many mails wait to be sent."""
    claim.claim(session, JobRun, JobRun.name == NAME, last_ended_at=now, taken_until=None, outcome=f"{letters} erased")
    audit.record(session, "backup.restored", by=None, kind=ActorKind.OPERATOR, now=now, erased=letters)
    waiting = (
        select(sa.func.count()).select_from(Mail).where(col(Mail.sent_at).is_(None), col(Mail.failed_at).is_(None))
    )
    return session.exec(waiting).one()
