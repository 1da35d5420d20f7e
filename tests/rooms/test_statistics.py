"""The overview's figures against a city counted by hand.

All letters are enquiries of Monday, 2 March 2026: owed on the 9th, by their office on the 6th. Today is the 20th.
"""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from mailbox_service.tickets import work
from mailbox_service.tickets.find.queues import Queue
from mailbox_service.tickets.find.staff import counts
from mailbox_service.tickets.life import after, handle, protect, reply, route
from mailbox_service.tickets.statistics import Rate, overview
from mailbox_service.tickets.statistics.period import Month
from mailbox_service.tickets.tables.words import Satisfaction
from tests.doors.staff import town as towns

TODAY = date(2026, 3, 20)
MARCH = Month(date(2026, 3, 1))


def at(day):
    return datetime(2026, 3, day, 3, tzinfo=UTC)


def routed(session, town, subject, office="roads", **more):
    number = town.letter(session, subject, now=at(2), **more)
    town.act(session, number, "karl", route.route, town.offices[office], now=at(2))
    return number


def replied(session, town, number, day):
    town.act(session, number, "dora", reply.submit_reply, "Mended.", now=at(day))
    town.act(session, number, "hugo", reply.approve, town.case(session, number).submitted.version, now=at(day))


def with_an_office(session, town):
    first = routed(session, town, "in time")
    for other in ("other@example.org", "carl@example.org"):  # another writer counts, the same one doesn't
        merged = town.letter(session, "the same matter", now=at(2), email=other)
        karl = town.actor(session, "karl")
        work.merge_into(session, town.book, merged, first, karl, now=at(3))
    replied(session, town, first, 4)
    replied(session, town, routed(session, town, "late"), 10)
    routed(session, town, "open and overdue")
    longer = routed(session, town, "extended to the 16th")
    town.act(session, longer, "dora", handle.propose_extension, "parts are missing", now=at(4))
    town.act(session, longer, "mina", handle.decide_extension, True, now=at(5))
    replied(session, town, longer, 12)
    asked = routed(session, town, "the clock is stopped")
    town.act(session, asked, "dora", handle.ask, "which lamp?", now=at(3))
    returned = routed(session, town, "returned", office="parks")
    town.act(session, returned, "paul", route.propose_return, "no tree", now=at(3))
    town.act(session, returned, "karl", route.decide_return, town.offices["roads"], now=at(3))
    replied(session, town, returned, 5)


def again(session, town):
    reopened = routed(session, town, "in time, then reopened and late")
    replied(session, town, reopened, 3)
    town.act(session, reopened, "citizen", after.rate, Satisfaction.DISSATISFIED, reason="still dark", now=at(4))
    town.act(session, reopened, "citizen", after.ask_reopening, "still dark", now=at(4))
    town.act(session, reopened, "mina", after.decide_reopening, True, now=at(4))
    replied(session, town, reopened, 12)
    reviewed = routed(session, town, "in time, then reviewed by parks, which is late")
    replied(session, town, reviewed, 4)
    town.act(session, reviewed, "citizen", after.ask_review, "wrong law", now=at(5))
    town.act(session, reviewed, "mina", after.decide_review, town.offices["parks"], now=at(5))


def without_an_office(session, town):
    town.letter(session, "never passed on", now=at(2))
    declined = town.letter(session, "declined in time", now=at(2))
    town.act(session, declined, "karl", route.propose_decline, "no", "the court", now=at(3))
    town.act(session, declined, "kim", route.decide_decline, True, now=at(3))
    transferred = town.letter(session, "transferred late", now=at(2))
    town.act(session, transferred, "karl", route.propose_transfer, "no", {"zh": "法院"}, now=at(3))
    town.act(session, transferred, "kim", route.decide_transfer, True, now=at(11))
    for day in (3, 10):  # before it was due, and after
        withdrawn = town.letter(session, "withdrawn", now=at(2))
        town.act(session, withdrawn, "citizen", after.withdraw, now=at(day))
    spam = town.letter(session, "spam", now=at(2))
    town.act(session, spam, "karl", route.mark_spam, now=at(3))
    secret = town.letter(session, "restricted and overdue", now=at(2))
    town.act(session, secret, "citizen", protect.restrict, now=at(2))
    for day in (20, 14, 13):  # due on the 27th; on the 20th, today; on the 20th, today
        town.letter(session, "not due yet", now=at(day))
    town.letter(session, "due on Monday the 23rd, tomorrow's working day", now=at(16))


@pytest.fixture
async def town(db):
    def peopled(session):
        town = towns.found(session)
        with_an_office(session, town)
        again(session, town)
        without_an_office(session, town)
        return town

    return await db.writing(peopled)


async def test_the_months_promises_are_counted_as_by_hand(db, town):
    def count(session):
        return overview.promises(session, town.actor(session, "mina"), MARCH, TODAY)

    kept = await db.reading(count)

    # in time: first, other writer, extended, returned, reopened's first round, reviewed's first round, declined
    # late: late, open, never passed on, transferred, withdrawn late, reopened's second round, reviewed's second round
    assert kept.extended == Rate(7, 14)
    assert kept.original == Rate(6, 14)


async def test_each_office_is_measured_by_its_own_clock(db, town):
    def count(session):
        return overview.by_office(session, town.actor(session, "mina"), MARCH, TODAY)

    # roads in time: first, other writer, extended, returned to it, and two first rounds; late: late, open, reopened
    assert await db.reading(count) == {town.offices["roads"]: Rate(6, 9), town.offices["parks"]: Rate(0, 1)}


async def test_a_month_in_which_nothing_was_due_has_no_rate(db, town):
    def count(session):
        mina = town.actor(session, "mina")
        return overview.promises(session, mina, MARCH.before.before, TODAY), overview.by_office(
            session, mina, MARCH.before.before, TODAY
        )

    promises, offices = await db.reading(count)

    assert promises.extended == Rate(0, 0)
    assert promises.extended.share is None
    assert offices == {}


async def test_todays_numbers_agree_with_the_lists_behind_them(db, town):
    def count(session):
        mina, calendar = town.actor(session, "mina"), town.book.open(session).calendar
        return overview.today(session, mina, TODAY, calendar), counts(session, mina, TODAY, calendar)

    today, queues = await db.reading(count)

    assert today.open == queues[Queue.ALL] == 8
    assert today.new == 5
    assert today.late == queues[Queue.LATE] == 3
    assert today.due_today == 2
    assert today.due_tomorrow == 1
    assert today.in_review == 0


async def test_an_auditor_counts_every_letter_but_the_restricted_ones(db, town):
    def count(session):
        otto, mina = town.actor(session, "otto"), town.actor(session, "mina")
        calendar = town.book.open(session).calendar
        return [overview.today(session, viewer, TODAY, calendar) for viewer in (otto, mina)]

    auditors, managers = await db.reading(count)

    assert auditors == managers


async def test_an_officer_counts_what_their_office_has(db, town):
    def count(session):
        return overview.promises(session, town.actor(session, "paul"), MARCH, TODAY)

    assert (await db.reading(count)).extended == Rate(1, 2)


def test_months_follow_each_other():
    december = Month.of(date(2026, 12, 31))

    assert december.next == Month(date(2027, 1, 1))
    assert december.before == Month(date(2026, 11, 1))
