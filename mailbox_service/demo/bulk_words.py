"""What one letter of the bulk says that no other says: a place, a circumstance, a wish, and who writes."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from random import Random
from typing import Any

SUBJECT_LENGTH = 200


@cache
def _parts() -> dict[str, Any]:
    parts: dict[str, Any] = tomllib.loads(Path(__file__).with_name("bulk.toml").read_text("utf-8"))
    return parts


@dataclass(frozen=True)
class Words:
    """One letter's own words, the same in every language."""

    slots: dict[str, Any]

    @classmethod
    def drawn(cls, rng: Random) -> Words:
        """Some words."""
        drawn = {name: rng.choice(_parts()[name]) for name in ("place", "since", "seen", "wish")}
        return cls(
            drawn | {"no": rng.randrange(1, 400), "mark": f"{rng.choice('ABCDEFGHKL')}{rng.randrange(10**5):05d}"}
        )

    def detail(self, language: str) -> str:
        """A paragraph for the letter."""
        return self._said("detail", language)

    def answer(self, language: str) -> str:
        """A paragraph for the reply."""
        return self._said("answer", language)

    def subject(self, subject: str, language: str) -> str:
        """The letter's subject with its place."""
        longer = self._said("subject", language, subject=subject)
        return longer if len(longer) <= SUBJECT_LENGTH else subject

    def _said(self, what: str, language: str, **more: str) -> str:
        own = {name: each[language] if isinstance(each, dict) else each for name, each in self.slots.items()}
        text: str = _parts()[what][language].format(**own, **more)
        return text


def writer(rng: Random, language: str) -> str:
    """A name as people of that language have it."""
    names = _parts()["writer"][language]
    family, given = rng.choice(names["family"]), rng.choice(names["given"])
    return f"{given}{family}" if language == "en" else f"{family}{given}"
