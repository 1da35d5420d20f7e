"""What differs between a text and its copy, word by word; every other character by itself."""

from __future__ import annotations

import re
from dataclasses import dataclass
from difflib import SequenceMatcher

MOST_WORDS = 2_000  # compared one by one within a passage; a longer passage has changed as a whole
_WORD = re.compile(r"[A-Za-z0-9]+|.", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Stretch:
    """A piece of one of two texts, and whether the other has it, too."""

    text: str
    changed: bool


def differences(first: str, second: str) -> tuple[list[Stretch], list[Stretch]]:
    """Both texts in stretches. Lines are compared first, so that a long letter takes no longer than it must."""
    here: list[Stretch] = []
    there: list[Stretch] = []
    left, right = first.splitlines(keepends=True), second.splitlines(keepends=True)
    for same, one, other in _compared(left, right):
        if same or not one or not other:
            _put(here, one, not same)
            _put(there, other, not same)
            continue
        words = _WORD.findall(one), _WORD.findall(other)
        if max(map(len, words)) > MOST_WORDS:
            _put(here, one, True)
            _put(there, other, True)
            continue
        for alike, few, others in _compared(*words):
            _put(here, few, not alike)
            _put(there, others, not alike)
    return here, there


def _compared(left: list[str], right: list[str]) -> list[tuple[bool, str, str]]:
    """Runs of both lists: whether they are the same, and how each reads."""
    steps = SequenceMatcher(None, left, right, autojunk=False).get_opcodes()
    return [(step == "equal", "".join(left[a:b]), "".join(right[c:d])) for step, a, b, c, d in steps]


def _put(stretches: list[Stretch], text: str, changed: bool) -> None:
    if text and stretches and stretches[-1].changed is changed:
        stretches[-1] = Stretch(stretches[-1].text + text, changed)
    elif text:
        stretches.append(Stretch(text, changed))
