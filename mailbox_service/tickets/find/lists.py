"""A page of a queue: the lines of some letters, most pressing first or newest first, and the ways to more.

The look of a list is put together once for each kind of desk and shape, and asked with what else its page shows.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from operator import attrgetter
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlmodel import Session, col

from mailbox_service.base.looks import Looks, Rows
from mailbox_service.city.tables import Topic
from mailbox_service.city.workdays import Calendar
from mailbox_service.tickets import search
from mailbox_service.tickets.actor import Actor
from mailbox_service.tickets.find import places, queues, waiting
from mailbox_service.tickets.find.queues import Queue
from mailbox_service.tickets.find.sight import visible_to
from mailbox_service.tickets.find.whose import whose
from mailbox_service.tickets.stages import Overdue
from mailbox_service.tickets.tables import Ticket
from mailbox_service.tickets.tables.words import Channel, Kind, Status

PAGE = 25
STATEMENTS = 512  # kept, each for one kind of desk and one list: putting one together costs more than asking it
TODAY, SOON = sa.bindparam("today", type_=sa.Date), sa.bindparam("soon", type_=sa.Date)
Condition = sa.ColumnElement[bool]


class Line(NamedTuple):
    """One letter in a list. Who may see the line may see its subject. `lead_since` only until the lead signs for it."""

    id: int
    number: str
    version: int
    subject: str
    kind: Kind
    language: str
    status: Status
    lead_department_id: int | None
    handler_id: int | None
    received_at: datetime
    due_on: date
    office_due_on: date | None
    provisional: bool
    remaining: int | None
    urgent: bool
    restricted: bool
    lead_since: datetime | None

    @property
    def key(self) -> str:
        """Where the line stands in the list by due date, for `older` and `newer`."""
        return places.key_by_due(urgent=self.urgent, due_on=self.due_on, id_=self.id)

    @property
    def key_newest(self) -> str:
        """Where it stands in the list by arrival."""
        return places.key_by_arrival(self.received_at, self.id)


# Where a line is read, in the order of its fields.
COLUMNS: Sequence[Any] = (*(getattr(Ticket, name) for name in Line._fields[:-1]), waiting.LEAD_SINCE)


@dataclass(frozen=True, slots=True)
class Lines:
    """A page of a list: most pressing first. `newer` and `older` are keys to go on from, "" at the ends."""

    lines: Sequence[Line]
    newer: str = ""
    older: str = ""


class Filters(NamedTuple):
    """What a list is narrowed to; None, or "" for words, asks for anything. `due_on` is one day of a range.

    `late` asks for what waits longer than promised for its first steps.
    """

    status: Status | None = None
    kind: Kind | None = None
    language: str | None = None
    department_id: int | None = None
    due_on: date | None = None
    topic_id: int | None = None
    channel: Channel | None = None
    due_from: date | None = None
    due_to: date | None = None
    text: str = ""
    tag: str = ""
    late: Overdue | None = None

    def conditions(self, *, here: bool | None = None) -> list[Condition]:
        """As conditions on `Ticket`, on SQLite (`here`) or PostgreSQL; with None words are left aside.

        A date asks for clocks that run: a stopped one is not due.
        """
        asked: list[tuple[object, Condition]] = [
            (self.status, col(Ticket.status) == self.status),
            (self.kind, col(Ticket.kind) == self.kind),
            (self.language, col(Ticket.language) == self.language),
            (self.department_id, _office(self.department_id)),
            (self.due_on, sa.and_(queues.RUNNING, col(Ticket.due_on) == self.due_on)),
            (self.topic_id, _topic(self.topic_id)),
            (self.channel, col(Ticket.channel) == self.channel),
            (self.due_from, sa.and_(queues.RUNNING, col(Ticket.due_on) >= (self.due_from or date.min))),
            (self.due_to, sa.and_(queues.RUNNING, col(Ticket.due_on) <= (self.due_to or date.max))),
            (self.tag or None, col(Ticket.id).in_(sa.select(_tag.c.ticket_id).where(_tag.c.word == self.tag))),
        ]
        found = [condition for value, condition in asked if value is not None]
        found += [waiting.too_long(self.late)] if self.late else []
        return [*found, search.holds(self.text, here=here)] if self.text and here is not None else found


ANYTHING = Filters()
_tag = sa.table("tag", sa.column("ticket_id"), sa.column("word"))  # desk's


def _office(department_id: int | None) -> Condition:
    """The office that leads; 0 for none."""
    lead = col(Ticket.lead_department_id)
    return lead == department_id if department_id else lead.is_(None)


def _topic(topic_id: int | None) -> Condition:
    """The topic and those below it; 0 for none."""
    return col(Ticket.topic_id).in_(_topic_and_below(topic_id)) if topic_id else col(Ticket.topic_id).is_(None)


def _topic_and_below(topic_id: int | None) -> sa.Select[int]:
    return sa.select(col(Topic.id)).where(sa.or_(col(Topic.id) == topic_id, col(Topic.parent_id) == topic_id))


class Shape(NamedTuple):
    """What a page of a list asks, but for the day and the place it goes on from: alike pages share a statement.

    `desk` is the viewer's kind of desk (`find.whose`). `rank` is that of the place (`places.Place`), None at the start;
    `backward` reads up to it. `here`: on SQLite.
    """

    queue: Queue
    desk: Actor
    filters: Filters
    by_arrival: bool
    backward: bool
    rank: int | None
    limit: int
    here: bool


class Page(NamedTuple):
    """A page of a queue that is asked for: its shape, and the parameters of its statement."""

    shape: Shape
    facts: Mapping[str, object]


def page(
    queue: Queue,
    viewer: Actor,
    today: date,
    calendar: Calendar,
    *,
    here: bool,
    filters: Filters = ANYTHING,
    newest_first: bool = False,
    older: str = "",
    newer: str = "",
    limit: int = PAGE,
) -> Page:
    """A page of a queue: urgent ones first, then by the citizen's due date, then by arrival; or newest first.

    What has ended always stands newest first. `older` goes on after that key, `newer` back before it; a key that is
    none begins at the start. It is asked on SQLite (`here`) or PostgreSQL.
    """
    by_arrival = newest_first or queue is Queue.ENDED
    after, before = (places.read(key, by_arrival=by_arrival) for key in (older, newer))
    place = before or after
    rank = place.rank if place else None
    desk, theirs = whose(viewer)
    shape = Shape(queue, desk, filters, by_arrival, before is not None, rank, limit, here)
    facts = {**theirs, **days(today, calendar), **({"first": place.first, "id": place.id} if place else {})}
    return Page(shape, facts)


def selects(shape: Shape) -> dict[str, Any]:
    """The page's looks. A queue that is not the viewer's has none."""
    wanted = sa.select(*COLUMNS)
    wanted = wanted.where(queues.condition(shape.queue, shape.desk, TODAY, SOON), visible_to(shape.desk))
    wanted = wanted.where(*shape.filters.conditions(here=shape.here))
    return {f"rank_{rank}": _of_rank(wanted, shape, rank) for rank in _ranks(shape)}


def _ranks(shape: Shape) -> list[int]:
    """Urgent ones (0) and the others are read one after the other: each stand in the order of their index."""
    if shape.queue not in queues.of(shape.desk):
        return []
    if shape.by_arrival:
        return [0]
    if shape.backward:
        return [rank for rank in (1, 0) if shape.rank is None or rank <= shape.rank]
    return [rank for rank in (0, 1) if shape.rank is None or rank >= shape.rank]


def _of_rank(wanted: sa.Select[Any], shape: Shape, rank: int) -> sa.Select[Any]:
    if not shape.by_arrival:
        wanted = wanted.where(col(Ticket.urgent).is_(rank == 0))
    order = (col(Ticket.received_at) if shape.by_arrival else col(Ticket.due_on), col(Ticket.id))
    later = shape.by_arrival is shape.backward
    if rank == shape.rank:
        wanted = wanted.where(places.beyond(*order, later=later))
    # Said, not asked by a parameter: PostgreSQL's plan for any limit would read far more.
    most = sa.literal_column(str(shape.limit + 1), sa.Integer)
    return wanted.order_by(*(one if later else one.desc() for one in order)).limit(most)


def read(shape: Shape, rows: Rows) -> Lines:
    """The lines in what the page's looks have found."""
    lines = [Line._make(row) for rank in _ranks(shape) for row in rows(f"rank_{rank}")]
    more, lines = len(lines) > shape.limit, lines[: shape.limit]
    if shape.backward:
        lines.reverse()
    key = attrgetter("key_newest" if shape.by_arrival else "key")
    has_newer, has_older = (more, True) if shape.backward else (shape.rank is not None, more)
    newer = key(lines[0]) if lines and has_newer else ""
    return Lines(lines, newer, key(lines[-1]) if lines and has_older else "")


def lines(session: Session, queue: Queue, viewer: Actor, today: date, calendar: Calendar, **more: Any) -> Lines:
    """A page of a queue alone, asked for as in `page`."""
    here = session.get_bind().dialect.name == "sqlite"
    asked = page(queue, viewer, today, calendar, here=here, **more)
    return read(asked.shape, _alone(asked.shape).look(session, asked.facts)) if _ranks(asked.shape) else Lines(())


@lru_cache(maxsize=STATEMENTS)
def _alone(shape: Shape) -> Looks:
    return Looks(**selects(shape))


def days(today: date, calendar: Calendar) -> dict[str, object]:
    """The parameters of every queue's condition."""
    return {"today": today, "soon": calendar.after(today, 1)}
