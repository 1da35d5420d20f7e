"""Charts: from zero, told apart without colour, said in words."""

# mypy: no-check-untyped-defs
from __future__ import annotations

import itertools
from datetime import date
from xml.etree import ElementTree
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailbox_service.base.language import LANGUAGES, month, say
from mailbox_service.render import Renderer
from mailbox_service.tickets.statistics.figures import Figure
from mailbox_service.web import charts
from mailbox_service.web.charts import Amount, Line

YEAR = [date(2026, n, 1) for n in range(1, 13)]


def drawn(*lines, months=YEAR, lang="en", **more):
    return charts.trend(
        "t", "Letters", "by month", months, lines, lang, head="Month", month=lambda on: month(on, lang), **more
    )


def points(series):
    return [tuple(map(float, point.split(","))) for stretch in series.stretches for point in stretch.split()]


def test_the_axis_begins_at_zero_and_reaches_over_the_highest():
    chart = drawn(Line("Received", [0, 7, 14, *[3] * 9]))

    assert [mark.text for mark in chart.marks] == ["0", "5", "10", "15"]
    assert points(chart.series[0])[0][1] == chart.marks[0].y
    assert chart.marks[-1].y < points(chart.series[0])[2][1] < chart.marks[-2].y


def test_counts_have_no_halves_on_the_axis():
    assert [mark.text for mark in drawn(Line("Late", [1, 0] * 6)).marks] == ["0", "1"]


def test_rates_go_up_to_all():
    chart = drawn(Line("On time", [0.4] * 12), most=1, write=lambda share: f"{share:.0%}")

    assert [mark.text for mark in chart.marks] == ["0%", "25%", "50%", "75%", "100%"]


def test_where_there_is_nothing_the_line_breaks():
    chart = drawn(Line("On time", [1, 2, None, 3, None, 4, 5, None, None, None, None, None]))

    assert [len(stretch.split()) for stretch in chart.series[0].stretches] == [2, 2]
    assert chart.series[0].markers.count("M") == 5
    assert chart.rows[2] == ["March 2026", "–"]


@given(st.lists(st.lists(st.integers(0, 50), min_size=12, max_size=12), min_size=1, max_size=4))
def test_no_name_stands_on_another_or_outside(values):
    chart = drawn(*(Line(f"line {n}", each) for n, each in enumerate(values)))

    heights = sorted(one.label_y for one in chart.series)
    assert all(second - first >= charts.LABEL_GAP for first, second in itertools.pairwise(heights))
    assert all(0 < height < chart.months_y for height in heights)


@given(st.lists(st.integers(0, 10**7), min_size=1, max_size=40))
def test_everything_lies_within_the_picture(values):
    months = [date(2020 + n // 12, n % 12 + 1, 1) for n in range(len(values))]

    chart = drawn(Line("Received", values), months=months)

    assert all(0 <= x <= chart.plot and 0 <= y <= chart.height for x, y in points(chart.series[0]))
    assert len(chart.ticks) <= charts.MOST_TICKS + 1
    assert 2 <= len(chart.marks) <= 6


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_name_of_every_figure_has_room_beside_its_line(lang):
    for figure in Figure:
        name = say(lang, figure.name_key)
        chart = drawn(Line(name, [0.5] * 12), lang=lang)

        (line,) = chart.series
        wide = sum(letter > "\u2e7f" for letter in name)
        assert line.label_x + 14 * wide + 7.5 * (len(name) - wide) <= chart.width, name
        assert chart.plot > chart.width / 3


def test_each_year_stands_once_below_its_first_month():
    months = [date(2025, 12, 1), *YEAR[:3]]

    chart = drawn(Line("Received", [1, 2, 3, 4]), months=months)

    assert [(tick.text, tick.under) for tick in chart.ticks] == [
        *(("Dec", "2025"), ("Jan", "2026"), ("Feb", ""), ("Mar", ""))
    ]


def test_a_line_is_said_in_words():
    chart = drawn(Line("Received", [5, 1, 9]), Line("Late", [None] * 3), months=YEAR[:3])

    assert chart.desc == (
        "Received: lowest 1 in February 2026, highest 9 in March 2026, 9 in March 2026. Late: nothing to show."
    )


def test_more_than_four_lines_are_refused():
    with pytest.raises(ValueError, match="four"):
        drawn(*(Line(str(n), [1] * 12) for n in range(5)))


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_drawn_trend_has_a_title_a_description_and_a_table(lang):
    render = Renderer(ZoneInfo("Asia/Shanghai")).environment(lang)
    chart = drawn(Line("A", range(12)), Line("B", range(12, 0, -1)), lang=lang)

    page = str(render.get_template("parts/figure.html").module.trend(chart))

    picture = ElementTree.fromstring(page[page.index("<svg") : page.index("</svg>") + 6])
    assert picture.get("role") == "img"
    assert picture.get("aria-labelledby") == "t-t t-d"
    assert [picture.find("title").text, picture.find("desc").text] == ["Letters", chart.desc]
    assert page.count('<th scope="row">') == 12
    assert {group.get("class") for group in picture.findall("g")} == {"series-1", "series-2"}
    assert "style=" not in page


def test_bars_are_as_long_as_what_they_stand_for():
    chart = charts.bars("Ages", "of 6", ("Days", "Letters"), [Amount("0–5", 4, "4"), Amount("6–10", 1, "1")])

    assert [bar.percent for bar in chart.rows] == [100, 25]


def test_bars_of_nothing_have_no_length():
    chart = charts.bars("Ages", "", ("Days", "Letters"), [Amount("0–5", 0, "0")])

    assert [bar.percent for bar in chart.rows] == [0]
