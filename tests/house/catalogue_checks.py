"""What can be wrong with a catalogue. Each check answers what it found, and nothing when all is well.

A language's entries are given as `catalogues.messages` reads them, what the house says as `catalogues.said` does.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from babel.messages.catalog import Message

from tests.house.catalogues import Entries, Said, is_key, one, placeholders

PLURAL_FORMS = {"en": 2, "zh": 1, "ja": 1, "ko": 1}


def missing(said: Said, known: Entries, lang: str) -> list[str]:
    """What is said and has no entry. English needs entries for keys and plurals only."""
    return [
        f"{place}: {msgid}"
        for msgid, (place, plural) in said.items()
        if msgid not in known and (lang != "en" or plural or is_key(msgid))
    ]


def lacking(every: Mapping[str, Entries], lang: str) -> list[str]:
    """What another language has an entry for, and this one hasn't."""
    everywhere = {msgid for entries in every.values() for msgid in entries}
    plurals = {msgid for entries in every.values() for msgid, found in entries.items() if found[0][1].pluralizable}
    needed = {msgid for msgid in everywhere if lang != "en" or is_key(msgid) or msgid in plurals}
    return sorted(needed - set(every[lang]))


def unlike_plurals(said: Said, known: Entries) -> list[str]:
    """What is said as a plural, and stands in the catalogue as none or as another."""
    return [
        f"{place}: {msgid}"
        for msgid, (place, plural) in said.items()
        for _, message in known.get(msgid, [])
        if plural and (not message.pluralizable or message.id[1] != plural)
    ]


def unfinished(known: Entries, lang: str) -> list[str]:
    """Entries that are fuzzy, empty, or have more or fewer forms than the language has."""
    return [
        f"{file}: {msgid}"
        for msgid, found in known.items()
        for file, message in found
        if message.fuzzy
        or not all(text.strip() for text in forms(message))
        or len(forms(message)) != (PLURAL_FORMS[lang] if message.pluralizable else 1)
    ]


def said_twice(known: Entries) -> dict[str, list[str]]:
    """Entries that stand in several files, with different words."""
    return {
        msgid: [file for file, _ in found]
        for msgid, found in known.items()
        if len({tuple(forms(message)) for _, message in found}) > 1
    }


def other_placeholders(known: Entries, english: Entries) -> list[str]:
    """Entries that fill in something else than the English one does. A count may be left out of one form."""
    changed = []
    for msgid, found in known.items():
        source = forms(english[msgid][0][1]) if is_key(msgid) and msgid in english else ids(found[0][1])
        allowed = {name for text in source for name in placeholders(text)}
        needed = set.intersection(*(placeholders(text) for text in source)) - {"count"}
        for file, message in found:
            if any(not needed <= placeholders(text) <= allowed for text in forms(message)):
                changed.append(f"{file}: {msgid}")
    return changed


def unsaid(known: Iterable[str], spoken: set[str], patterns: Iterable[re.Pattern[str]]) -> list[str]:
    """Entries nobody says: neither whole, nor as a key put together while running."""
    composed = list(patterns)
    return sorted(
        msgid
        for msgid in set(known) - spoken
        if not (is_key(msgid) and any(pattern.fullmatch(msgid) for pattern in composed))
    )


def forms(message: Message) -> list[str]:
    """The entry's words, in each of its forms."""
    return [message.string] if isinstance(message.string, str) else list(message.string or ("",))


def ids(message: Message) -> list[str]:
    """What the entry is asked for by, singular and plural."""
    return [one(message.id)] if isinstance(message.id, str) else list(message.id)
