"""When a reply is due, for its writer: provisional, stopped, moved by the calendar, and when none is wanted."""

# mypy: no-check-untyped-defs
from __future__ import annotations

from datetime import timedelta

from sqlmodel import col, select

from mailbox_service.base import clock
from mailbox_service.base.language import day
from mailbox_service.city import calendars, find
from mailbox_service.city.tables import Way
from mailbox_service.jobs.calendar import follow_calendar
from mailbox_service.tickets.life import handle, route
from mailbox_service.tickets.tables import Ticket
from tests.doors.public.conftest import words_of
from tests.doors.staff.town import ZONE


def ticket(citizen):
    with citizen.rows() as session:
        return session.exec(select(Ticket).order_by(col(Ticket.id).desc())).first()


def mark(citizen, **values):
    with citizen.rows() as session:
        row = session.exec(select(Ticket)).one()
        for name, value in values.items():
            setattr(row, name, value)
        session.add(row)


async def test_a_stopped_clock_says_what_is_left_and_no_date(citizen):
    page = await citizen.opened(language="zh")
    roads = citizen.town.offices["roads"]
    await citizen.life(page.rpartition("/")[2], ("karl", route.route, roads), ("dora", handle.ask, "Which side?"))

    seen = await citizen.get(page)

    assert f"Clock stopped, {ticket(citizen).remaining} working days left" in words_of(seen)
    assert f'datetime="{ticket(citizen).due_on.isoformat()}"' not in seen.text


async def test_a_provisional_date_says_so_in_the_sentence_and_the_badge(citizen):
    page = await citizen.opened(language="zh")
    mark(citizen, provisional=True)

    seen = words_of(await citizen.get(page))

    assert f"by {day(ticket(citizen).due_on, 'en')} (provisional)." in seen
    assert "The official calendar of that year is not out yet; the date may still move." in seen


async def test_a_letter_that_wants_no_reply_is_promised_none(citizen):
    page = await citizen.opened(language="zh", wants_reply="")
    mark(citizen, wants_reply=False)
    number = page.rpartition("/")[2]

    received = words_of(await citizen.get(page))
    await citizen.life(number, ("karl", route.route, citizen.town.offices["roads"]), ("dora", handle.sign_for))
    worked_on = words_of(await citizen.get(page))
    mark(citizen, due_on=clock.now().date() - timedelta(days=10))
    late = words_of(await citizen.get(page))

    assert "It will be dealt with by" in received
    assert "It will be dealt with by" in worked_on
    assert "We are late: we wanted to have dealt with it by" in late
    for seen in (received, worked_on, late):
        assert "You will have our reply" not in seen
        assert "Our reply is late" not in seen


async def test_a_change_of_the_calendar_is_told_in_the_story_and_beside_the_date(citizen):
    page = await citizen.opened(language="zh")
    before = ticket(citizen).due_on
    today = clock.now().astimezone(ZONE).date()
    with citizen.rows() as session:
        calendar = find.calendar(session, ZONE)
        off = calendar.after(today, 2)
        draft = calendars.Draft(off.year, {off: False}, Way.TYPED, "Snow", whole=False)
        calendars.change(session, calendar, draft, by=None, now=clock.now())
    citizen.site.book.forget()
    await follow_calendar(citizen.site.db, citizen.site.book)

    seen, moved = words_of(await citizen.get(page)), ticket(citizen).due_on

    assert moved == find_after(citizen, before)
    assert f"The calendar of working days has changed. The date is now {day(moved, 'en')}" in seen
    assert f"{day(before, 'en')} became {day(moved, 'en')}." in seen
    assert "Holidays on the way, not counted: " in seen


def find_after(citizen, due):
    with citizen.rows() as session:
        return find.calendar(session, ZONE).after(due, 1)
