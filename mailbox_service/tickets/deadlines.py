"""The two clocks of a round, and what is late (pure; DOMAIN §4).

Day 0 is the day something begins on, and due is the end of the N-th working day after it. Every
due date here is a working day of the calendar given. Dates are the city's; moments are UTC.
Stores nothing and tells nobody: `tickets/life` moves the dates, the sweep tells what is late.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import IntEnum
from zoneinfo import ZoneInfo

from mailbox_service.city.workdays import DAY, Calendar

LONGEST = 30  # working days from a round's start that no extension passes, pauses not counted
SUPERVISED_AFTER = 5  # working days late by the citizen's clock
SILENCE = 10  # working days a question waits for its answer
RATING = 14  # calendar days in which the citizen may rate before the letter is closed


Pauses = Sequence[tuple[date, date]]  # the days a clock stopped and went on, oldest first


class Lateness(IntEnum):
    """What lateness brings, rising, so that levels compare."""

    NONE = 0
    YELLOW = 1
    RED = 2
    SUPERVISION = 3


@dataclass(frozen=True, slots=True)
class Told:
    """For which due date each level was told last; None when never. Once per due date and level.

    `yellow` and `red` name the office's date, `supervision` and `citizen` (told that we are late) the citizen's.
    """

    yellow: date | None = None
    red: date | None = None
    supervision: date | None = None
    citizen: date | None = None


# --- When it is due


def citizen_due(calendar: Calendar, begun: date, days: int) -> date:
    """When the citizen is owed the reply of a round that began on that day."""
    return calendar.after(begun, days)


def office_due(calendar: Calendar, assigned: date, days: int, citizen_due: date, *, translated: bool) -> date:
    """When the office owes its reply: after the policy's days, with time left for what follows its reply.

    At the latest one working day before the citizen's date (two when the reply is translated),
    and never before the next working day after the assignment.
    """
    in_time = min(calendar.after(assigned, days), _latest(calendar, citizen_due, translated))
    return max(in_time, calendar.after(assigned, 1))


def triage_due(calendar: Calendar, received: date, days: int, citizen_due: date) -> date:
    """Until when the General Office passes a letter on: the policy's days after receipt, never past its own date."""
    return min(calendar.after(received, days), citizen_due)


def sign_due(calendar: Calendar, assigned: date, days: int, office_due: date) -> date:
    """Until when an office signs for a letter: the policy's days after it got it, never past its own date."""
    return min(calendar.after(assigned, days), office_due)


def began_too_early(calendar: Calendar, today: date, days: int) -> date:
    """What began before this day was due `days` (at least 1) working days later, and is late today.

    The same rule the other way round, so that a database finds what is late by comparing with one day.
    """
    return calendar.before(today, days)


def changed_kind_due(calendar: Calendar, due: date, begun: date, days: int, paused_days: int = 0) -> date:
    """The citizen's date after a later change of kind: what the new kind gives, but never longer than before."""
    return min(due, calendar.after(begun, days + paused_days))


# --- What moves it


def pause_remaining(calendar: Calendar, paused_on: date, due: date) -> int | None:
    """The working days still left when the clock stops: those in (pause day, due].

    None when the date is past already: it stays as it is, for a pause heals no lateness.
    """
    return None if due < paused_on else calendar.between(paused_on, due)


def resumed_due(calendar: Calendar, resumed_on: date, remaining: int) -> date:
    """The date after a pause: the remaining-th working day after it ended.

    With nothing left it is the day the pause ended, or the next working day if that is none.
    """
    return calendar.after(resumed_on, remaining)


def after_pause(calendar: Calendar, due: date, paused_on: date, resumed_on: date) -> date:
    """What a whole pause makes of a date: `pause_remaining` and `resumed_due` in one."""
    remaining = pause_remaining(calendar, paused_on, due)
    return due if remaining is None else resumed_due(calendar, resumed_on, remaining)


def extended_due(
    calendar: Calendar, due: date, days: int, begun: date, paused_days: int = 0, cap: int = LONGEST
) -> date:
    """The citizen's date after an extension, never past `cap` working days from the round's start, and never earlier.

    `paused_days` are the working days of ended pauses. During a pause extend the date that stands
    and take its remaining days anew with `pause_remaining`.
    """
    return max(due, min(calendar.after(due, days), calendar.after(begun, cap + paused_days)))


def extended_office_due(calendar: Calendar, due: date, granted: int, citizen_due: date, *, translated: bool) -> date:
    """The office's date after an extension: as many working days later as the citizen's was `granted`, never earlier.

    `citizen_due` is the citizen's date after the extension.
    """
    return max(due, min(calendar.after(due, granted), _latest(calendar, citizen_due, translated)))


