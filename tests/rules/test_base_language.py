"""How the service speaks: catalogues, choosing a language, dates and numbers."""

from __future__ import annotations

import io
from datetime import UTC, date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from babel.messages.pofile import read_po

from mailbox_service.base import language
from mailbox_service.base.language import LANGUAGES, choose, in_language, list_of, say
from mailbox_service.base.refusals import Refused

SHANGHAI = ZoneInfo("Asia/Shanghai")


@pytest.mark.parametrize(
    ("lang", "written"),
    [
        ("en", "27 February 2026 (Friday)"),
        ("zh", "2026年2月27日（星期五）"),
        ("ja", "2026年2月27日（金）"),
        ("ko", "2026년 2월 27일(금)"),
    ],
)
def test_a_day_is_written_as_its_readers_do(lang, written):
    assert language.day(date(2026, 2, 27), lang) == written


@pytest.mark.parametrize(
    ("lang", "written"),
    [
        ("en", "1 March 2026 (Sunday), 00:05"),
        ("zh", "2026年3月1日（星期日）00:05"),
        ("ja", "2026年3月1日（日）00:05"),
        ("ko", "2026년 3월 1일(일) 00:05"),
    ],
)
def test_a_moment_is_told_in_the_citys_time(lang, written):
    assert language.moment(datetime(2026, 2, 28, 16, 5, tzinfo=UTC), lang, SHANGHAI) == written


def test_months_and_short_days():
    on = date(2026, 9, 7)

    assert [language.month(on, lang) for lang in LANGUAGES] == [
        "September 2026",
        "2026年9月",
        "2026年9月",
        "2026년 9월",
    ]
    assert [language.short_day(on, lang) for lang in LANGUAGES] == [
        "7 Sep 2026",
        "2026年9月7日",
        "2026年9月7日",
        "2026년 9월 7일",
    ]


def test_numbers_shares_and_sizes():
    assert language.number(1234567, "ja") == "1,234,567"
    assert language.number(1234.56, "en") == "1,234.6"
    assert language.percent(0.9143, "zh") == "91.4%"
    sizes = [900, 12 * 1024, 20 * 1024 * 1024, 3_565_158]
    assert [language.size(n, "en") for n in sizes] == ["900 B", "12 KB", "20 MB", "3.4 MB"]


def test_lists_end_as_each_language_ends_them():
    offices = ["A", "B", "C"]

    assert [list_of(offices, lang) for lang in LANGUAGES] == ["A, B and C", "A、B和C", "A、B、C", "A, B, C"]
    assert [list_of(["A"], lang) for lang in LANGUAGES] == ["A"] * 4
    assert list_of([], "en") == ""


def test_a_name_falls_back_to_english_then_chinese_then_any():
    assert in_language({"en": "Roads", "zh": "道路"}, "zh") == "道路"
    assert in_language({"en": "Roads", "zh": "道路"}, "ko") == "Roads"
    assert in_language({"zh": "道路", "ja": ""}, "ja") == "道路"
    assert in_language({"ko": "도로"}, "en") == "도로"
    assert in_language({}, "en") == ""


@pytest.mark.parametrize(
    ("header", "cookie", "chosen"),
    [
        (None, None, "zh"),
        ("", None, "zh"),
        ("*", None, "zh"),
        ("zh-CN,zh;q=0.9,en;q=0.8", None, "zh"),
        ("zh-TW", None, "zh"),
        ("zh-Hant-HK", None, "zh"),
        ("yue", None, "zh"),
        ("ja-JP", None, "ja"),
        ("ko_KR", None, "ko"),
        ("fr-FR,ko;q=0.3,en;q=0.1", None, "ko"),
        ("fr-FR", None, "en"),
        ("en;q=0.1, ja;q=0.9", None, "ja"),
        ("ja;q=0, en", None, "en"),
        ("ja;q=x, ko", None, "ko"),
        (";;;,,=", None, "zh"),
        ("ja", "ko", "ko"),
        ("ja", "xx", "ja"),
    ],
)
def test_the_first_language_is_the_kept_one_then_the_browsers_best(header, cookie, chosen):
    assert choose(header, cookie) == chosen


def test_a_refusal_becomes_a_sentence_in_each_language():
    sentences = {language.say_refusal(lang, Refused("files.full")) for lang in LANGUAGES}

    assert len(sentences) == 4
    assert not any("refused." in sentence for sentence in sentences)


def test_facts_are_written_as_the_language_writes_them():
    facts = {"day": date(2026, 2, 27), "at": datetime(2026, 2, 27, 6, tzinfo=UTC), "n": 1234, "offices": ["A", "B"]}

    said = say("ja", "%(day)s %(at)s %(n)s %(offices)s %(name)s", zone=SHANGHAI, name={"ja": "道路課"}, **facts)

    assert said == "2026年2月27日（金） 2026年2月27日（金）14:00 1,234 A、B 道路課"


def test_a_word_nobody_translated_is_said_in_english():
    assert say("ko", "A sentence no catalogue has") == "A sentence no catalogue has"
    assert language.say_many("ko", "%(count)s thing left", "%(count)s things left", 2000) == "2,000 things left"
    assert language.say_many("en", "%(count)s thing left", "%(count)s things left", 1) == "1 thing left"


@pytest.mark.parametrize("folder", [each.folder for each in LANGUAGES.values()])
def test_no_two_catalogues_of_a_language_contradict_each_other(folder):
    seen: dict[object, tuple[object, Path]] = {}
    for path in sorted((language.LOCALES / folder).glob("*.po")):
        for message in read_po(io.BytesIO(path.read_bytes()), locale=folder):
            if message.id:
                said, where = seen.setdefault(message.id, (message.string, path))
                assert said == message.string, f"{message.id!r} differs in {where.name} and {path.name}"
