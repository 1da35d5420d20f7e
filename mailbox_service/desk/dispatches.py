"""Replies that go out by post: which wait for it, and on which day each was posted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased
from sqlmodel import Session, col

from mailbox_service.base.refusals import Refused
from mailbox_service.city.tables import RoleName
from mailbox_service.desk.tables import Dispatch
from mailbox_service.tickets import history, rights
from mailbox_service.tickets.actor import Actor
from mailbox_service.tickets.case import Case
from mailbox_service.tickets.find import sight
from mailbox_service.tickets.tables import Citizen, Reply, Ticket
from mailbox_service.tickets.tables.words import Identity, Part

POSTED = "post_reply"
MOST = 200
ASKS_FOR_HIDDEN = (RoleName.CLERK, RoleName.RESTRICTED_DESK, RoleName.SECOND_DESK)  # as `rights.may_see_identity`
WHO = frozenset({Part.CLERK, Part.OFFICER, Part.HEAD})


@dataclass(frozen=True, slots=True)
class Owed:
    """A reply that is to go by post, and the letter it answers. `may_print`: the viewer may know the writer."""

    number: str
    subject: str
    language: str
    department_id: int | None
    sent_at: datetime
    may_print: bool


def owed(session: Session, viewer: Actor) -> Sequence[Owed]:
    """Replies to writers who left an address for post and no mail address, oldest first; what the viewer may see."""
    asks = any(viewer.has(role) for role in ASKS_FOR_HIDDEN)
    may_print: sa.ColumnElement[bool] = sa.true() if asks else col(Ticket.identity) != Identity.HIDDEN
    later = aliased(Reply)
    newest = ~sa.exists().where(
        col(later.ticket_id) == col(Reply.ticket_id), col(later.sent_at).is_not(None), col(later.id) > col(Reply.id)
    )
    ticket = (Ticket.number, Ticket.subject, Ticket.language, Ticket.lead_department_id)
    wanted = (
        sa.select(*(col(one) for one in ticket), col(Reply.sent_at), may_print)
        .select_from(sa.join(Citizen, Ticket, col(Citizen.ticket_id) == col(Ticket.id)))
        .join(Reply, col(Reply.ticket_id) == col(Ticket.id))
        .outerjoin(Dispatch, col(Dispatch.reply_id) == col(Reply.id))
        .where(col(Citizen.address) != "", col(Citizen.email) == "", col(Reply.sent_at).is_not(None))
        .where(col(Dispatch.reply_id).is_(None), newest, sight.visible_to(viewer))
        .order_by(col(Reply.id))
        .limit(MOST)
    )
    rows: Any = session.connection().execute(wanted)
    return [Owed(*row) for row in rows]


def to_post(case: Case, by: Actor) -> tuple[int, datetime]:
    """The reply that is to go by post, by its id, and when it was sent.

    Raises:
        Refused: "not_yours" to who is neither clerk nor of the office; "dispatch.none" before a reply was sent.
    """
    if not WHO & rights.parts(case, by):
        raise Refused("not_yours")
    for reply in reversed(case.replies):
        if reply.sent_at is not None:
            return reply.id, reply.sent_at
    raise Refused("dispatch.none")


def to_print(case: Case, by: Actor) -> tuple[Citizen, datetime]:
    """To whom the letter on paper goes, and when its reply was sent.

    Raises:
        Refused: as `to_post`; "not_yours", too, without an address, or to who may not know the writer.
    """
    _, sent_at = to_post(case, by)
    if case.citizen is None or not case.citizen.address or not rights.may_see_identity(case, by):
        raise Refused("not_yours")
    return case.citizen, sent_at


def record(session: Session, case: Case, posted_on: date, *, by: Actor, now: datetime) -> None:
    """Write down on which day the reply was posted.

    Raises:
        Refused: "not_yours" to who is neither clerk nor of the office; "dispatch.none" before a reply was sent;
            "dispatch.days" for a day before the reply or after today; "dispatch.there" when it is recorded already.
    """
    reply_id, sent_at = to_post(case, by)
    if not case.today(sent_at) <= posted_on <= case.today(now):
        raise Refused("dispatch.days")
    if session.get(Dispatch, reply_id) is not None:
        raise Refused("dispatch.there")
    session.add(
        Dispatch(
            reply_id=reply_id, ticket_id=case.ticket.id, posted_on=posted_on, recorded_by=by.person_id or 0, at=now
        )
    )
    history.add(case, POSTED, by=by, now=now, posted_on=posted_on)
