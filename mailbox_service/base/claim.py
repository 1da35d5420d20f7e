"""Taking what others may take too: numbers, tries, jobs and batches of waiting rows.

Each is one statement that the database decides, so any number of processes may compete. What
differs between SQLite and PostgreSQL is here and nowhere above.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, cast

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import InstrumentedAttribute
from sqlmodel import Session, SQLModel

from mailbox_service.base.tables import TICKET_NUMBERS, JobRun, NumberSequence, RateWindow

Condition = sa.ColumnElement[bool] | bool  # what mypy takes a comparison of a model's field for

_numbers = SQLModel.metadata.tables[NumberSequence.__tablename__]
_windows = SQLModel.metadata.tables[RateWindow.__tablename__]
_jobs = SQLModel.metadata.tables[JobRun.__tablename__]


# --- The next number -------------------------------------------------------------------------

_counted = (
    sqlite.insert(_numbers)
    .values(name="ticket", value=1)
    .on_conflict_do_update(index_elements=["name"], set_={"value": _numbers.c.value + 1})
    .returning(_numbers.c.value)
)
_drawn = sa.select(TICKET_NUMBERS.next_value())


def next_number(session: Session) -> int:
    """The next running number of a ticket. Gaps are allowed, so on PostgreSQL nobody waits for anybody."""
    connection = session.connection()
    drawn: int = connection.execute(_counted if _on_sqlite(connection) else _drawn).scalar_one()
    return drawn


def next_numbers(session: Session, count: int) -> list[int]:
    """As many running numbers at once, rising."""
    connection = session.connection()
    if not _on_sqlite(connection):
        drawn = sa.select(TICKET_NUMBERS.next_value()).select_from(sa.func.generate_series(1, count))
        return sorted(connection.execute(drawn).scalars())
    first = next_number(session)
    more = sa.update(_numbers).where(_numbers.c.name == "ticket").values(value=_numbers.c.value + count - 1)
    connection.execute(more)
    return list(range(first, first + count))


def _on_sqlite(connection: sa.Connection) -> bool:
    return connection.dialect.name == "sqlite"


# --- Tries within a window -------------------------------------------------------------------


def _counting(insert: Any) -> Any:
    return (
        insert(_windows)
        .values(
            rule=sa.bindparam("rule"),
            client=sa.bindparam("client"),
            window_start=sa.bindparam("start"),
            count=sa.bindparam("weight"),
        )
        .on_conflict_do_update(
            index_elements=["rule", "client", "window_start"],
            set_={"count": _windows.c["count"] + sa.bindparam("weight")},
        )
        .returning(_windows.c["count"])
    )


_counting_sqlite = _counting(sqlite.insert)
_counting_postgresql = _counting(postgresql.insert)


def count_try(session: Session, rule: str, client: str, window_seconds: int, now: datetime, *, weight: int = 1) -> int:
    """How often the client has tried this in the current window, this time included (`weight` times).

    Each rule, client (`tokens.client_mark`) and window has a row of its own. The caller compares
    with the setting; `window_end` says when the next window begins. A weight of -1 gives a try back.
    """
    connection = session.connection()
    statement = _counting_sqlite if _on_sqlite(connection) else _counting_postgresql
    start = window_end(window_seconds, now) - timedelta(seconds=window_seconds)
    facts = {"rule": rule, "client": client, "start": start, "weight": weight}
    count: int = connection.execute(statement, facts).scalar_one()
    return count


def window_end(window_seconds: int, now: datetime) -> datetime:
    """When the window that holds this moment is over. Windows begin at multiples of their length."""
    return datetime.fromtimestamp((int(now.timestamp()) // window_seconds + 1) * window_seconds, UTC)


def count_many(session: Session, counts: Mapping[tuple[str, str], int], window_seconds: int, now: datetime) -> None:
    """Count so many tries each for a rule and a client; in one order everywhere, so that nobody waits in a ring."""
    if not counts:
        return
    connection = session.connection()
    start = window_end(window_seconds, now) - timedelta(seconds=window_seconds)
    facts = [{"rule": rule, "client": client, "weight": weight} for (rule, client), weight in sorted(counts.items())]
    if _on_sqlite(connection):
        connection.execute(_counting_many_sqlite, [{**fact, "start": start} for fact in facts])
        return
    columns = {name: [fact[name] for fact in facts] for name in ("rule", "client", "weight")}
    connection.execute(_counting_many_postgresql, {**columns, "start": start})


def _added(insert: Any) -> Any:
    return insert.on_conflict_do_update(
        index_elements=["rule", "client", "window_start"],
        set_={"count": _windows.c["count"] + insert.excluded["count"]},
    )


def _list_of(name: str, kind: Any) -> Any:
    return sa.func.unnest(sa.bindparam(name, type_=postgresql.ARRAY(kind)))


_counting_many_sqlite = _added(
    sqlite.insert(_windows).values(
        rule=sa.bindparam("rule"),
        client=sa.bindparam("client"),
        window_start=sa.bindparam("start"),
        count=sa.bindparam("weight"),
    )
)
_counting_many_postgresql = _added(
    postgresql.insert(_windows).from_select(
        ["rule", "client", "count", "window_start"],
        sa.select(
            _list_of("rule", sa.Text),
            _list_of("client", sa.Text),
            _list_of("weight", sa.Integer),
            sa.bindparam("start", type_=_windows.c.window_start.type),
        ),
    )
)


def forget_tries(session: Session, before: datetime) -> int:
    """Take away the windows that began earlier; answers how many."""
    return _changed(session, sa.delete(_windows).where(_windows.c.window_start < before))


# --- Rows that may be there already ----------------------------------------------------------


def add_once(session: Session, row: SQLModel) -> bool:
    """Insert a new row, unless one with the same unique values is there; whether it was new."""
    insert = sqlite.insert if _on_sqlite(session.connection()) else postgresql.insert
    values = {name: getattr(row, name) for name in type(row).model_fields}
    adding: Any = insert(_table(type(row))).values(values).on_conflict_do_nothing().returning(sa.literal_column("1"))
    return session.connection().execute(adding).first() is not None


# --- Rows that wait --------------------------------------------------------------------------


def claim(session: Session, model: type[SQLModel], *where: Condition, **values: Any) -> int:
    """Change the rows that still are as `where` says; answers how many, so 0 means somebody was first."""
    return _changed(session, sa.update(_table(model)).where(*_sql(where)).values(**values))


def claim_batch(
    session: Session,
    model: type[SQLModel],
    *,
    due: Condition,
    lease: InstrumentedAttribute[Any] | Any,
    now: datetime,
    until: datetime,
    limit: int,
    first: InstrumentedAttribute[Any] | Any | None = None,
    **values: Any,
) -> list[int]:
    """Take up to `limit` rows that are due and that nobody holds; their ids, oldest first.

    With `first`, a column, the rows with its smallest values are taken; `values` are set in the same breath.
    `lease` is the column that says until when a row is taken. A holder that dies lets go of its rows by not
    coming back before then. On PostgreSQL rows that another is just taking are skipped, not waited for; the
    inner SELECT is a CTE because a plain subquery with a limit may be run again for each row.
    """
    table = _table(model)
    column = table.c[lease.key]
    free = sa.or_(column.is_(None), column < now)
    order = [table.c.id] if first is None else [table.c[first.key], table.c.id]
    waiting = sa.select(table.c.id).where(*_sql([due, free])).order_by(*order).limit(limit)
    picked = waiting.with_for_update(skip_locked=True).cte("picked")
    taking = (
        sa.update(table)
        .where(table.c.id.in_(sa.select(picked.c.id)))
        .values({column.name: until, **values})
        .returning(table.c.id)
        .add_cte(picked)
    )
    return sorted(session.connection().execute(taking).scalars())


def one_of(session: Session, column: Any, values: Iterable[Any]) -> sa.ColumnElement[bool]:
    """Whether a column is one of many values: as one list on PostgreSQL, whose driver reads each parameter anew."""
    found = list(values)
    if _on_sqlite(session.connection()):
        return cast("sa.ColumnElement[bool]", column.in_(found))
    return cast("sa.ColumnElement[bool]", column == sa.any_(sa.literal(found, postgresql.ARRAY(column.type))))


def _sql(conditions: Iterable[Condition]) -> list[sa.ColumnElement[bool]]:
    return cast("list[sa.ColumnElement[bool]]", list(conditions))


def _table(model: type[SQLModel]) -> sa.Table:
    return SQLModel.metadata.tables[str(model.__tablename__)]


def _changed(session: Session, statement: sa.Update | sa.Delete) -> int:
    session.flush()
    return session.connection().execute(statement).rowcount


def alone(session: Session, name: str, *, wait: bool = False) -> bool:
    """Whether nobody else is at this until the transaction ends; with `wait` it is so once this returns.

    On SQLite whoever writes is alone already.
    """
    if _on_sqlite(session.connection()):
        return True
    take = sa.func.pg_advisory_xact_lock if wait else sa.func.pg_try_advisory_xact_lock
    taken = session.connection().execute(sa.select(take(sa.func.hashtext(name)))).scalar_one()
    return wait or bool(taken)


# --- Jobs ------------------------------------------------------------------------------------


def start_job(session: Session, name: str, *, now: datetime, lease: timedelta, every: timedelta | None = None) -> bool:
    """Whether this process may run the job now: nobody holds it and, if `every` is given, it is time again."""
    insert = sqlite.insert if _on_sqlite(session.connection()) else postgresql.insert
    session.connection().execute(insert(_jobs).values(name=name, outcome="").on_conflict_do_nothing())
    when = [_jobs.c.name == name, sa.or_(_jobs.c.taken_until.is_(None), _jobs.c.taken_until < now)]
    if every is not None:
        when.append(sa.or_(_jobs.c.last_started_at.is_(None), _jobs.c.last_started_at <= now - every))
    return claim(session, JobRun, *when, last_started_at=now, taken_until=now + lease) == 1


def end_job(session: Session, name: str, *, now: datetime, outcome: str) -> None:
    """Let go of the job and keep how it ended, in a few words without personal data."""
    claim(session, JobRun, _jobs.c.name == name, last_ended_at=now, taken_until=None, outcome=outcome[:200])
