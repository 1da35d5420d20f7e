"""What staff look for: the queues with their counts, and what was written in the letters found.

Every queue is one condition on `Ticket`, asked together with `sight.visible_to`; what one may do there
follows `rights`, and a test holds the two together. Each list is read through an index of its own,
however many letters have ended. Nothing here changes a row.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col, select

from mailbox_service.city.tables import Person, RoleName, Topic
from mailbox_service.city.workdays import Calendar
from mailbox_service.tickets import search
from mailbox_service.tickets.actor import Actor
from mailbox_service.tickets.find import queues
from mailbox_service.tickets.find.proposals import at_desk
from mailbox_service.tickets.find.queues import Queue
from mailbox_service.tickets.find.sight import visible_to
from mailbox_service.tickets.rights import AT_WORK
from mailbox_service.tickets.tables import Assignment, Message, Reply, Ticket, Translation
from mailbox_service.tickets.tables.words import Channel, Identity, Kind, Part, Share, Status

PAGE = 25
COUNTED = 1_000  # of a tab; beyond it is "1,000+"
MOST_PEOPLE = 2_000
MOST_TEXTS = 1_000  # of a page of letters
Condition = sa.ColumnElement[bool]


@dataclass(frozen=True, slots=True)
class Line:
    """One letter in a list. Who may see the line may see its subject."""

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
    urgent: bool
    restricted: bool

    @property
    def key(self) -> str:
        """Where the line stands in the list by due date, for `older` and `newer`."""
        return key_by_due(urgent=self.urgent, due_on=self.due_on, id_=self.id)

    @property
    def key_newest(self) -> str:
        """Where it stands in the list by arrival."""
        return f"n.{int(self.received_at.timestamp() * 1_000_000)}.{self.id}"


def key_by_due(*, urgent: bool, due_on: date, id_: int) -> str:
    """Where a letter stands in the list by due date."""
    return f"{int(not urgent)}.{due_on:%Y%m%d}.{id_}"


@dataclass(frozen=True, slots=True)
class Lines:
    """A page of a list: most pressing first. `newer` and `older` are keys to go on from, "" at the ends."""

    lines: Sequence[Line]
    newer: str = ""
    older: str = ""


@dataclass(frozen=True, slots=True)
class Filters:
    """What a list is narrowed to; None, or "" for words, asks for anything. `due_on` is one day of a range."""

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

    def conditions(self, session: Session | None = None) -> list[Condition]:
        """As conditions on `Ticket`. A date asks for clocks that run: a stopped one is not due.

        Without a session words are left aside.
        """
        asked: list[tuple[object, Condition]] = [
            (self.status, col(Ticket.status) == self.status),
            (self.kind, col(Ticket.kind) == self.kind),
            (self.language, col(Ticket.language) == self.language),
            (self.department_id, col(Ticket.lead_department_id) == self.department_id),
            (self.due_on, sa.and_(queues.RUNNING, col(Ticket.due_on) == self.due_on)),
            (self.topic_id, col(Ticket.topic_id).in_(_topic_and_below(self.topic_id))),
            (self.channel, col(Ticket.channel) == self.channel),
            (self.due_from, sa.and_(queues.RUNNING, col(Ticket.due_on) >= (self.due_from or date.min))),
            (self.due_to, sa.and_(queues.RUNNING, col(Ticket.due_on) <= (self.due_to or date.max))),
            (self.tag or None, col(Ticket.id).in_(sa.select(_tag.c.ticket_id).where(_tag.c.word == self.tag))),
        ]
        found = [condition for value, condition in asked if value is not None]
        return [*found, search.holds(session, self.text)] if self.text and session is not None else found


_tag = sa.table("tag", sa.column("ticket_id"), sa.column("word"))  # desk's


def _topic_and_below(topic_id: int | None) -> sa.Select[int]:
    return sa.select(col(Topic.id)).where(sa.or_(col(Topic.id) == topic_id, col(Topic.parent_id) == topic_id))


def counts(session: Session, viewer: Actor, today: date, calendar: Calendar) -> Mapping[Queue, int]:
    """How many letters wait in each of the viewer's queues, in one statement; `COUNTED` + 1 means more than `COUNTED`.

    Each queue is read through an index of its own and no further than that. `NOT_COUNTED` ask nobody for anything.
    """
    counted = [queue for queue in queues.of(viewer) if queue not in queues.NOT_COUNTED]
    if not counted:
        return {}
    seen = visible_to(viewer)
    columns = []
    for queue in counted:
        few: sa.Select[int] = sa.select(sa.literal_column("1", sa.Integer)).select_from(Ticket)
        few = few.where(queues.condition(queue, viewer, today, calendar), seen).limit(COUNTED + 1)
        columns.append(sa.select(sa.func.count()).select_from(few.subquery()).scalar_subquery().label(queue.value))
    return dict(zip(counted, session.connection().execute(sa.select(*columns)).one(), strict=True))


def lines(
    session: Session,
    queue: Queue,
    viewer: Actor,
    today: date,
    calendar: Calendar,
    *,
    filters: Filters = Filters(),
    newest_first: bool = False,
    older: str = "",
    newer: str = "",
    limit: int = PAGE,
) -> Lines:
    """A page of a queue: urgent ones first, then by the citizen's due date, then by arrival; or newest first.

    What has ended always stands newest first. `older` goes on after that key, `newer` back before it; a key that is
    none begins at the start. A queue that is not the viewer's is empty.
    """
    if queue not in queues.of(viewer):
        return Lines(())
    wanted = sa.select(*(getattr(Ticket, name) for name in Line.__slots__))
    wanted = wanted.where(queues.condition(queue, viewer, today, calendar), visible_to(viewer))
    wanted = wanted.where(*filters.conditions(session))
    read = _by_arrival if newest_first or queue is Queue.ENDED else _by_due
    return read(session, wanted, older, newer, limit)


def _by_due(session: Session, wanted: sa.Select[Any], older: str, newer: str, limit: int) -> Lines:
    """Urgent ones and the others are read one after the other: each stand in the order of their index."""
    after, before = _read_key(older), _read_key(newer)
    backward = before is not None
    key = before or after
    found: list[Line] = []
    for rank in (1, 0) if backward else (0, 1):
        if len(found) > limit or (key and (rank > key[0] if backward else rank < key[0])):
            continue
        part = wanted.where(col(Ticket.urgent).is_(rank == 0))
        if key and rank == key[0]:
            part = part.where(_beyond((col(Ticket.due_on), col(Ticket.id)), key[1:], later=not backward))
        place = (col(Ticket.due_on), col(Ticket.id))
        part = part.order_by(*(one.desc() if backward else one for one in place)).limit(limit + 1 - len(found))
        found += [Line(*row) for row in session.connection().execute(part)]
    return _page(found, limit, after is not None, backward, "key")


def _by_arrival(session: Session, wanted: sa.Select[Any], older: str, newer: str, limit: int) -> Lines:
    after, before = _read_moment(older), _read_moment(newer)
    backward, place = before is not None, (col(Ticket.received_at), col(Ticket.id))
    if key := before or after:
        wanted = wanted.where(_beyond(place, key, later=backward))
    wanted = wanted.order_by(*(one if backward else one.desc() for one in place)).limit(limit + 1)
    found = [Line(*row) for row in session.connection().execute(wanted)]
    return _page(found, limit, after is not None, backward, "key_newest")


def _page(found: list[Line], limit: int, begun: bool, backward: bool, key: str) -> Lines:
    more, found = len(found) > limit, found[:limit]
    if backward:
        found.reverse()
    has_newer, has_older = (more, True) if backward else (begun, more)
    newer = getattr(found[0], key) if found and has_newer else ""
    return Lines(found, newer, getattr(found[-1], key) if found and has_older else "")


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


def _read_moment(key: str) -> tuple[datetime, int] | None:
    kind, _, rest = key[:60].partition(".")
    at, _, id_ = rest.partition(".")
    if kind != "n" or not all(one.isascii() and one.isdigit() for one in (at, id_)) or int(id_) >= 2**63:
        return None
    if not 10**15 <= int(at) < 10**16:
        return None
    return datetime.fromtimestamp(int(at) // 1_000_000, UTC) + timedelta(microseconds=int(at) % 1_000_000), int(id_)


def _beyond(place: tuple[Any, Any], key: tuple[Any, ...], *, later: bool) -> Condition:
    """What stands after (or before) the key in the list's order; the first part bounds what is read of the index."""
    first, second = place
    if later:
        return sa.and_(first >= key[0], sa.or_(first > key[0], second > key[1]))
    return sa.and_(first <= key[0], sa.or_(first < key[0], second < key[1]))


