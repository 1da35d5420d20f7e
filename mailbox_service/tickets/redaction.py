"""Masks for a public copy: what in a letter or a reply tells who somebody is, found so that a clerk can look at it.

Proposes rather too much than too little; a person decides on each mask. Pure: knows texts, not tickets.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise

from mailbox_service.base.language import say
from mailbox_service.tickets import redaction_names, redaction_numbers
from mailbox_service.tickets.redaction_numbers import plain


class What(StrEnum):
    """What a mask hides. The reader sees the word under `mask.<what>`, in the text's language."""

    NAME = "name"
    PHONE = "phone"
    MAIL = "mail"
    ID = "id"
    CARD = "card"
    PLATE = "plate"
    ACCOUNT = "account"
    ADDRESS = "address"
    NUMBER = "number"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Mask:
    """A place in a text, from the character at `start` to the one before `end`, and what stands there."""

    start: int
    end: int
    what: What


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of text; one that a mask hides says what it is."""

    text: str
    what: What | None = None


def proposed(text: str, names: Sequence[str] = ()) -> list[Mask]:
    """What should be masked, in the order it stands in, without overlaps. `names` are the writer's, as typed."""
    return together(Mask(*place) for place in _places(plain(text), text, names))


def wherever(text: str, words: Sequence[str]) -> list[Mask]:
    """Masks for words that somebody names, wherever they stand, in large or small letters."""
    ways = [re.escape(word) for word in sorted(words, key=len, reverse=True)]
    return [Mask(*match.span(), What.OTHER) for match in re.finditer("|".join(ways), text, re.I)] if ways else []


def together(masks: Iterable[Mask]) -> list[Mask]:
    """Masks in the order they stand in; those that overlap become one."""
    merged: list[Mask] = []
    for mask in sorted(masks, key=lambda m: (m.start, -m.end)):
        if merged and mask.start < merged[-1].end:
            last = merged.pop()
            mask = Mask(last.start, max(last.end, mask.end), last.what)
        merged.append(mask)
    return merged


def pieces(text: str, masks: Sequence[Mask]) -> list[Piece]:
    """The text cut at its masks, which are in order and don't overlap."""
    edges = [Mask(0, 0, What.NAME), *masks, Mask(len(text), len(text), What.NAME)]
    cut: list[Piece] = []
    for before, mask in pairwise(edges):
        cut += [Piece(text[before.end : mask.start]), Piece(text[mask.start : mask.end], mask.what)]
    return [piece for piece in cut if piece.text]


def masked(text: str, masks: Sequence[Mask], lang: str) -> str:
    """The text with a mark in its language, such as ［电话］ or [phone], for everything that is masked."""
    return "".join(mark(piece.what, lang) if piece.what else piece.text for piece in pieces(text, masks))


def mark(what: What, lang: str) -> str:
    """What stands instead of something masked."""
    return say(lang, f"mask.{what.value}")


def _places(flat: str, text: str, names: Sequence[str]) -> Iterator[tuple[int, int, What]]:
    for start, end, what in redaction_numbers.found(flat):
        yield start, end, What(what)
    for pattern, what in _PATTERNS:
        for match in pattern.finditer(flat):
            yield *match.span(1), what
    for match in _ACCOUNT.finditer(flat):
        if match["sure"] or not match["id"].isalpha():
            yield *match.span("id"), What.ACCOUNT
    for start, end in redaction_names.found(flat, text, names):
        yield start, end, What.NAME


_NO_LATIN, _LATIN_ENDS = r"(?<![A-Za-z0-9])", r"(?![A-Za-z0-9])"
_PROVINCES = "京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼使"
_KOREAN_PLATE = "가나다라마거너더러머버서어저고노도로모보소오조구누두루무부수우주하허호배바사아자"
_ROADS = "Street|St|Road|Rd|Avenue|Ave|Lane|Ln|Drive|Alley|Boulevard|Blvd"

