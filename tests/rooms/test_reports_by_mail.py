"""The report of a month or quarter by mail: to who ordered it, once each, on any number of nodes."""

# mypy: no-check-untyped-defs
from __future__ import annotations

import asyncio
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlmodel import select

from mailbox_service.base.language import LANGUAGES
from mailbox_service.base.refusals import Refused
from mailbox_service.city.tables import HeldRole, Person
from mailbox_service.desk import reports
from mailbox_service.desk.tables import Span
from mailbox_service.jobs.report import report
from mailbox_service.mail import links
from tests.rooms.post import a_town

BOTH = {Span.MONTH, Span.QUARTER}


def at(month, day, hour=0):
    """An hour UTC; in the city it is eight hours later."""
    return datetime(2026, month, day, hour, tzinfo=UTC)


@pytest.fixture
async def post(db):
    return await a_town(db, 1)


async def order(post, who="mina", spans=BOTH, now=None):
    now = now or at(3, 20)

    def work(session):
        calendar = post.town.book.open(session).calendar
        reports.order(session, spans, by=post.town.actor(session, who), calendar=calendar, now=now)

    await post.db.writing(work)


async def send(post, now):
    return await report(post.db, post.settings, post.town.book, now=now)


async def subjects(post):
    return [(mail.to_address.partition("@")[0], mail.subject.partition("：")[2]) for mail in await post.mails()]


async def test_it_comes_in_the_morning_of_the_first_working_day_after_the_period_once(post):
    await order(post)

    early = [await send(post, now) for now in (at(3, 31, 1), at(3, 31, 23))]  # the latter is 7 on 1 April
    both = await asyncio.gather(*(send(post, at(4, 1, 1)) for _ in range(2)))
    again = [await send(post, at(4, day)) for day in (2, 30)]

    assert (early, sum(both), again) == ([0, 0], 2, [0, 0])
    assert sorted(await subjects(post)) == [("mina", "2026年3月报告"), ("mina", "2026年第一季度报告")]


async def test_a_holiday_is_waited_for_and_a_month_missed_is_not_told_late(post):
    await order(post, spans={Span.MONTH})

    assert await send(post, at(5, 5, 12)) == 1  # March's and April's would be due; 1 to 5 May are holidays
    assert await send(post, at(5, 6, 1)) == 1
    assert await send(post, at(8, 3, 1)) == 1  # after months of standing still only the newest
    assert [subject for _, subject in await subjects(post)] == ["2026年3月报告", "2026年4月报告", "2026年7月报告"]


async def test_what_could_have_come_before_it_was_ordered_does_not_come(post):
    await order(post, spans={Span.MONTH}, now=at(4, 1, 1))

    assert await send(post, at(4, 1, 2)) == 0
    assert await send(post, at(5, 6, 1)) == 1


async def test_what_is_no_longer_wanted_stops(post):
    await order(post)
    await order(post, spans={Span.QUARTER})

    assert await send(post, at(4, 1, 1)) == 1
    assert await subjects(post) == [("mina", "2026年第一季度报告")]


async def test_who_leaves_or_loses_the_role_gets_none(post):
    await order(post, "mina", {Span.MONTH})
    await order(post, "otto", {Span.MONTH})

    def leave(session):
        session.get(Person, post.town.people["mina"]).left_at = at(3, 21)
        for role in session.exec(select(HeldRole).where(HeldRole.person_id == post.town.people["otto"])):
            role.ended_at = at(3, 21)

    await post.db.writing(leave)

    assert await send(post, at(4, 1, 1)) == 0


async def test_only_who_reads_the_whole_houses_figures_may_order(post):
    with pytest.raises(Refused, match="not_yours"):
        await order(post, "karl")


async def test_the_mail_says_the_first_figures_why_it_comes_and_how_it_stops_in_each_language(post):
    for lang in LANGUAGES:

        def speak(session, lang=lang):
            session.get(Person, post.town.people["mina"]).language = lang

        await post.db.writing(speak)
        await order(post, spans=set())
        await order(post, spans={Span.QUARTER})
        await send(post, at(4, 1, 1))

    mails = await post.mails()

    assert [mail.language for mail in mails] == list(LANGUAGES)
    for mail in mails:
        for part in (mail.text, mail.html):
            assert "https://mailbox.example/manager/report?period=2026-q1" in part
    english = mails[0]
    assert "The report is ready: First quarter of 2026." in english.text
    assert "On-time rate: –" in english.text
    assert links.UNSUBSCRIBE in english.text
    assert "You get this mail because you asked for the report of each quarter." in english.text


@pytest.mark.parametrize(
    ("every", "day", "first"),
    [
        (Span.MONTH, date(2026, 1, 31), date(2025, 12, 1)),
        (Span.QUARTER, date(2026, 1, 1), date(2025, 10, 1)),
        (Span.QUARTER, date(2026, 6, 30), date(2026, 1, 1)),
    ],
)
def test_the_last_whole_period_before_a_day(every, day, first):
    assert reports.last_whole(every, day) == first
    assert reports.end_of(every, first) + timedelta(days=1) == first.replace(
        year=first.year + (first.month + reports.MONTHS[every] > 12),
        month=(first.month + reports.MONTHS[every] - 1) % 12 + 1,
    )
