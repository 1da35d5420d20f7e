"""Tables of figures: a rate of nothing is said to be nothing, and every share tells of how many."""

# mypy: no-check-untyped-defs
from __future__ import annotations

from zoneinfo import ZoneInfo

import pytest

from mailbox_service.render import Renderer
from mailbox_service.tickets.statistics import Rate
from mailbox_service.web import figures
from mailbox_service.web.figures import Cell, Change, Column, FigureTable, Length

OFFICES = FigureTable(
    "offices",
    "Offices",
    [
        Column("office", "Office", "text"),
        Column("received", "Received", "count", "Letters that came."),
        Column("on_time", "On time", "rate", "Replied in time ÷ due.", "Nothing was due"),
        Column("median", "Median", "days"),
        Column("change", "Change", "change"),
    ],
    [
        figures.row(
            "roads", Cell("Roads", "/roads"), Cell(1234, "/letters"), Rate(9, 10), Length(4.0, 9), Change(12, 10)
        ),
        figures.row("parks", "Parks", 0, Rate(0, 0), Length(None, 0), Change(3, None)),
        figures.row("all", "All", 1234, Rate(9, 10), Length(4.5, 9), Change(0, 0), total=True),
    ],
    ["Without spam."],
)


def test_a_share_is_written_with_its_n():
    cells = figures.draw(OFFICES, "en").rows[0].cells

    assert [(cell.written, cell.note) for cell in cells[1:]] == [
        *(("1,234", ""), ("90.0%", "9 of 10"), ("4", "(n = 9)"), ("+2 (+20.0%)", ""))
    ]


def test_nothing_is_never_a_nought_per_cent():
    cells = figures.draw(OFFICES, "en").rows[1].cells

    assert [cell.written for cell in cells[1:]] == ["0", "Nothing was due", "–", "–"]


@pytest.mark.parametrize(
    ("change", "written"),
    [
        (Change(12, 10), "+2 (+20.0%)"),
        (Change(8, 10), "−2 (−20.0%)"),
        (Change(5, 5), "±0 (±0.0%)"),
        (Change(3, 0), "+3"),
        (Change(0.914, 0.9, "rate"), "+1.4 pp"),
        (Change(0.5, 0.75, "rate"), "−25 pp"),
        (Change(4.5, 5.0, "days"), "−0.5"),
        (Change(3, None), "–"),
        (Change(None, 3), "–"),
    ],
)
def test_a_change_is_written_with_its_sign(change, written):
    assert figures.write(change, "en") == written


def test_what_grows_says_so():
    table = FigureTable("t", "T", [Column("c", "C", "change")], [figures.row("r", Change(20, 10, flagged=True))])

    assert figures.draw(table, "en").rows[0].cells[0].flag == "Grows"


def test_the_page_draws_a_table_with_its_meanings_below():
    page = drawn(figures.draw(OFFICES, "en", csv_href="/offices.csv"))

    assert '<th scope="row"><a href="/roads">Roads</a></th>' in page
    assert '<td class="count"><a href="/letters">1,234</a></td>' in page
    assert '<td class="rate">90.0% <span class="of">9 of 10</span></td>' in page
    assert "<dt>On time</dt><dd>Replied in time ÷ due.</dd>" in page
    assert '<tr class="total"><th scope="row">All</th>' in page
    assert '<a href="/offices.csv" download>' in page
    assert "Without spam." in page


def test_meanings_may_stand_elsewhere():
    assert "<dl" not in drawn(figures.draw(OFFICES, "en", defined=False))


def drawn(table):
    return str(Renderer(ZoneInfo("UTC")).environment("en").get_template("parts/figures.html").module.figures(table))