_PATTERNS = tuple(
    (re.compile(pattern, re.I if what is not What.ADDRESS else 0), what)
    for what, pattern in (
        (
            What.MAIL,
            r"(?<![A-Za-z0-9._%+\-])([A-Za-z0-9._%+\-]+ ?(?:@|\(at\)|\[at\]) ?[A-Za-z0-9\-]+"
            r"(?:\.[A-Za-z0-9\-]+)+)",
        ),
        (What.ID, rf"{_NO_LATIN}([A-Z]{{1,2}}[0-9]{{7,8}}){_LATIN_ENDS}"),  # passports and permits
        (
            What.ID,
            r"(?:护照|通行证|passport|旅券|パスポート|여권)[^0-9A-Za-z\n]{0,8}(?:no\.? ?|number:? ?|番号:? ?)?"
            r"([A-Z]{0,2}[0-9A-Z]{6,9}(?<=[0-9]))",
        ),
        (
            What.PLATE,
            rf"([{_PROVINCES}] ?[A-HJ-NP-Z] ?[ ·•・.\-]? ?[A-HJ-NP-Z0-9]{{4,6}}[挂学警港澳领使]?){_LATIN_ENDS}",
        ),
        (What.PLATE, r"([一-龠ぁ-ん]{1,4} ?[0-9]{2,3} ?[ぁ-ん] ?(?:[0-9]{2}-[0-9]{2}|・{1,3}-?[0-9]{1,3}))"),
        (What.PLATE, rf"(?<![0-9])([0-9]{{2,3}} ?[{_KOREAN_PLATE}] ?[0-9]{{4}})(?![0-9])"),
        (
            What.ADDRESS,
            r"(?:路|街|巷|弄|大道|胡同) ?"
            r"((?:[0-9]{1,5}(?:-[0-9]{1,4})? ?(?:号院|号楼|号|弄|栋|幢|单元|层|楼|室) ?){1,6})(?!线)",
        ),
        (
            What.ADDRESS,
            r"(?<![0-9])((?:[0-9]{1,4} ?(?:号院|号楼|栋|幢|座|单元) ?){1,4}[0-9]{2,4} ?(?:室|号)?)(?![0-9线路])",
        ),
        (
            What.ADDRESS,
            r"(?<![0-9])([0-9]{1,3}丁目 ?[0-9]{1,4}(?:番地?|-)(?:の?[0-9]{1,4}号?)?(?:-[0-9]{1,4})?)",
        ),
        (What.ADDRESS, r"(?<![0-9])([0-9]{1,4}番地?(?:の[0-9]{1,4}|[0-9]{1,4}号))"),
        (What.ADDRESS, r"(?<![0-9])([0-9]{1,4}동 ?[0-9]{1,4}호|[0-9]{1,4}(?:-[0-9]{1,4})?번지)"),
        (What.ADDRESS, rf"{_NO_LATIN}(?:{_ROADS})\.? (?:No\.? ?)?([0-9]{{1,5}}[A-Za-z]?){_LATIN_ENDS}"),
        (What.ADDRESS, rf"{_NO_LATIN}([0-9]{{1,5}}[A-Za-z]?) (?:[A-Z][a-z]{{1,20}} ){{1,3}}(?:{_ROADS})\b"),
        (
            What.ADDRESS,
            rf"{_NO_LATIN}(?:[Rr]oom|[Ff]lat|[Aa]partment|[Aa]pt|[Uu]nit)\.? ?(?:No\.? ?)?"
            rf"([0-9]{{1,5}}[A-Za-z]?){_LATIN_ENDS}",
        ),
        (What.NUMBER, r"(?<![0-9])(20[0-9]{2}-[0-9]{7}-[0-9])(?![0-9])"),  # a letter's own number
    )
)

_NAMED = "号码|号|账号|ID|アカウント|아이디"
_ACCOUNT = re.compile(
    r"(?<![A-Za-z])(?:微信|V信|We ?Chat|weixin|vx|wx|QQ|LINE|ライン|카카오톡|카톡|KakaoTalk) ?"
    rf"(?P<sure>(?:{_NAMED})? ?[:是为は=]|(?:{_NAMED}))? ?(?:is )?"
    r"(?P<id>[A-Za-z][A-Za-z0-9_\-]{4,19}|[0-9]{5,12})(?![A-Za-z0-9_])",
    re.I,
)  # what only follows the word, and has neither digit nor line in it, is a word like any other
