"""What everybody may know: counts rounded on their own, no rate of fewer than 20, none that could be worked out."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from mailbox_service.tickets.statistics import public
from mailbox_service.tickets.statistics.figures import Figure, Figures, total
from mailbox_service.tickets.statistics.public import FIELDS, SAID_FROM, rounded, sayable

NAMES = {code: {"en": code} for code in "abcdef"}
some_parts = given(st.dictionaries(st.sampled_from("abcdef"), st.integers(0, 60), min_size=1))


def due(n, kept, **more):
    return Figures({"received": n, "due": n, "kept": kept, **more}, {"work_days": {3: n}})


def lines(**parts):
    return {line["code"]: line for line in public.lines("office", parts, NAMES)}


def test_a_count_is_rounded_to_the_nearest_five():
    assert [rounded(count) for count in (0, 2, 3, 7, 8, 100)] == [0, 0, 5, 5, 10, 100]


@some_parts
def test_who_subtracts_what_is_said_from_the_whole_learns_of_twenty_or_more(ns):
    said = sayable(ns)

    unsaid = sum(n for code, n in ns.items() if code not in said)
    assert all(ns[code] >= SAID_FROM for code in said)
    assert not said or unsaid == 0 or unsaid >= SAID_FROM


@some_parts
def test_no_more_is_left_unsaid_than_must_be(ns):
    said, many = sayable(ns), {code for code, n in ns.items() if n >= SAID_FROM}

    assert len(many - said) <= 1


def test_a_rate_of_too_few_is_not_said():
    found = lines(a=due(19, 19), b=due(19, 3), c=due(40, 30))

    assert (found["a"]["on_time_rate"], found["a"]["on_time_n"], found["a"]["due"]) == (None, None, 20)
    assert (found["c"]["on_time_rate"], found["c"]["on_time_n"]) == (0.75, 40)


def test_a_rate_is_not_said_when_the_only_small_one_could_be_worked_out_from_it():
    found = lines(a=due(18, 0), b=due(22, 22), c=due(60, 60))

    assert found["b"]["on_time_rate"] is None
    assert found["c"]["on_time_rate"] == 1.0


def test_days_of_too_few_are_not_said():
    found = lines(a=due(19, 19), b=due(41, 41))

    assert found["a"]["resolution_median_days"] is None
    assert "resolution_p90_days" in FIELDS


def test_a_line_that_rounds_to_nothing_is_left_out():
    assert set(lines(a=due(2, 2), b=due(30, 30))) == {"b"}


def test_no_count_stands_beside_the_count_it_is_a_part_of():
    of_rates = {"kept", "satisfied", "rated", "solved", "extended", "reopened", "replied"}

    assert of_rates.isdisjoint(FIELDS)


@given(st.lists(st.tuples(st.integers(0, 60), st.integers(0, 60)), min_size=1, max_size=6))
def test_every_published_number_is_a_multiple_of_five_or_a_rate_in_hundredths(parts):
    made = {code: due(n, min(n, kept)) for code, (n, kept) in zip("abcdef", parts, strict=False)}
    whole = public.lines("all", {"all": total(made.values())}, {"all": {}})

    for line in [*lines(**made).values(), *whole]:
        for figure in public.FIGURES:
            value = line[public.fields_of(figure)[0]]
            if figure in (Figure.RECEIVED, Figure.DUE):
                assert value % 5 == 0
            if figure is Figure.ON_TIME and value is not None:
                assert round(value, 2) == value
                assert line["on_time_n"] % 5 == 0
