"""What was found a moment ago is believed for a moment."""

from __future__ import annotations

import time

from mailbox_service.base.remembered import Remembered


def test_an_answer_is_remembered_for_its_time():
    counts = Remembered[str, int](60.0)

    counts.keep("dora", 7)

    assert counts.get("dora") == 7
    assert counts.get("paul") is None


def test_an_answer_that_is_too_old_is_forgotten():
    counts = Remembered[str, int](0.01)

    counts.keep("dora", 7)
    time.sleep(0.02)

    assert counts.get("dora") is None


def test_no_more_is_kept_than_there_is_room_for():
    counts = Remembered[int, int](60.0, most=2)

    for who in range(3):
        counts.keep(who, who)

    assert [counts.get(who) for who in range(3)] == [None, None, 2]
