"""Letters of the bulk, batch by batch, ready to be stored: the work of a process beside the one that stores.

Run as a module it reads whom to tell from its standard input, then one order after another, and writes each batch
to its standard output. It ends when nobody orders any more.
"""

from __future__ import annotations

import gc
import marshal
import pickle
import sys
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cached_property
from operator import itemgetter
from random import Random
from typing import IO, Any

from mailbox_service.base import tokens
from mailbox_service.base.load import Batch, Rows
from mailbox_service.city.workdays import Calendar
from mailbox_service.demo import bulk_found, bulk_patterns, bulk_words
from mailbox_service.demo.bulk_forms import SQLiteForm
from mailbox_service.demo.bulk_patterns import Columns, Pattern
from mailbox_service.demo.bulk_slots import Telling
from mailbox_service.demo.bulk_stories import KEY, Story
from mailbox_service.demo.bulk_words import Words

YEAR = timedelta(days=365)
WEEK = timedelta(weeks=1)
A_YEARS_LETTERS = 100_000  # as many as come in a year; more of them are spread over more years
MOST_YEARS = 10
OPEN_SHARE = 0.04  # of a year's letters: a fortnight's
LONGEST_JITTER = 600_000  # milliseconds by which a telling is moved beside its whole weeks
SHARES = {"zh": 0.7, "en": 0.12, "ja": 0.09, "ko": 0.09}  # of the letters, by their language


@dataclass(frozen=True)
class Order:
    """A batch that is wanted: the letters from `first` on, as many as there are numbers."""

    first: int
    numbers: list[int]

    @property
    def last(self) -> int:
        """One more than the last letter's place."""
        return self.first + len(self.numbers)


@dataclass(frozen=True)
class Spread:
    """Over how long the letters come, until now; and how many, of a year's, still have something before them."""

    span: timedelta
    open_share: float = OPEN_SHARE

    @classmethod
    def of(cls, letters: int) -> Spread:
        """A year, and up to ten when they are more than a year's."""
        return cls(YEAR * min(MOST_YEARS, max(1, letters / A_YEARS_LETTERS)))


@dataclass
class Maker:
    """Tells the stories again: all letters of the bulk, `letters` of them, in the order of their coming."""

    form: SQLiteForm
    stories: list[Story]
    columns: Columns
    letters: int
    until: datetime
    calendar: Calendar
    spread: Spread
    _ready: dict[int, tuple[Pattern, list[Any]]] = field(default_factory=dict)

    @cached_property
    def first_open(self) -> int:
        """The first of those that still have something before them."""
        return round(self.letters * (1 - self.spread.open_share * (YEAR / self.spread.span)))

    @cached_property
    def _open(self) -> list[int]:
        """The places of the stories that are not at their end."""
        return [place for place, story in enumerate(self.stories) if story.open]

    @cached_property
    def _ended(self) -> list[list[int]]:
        """The places of the others, by the language of their first letter."""
        found = defaultdict[str, list[int]](list)
        for place, story in enumerate(self.stories):
            if not story.open and story.ends_at < self.until:
                found[story.rows["ticket"][0]["language"]].append(place)
        return [found[language] for language in SHARES]

    def batch(self, order: Order) -> Batch:
        """What is ordered, as the loader takes it."""
        return self.form.batch(self.make(order))

    def make(self, order: Order) -> list[Rows]:
        """The rows of what is ordered, each story whole. Its draws are its own, so it can be drawn again."""
        rng, rows, at = Random(f"{KEY}{order.first}"), defaultdict[str, list[tuple[Any, ...]]](list), order.first
        while at < order.last:
            place = self._drawn(rng, at, order.last - at)
            pattern, found = self._prepared(place)
            later = self._later(pattern.story, at, rng)
            telling = self._telling(pattern, order, at, later, rng)
            for table, row in pattern.tell(telling, later):
                rows[table].append(row)
            for each in found:
                for table, row in each.rows(telling):
                    rows[table].append(row)
            at += pattern.story.letters
        filled = {**self.columns, **bulk_found.columns(self.form)}
        for each in rows.values():
            each.sort(key=itemgetter(0))
        return [(table, filled[table], rows[table]) for table in filled if rows[table]]

    def _drawn(self, rng: Random, at: int, most: int) -> int:
        """A story that holds at most so many letters: of the open ones each in its turn, so that every state is met."""
        if at >= self.first_open and self._open:
            place = self._open[at % len(self._open)]
            if self.stories[place].letters <= most:
                return place
        while True:
            pool = rng.choices(self._ended, list(SHARES.values()))[0]
            if pool and self.stories[place := rng.choice(pool)].letters <= most:
                return place

    def _later(self, story: Story, at: int, rng: Random) -> timedelta:
        """By how much it is moved: what is ended by whole weeks, so that it begins when its turn has come."""
        jitter = timedelta(milliseconds=rng.randrange(LONGEST_JITTER))
        if story.open:
            return -jitter
        begins_at = self.until - self.spread.span * (1 - at / self.letters)
        most = (self.until - story.ends_at - jitter) // WEEK
        return min(most, -((story.begins_at - begins_at) // WEEK)) * WEEK - jitter

    def _prepared(self, place: int) -> tuple[Pattern, list[Any]]:
        if place not in self._ready:
            story = self.stories[place]
            self._ready[place] = bulk_patterns.Prepared(story, self.form, self.columns).done(), bulk_found.of(story)
        return self._ready[place]

    def _telling(self, pattern: Pattern, order: Order, at: int, later: timedelta, rng: Random) -> Telling:
        tickets = pattern.story.rows["ticket"]
        places = range(at, at + len(tickets))
        years = [self.calendar.day_of(ticket["received_at"].astimezone(UTC) + later).year for ticket in tickets]
        return Telling(
            form=self.form,
            rng=rng,
            words=[Words.drawn(rng) for _ in tickets],
            names=[bulk_words.writer(rng, ticket["language"]) for ticket in tickets],
            numbers=[
                tokens.number_for(year, order.numbers[place - order.first])
                for year, place in zip(years, places, strict=True)
            ],
            keys=[f"{KEY}{place:09d}" for place in places],
            ids=self.form.ids(bulk_patterns.new_ids(pattern.story.ids, at, later)),
            days=pattern.days_moved(later),
        )


def main(orders: IO[bytes], batches: IO[bytes]) -> None:
    """Make what is ordered until nobody orders any more."""
    gc.disable()  # rows hold no rings: looking through a million of them for some costs a fifth of the time
    maker: Maker = pickle.load(orders)
    while True:
        try:
            order = pickle.load(orders)
        except EOFError:
            return
        marshal.dump(maker.batch(order), batches)
        batches.flush()


if __name__ == "__main__":
    main(sys.stdin.buffer, sys.stdout.buffer)
