"""What differs between two tellings of a story beside its ids and days: each a small rule that says one value."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field
from random import Random
from typing import Any, NamedTuple

from mailbox_service.demo.bulk_forms import SQLiteForm
from mailbox_service.demo.bulk_words import Saying, Words

GAP = "\n\n"  # between what was written first and what is added


@dataclass(slots=True)
class Telling:
    """One telling of a story: what its letters say, and the new ids and days, written down in the database's form."""

    form: SQLiteForm
    rng: Random
    words: list[Words]  # one for each letter
    names: list[str]
    numbers: list[str]
    keys: list[str]
    ids: Sequence[Any]
    days: list[str]
    said: dict[Added, Saying] = field(default_factory=dict)  # so far


class Added(NamedTuple):
    """What a letter's words add to a text: a detail to a letter, an answer to a reply; `letter` is its place."""

    letter: int
    is_detail: bool
    language: str

    def saying(self, telling: Telling) -> Saying:
        """The paragraph: asked for by the text, by its hash and translation, and by what it is found by."""
        if (said := telling.said.get(self)) is None:
            words = telling.words[self.letter]
            said = words.detail(self.language) if self.is_detail else words.answer(self.language)
            telling.said[self] = said
        return said


@dataclass(frozen=True, slots=True)
class Number:
    letter: int

    def say(self, telling: Telling) -> Any:
        return telling.numbers[self.letter]


@dataclass(frozen=True, slots=True)
class OnceKey:
    letter: int

    def say(self, telling: Telling) -> Any:
        return telling.keys[self.letter]


@dataclass(frozen=True, slots=True)
class Subject:
    letter: int
    subject: str
    language: str

    def saying(self, telling: Telling) -> Saying:
        """The subject with its place."""
        return telling.words[self.letter].subject(self.subject, self.language)

    def say(self, telling: Telling) -> Any:
        return telling.form.text(self.saying(telling).text)


@dataclass(frozen=True, slots=True)
class Text:
    """A text with a paragraph more. `text` is written down already."""

    text: Any
    added: Added

    def say(self, telling: Telling) -> Any:
        return f"{self.text}{telling.form.text(GAP + self.added.saying(telling).text)}"


class Hash:
    """The hash of such a text."""

    def __init__(self, text: str, added: Added) -> None:
        self.text, self.added = text, added
        self._begun = hashlib.sha256((text + GAP).encode())

    def say(self, telling: Telling) -> Any:
        whole = self._begun.copy()
        whole.update(self.added.saying(telling).text.encode())
        return whole.hexdigest()


@dataclass(frozen=True, slots=True)
class Name:
    letter: int

    def say(self, telling: Telling) -> Any:
        return telling.names[self.letter]


@dataclass(frozen=True, slots=True)
class Email:
    def say(self, telling: Telling) -> Any:
        return f"writer{int(telling.rng.random() * 10**7)}@example.org"


@dataclass(frozen=True, slots=True)
class Phone:
    def say(self, telling: Telling) -> Any:
        return f"1{3 * 10**9 + int(telling.rng.random() * 7 * 10**9):010d}"


@dataclass(frozen=True, slots=True)
class PublicId:
    def say(self, _telling: Telling) -> Any:
        return secrets.token_hex(6)


@dataclass(frozen=True, slots=True)
class Facts:
    """JSON in which ids and days stand. `text` is written down already, with %s for each of them."""

    text: str
    ids: tuple[int, ...]  # places in the telling's ids, before …
    days: tuple[int, ...]  # … places in its days; -1 where the other list has it

    def say(self, telling: Telling) -> Any:
        found = (
            telling.ids[id_] if day < 0 else telling.days[day] for id_, day in zip(self.ids, self.days, strict=True)
        )
        return self.text % tuple(found)


Slot = Number | OnceKey | Subject | Text | Hash | Name | Email | Phone | PublicId | Facts
