"""Figures without a database: days in the middle, periods, which sums a period reads, and what adds up."""

# mypy: no-check-untyped-defs
from __future__ import annotations

import itertools
from collections import Counter
from datetime import date, timedelta
from statistics import median

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailbox_service.tickets.statistics import Rate, adding, gather, sums
from mailbox_service.tickets.statistics.figures import Days, Figure, Figures, Shape, total
from mailbox_service.tickets.statistics.gather import stock_of
from mailbox_service.tickets.statistics.period import Month, Period
from mailbox_service.tickets.statistics.slices import Dimension, Slice

DATES = st.dates(date(2015, 1, 1), date(2035, 12, 31))
LENGTHS = st.lists(st.integers(0, 40), min_size=1, max_size=60)


@given(LENGTHS)
def test_days_are_those_of_the_sorted_list(lengths):
    days = Days.of(Counter(lengths), len(lengths) + 3)

    assert days.median == median(lengths)
    assert days.p90 == sorted(lengths)[-(-9 * len(lengths) // 10) - 1]
    assert (days.n, days.without) == (len(lengths), 3)


def test_days_of_nothing_are_none():
    assert Days.of({}, 4) == Days(None, None, 0, 4)


@given(LENGTHS, LENGTHS)
def test_two_offices_together_have_the_days_of_all_their_letters(one, other):
    parts = [Figures({"due": len(each)}, {"work_days": Counter(each)}) for each in (one, other)]

    assert (parts[0] + parts[1]).of(Figure.RESOLUTION) == Days.of(Counter(one + other), len(one + other))


def test_every_figure_has_its_shape_its_name_and_its_meaning():
    shapes = {Shape.COUNT: int, Shape.RATE: Rate, Shape.DAYS: Days}

    assert {figure: type(Figures().of(figure)) for figure in Figure} == {f: shapes[f.shape] for f in Figure}
    assert Figure.ON_TIME.name_key == "figure.on_time"
    assert Figure.ON_TIME.definition_key == "definition.on_time"


def test_a_figure_of_another_shape_is_refused():
    with pytest.raises(TypeError):
        Figures().rate(Figure.RECEIVED)
    with pytest.raises(TypeError):
        Figures().lengths(Figure.ON_TIME)


def test_counts_are_made_of_others():
    figures = Figures({"received": 9, "spam": 1, "duplicate": 2, "begun": 7, "ended": 9, "rated": 5, "satisfied": 2,
                       "partly": 1, "due": 6, "kept": 4})  # fmt: skip

    wanted = ("valid", "duplicates", "net_flow", "content", "dissatisfied", "late", "unheard_of")
    assert [figures.count(name) for name in wanted] == [6, 2, -2, 3, 2, 2, 0]
    assert not figures.is_empty
    assert total([]).is_empty


# --- Periods -----------------------------------------------------------------------------------


def test_periods_by_their_names():
    day = date(2026, 5, 17)

    assert Period.of_month(day) == Period(date(2026, 5, 1), date(2026, 5, 31))
    assert Period.of_quarter(day) == Period(date(2026, 4, 1), date(2026, 6, 30))
    assert Period.of_year(day) == Period(date(2026, 1, 1), date(2026, 12, 31))
    assert Period.until(Month.of(day), 12) == Period(date(2025, 6, 1), date(2026, 5, 31))
    assert Month.of(date(2026, 1, 31)).plus(-1) == Month(date(2025, 12, 1))
    assert [p.is_month for p in (Period.of_month(day), Period.of_quarter(day))] == [True, False]
    assert [p.is_quarter for p in (Period.of_month(day), Period.of_quarter(day))] == [False, True]
    assert Period.of_year(day).is_year
    assert day in Period.of_month(day)


@pytest.mark.parametrize(
    ("period", "before"),
    [
        (Period(date(2026, 3, 1), date(2026, 3, 31)), Period(date(2026, 2, 1), date(2026, 2, 28))),
        (Period(date(2026, 1, 1), date(2026, 3, 31)), Period(date(2025, 10, 1), date(2025, 12, 31))),
        (Period(date(2026, 3, 2), date(2026, 3, 8)), Period(date(2026, 2, 23), date(2026, 3, 1))),
        (Period(date(2026, 3, 5), date(2026, 3, 5)), Period(date(2026, 3, 4), date(2026, 3, 4))),
    ],
)
def test_the_period_before_is_as_long(period, before):
    assert period.before == before


@given(DATES, DATES)
def test_a_period_is_its_whole_months_and_what_is_cut_off(one, other):
    period = Period(min(one, other), max(one, other))

    whole, cut = gather.split(period)

    pieces = sorted([*([whole] if whole else []), *cut], key=lambda piece: piece.first)
    assert (pieces[0].first, pieces[-1].last) == (period.first, period.last)
    assert all(a.last + timedelta(days=1) == b.first for a, b in itertools.pairwise(pieces))
    assert whole is None or whole.is_whole
    assert period.is_whole == (not cut)


@given(DATES, st.integers(1, 130))
def test_the_sums_of_a_period_hold_each_of_its_months_once(day, months):
    period = Period.until(Month.of(day), months)

    read = []
    for span, first, last in sums.spans(period):
        assert span in (adding.MONTH, adding.YEAR)
        read += list(Period(first, last).months)
        assert span == adding.MONTH or Period(first, last).first.month == 1

    assert sorted(read) == list(period.months)
    assert len(sums.spans(period)) <= 3


def test_sums_know_one_dimension_at_a_time():
    assert gather.has_sums(Slice(), None)
    assert gather.has_sums(Slice(office=1), None)
    assert gather.has_sums(Slice(office=1), Dimension.OFFICE)
    assert not gather.has_sums(Slice(office=1), Dimension.KIND)
    assert not gather.has_sums(Slice(office=1, language="zh"), None)


def test_what_is_left_is_open_and_of_that_overdue_what_did_not_end():
    flows = Figures({"begun": 10, "ended": 6, "due": 7, "kept": 3, "ended_late": 2})

    assert stock_of(flows) == (4, 2)


# --- What a fact adds --------------------------------------------------------------------------


def test_taking_a_fact_out_leaves_nothing_behind():
    fact = a_fact()

    there = adding.deltas({"rounds": [], "leads": []}, {"rounds": [fact], "leads": []})
    gone = adding.deltas({"rounds": [fact], "leads": []}, {"rounds": [], "leads": []})

    assert {place: {name: -n for name, n in counts.items()} for place, counts in there.items()} == gone
    assert adding.deltas({"rounds": [fact], "leads": []}, {"rounds": [a_fact()], "leads": []}) == {}


def test_a_fact_counts_in_its_month_its_year_and_each_dimension():
    there = adding.deltas({"rounds": [], "leads": []}, {"rounds": [a_fact()], "leads": []})

    due = {(p.dimension, p.span, p.value) for p, counts in there.items() if counts.get("due")}
    values = {
        "all": "",
        "office": "7",
        "kind": "help",
        "topic": "",
        "language": "zh",
        "channel": "web",
        "mix": "7|help",
    }
    assert due == {(name, span, value) for name, value in values.items() for span in ("month", "year")}
    march = adding.Place("office", "month", date(2026, 3, 1), "7")
    assert there[march] == {"received": 1, "begun": 1, "due": 1, "kept": 1, "work_days:2": 1}


def a_fact():
    zeros = {name: 0 for cohort in adding.OF_A_ROUND for name in cohort.counts}
    lengths = {"first_days": None, "work_days": 2, "calendar_days": None}
    days = {"begun_on": date(2026, 3, 2), "due_on": date(2026, 3, 9), "ended_on": date(2026, 4, 1)}
    told_apart = {"department_id": 7, "kind": "help", "topic_id": None, "language": "zh", "channel": "web"}
    open_ = {"status": None, "running": False}
    return zeros | lengths | days | told_apart | open_ | {"received": 1, "begun": 1, "due": 1, "kept": 1}
