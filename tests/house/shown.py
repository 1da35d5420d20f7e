"""What a page shows that nobody should read: keys, unfilled places, dates for machines, English in another language."""

from __future__ import annotations

import re
from functools import cache
from html import unescape

from mailbox_service.base.language import LANGUAGES
from tests.house.catalogues import is_key, messages

KEY = re.compile(r"(?<![\w./@-])([a-z_]+)((?:\.[a-z0-9_]+)+)(?![\w/@-])")
PLACE = re.compile(r"%\(\w+\)[sd]?|\{\{|\}\}|<object at |\bNone\b")
MACHINE_DATE = re.compile(r"(?<![\w-])\d{4}-\d\d-\d\d(?![\w-]|,[HW])|\b\d{8}T|T\d\d:\d\d")
UNSEEN = re.compile(r"<(script|style|textarea)\b.*?</\1>|<!--.*?-->", re.DOTALL)
SPOKEN = re.compile(r'\b(?:aria-label|title|alt|placeholder|data-[a-z]+)="([^"]*)"')
# A line of a calendar's file is typed as the page says: 2027-01-01,H
OWN_NAMES = {"letter.txt", "letter.json"}  # files of the takeaway
WORDS = 4  # from so many words on, an English sentence stands in a page by oversight only


def read_aloud(html: str) -> str:
    """A page's words, those a screen reader alone speaks too; without what somebody typed into it."""
    seen = UNSEEN.sub(" ", html)
    return unescape(" ".join([re.sub(r"<[^>]*>", " ", seen), *SPOKEN.findall(seen)]))


def oversights(text: str, lang: str) -> list[str]:
    """Everything in the text that shows the machine behind it."""
    found = [whole for room, rest in KEY.findall(text) if room in rooms() and (whole := room + rest) not in OWN_NAMES]
    found += [each for each in PLACE.findall(text) if each != "None" or lang != "en"]  # a choice in English
    found += MACHINE_DATE.findall(text)
    together = " ".join(text.split())
    return found + [sentence for sentence in english(lang) if sentence in together]


@cache
def rooms() -> frozenset[str]:
    """The first words of all keys: "status", "refused"."""
    return frozenset(msgid.partition(".")[0] for lang in LANGUAGES for msgid in messages(lang) if is_key(msgid))


@cache
def english(lang: str) -> tuple[str, ...]:
    """English sentences that a page in another language may not say."""
    if lang == "en":
        return ()
    sentences = (msgid for msgid in messages(lang) if not is_key(msgid) and "%" not in msgid)
    return tuple(sentence for sentence in sentences if sentence.count(" ") >= WORDS - 1)
