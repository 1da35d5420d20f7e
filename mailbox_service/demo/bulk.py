"""`mailbox seed --letters N`: as many letters as a large city has, with their whole histories.

The stories of Qinghe are told again and again with other days, people, places and words. Letters are
stored in batches, each whole; when it is interrupted, the next run goes on where it was.
"""

from __future__ import annotations

import hashlib
import secrets
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache, partial
from random import Random

import sqlalchemy as sa
from sqlmodel import Session, col, select

from mailbox_service.base import bulk, claim, tokens
from mailbox_service.base.db import Database
from mailbox_service.city.workdays import Calendar
from mailbox_service.demo import bulk_stories, bulk_words
from mailbox_service.demo.bulk_stories import KEY, Row, Story
from mailbox_service.tickets import grouping, public_search, search
from mailbox_service.tickets.find.city import CityBook
from mailbox_service.tickets.tables import Ticket
from mailbox_service.tickets.tables.words import Identity, MessageKind

BATCH = 1_000
YEAR = timedelta(days=365)
OPEN_SHARE = 0.04  # of the stories told: ten days' letters of a year's
LONGEST_JITTER = 600_000  # milliseconds by which a telling is moved beside its whole weeks
CITY_LANGUAGE = "zh"

Progress = Callable[[int, int], None]
Rows = dict[str, list[Row]]


