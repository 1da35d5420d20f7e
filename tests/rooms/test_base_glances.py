"""Looks that are given to the driver itself: they see what is committed, and outlive a server that went away."""

from __future__ import annotations

import psycopg
import pytest
import sqlalchemy as sa
from sqlmodel import SQLModel

from mailbox_service.base.db import Database
from mailbox_service.base.looks import Looks

_jobs = SQLModel.metadata.tables["job_run"]
JOBS = Looks(jobs=sa.select(_jobs.c.name).where(_jobs.c.outcome == sa.bindparam("outcome")))


async def run(db: Database, name: str) -> None:
    job = sa.insert(_jobs).values(name=name, outcome="done")
    await db.writing(lambda session: session.connection().execute(job))


async def seen(db: Database) -> list[str]:
    found = [await look(JOBS, {"outcome": "done"}) for look in (db.look, db.look_through)]
    first, second = ([row.name for row in rows("jobs")] for rows in found)
    assert first == second
    return first


async def test_each_look_sees_what_is_committed_by_then(db):
    before = await seen(db)

    await run(db, "sweep")

    assert (before, await seen(db)) == ([], ["sweep"])


async def test_a_look_is_asked_again_when_the_server_went_away(postgresql_url):
    db = Database(postgresql_url)
    await run(db, "sweep")
    await seen(db)
    url = sa.make_url(postgresql_url).set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(url, autocommit=True) as other:
        other.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )

    assert await seen(db) == ["sweep"]

    await db.close()


async def test_what_the_server_refuses_is_not_asked_again(postgresql_url):
    db = Database(postgresql_url)
    wrong = Looks(jobs=sa.select(sa.literal_column("1 / 0").label("name")))

    with pytest.raises(psycopg.errors.DivisionByZero):
        await db.look(wrong, {})

    await db.close()
