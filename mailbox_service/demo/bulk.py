"""`mailbox seed --letters N`: as many letters as a large city has, with their whole histories.

The stories of Qinghe are told again and again with other days, people, places and words, in the order of their
coming. One process makes letters, this one stores them, in batches, each whole; when it is interrupted, the next run
goes on where it was.
"""

from __future__ import annotations

import marshal
import pickle
import subprocess
import sys
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from contextlib import contextmanager
from datetime import datetime
from functools import partial
from typing import Protocol

import sqlalchemy as sa
from sqlmodel import Session, SQLModel, col, select

from mailbox_service.base import claim
from mailbox_service.base.db import Database
from mailbox_service.base.load import Batch, open_load
from mailbox_service.demo import bulk_stories
from mailbox_service.demo.bulk_forms import form_for
from mailbox_service.demo.bulk_maker import Maker, Order, Spread
from mailbox_service.demo.bulk_stories import KEY, Story
from mailbox_service.tickets.find.city import CityBook
from mailbox_service.tickets.tables import Ticket

BATCH = 8_000
AHEAD = 2  # batches that are made before they are wanted, so that neither process waits for the other
AT_ONCE = 10  # batches whose numbers are drawn at once: each time waits for the disk

Progress = Callable[[int, int], None]


async def seed(
    db: Database,
    book: CityBook,
    letters: int,
    *,
    now: datetime,
    progress: Progress,
    batch: int = BATCH,
    spread: Spread | None = None,
) -> int:
    """Add letters until there are so many of the bulk's; answers how many were added.

    Without a `spread` they come as those of a large city do.

    Raises:
        ValueError: the city has no letters yet whose stories could be told again.
    """
    there = await db.reading(_stored)
    if there >= letters:
        return 0
    orders = list(orders_of(there, letters, batch))
    with open_load(db.url) as load, _making(alone=len(orders) == 1) as making:
        making.begin(await db.reading(lambda it: _maker(it, book, letters, now, spread or Spread.of(letters))))

        def say() -> None:
            progress(sum(map(len, orders[: load.stored])), letters - there)

        say()
        async for made in _made(db, making, orders):
            load.put(made)
            say()
        load.finish()
        say()
    return letters - there


def orders_of(first: int, last: int, batch: int) -> Iterator[range]:
    """Small batches first: while they are being made, there is nothing to store yet."""
    size = max(1, batch // 8)
    while first < last:
        yield range(first, min(first + size, last))
        first, size = first + size, min(2 * size, batch)


async def _made(db: Database, making: Making, orders: Sequence[range]) -> AsyncIterator[Batch]:
    """The batches in their order, each when it is wanted; the next ones are being made then."""
    numbers = list[int]()
    for place, order in enumerate(orders):
        if not numbers:
            count = sum(map(len, orders[place : place + AT_ONCE]))
            numbers = await db.writing(partial(claim.next_numbers, count=count))
        making.order(Order(order.start, numbers[: len(order)]))
        del numbers[: len(order)]
        if place >= AHEAD:
            yield making.take()
    for _ in orders[-AHEAD:]:
        yield making.take()


def _stored(session: Session) -> int:
    return session.exec(select(sa.func.count()).where(col(Ticket.once_key).like(f"{KEY}%"))).one()


def _maker(session: Session, book: CityBook, letters: int, now: datetime, spread: Spread) -> Maker:
    stories = bulk_stories.read(session)
    if not any(story.letters == 1 and not story.open and story.ends_at < now for story in stories):
        raise ValueError("there are no letters yet whose stories could be told again: `mailbox seed --demo` first.")
    url = "sqlite" if session.connection().dialect.name == "sqlite" else "postgresql"
    return Maker(form_for(url), stories, _filled(stories), letters, now, book.open(session).calendar, spread)


def _filled(stories: list[Story]) -> dict[str, tuple[str, ...]]:
    """The columns that any story fills, parents before what names them, the key first."""
    found = {}
    for table in SQLModel.metadata.sorted_tables:
        rows = [row for story in stories for row in story.rows.get(table.name, ())]
        names = [str(column.name) for column in table.c if any(row[column.name] is not None for row in rows)]
        if rows:
            first = str(table.primary_key.columns.values()[0].name)
            found[str(table.name)] = (first, *(name for name in names if name != first))
    return found


# --- Who makes them


class Making(Protocol):
    """Takes orders, and hands out what was ordered, in that order."""

    def begin(self, maker: Maker) -> None:
        """Say what letters are made from."""

    def order(self, order: Order) -> None:
        """Let a batch be made."""

    def take(self) -> Batch:
        """The next batch, as soon as it is ready."""


@contextmanager
def _making(*, alone: bool) -> Iterator[Making]:
    """Another process, or, where there is nothing to do meanwhile, this one."""
    if alone:
        yield _Here()
        return
    command = [sys.executable, "-m", "mailbox_service.demo.bulk_maker"]
    with (  # in a session of its own: Ctrl-C is for this process, which stores what it has begun to store
        subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, start_new_session=True) as process,
        ThreadPoolExecutor(1) as thread,
    ):
        try:
            yield _There(process, thread)
        finally:
            process.kill()


class _Here:
    def __init__(self) -> None:
        self._orders = list[Order]()

    def begin(self, maker: Maker) -> None:
        self._maker = maker

    def order(self, order: Order) -> None:
        self._orders.append(order)

    def take(self) -> Batch:
        return self._maker.batch(self._orders.pop(0))


class _There:
    """A thread reads what comes, so that the maker is rid of a batch while another is stored."""

    def __init__(self, process: subprocess.Popen[bytes], thread: Executor) -> None:
        self._process, self._thread, self._coming = process, thread, list[Future[Batch]]()

    def begin(self, maker: Maker) -> None:
        self._send(maker)

    def order(self, order: Order) -> None:
        self._send(order)
        self._coming.append(self._thread.submit(self._read))

    def take(self) -> Batch:
        return self._coming.pop(0).result()

    def _read(self) -> Batch:
        assert self._process.stdout is not None
        return marshal.load(self._process.stdout)

    def _send(self, what: object) -> None:
        assert self._process.stdin is not None
        pickle.dump(what, self._process.stdin)
        self._process.stdin.flush()
