"""What staff look for: the queues with their counts, and what happened to one ticket.

Every queue is one condition on `Ticket`, asked together with `sight.visible_to`; what one may do there
follows `rights`, and a test holds the two together. Counts read only what is open or still asks somebody
for something. Nothing here changes a row.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col, select

from mailbox_service.city.tables import Person
from mailbox_service.city.workdays import Calendar
from mailbox_service.tickets.actor import Actor
from mailbox_service.tickets.acts import OPEN
from mailbox_service.tickets.find import queues
from mailbox_service.tickets.find.queues import Queue
from mailbox_service.tickets.find.sight import visible_to
from mailbox_service.tickets.tables import Event, Proposal, Reply, Ticket
from mailbox_service.tickets.tables.words import Kind, ReplyState, Status

PAGE = 50
LONGEST_TIMELINE = 1_000
MOST_PEOPLE = 2_000
Condition = sa.ColumnElement[bool]


@dataclass(frozen=True, slots=True)
class Line:
    """One letter in a list. Who may see the line may see its subject."""

    id: int
    number: str
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
    urgent: bool
    restricted: bool

    @property
    def key(self) -> str:
        """Where the line stands in its list, for `older` and `newer`."""
        return f"{int(not self.urgent)}.{self.due_on:%Y%m%d}.{self.id}"


@dataclass(frozen=True, slots=True)
class Lines:
    """A page of a list: most pressing first. `newer` and `older` are keys to go on from, "" at the ends."""

    lines: Sequence[Line]
    newer: str = ""
    older: str = ""


@dataclass(frozen=True, slots=True)
class Filters:
    """What a list is narrowed to; None asks for anything."""

    status: Status | None = None
    kind: Kind | None = None
    language: str | None = None
    department_id: int | None = None
    due_on: date | None = None

    def conditions(self) -> list[Condition]:
        """As conditions on `Ticket`. A date asks for clocks that run: a stopped one is not due."""
        asked: list[tuple[object, Condition]] = [
            (self.status, col(Ticket.status) == self.status),
            (self.kind, col(Ticket.kind) == self.kind),
            (self.language, col(Ticket.language) == self.language),
            (self.department_id, col(Ticket.lead_department_id) == self.department_id),
            (self.due_on, sa.and_(queues.RUNNING, col(Ticket.due_on) == self.due_on)),
        ]
        return [condition for value, condition in asked if value is not None]


def counts(session: Session, viewer: Actor, today: date, calendar: Calendar) -> Mapping[Queue, int]:
    """How many letters wait in each of the viewer's queues, in one statement. `NOT_COUNTED` ask nobody for anything."""
    counted = [queue for queue in queues.of(viewer) if queue not in queues.NOT_COUNTED]
    if not counted:
        return {}
    columns = [
        sa.func.count(sa.case((queues.condition(queue, viewer, today, calendar), 1))).label(queue.value)
        for queue in counted
    ]
    row = session.connection().execute(sa.select(*columns).where(_asks_something(), visible_to(viewer))).one()
    return dict(zip(counted, row, strict=True))


def _asks_something() -> Condition:
    """Open, or ended with a proposal or a correction that waits: read through indexes, whatever has piled up."""
    proposed = sa.select(col(Proposal.ticket_id)).where(col(Proposal.outcome).is_(None))
    corrected = sa.select(col(Reply.ticket_id)).where(col(Reply.state) == ReplyState.SUBMITTED)
    return sa.or_(col(Ticket.status).in_(OPEN), col(Ticket.id).in_(proposed), col(Ticket.id).in_(corrected))


def lines(
    session: Session,
    queue: Queue,
    viewer: Actor,
    today: date,
    calendar: Calendar,
    *,
    filters: Filters = Filters(),
    older: str = "",
    newer: str = "",
    limit: int = PAGE,
) -> Lines:
    """A page of a queue: urgent ones first, then by the citizen's due date, then by arrival.

    `older` goes on after that key, `newer` back before it; a key that is none begins at the start.
    A queue that is not the viewer's is empty.
    """
    if queue not in queues.of(viewer):
        return Lines(())
    after, before = _read_key(older), _read_key(newer)
    rank, backward = sa.case((col(Ticket.urgent), 0), else_=1), before is not None
    place = (rank, col(Ticket.due_on), col(Ticket.id))
    wanted = sa.select(*(getattr(Ticket, name) for name in Line.__slots__))
    wanted = wanted.where(queues.condition(queue, viewer, today, calendar), visible_to(viewer), *filters.conditions())
    if before is not None:
        wanted = wanted.where(_beyond(place, before, later=False)).order_by(*(part.desc() for part in place))
    elif after is not None:
        wanted = wanted.where(_beyond(place, after, later=True)).order_by(*place)
    else:
        wanted = wanted.order_by(*place)
    found = [Line(*row) for row in session.connection().execute(wanted.limit(limit + 1))]
    more, found = len(found) > limit, found[:limit]
    if backward:
        found.reverse()
    has_newer, has_older = (more, True) if backward else (after is not None, more)
    return Lines(found, found[0].key if found and has_newer else "", found[-1].key if found and has_older else "")


Place = tuple[int, date, int]


def _read_key(key: str) -> Place | None:
    urgent, _, rest = key[:60].partition(".")
    day, _, id_ = rest.partition(".")
    if urgent not in ("0", "1") or not (id_.isascii() and id_.isdigit() and int(id_) < 2**63):
        return None
    try:
        return int(urgent), datetime.strptime(day, "%Y%m%d").date(), int(id_)
    except ValueError:
        return None


def _beyond(place: tuple[Any, ...], key: Place, *, later: bool) -> Condition:
    """What stands after (or before) the key in the list's order."""
    urgent, due, id_ = place

    def past(column: Any, value: object) -> Condition:
        beyond: Condition = column > value if later else column < value
        return beyond

    same_day = sa.and_(due == key[1], past(id_, key[2]))
    return sa.or_(past(urgent, key[0]), sa.and_(urgent == key[0], sa.or_(past(due, key[1]), same_day)))


def by_ids(session: Session, ids: Sequence[int], viewer: Actor) -> Sequence[Line]:
    """The letters of these ids that the viewer may see, in the order of the ids: for what a search has found."""
    wanted = sa.select(*(getattr(Ticket, name) for name in Line.__slots__))
    rows = session.connection().execute(wanted.where(col(Ticket.id).in_(ids), visible_to(viewer)).limit(len(ids)))
    found = {line.id: line for line in (Line(*row) for row in rows)}
    return [found[id_] for id_ in ids if id_ in found]


def timeline(session: Session, ticket_id: int) -> Sequence[Event]:
    """What happened to a ticket the viewer has been shown, oldest first."""
    wanted = select(Event).where(Event.ticket_id == ticket_id).order_by(col(Event.id)).limit(LONGEST_TIMELINE)
    return session.exec(wanted).all()


def number_of(session: Session, ids: Sequence[int], viewer: Actor) -> Mapping[int, str]:
    """The numbers of linked letters, as far as the viewer may see them."""
    wanted = sa.select(Ticket.id, Ticket.number).where(col(Ticket.id).in_(ids), visible_to(viewer))  # type: ignore[call-overload]
    return {row.id: row.number for row in session.connection().execute(wanted.limit(200))}


def people(session: Session) -> Sequence[Person]:
    """Everybody who works for the city, by name: whom the restricted desk may name."""
    at_work = select(Person).where(col(Person.left_at).is_(None))
    return session.exec(at_work.order_by(col(Person.name), col(Person.id)).limit(MOST_PEOPLE)).all()
