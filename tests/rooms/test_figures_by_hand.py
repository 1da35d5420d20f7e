"""Every figure against a small city counted by hand (`tests.rooms.counted`)."""

# mypy: no-check-untyped-defs
from __future__ import annotations

import asyncio
from datetime import date
from functools import partial

import pytest
from sqlmodel import col, select

from mailbox_service.base.db import Database
from mailbox_service.tickets.statistics import Rate, behind, read
from mailbox_service.tickets.statistics.figures import Days, Figure
from mailbox_service.tickets.statistics.period import Period
from mailbox_service.tickets.statistics.read import Source
from mailbox_service.tickets.statistics.slices import EVERYTHING, NONE, Dimension, Slice
from mailbox_service.tickets.tables import Ticket
from mailbox_service.tickets.tables.words import Channel, Kind
from tests.doors.staff import town as towns
from tests.rooms import counted

MARCH = Period.of_month(date(2026, 3, 1))
# The same letters, asked for so that no sums know them: a day is cut off on which nothing happened.
CUT = Period(date(2026, 3, 2), date(2026, 3, 31))
OF_ALL = {
    Figure.RECEIVED: 26,
    Figure.SPAM: 1,
    Figure.DUPLICATES: 2,
    Figure.VALID: 23,
    Figure.ENDED: 20,
    Figure.NET_FLOW: 6,
    Figure.BACKLOG: 6,  # open, paused, the second round of reviewed, unrouted, complaint, not_yet
    Figure.OVERDUE: 4,  # of these all but paused and not_yet
    Figure.DUE: 23,
    Figure.ON_TIME: Rate(15, 23),
    Figure.ON_TIME_ORIGINAL: Rate(13, 23),
    Figure.OFFICE_ON_TIME: Rate(13, 19),
    Figure.FIRST_RESPONSE: Days(2.5, 7, 18, 5),  # 1×4, 2×5, 3×5, 6, 6, 7, 8
    Figure.RESOLUTION: Days(3.0, 7, 18, 5),  # 1×3, 2×5, 3×5, 5, 6, 6, 7, 8
    Figure.CALENDAR_DAYS: Days(3.0, 10, 18, 5),  # 1×3, 2×5, 3×5, 8, 8, 9, 10, 11
    Figure.SATISFACTION: Rate(2, 3),
    Figure.RESPONSE: Rate(3, 16),
    Figure.SOLVED: Rate(1, 2),
    Figure.REOPENED: Rate(1, 16),
    Figure.RETURNED: Rate(1, 20),
    Figure.EXTENDED: Rate(1, 23),
    Figure.DECLINED: Rate(1, 23),
    Figure.TRANSFERRED: Rate(1, 23),
    Figure.REVIEWED: Rate(2, 18),
    Figure.REVIEW_CHANGED: Rate(1, 1),
    Figure.PUBLISHED: Rate(1, 2),
    Figure.MAIL_FAILED: Rate(0, 0),
    Figure.TRANSLATIONS: 2,
}
# By office: the citizen's clock, the office's own, what it sent back.
OF_OFFICES = {
    "": (Rate(1, 4), Rate(0, 0), Rate(0, 0)),  # unrouted, declined, transferred, given_up
    "roads": (Rate(13, 17), Rate(12, 17), Rate(0, 17)),  # asked was late by the office's own clock
    "parks": (Rate(0, 1), Rate(0, 1), Rate(1, 2)),
    "foreign": (Rate(1, 1), Rate(1, 1), Rate(0, 1)),
}


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def city(request):
    """The counted city: where it is stored, and its people and offices. Nobody changes it."""
    places = request.getfixturevalue("sqlite_files" if request.param == "sqlite" else "postgresql")
    url = places.fresh()
    yield url, asyncio.run(_built(url))
    places.drop(url)


async def _built(url):
    def peopled(session):
        town = towns.found(session)
        counted.letters(session, town)
        return town

    db = Database(url)
    town = await db.writing(peopled)
    await counted.count(db, town)
    await db.close()
    return town


@pytest.fixture
def town(city):
    return city[1]


@pytest.fixture
async def db(city):
    database = Database(city[0])
    yield database
    await database.close()


async def test_each_letter_counts_for_what_the_table_says(db, town):
    def kept(session):
        names = dict(session.exec(select(Ticket.id, Ticket.subject)).all())
        twins = session.exec(select(Ticket.id).where(col(Ticket.emptied_at).is_not(None)).order_by(col(Ticket.id)))
        return counted.facts_by_letter(session, names | dict(zip(twins, ("erased", "erased_twin"), strict=True)))

    assert await db.reading(kept) == counted.expected()
    assert set(OF_ALL) == set(Figure)


async def test_every_figure_of_the_month_is_as_by_hand_whole_or_cut(db, town):
    for period, source in ((MARCH, Source.SUMS), (CUT, Source.FACTS)):
        whole = await db.reading(partial(read.read, period=period))
        offices = await db.reading(partial(read.read, period=period, by=Dimension.OFFICE))
        mix = await db.reading(partial(read.mix, period=period))

        assert (whole.source, offices.source) == (source, source)
        assert {figure: whole.total.of(figure) for figure in Figure} == OF_ALL
        assert {figure: offices.total.of(figure) for figure in Figure} == OF_ALL
        assert side_by_side(town, offices) == OF_OFFICES
        assert (mix[town.offices["roads"]], mix[NONE]) == ({"enquiry": 16, "complaint": 1}, {"enquiry": 4})


