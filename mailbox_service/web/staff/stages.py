"""By when a letter is to be passed on, or accepted by its office, in words: on a line of a list and on its page."""

from __future__ import annotations

from datetime import date, datetime

from mailbox_service.base.language import say, say_many, short_day
from mailbox_service.tickets import deadlines, stages
from mailbox_service.tickets.case import City
from mailbox_service.tickets.find.lists import Line
from mailbox_service.tickets.stages import Stage
from mailbox_service.web.parts import StepDue
from mailbox_service.web.staff.room import Room


def of_line(city: City, today: date, lang: str, line: Line) -> StepDue | None:
    """What a letter in a list waits for; None when an office is at work on it, or when it has ended."""
    waits = stages.of(line.status)
    begun, own_due = line.received_at, line.due_on
    if waits is Stage.SIGNING and line.lead_since and line.office_due_on:
        begun, own_due = line.lead_since, line.office_due_on
    return _said(city, today, lang, waits, line.kind, begun, own_due) if waits else None


def of_letter(room: Room) -> StepDue | None:
    """The same on the letter's page."""
    ticket, lead = room.case.ticket, room.case.lead
    waits = stages.of(ticket.status)
    begun, own_due = ticket.received_at, ticket.due_on
    if waits is Stage.SIGNING and lead:
        begun, own_due = lead.begun_at, lead.due_on
    desk = room.desk
    return _said(desk.city, desk.today, room.lang, waits, ticket.kind, begun, own_due) if waits else None


def _said(city: City, today: date, lang: str, waits: Stage, kind: str, begun: datetime, own_due: date) -> StepDue:
    due = stages.due(city, waits, kind, begun, own_due)
    by, at_once, late_by_one, late_by_many = _SENTENCES[waits]
    written = short_day(due, lang)
    if deadlines.is_late(due, today):
        late = max(1, deadlines.working_days_late(city.calendar, due, today))
        return StepDue("late", say_many(lang, late_by_one, late_by_many, late, day=written))
    return StepDue("soon", say(lang, at_once)) if due == today else StepDue("fine", say(lang, by, day=written))


_SENTENCES = {
    Stage.ROUTING: (
        "To be passed on by %(day)s",
        "To be passed on today",
        "Should have been passed on by %(day)s: %(count)s working day late",
        "Should have been passed on by %(day)s: %(count)s working days late",
    ),
    Stage.SIGNING: (
        "To be accepted by %(day)s",
        "To be accepted today",
        "Should have been accepted by %(day)s: %(count)s working day late",
        "Should have been accepted by %(day)s: %(count)s working days late",
    ),
}
