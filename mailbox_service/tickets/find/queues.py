"""The queues of the staff's workspace: each is one condition on `Ticket`. Whose queue it is follows from the roles.

A queue of work ("to approve") holds what `rights` lets this viewer do now, and nothing they proposed
or wrote themselves. Sight is asked beside it, in `find.staff`.
"""

from __future__ import annotations

from datetime import date
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import aliased
from sqlmodel import col

from mailbox_service.city.tables import RoleName
from mailbox_service.tickets.actor import Actor
from mailbox_service.tickets.acts import ACTS, REPLIED, Act
from mailbox_service.tickets.find.proposals import among, at_desk, is_there, of_ticket, proposals, submitted, to_publish
from mailbox_service.tickets.rights import AT_WORK
from mailbox_service.tickets.tables import (
    Approval,
    Call,
    Contribution,
    Handler,
    Proposal,
    Reply,
    Ticket,
    Translation,
)
from mailbox_service.tickets.tables.ticket import ENDED_NOW, OPEN_NOW
from mailbox_service.tickets.tables.words import Part, ProposalKind, ReplyState, Status, Step

Condition = sa.ColumnElement[bool]
Day = date | sa.BindParameter[date]


class Queue(StrEnum):
    """The tabs, in their order."""

    URGENT = "urgent"
    TO_ROUTE = "to_route"
    MINE = "mine"
    MY_OFFICE = "my_office"
    CONTRIBUTE = "contribute"
    TO_APPROVE = "to_approve"
    TO_TRANSLATE = "to_translate"
    PROPOSALS = "proposals"
    TO_PUBLISH = "to_publish"
    WAITING = "waiting"
    DUE_SOON = "due_soon"
    LATE = "late"
    REOPENED = "reopened"
    TO_CALL = "to_call"
    MENTIONS = "mentions"
    RESTRICTED = "restricted"
    ALL = "all"
    ENDED = "ended"


DESKS = (RoleName.RESTRICTED_DESK, RoleName.SECOND_DESK)
# As the partial indexes say it, so that both databases know that these hold what is asked for. Without a type:
# SQLite's booleans are written "… = 1", and then it reads the whole table instead.
IS_OPEN: Condition = sa.literal_column(f"ticket.{OPEN_NOW}")
HAS_ENDED: Condition = sa.literal_column(f"ticket.{ENDED_NOW}")
RUNNING: Condition = sa.and_(IS_OPEN, col(Ticket.status) != Status.AWAITING_CITIZEN)

NOT_COUNTED = frozenset({Queue.TO_PUBLISH, Queue.ENDED})
_EVERYBODYS = (
    *(Queue.URGENT, Queue.WAITING, Queue.DUE_SOON, Queue.LATE),
    *(Queue.REOPENED, Queue.MENTIONS, Queue.ALL, Queue.ENDED),
)
_OFFICES = (Queue.MINE, Queue.MY_OFFICE, Queue.CONTRIBUTE, Queue.TO_TRANSLATE)
_DESKS = (Queue.TO_ROUTE, Queue.PROPOSALS, Queue.TO_CALL, Queue.RESTRICTED)
_WHOSE: dict[RoleName, tuple[Queue, ...]] = {
    RoleName.CLERK: (Queue.TO_ROUTE, Queue.PROPOSALS, Queue.TO_PUBLISH, Queue.TO_CALL),
    RoleName.OFFICER: (*_OFFICES, Queue.TO_APPROVE),  # on a restricted letter an officer may be named head
    RoleName.HEAD: (*_OFFICES, Queue.TO_APPROVE),
    RoleName.APPROVER: (Queue.TO_APPROVE,),
    RoleName.MANAGER: (Queue.PROPOSALS,),
    RoleName.RESTRICTED_DESK: _DESKS,
    RoleName.SECOND_DESK: _DESKS,
}


def of(viewer: Actor) -> list[Queue]:
    """The viewer's tabs. Administrators and auditors, who read no letters, have none."""
    theirs = {queue for role in viewer.roles for queue in _WHOSE.get(role.name, ())}
    if not theirs:
        return []
    return [queue for queue in Queue if queue in theirs or queue in _EVERYBODYS]


