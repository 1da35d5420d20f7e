"""Words as PostgreSQL keeps them to be found by, written down as its binary COPY takes them.

As text, a tsvector is read, sorted and packed by the process that stores, which all wait for. In this form it arrives
sorted, and what a story always says was sorted long before: a telling puts in what it adds.
"""

from __future__ import annotations

from struct import pack

LAST = 16_383  # each place beyond counts as this one …
MOST = 256  # … and no more places of a word are kept, as in a tsvector that is read from text


_ALONE = [b"\0\0\1" + place.to_bytes(2, "big") for place in range(LAST + 1)]  # what follows a word with this one place


class Vector:
    """The words that something is always found by, in their order, parted by spaces."""

    def __init__(self, words: str) -> None:
        self._places = _places(words, 1)
        self._next = words.count(" ") + 2 if words else 1
        self._entries = sorted(_entry(word, places) for word, places in self._places.items())
        self._at = {entry[: entry.index(0)]: at for at, entry in enumerate(self._entries)}

    def with_more(self, words: str) -> bytes:
        """The value of a column, with these words after the others."""
        entries, added = self._entries.copy(), _places(words, self._next)
        for word in added.keys() & self._at.keys():
            entries[self._at[word]] = _entry(word, self._places[word] + added.pop(word))
        entries += [_entry(word, places) for word, places in added.items()]
        entries.sort()  # as their words: each is ended by a 0
        return pack(">I", len(entries)) + b"".join(entries)


def _places(words: str, first: int) -> dict[bytes, list[int]]:
    found: dict[bytes, list[int]] = {}
    for place, word in enumerate(words.encode().split(b" "), first):
        if word in found:
            found[word].append(place)
        elif word:
            found[word] = [place]
    return found


def _entry(word: bytes, places: list[int]) -> bytes:
    """A word, 0, how many places it has, and these, the lowest first."""
    if len(places) == 1:
        return word + _ALONE[min(places[0], LAST)]
    if places[-1] > LAST or len(places) > MOST:
        places = sorted({min(place, LAST) for place in places})[:MOST]
    return b"%b\0%b" % (word, pack(f">{len(places) + 1}H", len(places), *places))
