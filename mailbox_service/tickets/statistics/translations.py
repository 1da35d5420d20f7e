"""The translation load: what was asked of the translating offices, how long it took, and what waits for them now."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col

from mailbox_service.city.workdays import Calendar
from mailbox_service.tickets.acts import OPEN
from mailbox_service.tickets.statistics import Rate, counting, shared
from mailbox_service.tickets.statistics.figures import Days
from mailbox_service.tickets.statistics.period import Period
from mailbox_service.tickets.statistics.slices import EVERYTHING, Dimension, Slice
from mailbox_service.tickets.tables import Message, Ticket, Translation

Condition = sa.ColumnElement[bool]


class Direction(StrEnum):
    """A citizen's text for the office, or a reply for the citizen."""

    LETTER = "letter"
    REPLY = "reply"


Key = tuple[Direction, str, int]  # the direction, the foreign language, the translating office


@dataclass
class Load:
    """Translations asked for in a period: how many are done, in time or not, and the working days they took.

    `dropped` were given up because their source was replaced before they were done. `waiting` is of now.
    """

    asked: int = 0
    done: int = 0
    in_time: int = 0
    dropped: int = 0
    waiting: int = 0
    lengths: Counter[int] = field(default_factory=Counter)

    @property
    def days(self) -> Days:
        """Working days from asking to handing in."""
        return Days.of(self.lengths, self.asked - self.dropped)

    @property
    def on_time(self) -> Rate:
        """Handed in by their due date, of those handed in."""
        return Rate(self.in_time, self.done)

    def add(self, other: Load) -> None:
        """Take another's numbers in."""
        self.asked, self.done = self.asked + other.asked, self.done + other.done
        self.in_time, self.dropped = self.in_time + other.in_time, self.dropped + other.dropped
        self.waiting += other.waiting
        self.lengths += other.lengths


def load(session: Session, calendar: Calendar, period: Period, slice_: Slice = EVERYTHING) -> Mapping[Key, Load]:
    """By direction, foreign language and translating office: what was asked for in the period, and what waits now.

    An office stands for what it translates and for the letters it leads.
    """
    begins, ends = shared.moments(period, calendar.zone)
    where = [*shared.counts(), *_part(session, slice_)]
    found: dict[Key, Load] = {}
    asked = _rows([col(Translation.asked_at) >= begins, col(Translation.asked_at) < ends], where)
    for reply_id, language, office, asked_at, done_at, due_on, stale in session.connection().execute(asked):
        one = found.setdefault(_key(reply_id, language, office), Load())
        one.asked += 1
        if done_at is None:
            one.dropped += stale
            continue
        done_on = calendar.day_of(done_at)
        one.done += 1
        one.in_time += done_on <= due_on
        one.lengths[calendar.between(calendar.day_of(asked_at), done_on)] += 1
    is_open = col(Ticket.status).in_(OPEN)
    waits = _rows([col(Translation.done_at).is_(None), ~col(Translation.stale)], [is_open, *where])
    for reply_id, language, office, *_ in session.connection().execute(waits):
        found.setdefault(_key(reply_id, language, office), Load()).waiting += 1
    return found


def _key(reply_id: int | None, language: str, office: int | None) -> Key:
    return Direction.LETTER if reply_id is None else Direction.REPLY, language, office or 0


def _rows(since: Sequence[Condition], where: Sequence[Condition]) -> sa.Select[Any]:
    """Of a citizen's text the foreign language is its own, of a reply the one it is put into.

    `since` is asked of translations, `where` of their letters. Letter and text are looked up for each translation: so
    few are asked for that a database which joined them would read all letters for it.
    """
    own = sa.func.coalesce(sa.func.nullif(_of_text(col(Message.language)), ""), _of_letter(col(Ticket.language)))
    foreign = sa.case((col(Translation.reply_id).is_not(None), col(Translation.language)), else_=own)
    return sa.select(
        *(col(Translation.reply_id), foreign, col(Translation.department_id), col(Translation.asked_at)),
        *(col(Translation.done_at), col(Translation.due_on), col(Translation.stale)),
    ).where(*since, _of_letter(sa.and_(*where)))


def _of_letter(what: Any) -> sa.ScalarSelect[Any]:
    found = sa.select(what).select_from(Ticket).where(col(Ticket.id) == col(Translation.ticket_id))
    return found.correlate(Translation).scalar_subquery()


def _of_text(what: Any) -> sa.ScalarSelect[Any]:
    return (
        sa.select(what).where(col(Message.id) == col(Translation.message_id)).correlate(Translation).scalar_subquery()
    )


def _part(session: Session, slice_: Slice) -> list[Condition]:
    within = counting.families(session)
    where = shared.part(slice_, within, without=[Dimension.OFFICE])
    if slice_.office is None:
        return where
    offices = within.values(Dimension.OFFICE, slice_.office)
    return [*where, sa.or_(col(Translation.department_id).in_(offices), col(Ticket.lead_department_id).in_(offices))]
