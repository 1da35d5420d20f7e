"""Two texts that began from one, brought together: nothing that either typed is lost."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from mailbox_service.web.staff.differences import woven
from mailbox_service.web.staff.merging import merged

BASE = "Dear Carl\n\nThe lamp is dark.\n\nRoads"
texts = st.text("ab\n路", max_size=30)


def test_what_only_one_changed_is_taken_from_them():
    theirs = BASE.replace("Dear Carl", "Dear Mr Carl")
    mine = BASE.replace("Roads", "Roads Bureau")

    both = merged(BASE, theirs, mine)

    assert both.text == "Dear Mr Carl\n\nThe lamp is dark.\n\nRoads Bureau"
    assert both.places == ()


def test_where_both_changed_both_stand():
    theirs, mine = BASE.replace("is dark", "will be mended"), BASE.replace("is dark", "was mended")

    both = merged(BASE, theirs, mine)

    assert both.text == "Dear Carl\n\nThe lamp will be mended.\nThe lamp was mended.\n\nRoads"
    assert [(place.theirs, place.mine) for place in both.places] == [
        ("The lamp will be mended.", "The lamp was mended.")
    ]


def test_two_who_begin_with_nothing_keep_both():
    assert merged("", "Hugo's words", "Dora's words").text == "Hugo's words\nDora's words"


def test_what_one_took_out_stays_out_when_the_other_left_it():
    assert merged("a\nb\nc", "a\nc", "a\nb\nc\nd").text == "a\nc\nd"


@given(texts, texts, texts)
def test_every_new_line_of_either_is_there(base, theirs, mine):
    both = merged(base, theirs, mine).text.split("\n")

    new = {line for text in (theirs, mine) for line in text.split("\n") if line.strip()} - set(base.split("\n"))
    assert new <= set(both)


@given(texts, texts)
def test_who_changed_nothing_gets_the_others_text(base, theirs):
    assert merged(base, theirs, base).text == theirs
    assert merged(base, base, theirs).text == theirs
    assert merged(base, theirs, theirs).text == theirs


@given(texts, texts)
def test_the_woven_text_holds_both_whole(first, second):
    threads = woven(first, second)

    assert "".join(t.text for t in threads if t.mark != "ins") == first
    assert "".join(t.text for t in threads if t.mark != "del") == second
