"""Where a text that was found holds the words that were asked for: an excerpt around the first, all of them marked."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

from markupsafe import Markup, escape

from mailbox_service.tickets import search

AROUND = 60  # characters before the first hit
LONGEST = 160
NOTHING = Markup("")
PIECES = 4_096  # marked ones that are kept, some hundred bytes each
_EAST = "ᄀ-ᇿ⺀-ￜ\U00020000-\U0003ffff"  # what the index knows as runs of pairs, not as words
_WORD = re.compile(rf"(?:(?![{_EAST}])[^\W_])+(?:['’](?:(?![{_EAST}])[^\W_])+)*")

Span = tuple[int, int]


class Wanted(NamedTuple):
    """What marks a hit: a run of characters, large or small, or else any word of a stem."""

    run: re.Pattern[str] | None = None
    stem: str = ""


def excerpt(text: str, query: str) -> Markup:
    """A piece of the text around the first hit; its beginning when the words are only in the title."""
    return _around(text, query, max(_first(text, query), 0))


def piece_with(text: str, query: str) -> Markup:
    """The same; "" when the text holds none of the words."""
    first = _first(text, query)
    return _around(text, query, first) if first >= 0 else NOTHING


def _first(text: str, query: str) -> int:
    """Where the first hit stands; -1 when there is none."""
    firsts = [place for wanted in _wanted(query) if (place := _place(text, wanted)) >= 0]
    return min(firsts, default=-1)


def _place(text: str, wanted: Wanted) -> int:
    if wanted.run is not None:
        found = wanted.run.search(text)
        return found.start() if found else -1
    return next((span[0] for span in _stems(text, wanted.stem)), -1)


def _around(text: str, query: str, first: int) -> Markup:
    start = 0 if first <= AROUND else _word_start(text, first - AROUND)
    piece = " ".join(text[start : start + LONGEST].split())
    before, after = "… " if start else "", " …" if start + LONGEST < len(text) else ""
    return marked(f"{before}{piece}{after}", query)


@lru_cache(maxsize=PIECES, typed=True)  # what is markup is no text
def marked(text: str, query: str) -> Markup:
    """The text, a title's or a piece's, each hit in a `mark`. What was marked before is not marked again."""
    parts, done = list[str](), 0
    spans = [span for wanted in _wanted(query) for span in _places(text, wanted)]
    for start, end in _joined(sorted(spans)):
        parts += [escape(text[done:start]), f"<mark>{escape(text[start:end])}</mark>"]
        done = end
    return Markup("".join([*parts, escape(text[done:])]))


def _word_start(text: str, place: int) -> int:
    space = text.find(" ", place, place + 20)
    return space + 1 if space >= 0 else place


def _places(text: str, wanted: Wanted) -> Iterator[Span]:
    if wanted.run is not None:
        return (found.span() for found in wanted.run.finditer(text))
    return _stems(text, wanted.stem)


@lru_cache(maxsize=64)
def _wanted(query: str) -> tuple[Wanted, ...]:
    """What is looked for; a page of hits asks for each of its texts."""
    return tuple(_as_wanted(term) for term in search.match_query(query))


def _as_wanted(term: search.Term) -> Wanted:
    """A run is known to the index as overlapping pairs."""
    first, *more = term.words
    if term.is_prefix or (len(first) == 2 and not first.isascii()):
        return Wanted(run=re.compile(re.escape(first + "".join(pair[-1] for pair in more)), re.IGNORECASE))
    return Wanted(stem=first)


def _stems(text: str, stem: str) -> Iterator[Span]:
    """Words of the same stem."""
    for found in _WORD.finditer(text):
        if found.group()[:1].lower() == stem[:1] and search.index_text(found.group()) == stem:
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
