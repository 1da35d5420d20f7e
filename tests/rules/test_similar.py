"""Letters are alike whatever their spacing and small edits, and not because they share a language."""

from __future__ import annotations

from random import Random

import pytest

from mailbox_service.tickets import similar

LAMP = "我们小区门口的路灯已经连续三个晚上不亮了，老人晚上回家很不方便，请尽快派人来修理。地址是清河路三十七号。"
BUS = "The bus on line 12 has not come for a week. Please tell us when it will run again, or name another way."
PARK = "Could the park by the river stay open until ten in summer? Many of us work late and would like to walk there."
VISA = "비자 연장에 필요한 서류와 처리 기간을 알고 싶습니다. 외국인등록증 사본도 필요한가요?"


def share(one: str, other: str) -> float:
    return similar.likeness(similar.pieces(one), similar.pieces(other))


def meet(one: str, other: str) -> bool:
    return any(a == b for a, b in zip(similar.bands(one), similar.bands(other), strict=True))


@pytest.mark.parametrize("text", [LAMP, BUS, VISA])
def test_spacing_signs_and_capitals_make_no_difference(text):
    other = "  ".join(text).upper().replace(".", "!").replace("，", " ")

    assert share(text, other) == 1
    assert similar.bands(text) == similar.bands(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (LAMP, LAMP.replace("三个", "四个") + "谢谢！"),
        (BUS, BUS.replace("12", "14").replace("Please tell us", "Kindly tell us")),
        (VISA, VISA.replace("알고 싶습니다", "알고싶어요")),
    ],
)
def test_small_edits_leave_letters_alike(one, other):
    assert share(one, other) >= similar.ALIKE
    assert meet(one, other)


@pytest.mark.parametrize(("one", "other"), [(BUS, PARK), (LAMP, VISA), (BUS, ""), ("", LAMP)])
def test_other_matters_are_not_alike(one, other):
    assert share(one, other) < similar.ALIKE


@pytest.mark.parametrize("text", ["", "?", "a", "路灯"])
def test_the_shortest_texts_have_their_sixteen_numbers(text):
    numbers = similar.bands(text)

    assert len(numbers) == similar.BANDS
    assert all(0 <= number < 2**63 for number in numbers)


def test_nearly_all_letters_at_eight_tenths_meet_and_few_of_those_that_share_nothing():
    rng = Random(7)

    def edited(text: str, edits: int) -> str:
        signs = list(text)
        for _ in range(edits):
            signs[rng.randrange(len(signs))] = rng.choice("甲乙丙丁戊己庚辛")
        return "".join(signs)

    text = (BUS + PARK)[:200]
    close = [edited(text, 7) for _ in range(200)]
    met = sum(meet(text, other) for other in close)

    assert sum(share(text, other) for other in close) / 200 == pytest.approx(0.77, abs=0.05)
    assert met >= 195
    assert not meet(BUS, PARK)


def test_only_the_beginning_of_a_very_long_letter_is_looked_at():
    long = BUS * 400

    assert len(long) > similar.LONGEST
    assert similar.bands(long) == similar.bands(long + PARK)
