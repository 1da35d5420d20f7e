"""What the pages of figures decide by themselves: ranks, growth, ages, reasons of failure."""

# mypy: no-check-untyped-defs
from __future__ import annotations

import pytest

from mailbox_service.tickets.statistics import ages
from mailbox_service.tickets.statistics.figures import Figure, Figures
from mailbox_service.tickets.statistics.mails import Reason
from mailbox_service.web.manager import room, tables
from mailbox_service.web.manager.figures import GROUP_NAMES
from mailbox_service.web.manager.offices import ranked


def office(kept, due):
    return Figures({"office_kept": kept, "office_due": due})


def test_offices_are_ranked_from_twenty_letters_on():
    rows = {1: office(18, 20), 2: office(40, 40), 3: office(19, 19), 4: office(9, 10), 5: office(27, 30)}

    assert ranked(rows) == {2: 1, 1: 2, 5: 2}


def test_no_office_has_no_rank():
    assert ranked({0: office(30, 30), 7: office(0, 0)}) == {}


@pytest.mark.parametrize(
    ("now", "before", "flagged"),
    [(10, 0, True), (9, 0, False), (12, 10, True), (11, 10, False), (100, 119, False), (10, 10, False)],
)
def test_growth_is_pointed_at_from_ten_letters_and_a_fifth_more(now, before, flagged):
    assert tables.grows(now, before) is flagged


def test_every_figure_stands_in_one_group_of_the_page_of_all_figures():
    grouped = [figure for group in tables.GROUPS.values() for figure in group]

    assert sorted(grouped) == sorted(Figure)
    assert GROUP_NAMES.keys() == tables.GROUPS.keys()


def test_days_are_two_columns_and_everything_else_one():
    wants = tables.wanted(Figure.RECEIVED, Figure.RESOLUTION)

    assert [want.key for want in wants] == ["received", "resolution_median", "resolution_p90"]
    assert [want.head("en") for want in wants[1:]] == ["Time to reply, median days", "Time to reply, p90 days"]


def test_ages_fall_into_bands_of_working_days():
    found = ages.of({(0, False): 3, (1, True): 1, (5, False): 2, (31, True): 4, (90, True): 1})

    assert [(band.first, band.n, band.overdue) for band in found.bands if band.n] == [(0, 4, 1), (2, 2, 0), (31, 5, 5)]
    assert (found.n, found.overdue, found.oldest) == (11, 6, 90)


def test_of_nothing_there_are_no_ages():
    assert (ages.of({}).n, ages.of({}).oldest) == (0, 0)


def test_bands_leave_no_age_out():
    lasts = [last for _, last in ages.BANDS]

    assert [first for first, _ in ages.BANDS] == [0, *(last + 1 for last in lasts[:-1])]
    assert lasts[-1] is None


@pytest.mark.parametrize(
    ("failure", "reason"),
    [
        ("550", Reason.NO_SUCH_ADDRESS),
        ("550 5.1.1", Reason.NO_SUCH_ADDRESS),
        ("5.2.1", Reason.NO_SUCH_ADDRESS),
        ("superseded", Reason.NO_SUCH_ADDRESS),
        ("550 5.7.1", Reason.REFUSED),
        ("554", Reason.REFUSED),
        ("", Reason.REFUSED),
        ("gave up: 451", Reason.GAVE_UP),
        ("bounced", Reason.BOUNCED),
        ("stopped", Reason.HELD_BACK),
        ("no-address", Reason.HELD_BACK),
    ],
)
def test_why_a_mail_failed(failure, reason):
    assert Reason.of(failure) is reason


def test_each_tab_has_an_address_of_its_own():
    assert all(path == room.HOME or path.startswith(f"{room.HOME}/") for path in room.TABS)
