"""A full disk, as each database says it."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from sqlmodel import Session

from mailbox_service.base.db import Database
from mailbox_service.base.refusals import Refused

TOO_MUCH = """
create table much as
with recursive n(i) as (select 1 union all select i + 1 from n where i < 1000000) select i from n
"""


def fill_the_disk(session: Session) -> None:
    if session.get_bind().dialect.name == "sqlite":
        session.execute(sa.text("pragma max_page_count = 1"))  # no more than it has
        session.execute(sa.text(TOO_MUCH))
    else:
        session.execute(sa.text("do $$ begin raise sqlstate '53100'; end $$"))


async def test_a_full_disk_is_a_refusal(db: Database) -> None:
    with pytest.raises(Refused, match=r"storage\.full"):
        await db.writing(fill_the_disk)


async def test_other_faults_of_the_database_are_not_hidden(db: Database) -> None:
    def cross(session: Session) -> None:
        bad = "select load_extension('no')" if db.is_sqlite else "select pg_sleep(9)"
        if not db.is_sqlite:
            session.execute(sa.text("set local statement_timeout = 10"))
        session.execute(sa.text(bad))

    with pytest.raises(sa.exc.OperationalError):
        await db.writing(cross)
