"""Two who wrote on from the same text: their paragraphs brought together, as a proposal somebody reads and saves.

What only one of them changed is taken from them. Where both changed the same place both stand, one after the
other: nothing typed is lost, and nothing is decided for anybody.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher


@dataclass(frozen=True, slots=True)
class Place:
    """Where both changed the same lines, each in another way."""

    theirs: str
    mine: str


@dataclass(frozen=True, slots=True)
class Merged:
    """The proposal, and the places in it where both versions stand one after the other."""

    text: str
    places: tuple[Place, ...]


def merged(base: str, theirs: str, mine: str) -> Merged:
    """A three-way merge by lines; a line is a paragraph in what people type here."""
    lines: list[str] = []
    places: list[Place] = []
    for old, their, my in _chunks(base.split("\n"), theirs.split("\n"), mine.split("\n")):
        if their in (old, my):
            lines += my
        elif my == old:
            lines += their
        else:
            places.append(Place("\n".join(their).strip("\n"), "\n".join(my).strip("\n")))
            lines += _both(their, my)
    return Merged("\n".join(lines), tuple(places))


def _both(their: list[str], my: list[str]) -> list[str]:
    """Both, without an empty side's line, and one's only once when the other just added to it."""
    if not any(line.strip() for line in their):
        return my
    if not any(line.strip() for line in my):
        return their
    return my if my[: len(their)] == their else their if their[: len(my)] == my else their + my


def _chunks(base: list[str], one: list[str], other: list[str]) -> Iterator[tuple[list[str], list[str], list[str]]]:
    """The three texts cut at the lines that all three share."""
    in_one, in_other = _matches(base, one), _matches(base, other)
    at, first, second = 0, 0, 0
    for n in range(len(base)):
        if n in in_one and n in in_other and in_one[n] >= first and in_other[n] >= second:
            if n > at or in_one[n] > first or in_other[n] > second:
                yield base[at:n], one[first : in_one[n]], other[second : in_other[n]]
            yield [base[n]], [base[n]], [base[n]]
            at, first, second = n + 1, in_one[n] + 1, in_other[n] + 1
    if at < len(base) or first < len(one) or second < len(other):
        yield base[at:], one[first:], other[second:]


def _matches(base: list[str], other: list[str]) -> dict[int, int]:
    blocks = SequenceMatcher(None, base, other, autojunk=False).get_matching_blocks()
    return {block.a + n: block.b + n for block in blocks for n in range(block.size)}
