"""Every sentence stands in all four languages, complete and with the same placeholders."""

from __future__ import annotations

import pytest

from mailbox_service.base.language import LANGUAGES
from tests.house.catalogues import is_key, messages, one, placeholders, said
from tests.house.source import CODE, strings_in

every_language = pytest.mark.parametrize("lang", LANGUAGES)
PLURAL_FORMS = {"en": 2, "zh": 1, "ja": 1, "ko": 1}


@every_language
def test_everything_said_stands_in_the_catalogue(lang):
    known = messages(lang)

    missing = [
        f"{place}: {msgid}"
        for msgid, (place, plural) in said().items()
        if msgid not in known and (lang != "en" or plural or is_key(msgid))
    ]

    assert missing == []


@every_language
def test_a_plural_is_a_plural_in_the_catalogue(lang):
    known = messages(lang)

    differing = [
        f"{place}: {msgid}"
        for msgid, (place, plural) in said().items()
        for _, message in known.get(msgid, [])
        if plural and (not message.pluralizable or message.id[1] != plural)
    ]

    assert differing == []


@every_language
def test_every_other_language_has_the_same_entries(lang):
    everywhere = {msgid for other in LANGUAGES for msgid in messages(other)}
    plurals = {msgid for other in LANGUAGES for msgid, found in messages(other).items() if found[0][1].pluralizable}
    needed = {msgid for msgid in everywhere if lang != "en" or is_key(msgid) or msgid in plurals}

    assert sorted(needed - set(messages(lang))) == []


@every_language
def test_no_entry_is_empty_or_unsure(lang):
    unfinished = [
        f"{file}: {msgid}"
        for msgid, found in messages(lang).items()
        for file, message in found
        if message.fuzzy or not all(text.strip() for text in forms(message)) or count(message) != wanted(lang, message)
    ]

    assert unfinished == []


@every_language
def test_no_entry_is_said_in_two_ways(lang):
    twice = {
        msgid: [file for file, _ in found]
        for msgid, found in messages(lang).items()
        if len({tuple(forms(message)) for _, message in found}) > 1
    }

    assert twice == {}


@every_language
def test_a_translation_keeps_the_placeholders(lang):
    english = messages("en")
    changed = []
    for msgid, found in messages(lang).items():
        source = forms(english[msgid][0][1]) if is_key(msgid) and msgid in english else ids(found[0][1])
        allowed = {name for text in source for name in placeholders(text)}
        needed = set.intersection(*(placeholders(text) for text in source)) - {"count"}
        for file, message in found:
            if any(not needed <= placeholders(text) <= allowed for text in forms(message)):
                changed.append(f"{file}: {msgid}")

    assert changed == []


def test_nothing_is_translated_that_nobody_says():
    spoken = set(said()) | strings_in(CODE)
    known = {msgid for lang in LANGUAGES for msgid in messages(lang) if not is_key(msgid)}

    assert sorted(known - spoken) == []


def forms(message):
    return [message.string] if isinstance(message.string, str) else list(message.string)


def ids(message):
    return [one(message.id)] if isinstance(message.id, str) else list(message.id)


def count(message):
    return len(forms(message))


def wanted(lang, message):
    return PLURAL_FORMS[lang] if message.pluralizable else 1
