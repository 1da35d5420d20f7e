"""What the letters of a telling are found by: words, likeness, their writers' names, what is public of them.

What a story always says is cut into words once; of each telling only what it adds is cut, and that from sayings
that were cut before.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from typing import Any

from mailbox_service.demo.bulk_forms import SQLiteForm, binary_row
from mailbox_service.demo.bulk_patterns import CITY_LANGUAGE, LANGUAGES
from mailbox_service.demo.bulk_slots import Added, Subject, Telling
from mailbox_service.demo.bulk_stories import Row, Story
from mailbox_service.demo.bulk_vectors import Vector
from mailbox_service.tickets import public_search, search, similar
from mailbox_service.tickets.tables.words import Identity, MessageKind

Found = tuple[str, tuple[Any, ...]]  # a table and a row of it
COLUMNS = {
    "search_text": ("ticket_id", "words"),
    "staff_text": ("id", "ticket_id", "of_kind", "words"),
    "public_text": ("id", "of_kind", "of_id", "language", "words"),
    "likeness": ("ticket_id", "band", "hash"),
}
JOINT = similar.PIECE - 1  # signs that a part of a text shares with the part before


def columns(form: SQLiteForm) -> dict[str, tuple[str, ...]]:
    """The columns of these tables that are filled."""
    return {
        table: names if form.keeps_words or "words" not in names else (*names, "vector")
        for table, names in COLUMNS.items()
    }


@dataclass(frozen=True)
class FoundWords:
    """Words that are always the same, in their order."""

    words: str = ""

    @classmethod
    def of(cls, *texts: str) -> FoundWords:
        """Those of some texts."""
        return cls(search.index_text(*texts))

    @cached_property
    def vector(self) -> Vector:
        """The same for PostgreSQL."""
        return Vector(self.words)

    def row(self, form: SQLiteForm, *facts: int | str, more: str = "") -> tuple[Any, ...]:
        """A row of these facts that is found by them, and by more."""
        if form.keeps_words:
            return *facts, f"{self.words} {more}" if more else self.words
        return binary_row(*facts, "", self.vector.with_more(more))


@dataclass
class Letter:
    """One letter of a story: what it is always found by, and what is added. `id` is a place in the story's ids."""

    place: int
    id: int
    subject: Subject
    is_named: bool
    always: FoundWords = field(default_factory=FoundWords)
    added: list[Added] = field(default_factory=list)
    signs: str = ""  # of its text
    detail: Added | None = None
    lowest: list[int] = field(default_factory=list)

    def rows(self, telling: Telling) -> Iterator[Found]:
        """What is stored of it."""
        form, id_ = telling.form, telling.ids[self.id]
        key = int(id_)
        subject = self.subject.saying(telling)
        number = telling.numbers[self.place].replace("-", " ").strip()
        more = " ".join([number, subject.words, *(added.saying(telling).words for added in self.added)])
        yield "search_text", self.always.row(form, key, more=more)
        for band, hash_ in enumerate(form.ids(similar.in_bands(self._lowest(telling, subject.signs)))):
            yield "likeness", (id_, _BANDS[band] if form.keeps_words else str(band), hash_)
        if self.is_named:
            yield "staff_text", _name(telling.names[self.place]).row(form, key, key, search.NAME)

    def _lowest(self, telling: Telling, subject: str) -> list[int]:
        more = self.detail.saying(telling).signs if self.detail else ""
        if len(self.signs) <= similar.PIECE:
            return _lowest(subject + self.signs + more)
        before = _lowest(subject[-similar.LONGEST :] + self.signs[:JOINT])
        after = _lowest(self.signs[-JOINT:] + more)
        return list(map(min, self.lowest, before, after))


_BANDS = range(similar.BANDS)
_value_of = lru_cache(maxsize=200_000)(similar.value_of)  # sayings are made of the same pieces again and again


def _lowest(signs: str) -> list[int]:
    return similar.lowest(signs, _value_of)


@lru_cache(maxsize=2_000)
def _name(name: str) -> FoundWords:
    return FoundWords.of(name)


@dataclass(frozen=True)
class PublicCopy:
    """A published copy, which is told as it is: `id` is its place in the story's ids."""

    id: int
    language: str
    words: FoundWords

    def rows(self, telling: Telling) -> Iterator[Found]:
        """What is stored of it."""
        key = int(telling.ids[self.id])
        yield "public_text", self.words.row(telling.form, key, public_search.LETTER, key, self.language)


def of(story: Story) -> list[Letter | PublicCopy]:
    """Everything of a story that is found."""
    place = {id_: at for at, id_ in enumerate(story.ids)}
    letters = {
        ticket["id"]: Letter(
            at,
            place[ticket["id"]],
            Subject(at, ticket["subject"], ticket["language"]),
            ticket["identity"] == Identity.NAMED and _has_name(story, ticket["id"]),
        )
        for at, ticket in enumerate(story.rows["ticket"])
    }
    for ticket_id, letter in letters.items():
        _read(letter, story, ticket_id)
    copies = [
        PublicCopy(place[copy["id"]], copy["language"], FoundWords.of(copy["subject"], copy["letter"], copy["reply"]))
        for copy in story.rows.get("publication", ())
        if copy["published_at"] is not None and copy["revoked_at"] is None
    ]
    return [*letters.values(), *copies]


def _has_name(story: Story, ticket_id: int) -> bool:
    return any(citizen["name"] for citizen in story.rows.get("citizen", ()) if citizen["ticket_id"] == ticket_id)


def _read(letter: Letter, story: Story, ticket_id: int) -> None:
    texts: list[str] = []
    reworded = set[int]()
    for message in _of(story, "message", ticket_id):
        texts.append(message["text"])
        if message["kind"] == MessageKind.LETTER:
            letter.signs = similar.plain(message["text"])
            letter.lowest = _lowest(letter.signs)
            if message["language"] in LANGUAGES:
                letter.detail = Added(letter.place, True, message["language"])
                letter.added.append(letter.detail)
                reworded.add(message["id"])
    for reply in _of(story, "reply", ticket_id):
        reworded.add(reply["id"])
        if reply["sent_at"]:
            texts += [reply["text"], reply["own_text"]]
            letter.added.append(Added(0, False, CITY_LANGUAGE))
            if reply["own_text"]:
                letter.added.append(Added(0, False, letter.subject.language))
    for translation in _of(story, "translation", ticket_id):
        texts.append(translation["text"])
        if translation["text"] and (translation["message_id"] or translation["reply_id"]) in reworded:
            letter.added.append(
                Added(0, False, translation["language"])
                if translation["reply_id"]
                else Added(letter.place, True, CITY_LANGUAGE)
            )
    letter.always = FoundWords.of(*texts)


def _of(story: Story, table: str, ticket_id: int) -> list[Row]:
    return [row for row in story.rows.get(table, ()) if row["ticket_id"] == ticket_id]
