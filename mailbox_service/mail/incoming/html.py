"""The text of an HTML page as a mail sends it: paragraphs, lists, links; what is quoted begins with ">"."""

from __future__ import annotations

import re
from contextlib import suppress
from html import unescape
from html.parser import HTMLParser

_UNSEEN = frozenset({"script", "style", "head", "title", "template", "noscript", "svg"})
_BLOCKS = frozenset(
    {"address", "article", "aside", "blockquote", "center", "dd", "div", "dl", "dt", "fieldset", "figure", "footer"}
    | {"form", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hr", "li", "main", "nav", "ol", "p", "pre", "section"}
    | {"table", "tr", "ul"}
)
_SPACED = frozenset({"p", "blockquote", "h1", "h2", "h3", "h4", "h5", "h6", "pre", "table", "ul", "ol"})
_VOID = frozenset({"br", "hr", "img", "input", "meta", "link", "base", "area", "col", "wbr"})
_BLANKS = re.compile(r"[ \t\r\n\f\u00a0\u200b]+")
MOST_DEPTH = 20
MOST_UNFINISHED = 20  # tags and comments without an end; each is looked for to the end of the page


def as_text(page: str) -> str:
    """What a reader would see of it."""
    reader = _Reader()
    with suppress(AssertionError, ValueError, RecursionError):  # then it is what was read until there
        reader.read(page)
    return reader.text()


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self._lines: list[str] = []
        self._line = ""
        self._quoted = 0
        self._unseen: list[str] = []
        self._pre = 0
        self._link = ""
        self._linked = ""

    def read(self, page: str) -> None:
        """Read all of it. What begins like a tag and never ends is text, as with `close`, which takes minutes."""
        self.feed(page)
        for _ in range(MOST_UNFINISHED):
            rest, self.rawdata = self.rawdata, ""
            end = rest.find(">") + 1 or len(rest)
            self.handle_data(unescape(rest[:end]))
            self.feed(rest[end:])
        self.handle_data(unescape(self.rawdata))

    def updatepos(self, i: int, j: int) -> int:
        """Nobody asks in which line of the page it is; counting them is a tenth of the reading."""
        return j

    def text(self) -> str:
        self._break()
        return re.sub(r"\n{3,}", "\n\n", "\n".join(self._lines)).strip("\n")

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _UNSEEN:
            if tag not in self._unseen:  # its end would close the first one anyway
                self._unseen.append(tag)
        elif tag == "br":
            self._break(keep=True)
        elif tag in _BLOCKS:
            self._break()
            self._space(tag)
        if tag == "blockquote":
            self._quoted = min(self._quoted + 1, MOST_DEPTH)
        elif tag == "pre":
            self._pre += 1
        elif tag == "li":
            self._line = "- "
        elif tag in ("td", "th") and self._line.strip():
            self._line += " "
        elif tag == "a":
            self._link, self._linked = dict(attrs).get("href") or "", ""
        elif tag == "img" and (said := dict(attrs).get("alt")):
            self._line += said

    def handle_endtag(self, tag: str) -> None:
        if tag in self._unseen:
            del self._unseen[self._unseen.index(tag) :]
        elif tag == "a" and self._link.startswith(("http://", "https://")):
            if self._linked.strip() and self._linked.strip() not in self._link:
                self._line += f" ({self._link[:500]})"
            self._link = ""
        elif tag in _BLOCKS:
            self._break()
            if tag == "blockquote":
                self._quoted = max(self._quoted - 1, 0)
            elif tag == "pre":
                self._pre = max(self._pre - 1, 0)
            self._space(tag)

    def handle_data(self, data: str) -> None:
        if self._unseen:
            return
        if self._pre:
            first, *others = data.split("\n")
            self._line += first
            for line in others:
                self._break(keep=True)
                self._line = line
            return
        said = _BLANKS.sub(" ", data)
        self._linked += said
        self._line += said.lstrip(" ") if self._line.endswith(" ") or not self._line else said

    def _break(self, *, keep: bool = False) -> None:
        line = self._line.rstrip() if self._pre else self._line.strip()
        if line or keep:
            self._lines.append((">" * self._quoted + " " + line).rstrip() if self._quoted else line)
        self._line = ""

    def _space(self, tag: str) -> None:
        if tag in _SPACED and self._lines and self._lines[-1].strip("> "):
            self._lines.append(">" * self._quoted)