def paused_days(calendar: Calendar, pauses: Pauses) -> int:
    """The working days of ended pauses."""
    return sum(calendar.between(stopped, resumed) for stopped, resumed in pauses)


def counted_days(calendar: Calendar, begun: date, due: date, pauses: Pauses = ()) -> int:
    """The working days a date was given: those from the begin to it, without those of the pauses."""
    return calendar.between(begun, due) - paused_days(calendar, pauses)


def recounted_due(calendar: Calendar, begun: date, days: int, pauses: Pauses = ()) -> date | None:
    """The date counted anew, after the calendar has changed, from the days that it was given.

    None when nothing is known to count from: the date stays.
    """
    count = days + paused_days(calendar, pauses)
    return calendar.after(begun, count) if days and count > 0 else None


# --- What is late


def end_of(due: date, zone: ZoneInfo) -> datetime:
    """The first moment (UTC) after the day: a reply before it is in time."""
    return datetime.combine(due + DAY, time.min, zone).astimezone(UTC)


def is_late(due: date, today: date) -> bool:
    """Whether the date is past: on the due day itself nothing is late."""
    return today > due


def working_days_late(calendar: Calendar, due: date, today: date) -> int:
    """Working days since the date, today included; 0 on the weekend after it, and before it."""
    return max(0, calendar.between(due, today))


def reminder_on(calendar: Calendar, office_due: date) -> date:
    """The day of the reminder (yellow)."""
    return calendar.before(office_due, 1)


def red_on(calendar: Calendar, office_due: date) -> date:
    """The first working day late."""
    return calendar.after(office_due, 1)


def supervise_on(calendar: Calendar, citizen_due: date) -> date:
    """The day on which lateness by the citizen's clock goes to the manager."""
    return calendar.after(citizen_due, SUPERVISED_AFTER)


def level(calendar: Calendar, *, office_due: date | None, citizen_due: date, today: date) -> Lateness:
    """How late a running round is. While no office has it (None), the citizen's date stands for the office's."""
    office = office_due or citizen_due
    if today >= supervise_on(calendar, citizen_due):
        return Lateness.SUPERVISION
    if today >= red_on(calendar, office):
        return Lateness.RED
    return Lateness.YELLOW if today >= reminder_on(calendar, office) else Lateness.NONE


# --- What the sweep does, and when


def to_tell(
    calendar: Calendar, *, office_due: date | None, citizen_due: date, told: Told, today: date
) -> list[Lateness]:
    """The levels to tell today, rising. A reminder that was missed is not told once the date is red."""
    office = office_due or citizen_due
    levels = []
    if today >= red_on(calendar, office):
        if told.red != office:
            levels.append(Lateness.RED)
    elif today >= reminder_on(calendar, office) and told.yellow != office:
        levels.append(Lateness.YELLOW)
    if today >= supervise_on(calendar, citizen_due) and told.supervision != citizen_due:
        levels.append(Lateness.SUPERVISION)
    return levels


def to_tell_citizen(calendar: Calendar, *, citizen_due: date, told: Told, today: date) -> bool:
    """Whether the citizen is to be told today that the reply is late: from the first working day late, once."""
    return told.citizen != citizen_due and today >= red_on(calendar, citizen_due)


def next_sweep(calendar: Calendar, *, office_due: date | None, citizen_due: date, told: Told) -> date | None:
    """The first day on which `to_tell` or `to_tell_citizen` asks for something; None when all is told.

    Of a running round only: a paused one waits for `silence_on`, an answered one for `close_on`.
    """
    office = office_due or citizen_due
    waiting = []
    if told.red != office:
        waiting.append(red_on(calendar, office) if told.yellow == office else reminder_on(calendar, office))
    if told.citizen != citizen_due:
        waiting.append(red_on(calendar, citizen_due))
    if told.supervision != citizen_due:
        waiting.append(supervise_on(calendar, citizen_due))
    return min(waiting, default=None)


def silence_on(calendar: Calendar, asked: date, days: int = SILENCE) -> date:
    """The day from which a question's working days of silence are over: the day after the last of them."""
    return calendar.after(asked, days) + DAY


def last_day(since: date, days: int) -> date:
    """The last of so many calendar days after a day: to rate, to ask for a review, to restore."""
    return since + timedelta(days=days)


def close_on(answered: date, days: int = RATING) -> date:
    """The day on which a reply without a rating is closed: the day after the last day to rate."""
    return last_day(answered, days) + DAY


def _latest(calendar: Calendar, citizen_due: date, translated: bool) -> date:
    return calendar.before(citizen_due, 2 if translated else 1)
