"""When a letter is due, for staff: the badge with its words, and the sentences that tell how the date came about."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from markupsafe import Markup

from mailbox_service.base.language import LANGUAGES, day, say, say_many, short_day
from mailbox_service.city.workdays import Calendar
from mailbox_service.tickets import deadlines
from mailbox_service.tickets.acts import OPEN
from mailbox_service.tickets.case import Case
from mailbox_service.tickets.life import clock
from mailbox_service.tickets.tables import Assignment, Event, Round
from mailbox_service.tickets.tables.words import ProposalKind, ProposalOutcome, RoundReason, Status
from mailbox_service.web.desk import Desk
from mailbox_service.web.due_words import due_day, moved_by_calendar, passed_over
from mailbox_service.web.parts import Due, Level
from mailbox_service.web.staff.room import Room


def badge(
    calendar: Calendar,
    today: date,
    lang: str,
    status: Status,
    due: date,
    *,
    provisional: bool = False,
    remaining: int | None = None,
    how: Sequence[str] = (),
) -> Due | None:
    """The badge of a letter that is not ended; None for one that is. A stopped clock has `remaining` days left."""
    if status not in OPEN | {Status.MERGED}:
        return None
    level = _level(calendar, status, due, today)
    if level == "hold":
        return Due(level, -1 if remaining is None else remaining, "", "", how=how)
    late = deadlines.is_late(due, today)
    days = max(1, deadlines.working_days_late(calendar, due, today)) if late else calendar.between(today, due)
    return Due(level, days, due.isoformat(), short_day(due, lang), provisional, how)


def _level(calendar: Calendar, status: Status, due: date, today: date) -> Level:
    if status == Status.AWAITING_CITIZEN:
        return "hold"
    if deadlines.is_late(due, today):
        return "late"
    return "soon" if due <= calendar.after(today, 1) else "fine"


def office(due: date | None, shown: Due | None, lang: str) -> str:
    """The office's date on a line of a list; "" while its clock is stopped, and of an ended letter."""
    return short_day(due, lang) if due and shown and shown.level != "hold" else ""


def of_letter(room: Room) -> Due | None:
    """The badge on the letter's page, with how its date came about."""
    ticket = room.case.ticket
    return badge(
        room.desk.city.calendar,
        room.desk.today,
        room.lang,
        ticket.status,
        ticket.due_on,
        provisional=ticket.provisional,
        remaining=ticket.remaining,
        how=how(room.desk, room.case, room.events),
    )


def of_office(room: Room) -> str:
    """The lead's date on the letter's page; "" while no office has it or the clock is stopped."""
    lead = room.case.lead
    if lead is None or lead.ended_at is not None or lead.remaining is not None:
        return ""
    return own(room, lead.begun_at, lead.due_on)


def own(room: Room, begun: datetime, due: date) -> str:
    """A date of its own: an office's, a contribution's, a translation's."""
    calendar = room.desk.city.calendar
    return due_day(due, room.lang, provisional=calendar.is_provisional_between(calendar.day_of(begun), due))


def how(desk: Desk, case: Case, events: Sequence[Event] = ()) -> tuple[str, ...]:
    """How the dates of the running round came about, a sentence each."""
    current, lead, lang, calendar = case.round, case.lead, desk.lang, case.city.calendar
    begun = case.today(current.begun_at)
    lines = [_begun(desk, case, current), *_extended(desk, case), *_pauses(desk, case)]
    lines += moved_by_calendar(events, current.no, lang, calendar.day_of)
    if lead is not None and lead.ended_at is None:
        lines.append(_office(desk, case, lead))
    lines.append(say(lang, "Weekends and holidays don't count, make-up working days do."))
    lines += passed_over(calendar, begun, current.due_on, lang)
    if case.ticket.provisional:
        lines.append(say(lang, "Provisional: the official calendar of that year is not known yet."))
    return tuple(lines)


def _begun(desk: Desk, case: Case, current: Round) -> str:
    lang, begun, due = desk.lang, case.today(current.begun_at), current.original_due_on
    days = current.original_days or case.city.calendar.between(begun, due)
    match current.reason:
        case RoundReason.REOPENING:
            said = "Handled again since %(begun)s: %(days)s working days, to %(due)s."
        case RoundReason.REVIEW:
            said = "In review since %(begun)s: %(days)s working days, to %(due)s."
        case _:
            said = "Received on %(begun)s: %(days)s working days, to %(due)s."
    return say(lang, said, begun=begun, days=days, due=due)


def _extended(desk: Desk, case: Case) -> list[str]:
    """The extension, with its reason."""
    days, lang = case.round.extended_days, desk.lang
    if not days:
        return []
    said = say_many(lang, "Extended by %(count)s working day.", "Extended by %(count)s working days.", days)
    agreed = (
        proposal
        for proposal in case.proposals
        if (proposal.kind, proposal.outcome) == (ProposalKind.EXTEND, ProposalOutcome.AGREED)
        and proposal.round_no == case.ticket.round_no
    )
    reason = next((proposal.reason for proposal in agreed), "")
    return [_because(desk, said, reason) if reason else said]


def _because(desk: Desk, said: str, reason: str) -> Markup:
    """The sentence with a colleague's reason, in the language that colleagues write in."""
    tag = LANGUAGES[desk.city.working_language].tag
    before, _, after = say(desk.lang, "%(said)s Reason: %(reason)s", said=said, reason="\0").partition("\0")
    return Markup('{}<span lang="{}">{}</span>{}').format(before, tag, reason, after)


def _pauses(desk: Desk, case: Case) -> list[str]:
    """Each stop of the clock, ended or not."""
    lang, current, calendar = desk.lang, case.round, case.city.calendar
    lines = [
        say_many(
            lang,
            "Stopped from %(begin)s to %(end)s while the writer was asked: %(count)s working day.",
            "Stopped from %(begin)s to %(end)s while the writer was asked: %(count)s working days.",
            calendar.between(stopped, resumed),
            begin=day(stopped, lang),
            end=day(resumed, lang),
        )
        for stopped, resumed in clock.pauses_of(current)
    ]
    if current.paused_on is not None:
        lines.append(say(lang, "Stopped since %(date)s; it goes on when the writer answers.", date=current.paused_on))
        lines.append(
            say_many(
                lang,
                "%(count)s working day is left when it goes on.",
                "%(count)s working days are left when it goes on.",
                current.remaining or 0,
            )
        )
    return lines


def _office(desk: Desk, case: Case, lead: Assignment) -> str:
    return say(
        desk.lang,
        "%(office)s has it since %(begun)s and answers by %(due)s, so that checking and sending stay in time.",
        office=desk.office(lead.department_id),
        begun=case.today(lead.begun_at),
        due=lead.due_on,
    )
