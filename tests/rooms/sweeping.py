"""Very many letters of which some are due, and what the database itself says that it read to find those."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, SQLModel

from mailbox_service.jobs import deadlines
from tests.doors.staff import town as towns

TODAY = date(2026, 3, 9)
COUNTED = {
    "sqlite": "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {stored})",
    "postgresql": "WITH n(i) AS (SELECT generate_series(1, {stored}))",
}
Said = list[tuple[str, Any]]


def many_letters(session: Session, stored: int, due: int) -> None:
    """One letter told again and again: most have ended, a tenth waits for a later day, some for today or before.

    Three quarters of what is `due` is due on one and the same day, as after a festival.
    """
    towns.found(session).letter(session, now=datetime(2026, 3, 9, 2, tzinfo=UTC))
    connection = session.connection()
    later, day, before = (f"'{TODAY + timedelta(days)}'" for days in (9, 0, -3))
    steps = ((due // 4, before), (due, day), (stored // 10, later))
    sweep = f"CASE {' '.join(f'WHEN n.i <= {place} THEN {on}' for place, on in steps)} END"
    given = {"id": "1000000 + n.i", "number": "'many-' || n.i", "once_key": "NULL"}
    given["sweep_on"] = f"CAST(({sweep}) AS date)" if connection.dialect.name == "postgresql" else sweep
    names = [column.name for column in SQLModel.metadata.tables["ticket"].columns]
    values = ", ".join(given.get(name, f"ticket.{name}") for name in names)
    counted = COUNTED[connection.dialect.name].format(stored=stored)
    connection.exec_driver_sql(f"INSERT INTO ticket ({', '.join(names)}) {counted} SELECT {values} FROM ticket, n")
    connection.exec_driver_sql("ANALYZE ticket")


def looked_up(session: Session) -> int:
    """How many letters the sweep finds, look by look."""
    found, place = 0, deadlines.START
    while due := deadlines.due(session, TODAY, place):
        place, found = due[-1], found + len(due)
    return found


def statements(session: Session, work: Callable[[Session], object]) -> Said:
    """What is asked of the database meanwhile."""
    said: Said = []

    def keep(_connection: Any, _cursor: Any, statement: str, parameters: Any, _context: Any, _many: bool) -> None:
        said.append((statement, parameters))

    engine = session.get_bind()
    sa.event.listen(engine, "before_cursor_execute", keep)
    work(session)
    sa.event.remove(engine, "before_cursor_execute", keep)
    return [one for one in said if one[0].startswith("SELECT")]


def rows_read(session: Session) -> int:
    """How many rows were read while every due letter was looked up."""
    return _on_sqlite(session) if session.connection().dialect.name == "sqlite" else _on_postgresql(session)


def _on_postgresql(session: Session) -> int:
    """What EXPLAIN ANALYZE says of each look."""
    return sum(_scanned(_plan(session, *one)["Plan"]) for one in statements(session, looked_up))


def _plan(session: Session, statement: str, parameters: Any) -> dict[str, Any]:
    asked = f"EXPLAIN (ANALYZE, FORMAT JSON) {statement}"
    answer = session.connection().exec_driver_sql(asked, parameters).scalar_one()
    plan: dict[str, Any] = (json.loads(answer) if isinstance(answer, str) else answer)[0]
    return plan


def _scanned(node: dict[str, Any]) -> int:
    """The rows that the scans of a plan read, with those they threw away."""
    below = sum(_scanned(each) for each in node.get("Plans", ()))
    if "Scan" not in node["Node Type"]:
        return below
    read: float = (node["Actual Rows"] + node.get("Rows Removed by Filter", 0)) * node["Actual Loops"]
    return below + round(read)


def _on_sqlite(session: Session) -> int:
    """SQLite says no rows: its steps are counted, and measured by those that giving back each of these once takes.

    Every look but the last brings a whole batch: the steps that begin and end it are few beside those of its rows.
    """
    connection, today = session.connection(), (TODAY.isoformat(),)
    given = "SELECT sweep_on, id FROM ticket WHERE sweep_on <= ? ORDER BY sweep_on, id"
    rows = len(connection.exec_driver_sql(given, today).all())
    once = _steps(session, lambda: connection.exec_driver_sql(given, today).all())
    return round(rows * _steps(session, lambda: looked_up(session)) / once)


def _steps(session: Session, work: Callable[[], object]) -> int:
    driver: Any = session.connection().connection.driver_connection
    taken = 0

    def step() -> int:
        nonlocal taken
        taken += 1
        return 0

    driver.set_progress_handler(step, 1)
    try:
        work()
    finally:
        driver.set_progress_handler(None, 0)
    return taken
