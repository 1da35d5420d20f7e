"""What staff look for: the queues with their counts, and what was written in the letters found.

Every queue is one condition on `Ticket`, asked together with `sight.visible_to`; what one may do there
follows `rights`, and a test holds the two together. Each list is read through an index of its own,
however many letters have ended. Nothing here changes a row.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from functools import lru_cache
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col, select

from mailbox_service.base.looks import Looks
from mailbox_service.city.tables import Person, RoleName
from mailbox_service.city.workdays import Calendar
from mailbox_service.tickets.actor import Actor
from mailbox_service.tickets.find import queues
from mailbox_service.tickets.find.lists import COLUMNS, SOON, STATEMENTS, TODAY, days
from mailbox_service.tickets.find.proposals import at_desk
from mailbox_service.tickets.find.queues import Queue
from mailbox_service.tickets.find.sight import visible_to
from mailbox_service.tickets.find.whose import whose
from mailbox_service.tickets.rights import AT_WORK
from mailbox_service.tickets.tables import Assignment, Message, Reply, Ticket, Translation
from mailbox_service.tickets.tables.words import Identity, Part, Share

COUNTED = 1_000  # of a tab; beyond it is "1,000+"
MOST_PEOPLE = 2_000
FOUND = 25  # letters on a page of a search
MOST_TEXTS = 1_000  # of a page of letters
Condition = sa.ColumnElement[bool]


def counts(session: Session, viewer: Actor, today: date, calendar: Calendar) -> Mapping[Queue, int]:
    """How many letters wait in each of the viewer's queues, in one statement; `COUNTED` + 1 means more than `COUNTED`.

    Each queue is read through an index of its own and no further than that. `NOT_COUNTED` ask nobody for anything.
    """
    counted = [queue for queue in queues.of(viewer) if queue not in queues.NOT_COUNTED]
    if not counted:
        return {}
    desk, theirs = whose(viewer)
    rows = _counting(desk, *counted).look(session, {**theirs, **days(today, calendar)})
    return dict(zip(counted, rows("counts")[0], strict=True))


@lru_cache(maxsize=STATEMENTS)
def _counting(desk: Actor, *counted: Queue) -> Looks:
    seen = visible_to(desk)
    columns = []
    for queue in counted:
        few: sa.Select[int] = sa.select(sa.literal_column("1", sa.Integer)).select_from(Ticket)
        few = few.where(queues.condition(queue, desk, TODAY, SOON), seen).limit(COUNTED + 1)
        columns.append(sa.select(sa.func.count()).select_from(few.subquery()).scalar_subquery().label(queue.value))
    return Looks(counts=sa.select(*columns))


@lru_cache(maxsize=STATEMENTS)
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


def of_found(ids: sa.Select[Any]) -> sa.Select[Any]:
    """The lines of the letters that a search has found, newest first; `ids` are only such as the viewer may see."""
    return sa.select(*COLUMNS).where(col(Ticket.id).in_(ids)).order_by(col(Ticket.id).desc()).limit(FOUND)


def texts(ids: sa.Select[Any]) -> sa.Select[Any]:
    """What was written in letters that the viewer may see: messages, sent replies, translations.

    `own_text` is the officer's of a reply that others translated, too.
    """
    message, reply, translation = (table.ticket_id for table in (Message, Reply, Translation))
    no_other, sent = sa.null().label("own_text"), col(Reply.sent_at).is_not(None)
    places = (
        sa.select(col(message), col(Message.text), no_other).where(col(message).in_(ids)),
        sa.select(col(reply), col(Reply.text), col(Reply.own_text)).where(col(reply).in_(ids), sent),
        sa.select(col(translation), col(Translation.text), no_other).where(col(translation).in_(ids)),
    )
    return sa.select(*sa.union_all(*places).limit(MOST_TEXTS).subquery().c)


def number_of(session: Session, ids: Sequence[int], viewer: Actor) -> Mapping[int, str]:
    """The numbers of linked letters, as far as the viewer may see them."""
    wanted = sa.select(Ticket.id, Ticket.number).where(col(Ticket.id).in_(ids), visible_to(viewer))  # type: ignore[call-overload]
    return {row.id: row.number for row in session.connection().execute(wanted.limit(200))}


def people(session: Session) -> Sequence[Person]:
    """Everybody who works for the city, by name: whom the restricted desk may name."""
    at_work = select(Person).where(col(Person.left_at).is_(None))
    return session.exec(at_work.order_by(col(Person.name), col(Person.id)).limit(MOST_PEOPLE)).all()