def condition(queue: Queue, viewer: Actor, today: Day, soon: Day) -> Condition:
    """Which tickets belong into the queue, among those that exist for the viewer; `soon` is the next working day."""
    match queue:
        case Queue.LATE:
            return late(today)
        case Queue.DUE_SOON:
            return _due_soon(today, soon)
        case Queue.WAITING:
            return sa.and_(IS_OPEN, col(Ticket.status) == Status.AWAITING_CITIZEN)
        case Queue.URGENT:
            return sa.and_(IS_OPEN, col(Ticket.urgent).is_(True))
        case Queue.REOPENED:
            return sa.and_(col(Ticket.round_no) > sa.literal_column("1"), IS_OPEN)
        case Queue.ALL:
            return IS_OPEN
        case Queue.ENDED:
            return HAS_ENDED
    return _WORK[queue](viewer)


# --- By the clock ----------------------------------------------------------------------------


def late(today: Day) -> Condition:
    """Late by the citizen's clock, while it runs."""
    return sa.and_(RUNNING, col(Ticket.due_on) < today)


def _due_soon(today: Day, soon: Day) -> Condition:
    """Not late yet; the office's date (the citizen's while no office has it) is no later than the next working day."""
    office = sa.func.coalesce(col(Ticket.office_due_on), col(Ticket.due_on))
    return sa.and_(RUNNING, col(Ticket.due_on) >= today, office <= soon)


# --- Work ------------------------------------------------------------------------------------


def _to_route(viewer: Actor) -> Condition:
    """New, and nobody has proposed to decline it or to pass it outside."""
    ending = col(Proposal.kind).in_([ProposalKind.DECLINE, ProposalKind.TRANSFER])
    proposed = is_there(Proposal, of_ticket(Proposal), ending, col(Proposal.outcome).is_(None))
    ways = [at_desk(viewer)]
    if viewer.has(RoleName.CLERK):
        ways.append(~col(Ticket.restricted))
    return sa.and_(IS_OPEN, col(Ticket.status) == Status.RECEIVED, sa.or_(*ways), ~proposed)


def _to_call(viewer: Actor) -> Condition:
    """Who left only a phone has something to be told: the clerk calls, of a restricted letter its desk."""
    ways = [at_desk(viewer)]
    if viewer.has(RoleName.CLERK):
        ways.append(~col(Ticket.restricted))
    return sa.and_(among(Call, col(Call.called_at).is_(None)), sa.or_(*ways))


def _mentions(viewer: Actor) -> Condition:
    """A note names the viewer, who has not looked yet."""
    unread = sa.and_(_mention.c.person_id == viewer.person_id, _mention.c.read_at.is_(None))
    return col(Ticket.id).in_(sa.select(_mention.c.ticket_id).where(unread))


def _restricted(viewer: Actor) -> Condition:
    return sa.and_(IS_OPEN, at_desk(viewer))


def _mine(viewer: Actor) -> Condition:
    named = sa.and_(col(Ticket.restricted), is_named(viewer))
    return sa.and_(IS_OPEN, sa.or_(col(Ticket.handler_id) == viewer.person_id, named))


def _my_office(viewer: Actor) -> Condition:
    """Read among the open letters: by the offices' own index PostgreSQL would read all that they ever led."""
    office = col(Ticket.lead_department_id) + sa.literal_column("0")
    return sa.and_(IS_OPEN, office.in_(viewer.departments(*AT_WORK)))


def _contribute(viewer: Actor) -> Condition:
    """A co-handling office owes its contribution, and the viewer speaks for it."""
    owed = sa.and_(
        of_ticket(Contribution),
        col(Contribution.round_no) == col(Ticket.round_no),
        col(Contribution.given_at).is_(None),
        col(Contribution.waived_at).is_(None),
    )
    theirs = col(Contribution.department_id).in_(viewer.departments(*AT_WORK))
    ordinary = sa.and_(~col(Ticket.restricted), is_there(Contribution, owed, theirs))
    named = sa.and_(col(Ticket.restricted), is_named(viewer, Part.CO_OFFICER), is_there(Contribution, owed))
    waits = among(Contribution, col(Contribution.given_at).is_(None), col(Contribution.waived_at).is_(None))
    return sa.and_(waits, col(Ticket.status).in_(ACTS[Act.CONTRIBUTE].on), sa.or_(ordinary, named))


def _to_approve(viewer: Actor) -> Condition:
    """A version waits for the step that is the viewer's, who neither wrote it nor let it through before."""
    passed = aliased(Approval)
    mine = is_there(
        passed,
        col(passed.ticket_id) == col(Reply.ticket_id),
        col(passed.reply_id) == col(Reply.id),
        col(passed.passed).is_(True),
        col(passed.person_id) == viewer.person_id,
    )
    head_passed = sa.or_(~col(Reply.needs_head), _has_passed(Step.HEAD))
    waits_for_head = sa.and_(col(Reply.needs_head), ~_has_passed(Step.HEAD), _heads(viewer))
    waits_for_approver = sa.and_(
        col(Reply.needs_approver), ~_has_passed(Step.APPROVER), head_passed, _approves(viewer), ~mine
    )
    return sa.and_(
        among(Reply, submitted()),
        col(Ticket.status).in_(REPLIED | {Status.IN_REVIEW}),
        is_there(
            Reply,
            of_ticket(Reply),
            col(Reply.state) == ReplyState.SUBMITTED,
            col(Reply.author_id) != viewer.person_id,
            sa.or_(waits_for_head, waits_for_approver),
        ),
    )


