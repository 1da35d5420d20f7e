"""What differs between a letter and its copy."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from mailbox_service.web.staff.differences import differences
from tests import seconds


def told(first, second):
    return ["".join(f"[{s.text}]" if s.changed else s.text for s in side) for side in differences(first, second)]


def test_words_and_characters_are_compared_one_by_one():
    assert told("电话13812345678。谢谢", "电话［电话］。谢谢") == ["电话[13812345678]。谢谢", "电话[［电话］]。谢谢"]
    assert told("a lamp\nis dark\n", "a lamp\nis off\n") == ["a lamp\nis [dark]\n", "a lamp\nis [off]\n"]
    assert told("same", "same") == ["same", "same"]
    assert told("", "new") == ["", "[new]"]


@given(st.text("ab \n路灯", max_size=60), st.text("ab \n路灯", max_size=60))
def test_both_sides_stay_whole(first, second):
    here, there = differences(first, second)

    assert ("".join(s.text for s in here), "".join(s.text for s in there)) == (first, second)
    assert "".join(s.text for s in here if not s.changed) == "".join(s.text for s in there if not s.changed)


def test_the_longest_letter_is_compared_at_once():
    text = "".join(chr(0x4E00 + n % 3_000) for n in range(20_000))

    assert seconds.of_processor(lambda: differences(text, text[::-1])) < 2
