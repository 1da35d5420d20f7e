"""Taking what others may take too, on both databases."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta

import psycopg
from sqlmodel import col, select

from mailbox_service.base import claim
from mailbox_service.base.db import Database
from mailbox_service.base.tables import JobRun, Session

NOW = datetime(2026, 2, 27, 6, 5, 17, tzinfo=UTC)
HOUR = timedelta(hours=1)


def sign_ins(count: int) -> list[Session]:
    """Rows to be taken: `seen_at` serves as the lease, `expires_at` as the time they are due."""
    return [
        Session(
            token=f"{n:064}",
            person_id=n,
            csrf="c",
            created_at=NOW,
            seen_at=NOW - HOUR,
            expires_at=NOW + (n - 1) * HOUR,
        )
        for n in range(count)
    ]


def take(session, *, limit=10, at=NOW):
    return claim.claim_batch(
        session,
        Session,
        due=Session.expires_at <= at + 100 * HOUR,
        lease=Session.seen_at,
        now=at,
        until=at + HOUR,
        limit=limit,
    )


async def test_numbers_rise_and_no_two_letters_share_one(db):
    numbers = await asyncio.gather(*(db.writing(claim.next_number) for _ in range(20)))

    assert sorted(numbers) == list(range(min(numbers), min(numbers) + 20))
    assert min(numbers) >= 1


async def test_tries_are_counted_by_rule_client_and_window(db):
    async def tries(rule, client, now=NOW):
        return await db.writing(lambda s: claim.count_try(s, rule, client, 3600, now))

    counts = await asyncio.gather(*(tries("track", "a") for _ in range(8)))

    assert sorted(counts) == list(range(1, 9))
    assert await tries("track", "b") == 1
    assert await tries("write", "a") == 1
    assert await tries("track", "a", NOW + HOUR) == 1


async def test_windows_that_are_over_are_forgotten(db):
    for hours in range(3):
        at = NOW + hours * HOUR
        await db.writing(lambda s, at=at: claim.count_try(s, "track", "a", 3600, at))

    assert await db.writing(lambda s: claim.forget_tries(s, NOW + HOUR)) == 2
    assert await db.writing(lambda s: claim.count_try(s, "track", "a", 3600, NOW + 2 * HOUR)) == 2


async def test_a_window_ends_at_a_multiple_of_its_length(db):
    assert claim.window_end(3600, NOW) == datetime(2026, 2, 27, 7, tzinfo=UTC)
    assert claim.window_end(3600, datetime(2026, 2, 27, 7, tzinfo=UTC)) == datetime(2026, 2, 27, 8, tzinfo=UTC)


async def test_of_many_who_claim_one_row_one_gets_it(db):
    await db.writing(lambda s: s.add_all(sign_ins(1)))
    one = [Session.person_id == 0, Session.csrf == "c"]

    changed = await asyncio.gather(
        *(db.writing(lambda s, n=n: claim.claim(s, Session, *one, csrf=f"taken by {n}")) for n in range(6))
    )

    assert sorted(changed) == [0, 0, 0, 0, 0, 1]


async def test_a_claim_sees_what_its_own_transaction_added(db):
    def work(session):
        session.add_all(sign_ins(1))
        return claim.claim(session, Session, Session.person_id == 0, csrf="mine")

    assert await db.writing(work) == 1


async def test_batches_never_overlap_and_leave_nothing(db):
    await db.writing(lambda s: s.add_all(sign_ins(30)))

    batches = await asyncio.gather(*(db.writing(lambda s: take(s, limit=5)) for _ in range(4)))

    taken = [row_id for batch in batches for row_id in batch]
    assert len(taken) == len(set(taken)) == 20
    assert all(len(batch) == 5 for batch in batches)
    assert all(batch == sorted(batch) for batch in batches)
    assert len(await db.writing(lambda s: take(s, limit=100))) == 10


async def test_rows_of_a_holder_that_died_are_taken_again_when_the_lease_ends(db):
    await db.writing(lambda s: s.add_all(sign_ins(2)))
    first = await db.writing(take)

    assert await db.writing(take) == []
    assert await db.writing(lambda s: take(s, at=NOW + HOUR)) == []
    assert await db.writing(lambda s: take(s, at=NOW + 2 * HOUR)) == first


async def test_only_rows_that_are_due_are_taken(db):
    await db.writing(lambda s: s.add_all(sign_ins(3)))

    def due(session):
        return claim.claim_batch(
            session,
            Session,
            due=Session.expires_at <= NOW,
            lease=Session.seen_at,
            now=NOW,
            until=NOW + HOUR,
            limit=9,
        )

    taken = await db.writing(due)

    people = await db.reading(lambda s: s.exec(select(Session.person_id).where(col(Session.id).in_(taken))).all())
    assert sorted(people) == [0, 1]


async def test_rows_another_is_just_taking_are_skipped_not_waited_for(postgresql_url):
    database, plain_url = Database(postgresql_url), postgresql_url.replace("+psycopg", "")
    await database.writing(lambda s: s.add_all(sign_ins(4)))
    holding, go_on = asyncio.Event(), asyncio.Event()

    async def hold():
        async with await psycopg.AsyncConnection.connect(plain_url) as connection:
            await connection.execute("select id from staff_session order by id limit 2 for update")
            holding.set()
            await go_on.wait()

    holder = asyncio.create_task(hold())
    await holding.wait()
    taken = await asyncio.wait_for(database.writing(take), 5)
    go_on.set()
    await holder

    assert len(taken) == 2
    await database.close()


async def test_a_job_runs_in_one_process_at_a_time_and_not_before_it_is_time_again(db):
    async def start(at, every=None):
        return await db.writing(lambda s: claim.start_job(s, "tidy", now=at, lease=HOUR, every=every))

    assert sorted(await asyncio.gather(*(start(NOW) for _ in range(4)))) == [False, False, False, True]
    assert not await start(NOW + HOUR)
    await db.writing(lambda s: claim.end_job(s, "tidy", now=NOW + HOUR, outcome="3 rows"))
    assert not await start(NOW + HOUR, every=2 * HOUR)
    assert await start(NOW + 2 * HOUR, every=2 * HOUR)

    run = await db.reading(lambda s: s.get(JobRun, "tidy"))
    assert (run.last_started_at, run.last_ended_at, run.outcome) == (NOW + 2 * HOUR, NOW + HOUR, "3 rows")


async def test_a_job_whose_process_died_is_started_again_after_its_lease(db):
    await db.writing(lambda s: claim.start_job(s, "tidy", now=NOW, lease=HOUR))

    again = await db.writing(lambda s: claim.start_job(s, "tidy", now=NOW + 2 * HOUR, lease=HOUR))

    assert again
