"""What one letter of the bulk says that no other says: a place, a circumstance, a wish, and who writes.

A saying is cut into words and signs once, with its house number and its sign left open, and then only filled in.
"""

from __future__ import annotations

import tomllib
from functools import cache, lru_cache
from pathlib import Path
from random import Random
from typing import Any, NamedTuple

from mailbox_service.tickets import search, similar

SUBJECT_LENGTH = 200
PARTS = ("place", "since", "seen", "wish")
OPEN_NO, OPEN_MARK = "987654321", "A98765"  # what stands where the number and the sign are filled in later


class Saying(NamedTuple):
    """A sentence as it reads, as words to be found by, and as what likeness looks at; `{no}` and `{mark}` are open."""

    text: str
    words: str
    signs: str


class Words(NamedTuple):
    """One letter's own words, the same in every language: its parts by their places in the lists."""

    place: int
    since: int
    seen: int
    wish: int
    no: str
    mark: str

    @classmethod
    def drawn(cls, rng: Random) -> Words:
        """Some words."""
        place, since, seen, wish = (int(rng.random() * len(_parts()[name])) for name in PARTS)
        mark = f"{'ABCDEFGHKL'[int(rng.random() * 10)]}{int(rng.random() * 10**5):05d}"
        return cls(place, since, seen, wish, str(1 + int(rng.random() * 399)), mark)

    def detail(self, language: str) -> Saying:
        """A paragraph for the letter."""
        text, words, signs = self._closed(_clause(language, 0, self.place))
        since, seen, wish = (_clause(language, part, self[part]) for part in (1, 2, 3))
        return Saying(
            f"{text}{since.text}{seen.text}{wish.text}",
            f"{words} {since.words} {seen.words} {wish.words}",
            f"{signs}{since.signs}{seen.signs}{wish.signs}",
        )

    def answer(self, language: str) -> Saying:
        """A paragraph for the reply."""
        return self._closed(_answer(language, self.place))

    def subject(self, subject: str, language: str) -> Saying:
        """The letter's subject with its place."""
        return self._closed(_subject(subject, language, self.place))

    def _closed(self, saying: Saying) -> Saying:
        text, words, signs = saying
        mark = self.mark.lower()
        return Saying(
            text.replace("{no}", self.no).replace("{mark}", self.mark),
            words.replace("{no}", self.no).replace("{mark}", mark),
            signs.replace("{no}", self.no).replace("{mark}", mark),
        )


def writer(rng: Random, language: str) -> str:
    """A name as people of that language have it."""
    names = _parts()["writer"][language]
    family, given = rng.choice(names["family"]), rng.choice(names["given"])
    return f"{given}{family}" if language == "en" else f"{family}{given}"


@cache
def _parts() -> dict[str, Any]:
    parts: dict[str, Any] = tomllib.loads(Path(__file__).with_name("bulk.toml").read_text("utf-8"))
    return parts


@cache
def _clause(language: str, part: int, at: int) -> Saying:
    return _open(_said(_parts()["detail"][language][part], language, PARTS[part], at))


@cache
def _answer(language: str, place: int) -> Saying:
    return _open(_said(_parts()["answer"][language], language, "place", place))


@lru_cache(maxsize=50_000)
def _subject(subject: str, language: str, place: int) -> Saying:
    longer = _said(_parts()["subject"][language], language, "place", place, subject=subject)
    return _open(longer if len(longer) <= SUBJECT_LENGTH else subject)


def _said(sentence: str, language: str, part: str, at: int, **more: str) -> str:
    return sentence.format(no=OPEN_NO, mark=OPEN_MARK, **{part: _parts()[part][at][language]}, **more)


def _open(text: str) -> Saying:
    mark = OPEN_MARK.lower()
    words = " ".join({OPEN_NO: "{no}", mark: "{mark}"}.get(word, word) for word in search.index_text(text).split(" "))
    signs = similar.plain(text).replace(OPEN_NO, "{no}").replace(mark, "{mark}")
    return Saying(text.replace(OPEN_NO, "{no}").replace(OPEN_MARK, "{mark}"), words, signs)
