"""What the letters of a telling are found by: words, likeness, their writers' names, what is public of them.

What a story always says is cut into words once; of each telling only what it adds is cut, and that from sayings
that were cut before.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from mailbox_service.demo.bulk_forms import SQLiteForm
from mailbox_service.demo.bulk_patterns import CITY_LANGUAGE, LANGUAGES
from mailbox_service.demo.bulk_slots import Added, Subject, Telling
from mailbox_service.demo.bulk_stories import Row, Story
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


@dataclass
class FoundWords:
    """Words that are always the same, in their order."""

    words: str = ""
    count: int = 0
    vector: str = ""

    @classmethod
    def of(cls, *texts: str) -> FoundWords:
        """Those of some texts."""
        words = search.index_text(*texts)
        return cls(words, words.count(" ") + 1 if words else 0, search.vector(words))

    def columns(self, form: SQLiteForm, *more: str) -> tuple[str, ...]:
        """The last columns of a row that is found by them, and by more."""
        if form.keeps_words:
            return (" ".join([self.words, *more]) if more else self.words,)
        added = search.vector(" ".join(more), after=self.count) if more else ""
        return "", form.text(f"{self.vector} {added}")


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
        subject = self.subject.saying(telling)
        number = telling.numbers[self.place].replace("-", " ").strip()
        more = [number, subject.words, *(added.saying(telling).words for added in self.added)]
        yield "search_text", (id_, *self.always.columns(form, *more))
        for band, hash_ in enumerate(form.ids(similar.in_bands(self._lowest(telling, subject.signs)))):
            yield "likeness", (id_, _BANDS[band] if form.keeps_words else str(band), hash_)
        if self.is_named:
            yield "staff_text", (id_, id_, search.NAME, *_name(telling.names[self.place]).columns(form))

    def _lowest(self, telling: Telling, subject: str) -> list[int]:
        more = self.detail.saying(telling).signs if self.detail else ""
        if len(self.signs) <= similar.PIECE:
            return similar.lowest(subject + self.signs + more)
        before = similar.lowest(subject[-similar.LONGEST :] + self.signs[:JOINT])
        after = similar.lowest(self.signs[-JOINT:] + more)
        return list(map(min, self.lowest, before, after))


_BANDS = range(similar.BANDS)


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
        id_ = telling.ids[self.id]
        yield "public_text", (id_, public_search.LETTER, id_, self.language, *self.words.columns(telling.form))


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
            letter.lowest = similar.lowest(letter.signs)
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
