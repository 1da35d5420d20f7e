"""When a letter is due, for staff: the badge with its words, and the sentences that tell how the date came about."""

from __future__ import annotations

from datetime import date
from typing import Literal

from mailbox_service.base.language import say, say_many, short_day
from mailbox_service.city.workdays import Calendar
from mailbox_service.tickets import deadlines
from mailbox_service.tickets.acts import OPEN
from mailbox_service.tickets.case import Case
from mailbox_service.tickets.tables import Assignment, Round
from mailbox_service.tickets.tables.words import RoundReason, Status
from mailbox_service.web.desk import Desk
from mailbox_service.web.parts import Due


def badge(desk: Desk, status: Status, due: date, *, provisional: bool = False, how: tuple[str, ...] = ()) -> Due | None:
    """The badge of a letter that is not ended; None for one that is."""
    if status not in OPEN | {Status.MERGED}:
        return None
    calendar, today = desk.city.calendar, desk.today
    level = _level(calendar, status, due, today)
    late = deadlines.is_late(due, today)
    days = max(1, deadlines.working_days_late(calendar, due, today)) if late else calendar.between(today, due)
    return Due(level, days, due.isoformat(), short_day(due, desk.lang), provisional, how)


def _level(calendar: Calendar, status: Status, due: date, today: date) -> Literal["fine", "soon", "late", "hold"]:
    if status == Status.AWAITING_CITIZEN:
        return "hold"
    if deadlines.is_late(due, today):
        return "late"
    return "soon" if due <= calendar.after(today, 1) else "fine"


def how(desk: Desk, case: Case) -> tuple[str, ...]:
    """How the dates of the running round came about, a sentence each."""
    current, lead, lang = case.round, case.lead, desk.lang
    lines = [_begun(desk, case, current)]
    if current.extended_days:
        days = current.extended_days
        lines.append(say_many(lang, "Extended by %(count)s working day.", "Extended by %(count)s working days.", days))
    if current.paused_days:
        lines.append(
            say_many(
                lang,
                "Stopped for %(count)s working day while the writer was asked.",
                "Stopped for %(count)s working days while the writer was asked.",
                current.paused_days,
            )
        )
    if current.paused_on is not None:
        stopped = say(lang, "Stopped since %(date)s; it goes on when the writer answers.", date=current.paused_on)
        lines.append(stopped)
    if lead is not None and lead.ended_at is None:
        lines.append(_office(desk, case, lead))
    if case.ticket.provisional:
        lines.append(say(lang, "Provisional: the official calendar of that year is not known yet."))
    lines.append(say(lang, "Weekends and holidays don't count, make-up working days do."))
    return tuple(lines)


def _begun(desk: Desk, case: Case, current: Round) -> str:
    lang, begun, due = desk.lang, case.today(current.begun_at), current.original_due_on
    days = case.city.calendar.between(begun, due)
    match current.reason:
        case RoundReason.REOPENING:
            said = "Handled again since %(begun)s: %(days)s working days, to %(due)s."
        case RoundReason.REVIEW:
            said = "In review since %(begun)s: %(days)s working days, to %(due)s."
        case _:
            said = "Received on %(begun)s: %(days)s working days, to %(due)s."
    return say(lang, said, begun=begun, days=days, due=due)


def _office(desk: Desk, case: Case, lead: Assignment) -> str:
    return say(
        desk.lang,
        "%(office)s has it since %(begun)s and answers by %(due)s, so that checking and sending stay in time.",
        office=desk.office(lead.department_id),
        begun=case.today(lead.begun_at),
        due=lead.due_on,
    )
