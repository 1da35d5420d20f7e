"""How a text is cut into the words it is found by."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailbox_service.tickets import search
from mailbox_service.tickets.search import Term


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("地铁站", "地铁 铁站 站"),
        ("铁", "铁"),
        ("地铁,站台。", "地铁 铁 站台 台"),
        ("バス停・東京タワー", "バス ス停 停 東京 京タ タワ ワー ー"),
        ("ﾊﾞｽ", "バス ス"),
        ("人々", "人々 々"),
        ("버스 정류장", "버스 스 정류 류장 장"),
        ("3号楼B座", "3 号楼 楼 b 座"),
        ("ＡＢＣ１２３", "abc123"),
        ("Reported reports REPORTING", "report report report"),
        ("bus buses", "bus bus"),
        ("the mayor's mayor’s don't", "the mayor mayor dont"),
        ("Café_Über e-mail", "café über e mail"),
        ("2026-0001234-5", "2026 0001234 5"),
        ("", ""),
        (" ,;!? '\" \n\t", ""),
        ("a\x00b", "a b"),
    ],
)
def test_a_text_is_cut_into_words(text, words):
    assert search.index_text(text) == words


def test_parts_follow_each_other_and_empty_ones_leave_nothing():
    assert search.index_text("地铁", "", "Roads") == "地铁 铁 road"


def test_a_query_of_one_character_finds_every_word_that_begins_with_it():
    assert search.match_query("铁") == [Term(("铁",), is_prefix=True)]
    assert search.fts5_query("铁") == '"铁" *'
    assert search.tsquery("铁") == "('铁':*)"


def test_a_longer_query_asks_for_its_pairs_side_by_side():
    assert search.match_query("地铁站") == [Term(("地铁", "铁站"))]
    assert search.fts5_query("地铁站 Lamps") == '"地铁 铁站" AND "lamp"'
    assert search.tsquery("地铁站 Lamps") == "('地铁' <-> '铁站') & ('lamp')"


def test_a_word_in_latin_letters_is_no_prefix():
    assert search.match_query("a") == [Term(("a",))]


def test_a_query_without_a_word_asks_for_nothing():
    assert search.match_query(" ?! ") == []
    assert search.fts5_query("") == ""
    assert search.tsquery("") == ""


def test_a_query_has_an_end():
    assert len(search.match_query("word " * 1000)) == search.MOST_TERMS
    assert search.match_query("地" * 1000) == [Term(("地地",) * search.MOST_TERMS)]


def test_an_endless_text_is_cut_off():
    assert len(search.index_text("地" * 50_000, "late").split(" ")) == search.MOST_POSITIONS
    assert "late" not in search.index_text("early " * 50_000, "late")


def test_an_endless_word_is_cut_off_alike_in_letter_and_query():
    assert search.index_text("x" * 5_000) == "x" * search.LONGEST_WORD
    assert search.match_query("x" * 5_000) == [Term(("x" * search.LONGEST_WORD,))]


def test_several_threads_cut_alike():
    words = [f"reporting{chr(97 + n % 26)}{chr(97 + n // 26)}ations" for n in range(676)]

    with ThreadPoolExecutor(4) as threads:
        together = list(threads.map(search.index_text, words * 3))

    search._stem.cache_clear()
    assert together == [search.index_text(word) for word in words] * 3


@given(st.text(max_size=200))
def test_no_word_holds_what_a_database_reads_as_syntax(text):
    words = search.index_text(text)

    assert not set("'\"\\():*&|!<>\x00") & set(words)
    assert all(word and len(word) <= search.LONGEST_WORD for word in words.split(" ")) or words == ""


@given(st.text(max_size=60))
def test_a_text_finds_itself(text):
    stored = search.index_text(text).split(" ")

    for term in search.match_query(text):
        if term.is_prefix:
            assert any(word.startswith(term.words[0]) for word in stored)
        else:
            places = range(len(stored) - len(term.words) + 1)
            assert any(tuple(stored[at : at + len(term.words)]) == term.words for at in places)
