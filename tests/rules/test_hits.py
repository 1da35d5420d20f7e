"""A text that was found shows where: the words asked for are marked, and nothing else of it becomes markup."""

from __future__ import annotations

import pytest
from markupsafe import Markup

from mailbox_service.web.hits import excerpt, marked, piece_with


@pytest.mark.parametrize(
    ("text", "query", "shown"),
    [
        ("Buses run late", "bus", "<mark>Buses</mark> run late"),
        ("Renewing a visa; visas renewed", "renew VISA", "<mark>Renewing</mark> a <mark>visa</mark>; "
         "<mark>visas</mark> <mark>renewed</mark>"),
        ("如何延长居留许可", "居留许可", "如何延长<mark>居留许可</mark>"),
        ("水", "水", "<mark>水</mark>"),
        ("断水します。水が澄む", "水", "断<mark>水</mark>します。<mark>水</mark>が澄む"),
        ("쓰레기 분리배출", "분리", "쓰레기 <mark>분리</mark>배출"),
        ("a <b> & c", "c", "a &lt;b&gt; &amp; <mark>c</mark>"),
        ("<script>", "script", "&lt;<mark>script</mark>&gt;"),
        ("İstanbul bus", "bus", "İstanbul <mark>bus</mark>"),
        ("밤 12시까지", "12", "밤 <mark>12</mark>시까지"),
        ("nothing here", "bus", "nothing here"),
        ("nothing here", "", "nothing here"),
    ],
)  # fmt: skip
def test_the_words_asked_for_are_marked(text, query, shown):
    assert str(marked(text, query)) == shown


def test_an_excerpt_begins_shortly_before_the_first_hit():
    text = "before " * 100 + "the visa ends " + "after " * 100

    shown = str(excerpt(text, "visa"))

    assert shown.startswith("… before")
    assert "<mark>visa</mark>" in shown
    assert shown.endswith(" …")
    assert len(shown) < 260


def test_a_hit_in_the_title_alone_shows_the_texts_beginning():
    assert str(excerpt("How it is done.\n\nBring a photo.", "visa")) == "How it is done. Bring a photo."


def test_a_piece_is_of_a_text_that_holds_the_words():
    assert str(piece_with("Dark.\n\n  The LAMPS are out", "lamp")) == "Dark. The <mark>LAMPS</mark> are out"
    assert str(piece_with("Ｗ路灯\n不亮", "ｗ路灯 亮")) == "Ｗ<mark>路灯</mark> 不<mark>亮</mark>"
    assert str(piece_with("Nothing of that", "lamp")) == ""


def test_what_is_markup_already_is_not_taken_for_the_text_that_says_the_same():
    assert str(marked(Markup("<b>lamp</b>"), "lamp")) != str(marked("<b>lamp</b>", "lamp"))
