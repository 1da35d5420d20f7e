"""Every sentence stands in all four languages, complete and with the same placeholders."""

from __future__ import annotations

import pytest

from mailbox_service.base.language import LANGUAGES
from tests.house import catalogue_checks as checks
from tests.house.catalogues import composed_keys, messages, said
from tests.house.source import CODE, strings_in

every_language = pytest.mark.parametrize("lang", LANGUAGES)


@every_language
def test_everything_said_stands_in_the_catalogue(lang):
    assert checks.missing(said(), messages(lang), lang) == []


@every_language
def test_a_plural_is_a_plural_in_the_catalogue(lang):
    assert checks.unlike_plurals(said(), messages(lang)) == []


@every_language
def test_every_other_language_has_the_same_entries(lang):
    assert checks.lacking({code: messages(code) for code in LANGUAGES}, lang) == []


@every_language
def test_no_entry_is_empty_or_unsure(lang):
    assert checks.unfinished(messages(lang), lang) == []


@every_language
def test_no_entry_is_said_in_two_ways(lang):
    assert checks.said_twice(messages(lang)) == {}


@every_language
def test_a_translation_keeps_the_placeholders(lang):
    assert checks.other_placeholders(messages(lang), messages("en")) == []


def test_nothing_is_translated_that_nobody_says():
    known = {msgid for lang in LANGUAGES for msgid in messages(lang)}

    assert checks.unsaid(known, set(said()) | strings_in(CODE), composed_keys()) == []
