"""Ids of a past moment: they rise, and none is given twice, however many histories begin at the same moment."""

# mypy: no-check-untyped-defs
from __future__ import annotations

from datetime import UTC, datetime, timedelta

from mailbox_service.base import ids

MONDAY = datetime(2025, 3, 3, 9, tzinfo=UTC)


def told(moment, count):
    with ids.as_of(moment):
        return [ids.new_id() for _ in range(count)]


def test_many_histories_of_one_moment_share_no_id():
    all_of_them = [id_ for _ in range(3_000) for id_ in told(MONDAY, 3)]

    assert len(set(all_of_them)) == 9_000


def test_ids_of_a_moment_rise_beyond_what_a_millisecond_holds_and_lie_in_its_past():
    many = told(MONDAY, 2_500)

    assert many == sorted(many)
    assert many[0] >= ids.first_id_of(MONDAY)
    assert many[-1] < ids.first_id_of(MONDAY + timedelta(seconds=1))
    assert ids.new_id() > many[-1]


def test_ids_of_now_are_never_those_of_a_past_moment():
    now = datetime.now(UTC)

    assert not {ids.new_id() for _ in range(100)} & set(told(now, 5_000))


def test_an_id_is_read_back_however_many_years_from_now_it_was_made():
    for moment in (MONDAY, datetime(2027, 7, 22, tzinfo=UTC), datetime(2089, 1, 1, tzinfo=UTC)):
        (id_,) = told(moment, 1)

        assert ids.read(str(id_)) == id_


def test_what_no_row_can_have_is_no_id():
    for said in ("", "-1", "1.0", "٣", "²", " 1", "9223372036854775808", "0" * 20, "9" * 5_000):
        assert ids.read(said) is None
    assert ids.read("9223372036854775807") == ids.LARGEST
