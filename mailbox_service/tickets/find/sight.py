"""What somebody may see, as a condition on `Ticket`: `rights.may_see` in SQL. Lists, counts and search carry it."""

from __future__ import annotations

from functools import lru_cache

import sqlalchemy as sa
from sqlmodel import col

from mailbox_service.city.tables import RoleName
from mailbox_service.tickets.actor import Actor
from mailbox_service.tickets.rights import AT_WORK, SECOND_DESK
from mailbox_service.tickets.tables import Assignment, Handler, Party, Recusal, Reply, Ticket, Translation
from mailbox_service.tickets.tables.words import ActorKind, AssignmentEnd

Condition = sa.ColumnElement[bool]


@lru_cache(maxsize=256)
def visible_to(viewer: Actor) -> Condition:
    """The tickets that exist for this viewer."""
    if viewer.kind is ActorKind.SYSTEM:
        return sa.true()
    if viewer.kind is ActorKind.CITIZEN:
        return col(Ticket.id) == viewer.ticket_id
    if not viewer.roles:
        return sa.false()
    restricted = col(Ticket.restricted)
    ordinary = sa.and_(~restricted, _by_role(viewer))
    return sa.and_(~_kept_out(viewer), sa.or_(ordinary, sa.and_(restricted, _named(viewer))))


def _by_role(viewer: Actor) -> Condition:
    if viewer.has(RoleName.CLERK) or viewer.has(RoleName.MANAGER):
        return sa.true()
    ways: list[Condition] = []
    if offices := viewer.departments(*AT_WORK):
        kept = sa.or_(col(Assignment.ended_at).is_(None), col(Assignment.end) == AssignmentEnd.COMPLETED)
        ways.append(_exists(Assignment, col(Assignment.department_id).in_(offices), kept))
        ways.append(_exists(Translation, col(Translation.department_id).in_(offices)))
    if viewer.has(RoleName.APPROVER):
        ways.append(_exists(Reply, col(Reply.needs_approver).is_(True)))
    return sa.or_(sa.false(), *ways)


def _named(viewer: Actor) -> Condition:
    ways = [_exists(Handler, col(Handler.person_id) == viewer.person_id, col(Handler.ended_at).is_(None))]
    if viewer.has(RoleName.RESTRICTED_DESK):
        ways.append(col(Ticket.desk) != SECOND_DESK)
    if viewer.has(RoleName.SECOND_DESK):
        ways.append(col(Ticket.desk) == SECOND_DESK)
    return sa.or_(*ways)


def _kept_out(viewer: Actor) -> Condition:
    people = [viewer.person_id, *(role.stands_for for role in viewer.roles if role.stands_for is not None)]
    offices = [role.department_id for role in viewer.roles if role.department_id is not None]
    complained = sa.or_(col(Party.person_id).in_(people), col(Party.department_id).in_(offices))
    return sa.or_(_exists(Party, complained), _exists(Recusal, col(Recusal.person_id) == viewer.person_id))


def _exists(rows: type[Assignment | Handler | Party | Recusal | Reply | Translation], *where: Condition) -> Condition:
    """A row of that table is the ticket's, looked up letter by letter.

    Said twice, PostgreSQL doesn't read all that an office ever had into a hash to show a page of 25.
    """
    theirs = (col(rows.ticket_id) == col(Ticket.id), col(rows.ticket_id) >= col(Ticket.id))
    return sa.exists().where(*theirs, *where)
