"""A year's calendar is read from what spreadsheets and people write; what can't be understood is named by its line."""

# mypy: no-check-untyped-defs
from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailbox_service.city import calendar_file
from mailbox_service.city.calendar_file import MOST_BYTES, MOST_FAULTS, MOST_LINES

NEW_YEAR, SUNDAY = date(2027, 1, 1), date(2027, 1, 3)


def faults(text):
    return [(fault.line, fault.why) for fault in calendar_file.read(text).faults]


@pytest.mark.parametrize("said", ["2027-01-01", "2027/1/1", "2027.1.1", "20270101", "2027年1月1日", "2027년 1월 1일"])
def test_a_date_is_written_in_many_ways(said):
    assert calendar_file.read(f"{said},H").days == {NEW_YEAR: False}


@pytest.mark.parametrize("word", ["H", "h", "holiday", "休", "放假", "节假日", "祝日", "공휴일"])
def test_a_holiday_has_a_word_in_every_language(word):
    assert calendar_file.read(f"2027-01-01,{word}").days == {NEW_YEAR: False}


@pytest.mark.parametrize("word", ["W", "workday", "班", "调休上班", "出勤", "평일"])
def test_so_has_a_make_up_day(word):
    assert calendar_file.read(f"2027-01-03,{word}").days == {SUNDAY: True}


@pytest.mark.parametrize("mark", [",", ";", "\t", "，", " , "])
def test_columns_are_parted_by_what_spreadsheets_write(mark):
    assert calendar_file.read(f"日期{mark}类型\n2027-01-01{mark}H{mark}New Year\n").days == {NEW_YEAR: False}


def test_remarks_empty_lines_quotes_and_a_mark_at_the_start_are_no_days():
    text = '\ufeffDate,Kind\n# the notice\n\n"2027-01-01","H"\n2027-01-03,W\n'

    read = calendar_file.read(text)

    assert (read.year, read.days, read.faults) == (2027, {NEW_YEAR: False, SUNDAY: True}, [])


def test_what_cannot_be_understood_is_named_by_its_line():
    assert faults("2027-01-01,H\n2027-02-30,H\nsoon,H") == [(2, "date"), (3, "date")]
    assert faults("2027-01-01,H\n2027-01-03\n2027-01-04,maybe") == [(2, "word"), (3, "word")]
    assert faults("2027-01-01,H\n2028-01-03,H") == [(2, "year")]
    assert faults("2027-01-01,H\n2027-01-01,H\n2027-01-01,W") == [(3, "twice")]
    assert calendar_file.read("2027-01-01,perhaps").faults[0].said == "2027-01-01,perhaps"


def test_only_so_many_lines_are_read_and_so_many_faults_told():
    assert faults("\n" * MOST_LINES + "2027-01-01,H") == [(MOST_LINES + 1, "long")]
    assert len(faults("2027-01-01,?\n" * 100)) == MOST_FAULTS


def test_a_year_is_whole_when_it_names_new_years_day_and_the_national_day():
    assert not calendar_file.read("").is_whole
    assert not calendar_file.read("2027-01-01,H").is_whole
    assert calendar_file.read("2027-01-01,H\n2027-10-01,H").is_whole
    assert calendar_file.read("").year == 0


def test_a_file_is_decoded_as_spreadsheets_save_it():
    text = "2027-01-01,休"

    for encoding in ("utf-8", "utf-8-sig", "utf-16", "gb18030"):
        assert calendar_file.decoded(text.encode(encoding)) == text
    assert calendar_file.decoded(b"\xff\xff\xff") is None
    assert calendar_file.decoded(b"\xff\xfe\x00") is None
    assert calendar_file.decoded(b"x" * (MOST_BYTES + 1)) is None
    assert calendar_file.decoded(b"x" * MOST_BYTES) is not None


@given(st.dictionaries(st.dates(date(2027, 1, 1), date(2027, 12, 31)), st.booleans(), max_size=40))
def test_what_is_written_is_read_again(days):
    assert calendar_file.read(calendar_file.written(days)).days == days


@given(st.text(max_size=300))
def test_whatever_is_typed_is_read_without_an_error(text):
    read = calendar_file.read(text)

    assert all(day.year == read.year for day in read.days)
