"""A town whose letters reach into a year that nobody has announced yet, and how that is brought in."""

# mypy: no-check-untyped-defs
from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from sqlmodel import col, select

from mailbox_service.city import calendars, find
from mailbox_service.city.tables import CalendarChange, Way
from mailbox_service.jobs.calendar import follow_calendar
from mailbox_service.tickets.tables import Event, Ticket
from tests.cast import ZONE

DAY = timedelta(days=1)
DECEMBER = datetime(2026, 12, 29, 2, tzinfo=UTC)  # a Tuesday: an enquiry is due on Tuesday 5 January, provisionally
MOVED = date(2027, 1, 7)
DAYS = {date(2027, 1, 1): False, date(2027, 1, 4): False, date(2027, 1, 9): True, date(2027, 10, 1): False}
WHOLE = (date(2027, 1, 1), date(2027, 12, 31))
YEAR = calendars.Draft(2027, DAYS, Way.FILE, "State Council notice")


async def bring_in(post, draft=YEAR, now=DECEMBER + DAY, by="ada", **more):
    """An administrator's change of the calendar; on this node it is known at once."""
    who = post.town.people[by] if by else None

    def change(session):
        return calendars.change(session, find.calendar(session, ZONE), draft, by=who, now=now, **more)

    made = await post.db.writing(change)
    post.town.book.forget()
    return made


async def follow(post, now=DECEMBER + DAY):
    return await follow_calendar(post.db, post.town.book, now=now)


async def ticket(post, number):
    return await post.db.reading(lambda s: s.exec(select(Ticket).where(Ticket.number == number)).one())


async def moves(post, number):
    wanted = select(Event).join(Ticket, col(Ticket.id) == col(Event.ticket_id))
    wanted = wanted.where(Ticket.number == number, Event.act == "recalendar")
    return await post.db.reading(lambda s: [event.facts for event in s.exec(wanted)])


async def changes(post):
    return await post.db.reading(lambda s: list(s.exec(select(CalendarChange).order_by(col(CalendarChange.no)))))