def named(viewer: Actor) -> Condition:
    """Whose writer's name the viewer may look for, among the letters that they may see (`rights.may_see_identity`).

    Hidden names are in no index at all.
    """
    ways: list[Condition] = [at_desk(viewer)]
    if viewer.has(RoleName.CLERK):
        ways.append(~col(Ticket.restricted))
    offices = viewer.departments(*AT_WORK)
    open_lead = [col(Assignment.share) == Share.LEAD, col(Assignment.department_id).in_(offices)]
    leads = sa.exists().where(col(Assignment.ticket_id) == col(Ticket.id), col(Ticket.lead_department_id).in_(offices))
    ways.append(sa.and_(~col(Ticket.restricted), leads.where(*open_lead)))
    ways.append(sa.and_(col(Ticket.restricted), queues.is_named(viewer, Part.OFFICER, Part.HEAD)))
    return sa.and_(col(Ticket.identity) != Identity.HIDDEN, sa.or_(*ways))


def by_ids(session: Session, ids: Sequence[int], viewer: Actor) -> Sequence[Line]:
    """The letters of these ids that the viewer may see, in the order of the ids: for what a search has found."""
    wanted = sa.select(*(getattr(Ticket, name) for name in Line.__slots__))
    rows = session.connection().execute(wanted.where(col(Ticket.id).in_(ids), visible_to(viewer)).limit(len(ids)))
    found = {line.id: line for line in (Line(*row) for row in rows)}
    return [found[id_] for id_ in ids if id_ in found]


