"""Letters are made findable by their likes once, however many nodes look for new ones at the same time."""

from __future__ import annotations

import asyncio
from collections import Counter
from datetime import timedelta

import pytest
from sqlmodel import select

from mailbox_service.base import clock
from mailbox_service.jobs import alike
from mailbox_service.tickets import similar
from mailbox_service.tickets.tables import Likeness
from tests.doors.staff.town import found


@pytest.fixture
async def letters(db):
    def begin(session):
        town = found(session)
        return [town.letter(session, f"A lamp {at}", now=clock.now()) for at in range(alike.BATCH + 5)]

    return await db.writing(begin)


async def bands(db):
    rows = await db.reading(lambda session: session.exec(select(Likeness.ticket_id)).all())
    return Counter(rows)


async def test_each_letter_once_in_as_many_batches_as_it_takes(db, letters):
    assert await alike.find_likes(db) == len(letters)
    assert await alike.find_likes(db) == 0
    assert set((await bands(db)).values()) == {similar.BANDS}


async def test_two_nodes_at_once_leave_nothing_out(db, letters):
    await asyncio.gather(*(alike.find_likes(db) for _ in range(4)))
    await alike.find_likes(db)

    found_by = await bands(db)
    assert (len(found_by), set(found_by.values())) == (len(letters), {similar.BANDS})


async def test_letters_of_long_ago_are_left_to_the_index_command(db, letters):
    assert await alike.find_likes(db, now=clock.now() + alike.BACK + timedelta(hours=1)) == 0
