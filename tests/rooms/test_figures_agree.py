"""Figures that were found not to follow their definitions: from one state, counted to the end, by one calendar."""

# mypy: no-check-untyped-defs
from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from functools import partial

import pytest
import sqlalchemy as sa
from sqlmodel import Session

from mailbox_service.base.db import Database
from mailbox_service.base.language import percent, say
from mailbox_service.city.tables import CalendarDay
from mailbox_service.desk import reports
from mailbox_service.desk.tables import Span
from mailbox_service.jobs import figures, runner
from mailbox_service.tickets import work
from mailbox_service.tickets.life import handle, reply, route
from mailbox_service.tickets.statistics import Rate, anew, kept, published, read, standing
from mailbox_service.tickets.statistics.figures import Figure
from mailbox_service.tickets.statistics.period import Month, Period
from mailbox_service.tickets.statistics.slices import Slice
from mailbox_service.tickets.tables.words import Kind
from tests.rooms.post import NOW, a_town

MARCH = Period.of_month(date(2026, 3, 1))


@pytest.fixture
async def on_postgresql(postgresql_url):
    """Where somebody else may write between two looks: on SQLite a transaction sees one state."""
    database = Database(postgresql_url)
    yield database
    await database.close()


async def test_what_is_open_is_as_many_in_all_as_in_a_part_that_holds_all(db, smtp_server):
    post = await a_town(db, smtp_server.port)
    first = await post.letter()
    await post.act(first, "karl", route.route, post.town.offices["roads"])
    other = await post.letter(email="other@example.org")

    def merge(session):
        work.merge_into(session, post.town.book, other, first, post.town.actor(session, "karl"), now=NOW)

    await db.writing(merge)
    await figures.figures(db, post.settings, post.town.book, now=NOW)
    calendar = await db.reading(lambda session: post.town.book.open(session).calendar)

    def now(session, slice_):
        return standing.now(session, calendar, NOW.date(), slice_)

    whole = await db.reading(partial(now, slice_=Slice()))
    part = await db.reading(partial(now, slice_=Slice(kind=Kind.ENQUIRY)))
    assert part == whole


async def test_a_report_by_mail_waits_until_its_period_is_counted(db, smtp_server):
    post = await a_town(db, smtp_server.port)
    await post.letter()  # due on 9 March, never answered
    await figures.figures(db, post.settings, post.town.book, now=NOW)

    def order(session):
        calendar = post.town.book.open(session).calendar
        mina = post.town.actor(session, "mina")
        reports.order(session, {Span.MONTH}, by=mina, calendar=calendar, now=NOW)

    await db.writing(order)
    morning = datetime(2026, 4, 1, 1, tzinfo=UTC)  # the service stood still since
    await runner.run_once(db, post.settings, post.town.book, now=morning)

    mail = (await post.mails("report_month"))[0]
    total = (await db.reading(partial(read.read, period=MARCH))).total
    assert (total.of(Figure.ON_TIME), total.of(Figure.OVERDUE)) == (Rate(0, 1), 1)
    assert say(mail.language, "%(share)s (of %(n)s)", share=percent(0, mail.language), n=1) in mail.text


async def test_a_rebuild_that_was_killed_at_its_beginning_loses_no_mark(db, smtp_server):
    post = await a_town(db, smtp_server.port)
    await post.letter()

    def killed(_done, _total):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        await figures.rebuild(db, post.settings, post.town.book, progress=killed, now=NOW)
    await figures.figures(db, post.settings, post.town.book, now=NOW)

    assert (await db.reading(partial(read.read, period=MARCH))).total.of(Figure.RECEIVED) == 1


def another_node(db, post, day):
    """What another process does meanwhile, on a connection of its own; nothing while somebody else is at it."""
    engine = sa.create_engine(db.url)
    with Session(engine) as session, session.begin():
        done = kept.step(session, post.town.book.open(session).calendar, day)
    engine.dispose()
    return done


async def test_a_check_sees_one_state_of_sums_and_facts(on_postgresql, smtp_server, monkeypatch):
    db = on_postgresql
    post = await a_town(db, smtp_server.port)
    await post.letter()
    await figures.figures(db, post.settings, post.town.book, now=NOW)
    await post.letter()  # marked, and counted while somebody checks
    counted = anew.counted
    monkeypatch.setattr(anew, "counted", lambda *a: (another_node(db, post, NOW.date()), counted(*a))[1])

    found = await figures.verify(db, post.settings, post.town.book, progress=lambda *_: None, now=NOW)

    assert found.difference == ""


async def test_a_month_is_published_from_one_state_of_the_sums(on_postgresql, smtp_server, monkeypatch):
    db = on_postgresql
    post = await a_town(db, smtp_server.port)
    for _ in range(10):
        await post.letter()
    await figures.figures(db, post.settings, post.town.book, now=NOW)
    for _ in range(10):
        await post.letter()  # written down meanwhile
    reads = read.read

    def later(session, *a, **more):
        found = reads(session, *a, **more)
        another_node(db, post, NOW.date())
        return found

    monkeypatch.setattr(published.read, "read", later)

    await db.writing(partial(published.publish, month=Month(date(2026, 3, 1)), now=NOW))

    row = await db.reading(lambda session: published.of(session, date(2026, 3, 1)))
    kinds = sum(line["received"] for line in row.parts if line["dimension"] == "kind")
    assert kinds == row.whole["received"]


async def test_a_pause_is_counted_by_the_calendar_that_the_round_is_counted_by(db, smtp_server):
    post = await a_town(db, smtp_server.port)
    number = await post.letter()
    await post.act(number, "karl", route.route, post.town.offices["roads"])
    await post.act(number, "dora", handle.ask, "Which lamp?")  # Monday 2 March
    day = timedelta(days=1)
    await post.act(number, "citizen", handle.answer, "The tall one", now=NOW + 7 * day)  # Monday 9 March
    await post.act(number, "dora", reply.submit_reply, "It is mended.", now=NOW + 9 * day)
    await post.act(number, "hugo", reply.approve, 1, now=NOW + 9 * day)  # two working days after the pause
    await figures.figures(db, post.settings, post.town.book, now=NOW + 30 * day)
    before = (await db.reading(partial(read.read, period=MARCH))).total.lengths(Figure.RESOLUTION).median

    await db.writing(lambda session: session.add(CalendarDay(day=date(2026, 3, 4), is_working=False)))
    post.town.book.forget()
    await figures.figures(db, post.settings, post.town.book, now=NOW + 30 * day)

    after = (await db.reading(partial(read.read, period=MARCH))).total.lengths(Figure.RESOLUTION).median
    assert (before, after) == (2, 2)  # the holiday lay in the pause
