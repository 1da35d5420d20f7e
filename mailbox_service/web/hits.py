"""Where a text that was found holds the words that were asked for: an excerpt around the first, all of them marked."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from markupsafe import Markup, escape

from mailbox_service.tickets import search

AROUND = 60  # characters before the first hit
LONGEST = 160
_EAST = "ᄀ-ᇿ⺀-ￜ\U00020000-\U0003ffff"  # what the index knows as runs of pairs, not as words
_WORD = re.compile(rf"(?:(?![{_EAST}])[^\W_])+(?:['’](?:(?![{_EAST}])[^\W_])+)*")

Span = tuple[int, int]


def excerpt(text: str, query: str) -> Markup:
    """A piece of the text around the first hit; its beginning when the words are only in the title."""
    line = " ".join(text.split())
    return _around(line, query, min(_spans(line, query), default=(0, 0))[0])


def piece_with(text: str, query: str) -> Markup:
    """The same; "" when the text holds none of the words."""
    line = " ".join(text.split())
    first = min(_spans(line, query), default=None)
    return _around(line, query, first[0]) if first else Markup("")


def _around(line: str, query: str, first: int) -> Markup:
    start = 0 if first <= AROUND else _word_start(line, first - AROUND)
    piece = line[start : start + LONGEST]
    before, after = "… " if start else "", " …" if start + LONGEST < len(line) else ""
    return Markup(f"{before}{marked(piece, query)}{after}")


def marked(text: str, query: str) -> Markup:
    """The text, each hit in a `mark`."""
    parts, done = list[str](), 0
    for start, end in _joined(sorted(_spans(text, query))):
        parts += [escape(text[done:start]), f"<mark>{escape(text[start:end])}</mark>"]
        done = end
    return Markup("".join([*parts, escape(text[done:])]))


def _word_start(text: str, place: int) -> int:
    space = text.find(" ", place, place + 20)
    return space + 1 if space >= 0 else place


def _spans(text: str, query: str) -> Iterator[Span]:
    """Where the query's words stand. Small letters are compared, each in the place of its capital."""
    plain = text.lower()
    if len(plain) != len(text):  # a capital that has no small letter of its own
        plain = "".join(low if len(low := char.lower()) == 1 else char for char in text)
    for term in _terms(query):
        if term.is_prefix or (len(term.words[0]) == 2 and not term.words[0].isascii()):
            yield from _runs(plain, term.words)
        else:
            yield from _stems(plain, term.words[0])


@lru_cache(maxsize=64)
def _terms(query: str) -> tuple[search.Term, ...]:
    """What is looked for; a page of hits asks for each of its texts."""
    return tuple(search.match_query(query))


def _runs(plain: str, words: tuple[str, ...]) -> Iterator[Span]:
    """A run of characters; the index knows it as overlapping pairs."""
    wanted = words[0] + "".join(word[-1] for word in words[1:])
    place = plain.find(wanted)
    while place >= 0:
        yield place, place + len(wanted)
        place = plain.find(wanted, place + len(wanted))


def _stems(plain: str, stem: str) -> Iterator[Span]:
    """Words of the same stem."""
    for found in _WORD.finditer(plain):
        if found.group()[:1] == stem[:1] and search.index_text(found.group()) == stem:
            yield found.span()


def _joined(spans: list[Span]) -> Iterator[Span]:
    """Hits that overlap as one."""
    if not spans:
        return
    start, end = spans[0]
    for next_start, next_end in spans[1:]:
        if next_start > end:
            yield start, end
            start, end = next_start, next_end
        else:
            end = max(end, next_end)
    yield start, end
