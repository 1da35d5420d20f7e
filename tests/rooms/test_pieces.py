"""SQLite's full-text indexes are brought together in small steps, and never at once for somebody who writes."""

from __future__ import annotations

import asyncio
from functools import partial

import pytest
import sqlalchemy as sa

from mailbox_service.base import pieces
from mailbox_service.base.db import Database
from mailbox_service.tickets import search

TEXTS = 40


@pytest.fixture
async def filled(sqlite_url):
    """A database whose index has a piece for each text, as after a city was filled."""
    db = Database(sqlite_url)
    await db.writing(
        lambda session: said(session, "INSERT INTO public_index(public_index, rank) VALUES ('automerge', 0)")
    )
    for id_ in range(1, TEXTS + 1):
        words = search.index_text(f"路灯 lamp {id_} " + "地铁站" * 200)
        row = {"id": id_, "words": words}
        await db.writing(partial(said, statement=PUT, facts=row))
    yield db
    await db.close()


PUT = "INSERT INTO public_text (id, of_kind, of_id, language, words) VALUES (:id, 'letter', :id, 'zh', :words)"


def said(session, statement, facts=None):
    return session.connection().execute(sa.text(statement), facts or {})


async def many(db):
    return await db.reading(lambda s: said(s, "SELECT count(DISTINCT segid) FROM public_index_idx").scalar_one())


async def found(db):
    asked = "SELECT count(*) FROM public_index WHERE words MATCH '\"路灯\"'"
    return await db.reading(lambda session: said(session, asked).scalar_one())


async def test_nobody_who_writes_has_to_bring_all_together(filled):
    assert await many(filled) == TEXTS


async def test_pieces_are_brought_together_and_everything_is_found_meanwhile(filled):
    told = []

    steps = await pieces.bring_together(filled, step=1, progress=lambda done, total: told.append((done, total)))

    assert steps > 1
    assert await many(filled) < 4
    assert await found(filled) == TEXTS
    assert [done for done, _ in told] == sorted(done for done, _ in told)
    assert told[-1][0] == told[-1][1] > 0
    assert await pieces.bring_together(filled) == 0


async def test_it_stops_when_the_service_does_and_goes_on_another_time(filled):
    stop = asyncio.Event()

    first = await pieces.bring_together(filled, step=1, stop=stop, progress=lambda _done, _total: stop.set())
    before = await found(filled)
    second = await pieces.bring_together(filled, step=1)

    assert (first, before) == (1, TEXTS)
    assert second > 0
    assert await many(filled) < 4
    assert await found(filled) == TEXTS


async def test_postgresql_looks_after_its_own(postgresql_url):
    db = Database(postgresql_url)

    assert await pieces.bring_together(db) == 0

    await db.close()
