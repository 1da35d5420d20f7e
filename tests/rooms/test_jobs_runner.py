"""The timetable in one process: work is found soon, a job that fails disturbs nobody, stopping waits for nobody."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
import time

import pytest
from sqlmodel import col, select

from mailbox_service.base import audit, clock, stops
from mailbox_service.base.tables import JobRun, Seal
from mailbox_service.jobs import runner, seal, tidy
from tests.rooms.post import HOUR, NOW, a_town


async def test_a_letter_is_acknowledged_within_seconds(db, smtp_server):
    post = await a_town(db, smtp_server.port)
    stop = asyncio.Event()
    running = asyncio.create_task(runner.run(db, post.settings, post.town.book, stop))
    await post.letter(now=clock.now())

    for _ in range(60):
        await asyncio.sleep(0.05)
        if smtp_server.mails:
            break
    stop.set()
    await asyncio.wait_for(running, 5)

    assert [mail["To"] for mail in smtp_server.mails] == ["carl@example.org"]
    assert (await post.mails())[0].sent_at is not None


async def test_everything_due_can_be_done_once(db, smtp_server):
    post = await a_town(db, smtp_server.port)
    await post.answered()

    await runner.run_once(db, post.settings, post.town.book, now=NOW)
    sealed = await db.reading(lambda s: {row.source for row in s.exec(select(Seal))})
    jobs = await db.reading(lambda s: list(s.exec(select(JobRun.name).order_by(col(JobRun.name)))))

    assert len(smtp_server.mails) >= 3
    assert sealed == {"event"}
    assert jobs == ["files", "forget mail", "seal", "seal all", "tidy"]


async def test_one_job_that_fails_stops_no_other(caplog):
    done = []
    over = asyncio.Event()

    async def fail():
        raise RuntimeError("Carl wrote: my neighbour")

    async def work():
        done.append(1)
        if len(done) == 3:
            over.set()
        return 0

    jobs = [runner.Job("failing", 0.01, fail), runner.Job("working", 0.01, work)]
    await asyncio.wait_for(asyncio.gather(*(runner._keep(job, {}, over) for job in jobs)), 5)

    assert len(done) == 3
    assert "The job failing failed: RuntimeError in fail" in caplog.text
    assert "neighbour" not in caplog.text


async def test_one_job_wakes_the_next(db):
    over, woken = asyncio.Event(), []

    async def first():
        return 1

    async def second():
        woken.append(1)
        if len(woken) == 2:
            over.set()
        return 0

    jobs = [runner.Job("first", 0.05, first, wakes="second"), runner.Job("second", 60.0, second)]
    knocks = {job.name: job.knock for job in jobs}
    await asyncio.wait_for(asyncio.gather(*(runner._keep(job, knocks, over) for job in jobs)), 5)

    assert len(woken) == 2


async def test_history_is_sealed_in_one_chain_that_holds(db):
    post = await a_town(db, 1)
    await post.answered()

    counts = await asyncio.gather(*(seal.seal(db, now=NOW) for _ in range(3)))
    again = await seal.seal(db, now=NOW + HOUR)
    verdict = await db.reading(lambda s: audit.verify(s, seal.SOURCES))

    assert sorted(counts)[:2] == [0, 0]
    assert max(counts) == verdict.checked > 4
    assert again == 0
    assert verdict.broken is None


async def test_tidying_happens_once_an_hour(db):
    await tidy.tidy(db, now=NOW)
    await tidy.tidy(db, now=NOW + HOUR / 2)
    ran = await db.reading(lambda s: s.exec(select(JobRun.last_started_at).where(JobRun.name == "tidy")).one())

    assert ran == NOW


@pytest.mark.parametrize(("stop_at", "passed"), [("after-data", 1), ("after-data:3", 3)])
def test_a_process_dies_where_it_is_told_to(stop_at, passed):
    code = (
        "from mailbox_service.base import stops\n"
        "for n in range(1, 9):\n stops.reach('after-insert'); print(n, flush=True); stops.reach('after-data')"
    )

    died = subprocess.run([sys.executable, "-c", code], env=os.environ | {"MAILBOX_STOP_AT": stop_at},
                          capture_output=True, text=True, check=False)  # fmt: skip

    assert died.returncode == -signal.SIGKILL
    assert died.stdout.split() == [str(n) for n in range(1, passed + 1)]


def test_without_the_variable_nothing_happens(monkeypatch):
    monkeypatch.delenv("MAILBOX_STOP_AT", raising=False)
    begun = time.perf_counter()

    for point in stops.POINTS:
        stops.reach(point)

    assert time.perf_counter() - begun < 1
