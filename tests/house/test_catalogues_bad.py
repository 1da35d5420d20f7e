"""The checks of the catalogues find what they are there to find: each is given a bad sample."""

from __future__ import annotations

import re

import pytest

from mailbox_service.base.language import LANGUAGES
from tests.house import catalogue_checks as checks
from tests.house.catalogues import composed_keys, entries

PLURAL = 'msgid "%(count)s letter"\nmsgid_plural "%(count)s letters"\n'


def catalogue(lang, text):
    folder = LANGUAGES[lang].folder
    forms = "nplurals=2; plural=(n != 1);" if lang == "en" else "nplurals=1; plural=0;"
    head = f'msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=utf-8\\n"\n"Plural-Forms: {forms}\\n"\n\n'
    return entries({"sample.po": (head + text).encode()}, folder)


def test_a_sentence_without_an_entry_is_found():
    known = catalogue("ja", 'msgid "Send"\nmsgstr "送信"\n')

    found = checks.missing({"Send": ("here", None), "Sign here": ("there", None)}, known, "ja")

    assert found == ["there: Sign here"]


def test_a_key_without_an_entry_is_found_in_english_too():
    assert checks.missing({"status.lost": ("here", None)}, {}, "en") == ["here: status.lost"]


def test_an_entry_only_the_others_have_is_found():
    every = {"zh": catalogue("zh", 'msgid "Send"\nmsgstr "提交"\n'), "ko": {}}

    assert checks.lacking(every, "ko") == ["Send"]


@pytest.mark.parametrize(
    "text",
    [
        '#, fuzzy\nmsgid "Send"\nmsgstr "提交"\n',
        'msgid "Send"\nmsgstr ""\n',
        'msgid "Send"\nmsgstr " "\n',
        PLURAL + 'msgstr[0] ""\n',
    ],
)
def test_an_unsure_or_empty_entry_is_found(text):
    assert len(checks.unfinished(catalogue("zh", text), "zh")) == 1


@pytest.mark.parametrize("lang", ["zh", "ja", "ko"])
def test_a_second_form_is_found_where_there_is_one(lang):
    known = catalogue("en", PLURAL + 'msgstr[0] "%(count)s"\nmsgstr[1] "%(count)s"\n')

    assert len(checks.unfinished(known, lang)) == 1


def test_a_single_form_is_found_where_there_are_two():
    known = catalogue("zh", PLURAL + 'msgstr[0] "%(count)s letters"\n')

    assert len(checks.unfinished(known, "en")) == 1


def test_a_plural_said_as_another_is_found():
    known = catalogue("en", PLURAL + 'msgstr[0] "%(count)s letter"\nmsgstr[1] "%(count)s letters"\n')

    assert len(checks.unlike_plurals({"%(count)s letter": ("here", "%(count)s notes")}, known)) == 1


def test_a_sentence_with_two_translations_is_found():
    folder, entry = LANGUAGES["zh"].folder, 'msgid "Send"\nmsgstr "{}"\n'
    known = entries({"a.po": entry.format("提交").encode(), "b.po": entry.format("发送").encode()}, folder)

    assert checks.said_twice(known) == {"Send": ["a.po", "b.po"]}


@pytest.mark.parametrize("text", ["期限", "期限：%(day)s", "期限：%(date)s %(other)s"])
def test_other_placeholders_are_found(text):
    known = catalogue("zh", f'msgid "Due by %(date)s"\nmsgstr "{text}"\n')

    assert checks.other_placeholders(known, {}) == ["sample.po: Due by %(date)s"]


def test_a_key_is_held_against_the_english_words():
    english = catalogue("en", 'msgid "status.with"\nmsgstr "With %(office)s"\n')
    known = catalogue("ko", 'msgid "status.with"\nmsgstr "담당 부서"\n')

    assert checks.other_placeholders(known, english) == ["sample.po: status.with"]


def test_an_entry_nobody_says_is_found():
    known = {"Send", "Never said", "status.received", "time.never"}

    assert checks.unsaid(known, {"Send"}, [re.compile(r"status\.\w+")]) == ["Never said", "time.never"]


def test_no_pattern_excuses_every_key():
    assert [pattern.pattern for pattern in composed_keys() if pattern.fullmatch("nobody.says.this")] == []
