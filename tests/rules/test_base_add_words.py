"""Adding words to all four catalogues at once."""

from __future__ import annotations

import importlib.util
import subprocess
import sys
from pathlib import Path

import pytest

TOOL = Path(__file__).parent.parent.parent / "tools" / "add_words.py"


@pytest.fixture
def tool():
    spec = importlib.util.spec_from_file_location("add_words", TOOL)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def locales(tmp_path):
    for folder in ("en", "zh_Hans", "ja", "ko"):
        (tmp_path / folder).mkdir()
    return tmp_path


def test_lines_reach_all_four_sorted_and_replace_what_was_there(tool, locales):
    first = ["public\tWrite\t\t写\t書く\t쓰기\n", "public\tb.key\tB\t乙\tB\tB\n", "public\ta.key\tA\t甲\tA\tA\n"]

    assert tool.add_words(first, locales) == []
    assert tool.add_words(["public\ta.key\tA2\t甲二\tA2\tA2\n"], locales) == []

    english = (locales / "en" / "public.po").read_text("utf-8")
    chinese = (locales / "zh_Hans" / "public.po").read_text("utf-8")
    assert 'msgid "Write"' not in english
    assert english.index("a.key") < english.index("b.key")
    assert chinese.count("a.key") == 1
    assert "甲二" in chinese
    assert "POT-Creation-Date" not in chinese


def test_plurals_have_one_form_where_the_language_has_one(tool, locales):
    line = "public\t%(count)s day left || %(count)s days left\t\t还剩%(count)s天\tあと%(count)s日\t%(count)s일 남음\n"

    assert tool.add_words([line], locales) == []

    korean = (locales / "ko" / "public.po").read_text("utf-8")
    assert 'msgid_plural "%(count)s days left"' in korean
    assert 'msgstr[0] "%(count)s일 남음"' in korean
    assert "msgstr[1]" not in korean


@pytest.mark.parametrize(
    ("line", "why"),
    [
        ("public\tWrite\t写\n", "3 parts"),
        ("public\tWrite\t\t写\t\t쓰기\n", "translation is missing"),
        ("../x\tWrite\t\t写\t書く\t쓰기\n", "no file"),
        ("public\tDue %(date)s\t\t期限%(day)s\t%(date)s\t%(date)s\n", "placeholders differ"),
    ],
)
def test_a_wrong_line_is_named_and_the_others_are_stored(tool, locales, line, why):
    problems = tool.add_words([line, "# a remark\n", "public\tGood\t\t好\t良い\t좋음\n"], locales)

    assert len(problems) == 1
    assert why in problems[0]
    assert 'msgid "Good"' in (locales / "ja" / "public.po").read_text("utf-8")


def test_two_runs_at_once_lose_nothing(locales):
    script = (
        "import sys; sys.path.insert(0, sys.argv[1]); import add_words; from pathlib import Path\n"
        "for n in range(8): add_words.add_words([f'public\\tk.{sys.argv[3]}.{n}\\te\\tz\\tj\\tk'], Path(sys.argv[2]))"
    )
    runs = [
        subprocess.Popen([sys.executable, "-c", script, str(TOOL.parent), str(locales), str(each)]) for each in (1, 2)
    ]

    assert [run.wait() for run in runs] == [0, 0]
    assert (locales / "ja" / "public.po").read_text("utf-8").count('msgid "k.') == 16
