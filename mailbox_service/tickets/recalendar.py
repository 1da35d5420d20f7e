"""Letters follow the calendar: before an act is done to one that is behind, and one by one by `jobs.calendar`.

A letter knows by which change of the calendar its dates were counted, so each is counted anew once, whoever comes
first; a node that still reads the calendar of half a minute ago reads it anew when it meets a letter ahead of it.
"""

from __future__ import annotations

from datetime import datetime

from sqlmodel import Session, col

from mailbox_service.base import claim
from mailbox_service.city.tables import CalendarChange
from mailbox_service.tickets import keep
from mailbox_service.tickets.actor import SYSTEM
from mailbox_service.tickets.case import Case
from mailbox_service.tickets.find import case as cases
from mailbox_service.tickets.find.city import CityBook
from mailbox_service.tickets.life import recalendar
from mailbox_service.tickets.tables import Ticket


def catch_up(session: Session, book: CityBook, case: Case, *, now: datetime) -> None:
    """Bring a loaded letter, and those merged into it, to the calendar of today before something is done to it."""
    family = (case, *case.children)
    if any(one.ticket.calendar_no > case.city.calendar.no for one in family):
        book.forget()
        for one in family:
            one.city = book.open(session)
    for one in family:
        if recalendar.is_behind(one):
            _count(session, one, now)


def count_one(session: Session, book: CityBook, ticket_id: int, *, now: datetime) -> bool:
    """Count one letter anew; whether a date has moved. One that moved nowhere keeps its version."""
    ticket = session.get(Ticket, ticket_id)
    if ticket is None or ticket.calendar_no >= book.open(session).calendar.no:
        return False
    case = cases.whole(session, book.open(session), ticket)
    if not recalendar.is_behind(case):
        return False
    if _count(session, case, now):
        keep.keep(session, case)
        return True
    kept = {name: getattr(ticket, name) for name in ("calendar_no", "provisional", "sweep_on")}
    version = ticket.version
    session.expunge_all()
    claim.claim(session, Ticket, col(Ticket.id) == ticket_id, col(Ticket.version) == version, **kept)
    return False


def _count(session: Session, case: Case, now: datetime) -> bool:
    """Whether a date has moved."""
    before = len(case.new)
    recalendar.recalendar(case, by=SYSTEM, now=now)
    if len(case.new) == before:
        return False
    mine = col(CalendarChange.no) == case.city.calendar.no
    claim.claim(session, CalendarChange, mine, moved=col(CalendarChange.moved) + 1)
    return True
