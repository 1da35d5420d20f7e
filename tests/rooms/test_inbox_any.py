"""Whatever bytes come: they are kept, and end as a letter, on one, as a machine's, or with a clerk. Nothing raises."""

# mypy: no-check-untyped-defs
from __future__ import annotations

import random
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mailbox_service.base.db import Database
from mailbox_service.mail.tables import ReceivedState
from tests.mails.stress import CORPUS, mutated
from tests.rooms.arriving import PUBLIC, a_town_with_mail, files_of, letters, look, received, store

LEFT = {state.value for state in ReceivedState} - {ReceivedState.STORED.value}
EXAMPLES = 40


@pytest.fixture(scope="module")
def strange() -> list[bytes]:
    """Messages nobody would write: mutations of the corpus, and noise; the same each time."""
    found: list[bytes] = [
        b"",
        b"\0",
        b"\xff" * 100,
        b"From x\r\n",
        b"\r\n\r\n",
        "\ud800".encode("utf-8", "surrogatepass"),
    ]

    @settings(
        max_examples=EXAMPLES, deadline=None, database=None, derandomize=True, suppress_health_check=list(HealthCheck)
    )
    @given(st.one_of(mutated(), st.binary(max_size=400)))
    def gather(raw: bytes) -> None:
        found.append(raw)

    gather()
    return list(dict.fromkeys(found))


async def test_any_bytes_are_kept_and_end_somewhere(db: Database, tmp_path: Path, strange):
    post = await a_town_with_mail(db, tmp_path, mails_from_address_per_hour=10_000)

    for n, raw in enumerate(strange):
        assert await store(post, raw, PUBLIC, sender="<>" if n % 7 == 0 else "")
    await look(post)

    rows = await received(post)
    assert len(rows) == len(strange)
    assert {row.state for row in rows} <= LEFT
    assert all(b"".join(files_of(post).pieces(row.stored)) == raw for row, raw in zip(rows, strange, strict=True))


async def test_the_whole_corpus_goes_through(sqlite_url: str, tmp_path: Path):
    db = Database(sqlite_url)
    post = await a_town_with_mail(db, tmp_path, mails_from_address_per_hour=10_000)
    order = random.Random(1).sample(CORPUS, len(CORPUS))

    for raw in order:
        await store(post, raw)
    assert await look(post) == len(order)

    states = Counter(row.state.value for row in await received(post))
    assert len(order) > 60
    assert set(states) <= LEFT
    assert states["letter"] == await letters(post) > 60
    assert states["machine"] + states["ours"] >= 10
    assert not [row for row in await received(post) if row.reason == "failed"]
    await db.close()
