"""From an article's Markdown to safe HTML below the page's h1. It knows no rows, no pages and no language.

Raw HTML is shown as the characters it is made of, pictures as their description; what is left goes through
an allow-list all the same. Links lead to the web, a mail address, a phone or a path of ours.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import nh3
from markdown_it import MarkdownIt
from markdown_it.token import Token
from markupsafe import Markup, escape

MOST_CHARACTERS = 30_000
TOP, DEEPEST = 2, 4  # heading levels an article may use
TAGS = {
    "p", "br", "hr", "h2", "h3", "h4", "ul", "ol", "li", "strong", "em", "code", "pre", "blockquote", "a",
    "table", "thead", "tbody", "tr", "th", "td",
}  # fmt: skip
ATTRIBUTES: dict[str, set[str]] = {"*": set(), "a": {"href"}, "h2": {"id"}, "ol": {"start"}}
SCHEMES = {"http", "https", "mailto", "tel"}
LEADS_TO = re.compile(r"https?://|mailto:|tel:|/(?!/)|#", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Heading:
    """A part of an article: the id its h2 carries, and its words."""

    id: str
    text: str


@dataclass(frozen=True, slots=True)
class Rendered:
    """An article's text as HTML, and its outline."""

    html: Markup
    outline: Sequence[Heading]


def _as_description(_renderer: Any, tokens: Sequence[Token], place: int, *_more: Any) -> str:
    return str(escape(_words(tokens[place])))


_parser = MarkdownIt("commonmark", {"html": False}).enable("table")
_parser.validateLink = lambda url: LEADS_TO.match(url) is not None  # type: ignore[method-assign]
_parser.add_render_rule("image", _as_description)


@lru_cache(maxsize=256)
def rendered(text: str) -> Rendered:
    """The text as it stands on a page. Kept by the text itself, so that it can never be an older one's."""
    tokens = _parser.parse(text[:MOST_CHARACTERS])
    outline = _below_the_title(tokens)
    html = nh3.clean(
        _parser.renderer.render(tokens, _parser.options, {}),
        tags=TAGS,
        attributes=ATTRIBUTES,
        url_schemes=SCHEMES,
        link_rel="noopener noreferrer",
    )
    return Rendered(Markup(_scrolling(html, tokens)), outline)


def _scrolling(html: str, tokens: Sequence[Token]) -> str:
    """The cleaned HTML with each table in a part of its own that scrolls, named by the table's heads."""
    pieces = html.split("<table>")
    heads = [_heads(tokens, place) for place, token in enumerate(tokens) if token.type == "table_open"]
    parts = [pieces[0]]
    for head, piece in zip(heads, pieces[1:], strict=True):
        opened = f'<div class="scrolls" role="region" tabindex="0" aria-label="{escape(head)}"><table>'
        parts.append(opened + piece.replace("</table>", "</table></div>", 1))
    return "".join(parts)


def _heads(tokens: Sequence[Token], place: int) -> str:
    """The words of a table's head, one after the other."""
    words: list[str] = []
    for token in tokens[place:]:
        if token.type == "thead_close":
            break
        if token.type == "inline" and (said := _words(token).strip()):
            words.append(said)
    return ", ".join(words) or "…"


def plain(text: str) -> str:
    """The words alone, a line for each paragraph, heading or cell: for the search and its excerpts."""
    tokens = _parser.parse(text[:MOST_CHARACTERS])
    return "\n".join(_lines(tokens))


def _below_the_title(tokens: Sequence[Token]) -> list[Heading]:
    """Shift the headings so that the highest is an h2 and none leaves a level out; answers the h2s."""
    headings = [(place, int(token.tag[1])) for place, token in enumerate(tokens) if token.type == "heading_open"]
    highest = min((level for _, level in headings), default=TOP)
    outline: list[Heading] = []
    before = TOP - 1
    for place, wanted in headings:
        before = min(wanted - highest + TOP, before + 1, DEEPEST)
        opened, inside, closed = tokens[place : place + 3]
        opened.tag = closed.tag = f"h{before}"
        if before == TOP:
            outline.append(Heading(f"part-{len(outline) + 1}", _words(inside)))
            opened.attrSet("id", outline[-1].id)
    return outline


def _lines(tokens: Sequence[Token]) -> Iterator[str]:
    for token in tokens:
        if token.type == "inline":
            yield _words(token)
        elif token.type in ("fence", "code_block"):
            yield token.content


def _words(token: Token) -> str:
    if token.children is None:
        return token.content
    return "".join(" " if child.type in ("softbreak", "hardbreak") else _words(child) for child in token.children)