@dataclass(frozen=True)
class Teller:
    """What every telling needs: the stories there are, and until when they may go."""

    closed: list[Story]
    open: list[Story]
    until: datetime
    calendar: Calendar

    def story(self, rng: Random, most: int) -> Story:
        """One that holds at most so many letters."""
        pool = self.open if self.open and rng.random() < OPEN_SHARE else self.closed
        drawn = rng.choice(pool)
        return drawn if drawn.letters <= most else next(each for each in self.closed if each.letters == 1)

    def later(self, story: Story, rng: Random) -> timedelta:
        """By how much it is moved: what is ended by whole weeks to some time within the last year."""
        jitter = timedelta(milliseconds=rng.randrange(LONGEST_JITTER))
        if story.open:
            return -jitter
        week = timedelta(weeks=1)
        most = (self.until - story.ends_at - jitter) // week
        least = min(most, -((story.begins_at - self.until + YEAR) // week))
        return rng.randint(least, most) * week - jitter


async def seed(db: Database, book: CityBook, letters: int, *, now: datetime, progress: Progress) -> int:
    """Add letters until there are so many of the bulk's; answers how many were added.

    Raises:
        ValueError: the city has no letters yet whose stories could be told again.
    """
    there = await db.reading(_stored)
    if there >= letters:
        return 0
    teller = await db.reading(lambda session: _teller(session, book, now))
    done = there
    while done < letters:
        progress(done - there, letters - there)
        done += await db.writing(partial(_tell, teller=teller, first=done, count=min(BATCH, letters - done)))
    progress(done - there, letters - there)
    await db.writing(_analyse)
    return done - there


def _stored(session: Session) -> int:
    return session.exec(select(sa.func.count()).where(col(Ticket.once_key).like(f"{KEY}%"))).one()


def _teller(session: Session, book: CityBook, now: datetime) -> Teller:
    stories = bulk_stories.read(session)
    closed = [story for story in stories if not story.open and story.ends_at < now]
    if not any(story.letters == 1 for story in closed):
        raise ValueError("there are no letters yet whose stories could be told again: `mailbox seed --demo` first.")
    return Teller(closed, [each for each in stories if each.open], now, book.open(session).calendar)


def _tell(session: Session, *, teller: Teller, first: int, count: int) -> int:
    """Store a batch of letters whose keys go on from `first`. Its draws are its own, so it can be drawn again."""
    rng, rows, told = Random(f"{KEY}{first}"), defaultdict[str, list[Row]](list), 0
    numbers = claim.next_numbers(session, count)
    while told < count:
        story = teller.story(rng, count - told)
        again = bulk_stories.told_again(story, first + told, teller.later(story, rng))
        for ticket in again["ticket"]:
            year = teller.calendar.day_of(ticket["received_at"]).year
            ticket["number"] = tokens.number_for(year, numbers[told])
            ticket["once_key"] = f"{KEY}{first + told:09d}"
            told += 1
        _reword(again, rng)
        _make_found(session, again)
        for name, each in again.items():
            rows[name] += each
    _store(session, rows)
    return told


def _store(session: Session, rows: Rows) -> None:
    bulk.insert(session, rows)
    for copy in rows.get("publication", ()):
        if copy["published_at"] is not None and copy["revoked_at"] is None:
            texts = (copy["subject"], copy["letter"], copy["reply"])
            public_search.put(session, public_search.LETTER, copy["id"], copy["language"], *texts)


def _analyse(session: Session) -> None:
    session.connection().execute(sa.text("ANALYZE"))  # the planner believes the city is small otherwise


# --- Other words


def _reword(rows: Rows, rng: Random) -> None:
    """Other places and people, in every text that speaks of them; hashes follow."""
    words = {ticket["id"]: bulk_words.Words.drawn(rng) for ticket in rows["ticket"]}
    one = words[rows["ticket"][0]["id"]]  # a reply to several names one place
    for ticket in rows["ticket"]:
        ticket["subject"] = words[ticket["id"]].subject(ticket["subject"], ticket["language"])
    sources: dict[int, tuple[str, str]] = {}
    for message in rows.get("message", ()):
        if message["kind"] == MessageKind.LETTER and message["language"] in ("en", "zh", "ja", "ko"):
            own = words[message["ticket_id"]]
            message["text"] += "\n\n" + own.detail(message["language"])
            sources[message["id"]] = (own.detail(CITY_LANGUAGE), _hash(message["text"]))
    languages = {ticket["id"]: ticket["language"] for ticket in rows["ticket"]}
    for reply in rows.get("reply", ()):
        reply["text"] += "\n\n" + one.answer(CITY_LANGUAGE)
        reply["text_hash"] = _hash(reply["text"])
        if reply["own_text"]:
            reply["own_text"] += "\n\n" + one.answer(languages[reply["ticket_id"]])
        sources[reply["id"]] = ("", reply["text_hash"])
    for translation in rows.get("translation", ()):
        _follow(translation, sources, one)
    for copy in rows.get("publication", ()):
        copy["public_id"] = secrets.token_hex(6)
    _rename(rows, rng, languages)


def _follow(translation: Row, sources: dict[int, tuple[str, str]], one: bulk_words.Words) -> None:
    source = sources.get(translation["message_id"] or translation["reply_id"])
    if source is None:
        return
    more, translation["source_hash"] = source
    if translation["text"]:
        translation["text"] += "\n\n" + (more or one.answer(translation["language"]))


def _rename(rows: Rows, rng: Random, languages: dict[int, str]) -> None:
    for citizen in rows.get("citizen", ()):
        if citizen["name"]:
            citizen["name"] = bulk_words.writer(rng, languages[citizen["ticket_id"]])
        if citizen["email"]:
            citizen["email"] = f"writer{rng.randrange(10**7)}@example.org"
        if citizen["phone"]:
            citizen["phone"] = f"1{rng.randrange(3 * 10**9, 10**10):010d}"


@lru_cache(maxsize=4096)
def _hash(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


# --- What they are found by


def _make_found(session: Session, rows: Rows) -> None:
    texts: dict[int, list[str]] = {ticket["id"]: [ticket["number"], ticket["subject"]] for ticket in rows["ticket"]}
    for name in ("message", "reply", "translation"):
        for row in rows.get(name, ()):
            if name != "reply" or row["sent_at"]:
                texts[row["ticket_id"]] += [row["text"], row.get("own_text", "")]
    named = {ticket["id"] for ticket in rows["ticket"] if ticket["identity"] == Identity.NAMED}
    rows["search_text"] = [_found_by(session, id_, each) for id_, each in texts.items()]
    subjects = {ticket["id"]: ticket["subject"] for ticket in rows["ticket"]}
    rows["likeness"] = [
        row
        for message in rows["message"]
        if message["kind"] == MessageKind.LETTER
        for row in grouping.rows(message["ticket_id"], subjects[message["ticket_id"]], message["text"])
    ]
    rows["staff_text"] = [
        search.staff_row(session, search.NAME, citizen["ticket_id"], citizen["ticket_id"], citizen["name"])
        for citizen in rows.get("citizen", ())
        if citizen["name"] and citizen["ticket_id"] in named
    ]


def _found_by(session: Session, ticket_id: int, texts: list[str]) -> Row:
    """As `search.new_row`, paragraph by paragraph, since most of them were cut into words before."""
    words = " ".join(cut for text in texts for paragraph in text.split("\n\n") if (cut := _cut(paragraph)))
    words = " ".join(words.split(" ")[: search.MOST_POSITIONS])
    if session.connection().dialect.name == "sqlite":
        return {"ticket_id": ticket_id, "words": words}
    return {"ticket_id": ticket_id, "words": "", "vector": search.vector(words)}


@lru_cache(maxsize=20_000)
def _cut(paragraph: str) -> str:
    return search.index_text(paragraph)