def side_by_side(town, report):
    wanted = (Figure.ON_TIME, Figure.OFFICE_ON_TIME, Figure.RETURNED)
    names = {NONE: "", **{id_: code for code, id_ in town.offices.items()}}
    return {names[key]: tuple(each.of(figure) for figure in wanted) for key, each in report.rows.items()}


NARROWED = (
    ({"language": "ja"}, Source.SUMS, Rate(1, 1)),
    ({"kind": Kind.ENQUIRY}, Source.SUMS, Rate(15, 22)),
    ({"office": "roads"}, Source.SUMS, Rate(13, 17)),
    ({"office": NONE}, Source.SUMS, Rate(1, 4)),
    ({"office": "roads", "kind": Kind.ENQUIRY}, Source.FACTS, Rate(13, 16)),
    ({"office": "roads", "kind": Kind.ENQUIRY, "language": "ja"}, Source.FACTS, Rate(1, 1)),
    ({"topic": NONE, "channel": Channel.PHONE}, Source.FACTS, Rate(0, 0)),
)


async def test_figures_are_narrowed_and_told_apart_by_anything(db, town):
    for narrowed, source, kept in NARROWED:
        slice_ = Slice(**{name: town.offices.get(value, value) for name, value in narrowed.items()})
        report = await db.reading(partial(read.read, period=MARCH, slice_=slice_))
        assert (report.source, report.total.of(Figure.ON_TIME)) == (source, kept), narrowed

    for by, key, rest in (
        (Dimension.KIND, Kind.COMPLAINT, Kind.ENQUIRY),
        (Dimension.CHANNEL, Channel.PHONE, Channel.WEB),
        (Dimension.TOPIC, town.topics["streets"], NONE),
    ):
        for period in (MARCH, CUT):
            report = await db.reading(partial(read.read, period=period, by=by))
            assert set(report.rows) == {key, rest}
            assert (report.rows[key].of(Figure.ON_TIME), report.rows[key].of(Figure.OVERDUE)) == (Rate(0, 1), 1)
            assert report.rows[rest].of(Figure.ON_TIME) == Rate(15, 22)


async def test_a_trend_is_each_of_its_months(db, town):
    spring = Period(date(2026, 2, 1), date(2026, 4, 30))

    for slice_ in (EVERYTHING, Slice(kind=Kind.ENQUIRY), Slice(kind=Kind.ENQUIRY, language="zh")):
        months = await db.reading(partial(read.by_month, period=spring, slice_=slice_))

        assert [month.first.month for month, _ in months] == [2, 3, 4]
        for month, figures in months:
            whole = Period.of_months(month, month)
            report = await db.reading(partial(read.read, period=whole, slice_=slice_))
            assert {f: figures.of(f) for f in Figure} == {f: report.total.of(f) for f in Figure}


async def test_a_month_in_which_nothing_happened_has_no_rates(db):
    report = await db.reading(partial(read.read, period=Period.of_month(date(2026, 1, 1)), by=Dimension.OFFICE))

    assert report.rows == {}
    assert report.total.rate(Figure.ON_TIME).share is None
    assert report.total.of(Figure.RESOLUTION) == Days(None, None, 0)


async def test_behind_every_number_stand_as_many_letters(db, town):
    def behind_all(session):
        mina = town.actor(session, "mina")
        return {
            (figure, missed): len(behind.letters(session, mina, figure, MARCH, EVERYTHING, missed=missed))
            for figure in Figure
            for missed in (False, True)
        }

    found = await db.reading(behind_all)

    for figure, value in OF_ALL.items():
        match value:
            case Rate():
                assert (found[figure, False], found[figure, True]) == (value.kept, value.n - value.kept), figure
            case Days():
                assert (found[figure, False], found[figure, True]) == (value.n, value.without), figure
            case _ if figure not in (Figure.NET_FLOW, Figure.TRANSLATIONS):
                assert found[figure, False] == value, figure
    assert (found[Figure.NET_FLOW, False], found[Figure.TRANSLATIONS, False]) == (26, 1)  # begun; letters translated


async def test_letters_behind_a_number_are_paged_and_only_those_one_may_see(db, town):
    def page(session, who, after=None, limit=5):
        viewer = town.actor(session, who)
        return behind.letters(session, viewer, Figure.ON_TIME, MARCH, EVERYTHING, after=after, limit=limit)

    pages = [await db.reading(partial(page, who="mina"))]
    while len(pages[-1]) == 5:
        pages.append(await db.reading(partial(page, who="mina", after=pages[-1][-1].place)))
    every = await db.reading(partial(page, who="mina", limit=50))
    paul = await db.reading(partial(page, who="paul", limit=50))

    assert [row for each in pages for row in each] == every
    assert [len(each) for each in pages] == [5, 5, 5, 0]
    assert len({(row.number, row.place) for row in every}) == 15
    assert [row.subject for row in paul] == ["reviewed"]  # whose review his office has, and nothing else