def texts(session: Session, ids: Sequence[int]) -> Mapping[int, Sequence[str]]:
    """What was written in letters that the viewer has been shown: messages, sent replies, translations."""
    sent = sa.and_(col(Reply.ticket_id).in_(ids), col(Reply.sent_at).is_not(None))
    places = (
        sa.select(col(Message.ticket_id), col(Message.text)).where(col(Message.ticket_id).in_(ids)),
        sa.select(col(Reply.ticket_id), col(Reply.text)).where(sent),
        sa.select(col(Reply.ticket_id), col(Reply.own_text)).where(sent),
        sa.select(col(Translation.ticket_id), col(Translation.text)).where(col(Translation.ticket_id).in_(ids)),
    )
    found: dict[int, list[str]] = {}
    for ticket_id, text in session.connection().execute(sa.union_all(*places).limit(MOST_TEXTS)):
        found.setdefault(ticket_id, []).append(text)
    return found


def number_of(session: Session, ids: Sequence[int], viewer: Actor) -> Mapping[int, str]:
    """The numbers of linked letters, as far as the viewer may see them."""
    wanted = sa.select(Ticket.id, Ticket.number).where(col(Ticket.id).in_(ids), visible_to(viewer))  # type: ignore[call-overload]
    return {row.id: row.number for row in session.connection().execute(wanted.limit(200))}


def people(session: Session) -> Sequence[Person]:
    """Everybody who works for the city, by name: whom the restricted desk may name."""
    at_work = select(Person).where(col(Person.left_at).is_(None))
    return session.exec(at_work.order_by(col(Person.name), col(Person.id)).limit(MOST_PEOPLE)).all()