def _has_passed(step: Step) -> Condition:
    gone = aliased(Approval)
    of_letter = col(gone.ticket_id) == col(Reply.ticket_id)  # the index approvals are found by
    of_reply = sa.and_(of_letter, col(gone.reply_id) == col(Reply.id))
    return is_there(gone, of_reply, col(gone.step) == step, col(gone.passed).is_(True))


def _heads(viewer: Actor) -> Condition:
    """Head of the lead office, in their own right or as deputy of somebody else than the author."""
    ways: list[Condition] = [sa.and_(col(Ticket.restricted), is_named(viewer, Part.HEAD))]
    for role in viewer.roles:
        if role.name is RoleName.HEAD:
            leads = col(Ticket.lead_department_id) == role.department_id
            ways.append(sa.and_(~col(Ticket.restricted), leads, _not_author(role.stands_for)))
    return sa.or_(*ways)


def _approves(viewer: Actor) -> Condition:
    ways: list[Condition] = [sa.and_(col(Ticket.restricted), is_named(viewer, Part.APPROVER))]
    for role in viewer.roles:
        if role.name is RoleName.APPROVER:
            ways.append(sa.and_(~col(Ticket.restricted), _not_author(role.stands_for)))
    return sa.or_(*ways)


def _not_author(person_id: int | None) -> Condition:
    return sa.true() if person_id is None else col(Reply.author_id) != person_id


def _to_translate(viewer: Actor) -> Condition:
    """A letter or an approved reply waits for the viewer's translation; the reply is not their own."""
    asked = sa.and_(of_ticket(Translation), ~col(Translation.stale), col(Translation.done_at).is_(None))
    of_message = sa.and_(col(Translation.message_id).is_not(None), IS_OPEN)
    theirs: list[Condition] = [sa.and_(col(Ticket.restricted), is_named(viewer, Part.TRANSLATOR))]
    theirs_of_reply = [sa.and_(theirs[0], col(Reply.author_id) != viewer.person_id)]
    for role in viewer.roles:
        if role.name in AT_WORK:
            office = sa.and_(~col(Ticket.restricted), col(Translation.department_id) == role.department_id)
            theirs.append(office)
            own = col(Reply.author_id) != viewer.person_id
            theirs_of_reply.append(sa.and_(office, own, _not_author(role.stands_for)))
    checked = is_there(
        Reply,
        col(Reply.id) == col(Translation.reply_id),
        col(Reply.state) == ReplyState.SUBMITTED,
        col(Ticket.status).in_(REPLIED | {Status.IN_REVIEW}),
        sa.or_(*theirs_of_reply),
    )
    waits = among(Translation, col(Translation.done_at).is_(None))
    return sa.and_(waits, is_there(Translation, asked, sa.or_(sa.and_(of_message, sa.or_(*theirs)), checked)))


def is_named(viewer: Actor, *parts: Part) -> Condition:
    """The restricted desk has named the viewer a handler, in one of these parts (any when none is given)."""
    named = [col(Handler.person_id) == viewer.person_id, col(Handler.ended_at).is_(None)]
    if parts:
        named.append(col(Handler.part).in_(parts))
    return is_there(Handler, col(Handler.ticket_id) == col(Ticket.id), *named)


_ids = (sa.column(name, sa.BigInteger) for name in ("ticket_id", "person_id"))
_mention = sa.table("mention", *_ids, sa.column("read_at"))  # desk's
_WORK = {
    Queue.TO_CALL: _to_call,
    Queue.MENTIONS: _mentions,
    Queue.TO_ROUTE: _to_route,
    Queue.MINE: _mine,
    Queue.MY_OFFICE: _my_office,
    Queue.CONTRIBUTE: _contribute,
    Queue.TO_APPROVE: _to_approve,
    Queue.TO_TRANSLATE: _to_translate,
    Queue.PROPOSALS: proposals,
    Queue.TO_PUBLISH: to_publish,
    Queue.RESTRICTED: _restricted,
}
