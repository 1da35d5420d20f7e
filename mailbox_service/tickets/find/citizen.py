"""What the citizen's own pages read: one letter, in few statements and without rows of the ORM.

Whoever asks has shown the letter's code or a link; a letter is found by its id and that code's
generation, so that a new code closes the door to old ones.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, SQLModel

from mailbox_service.base.looks import Looks, Row
from mailbox_service.tickets.acts import ACTS, CONTRADICTS, Act
from mailbox_service.tickets.find.files import HAS_FILES, of_letter
from mailbox_service.tickets.tables import (
    Citizen,
    Event,
    Message,
    Proposal,
    Rating,
    Reply,
    Round,
    Ticket,
    Translation,
)
from mailbox_service.tickets.tables.words import Part, ProposalKind, ReplyState, Status


@dataclass(frozen=True, slots=True)
class Letter:
    """A letter as its writer sees it. `head` is the ticket with its current round, contact and rating.

    Messages carry the translation made for the office only where there is one at all (`translation_of`).
    """

    head: Row
    messages: Sequence[Row]
    replies: Sequence[Row]
    events: Sequence[Row]
    proposals: Sequence[Row]
    files: Sequence[Row] = ()


@dataclass(frozen=True, slots=True)
class Receipt:
    """What the receipt says of a letter that has just come in."""

    ticket_id: int
    number: str
    generation: int
    due_on: Any
    subject: str
    text: str
    has_email: bool
    wants_reply: bool
    language: str = ""
    received_at: Any = None
    provisional: bool = False


def _table(model: type[SQLModel]) -> sa.Table:
    return SQLModel.metadata.tables[str(model.__tablename__)]


_ticket, _round, _citizen, _rating = _table(Ticket), _table(Round), _table(Citizen), _table(Rating)
_message, _reply, _translation = _table(Message), _table(Reply), _table(Translation)
_event, _proposal = _table(Event), _table(Proposal)
_id = sa.bindparam("id", type_=sa.BigInteger)

_HEAD = (
    sa.select(
        *(_ticket.c[name] for name in (
            "id", "number", "code_generation", "status", "kind", "subject", "language", "received_at", "round_no",
            "due_on", "provisional", "answered_at", "lead_department_id", "restricted", "publication_consent",
            "emptied_at", "identity", "mail_stopped_at", "wants_reply",
        )),
        _round.c.original_due_on, _round.c.extended_days, _round.c.paused_on, _round.c.paused_days, _round.c.ended_at,
        _round.c.begun_at, _round.c.original_days, _round.c.remaining,
        _round.c.reason.label("round_reason"),
        _citizen.c.name, _citizen.c.email, _citizen.c.phone, _citizen.c.bounced_at,
        _rating.c.satisfaction, _rating.c.solved, _rating.c.reason, HAS_FILES,
    )
    .select_from(
        _ticket.join(_round, sa.and_(_round.c.ticket_id == _ticket.c.id, _round.c.no == _ticket.c.round_no))
        .outerjoin(_citizen, _citizen.c.ticket_id == _ticket.c.id)
        .outerjoin(_rating, sa.and_(_rating.c.ticket_id == _ticket.c.id, _rating.c.round_no == _ticket.c.round_no))
    )
    .where(_ticket.c.id == _id)
)  # fmt: skip
_MESSAGES = (
    sa.select(_message.c.id, _message.c.kind, _message.c.at, _message.c.department_id, _message.c.language,
              _message.c.text, _message.c.round_no)
    .where(_message.c.ticket_id == _id)
    .order_by(_message.c.id)
)  # fmt: skip
_TRANSLATED_MESSAGES = _MESSAGES.add_columns(
    _translation.c.text.label("translated"), _translation.c.language.label("translated_into"),
    _translation.c.department_id.label("translated_by"), _translation.c.done_at.label("translated_at"),
).select_from(
    _message.outerjoin(
        _translation,
        sa.and_(_translation.c.message_id == _message.c.id, ~_translation.c.stale,
                _translation.c.done_at.is_not(None)),
    )
)  # fmt: skip
_REPLIES = (
    sa.select(_reply.c.id, _reply.c.round_no, _reply.c.text, _reply.c.own_text, _reply.c.department_id,
              _reply.c.sent_at, _reply.c.corrects_id, _translation.c.text.label("translated"),
              _translation.c.department_id.label("translated_by"), _translation.c.done_at.label("translated_at"))
    .select_from(
        _reply.join(_ticket, _ticket.c.id == _reply.c.ticket_id).outerjoin(
            _translation,
            sa.and_(_translation.c.reply_id == _reply.c.id, _translation.c.language == _ticket.c.language,
                    ~_translation.c.stale, _translation.c.done_at.is_not(None)),
        )
    )
    .where(_reply.c.ticket_id == _id, _reply.c.state == ReplyState.SENT)
    .order_by(_reply.c.id)
)  # fmt: skip
_EVENTS = (
    sa.select(_event.c.round_no, _event.c.at, _event.c.act, _event.c.actor_kind, _event.c.department_id,
              _event.c.status_before, _event.c.status_after, _event.c.facts)
    .where(_event.c.ticket_id == _id)
    .order_by(_event.c.id)
)  # fmt: skip
_PROPOSALS = (
    sa.select(_proposal.c.id, _proposal.c.round_no, _proposal.c.kind, _proposal.c.reason, _proposal.c.details,
              _proposal.c.asked_by, _proposal.c.outcome, _proposal.c.remark, _proposal.c.decided_at)
    .where(_proposal.c.ticket_id == _id)
    .order_by(_proposal.c.id)
)  # fmt: skip
_LETTER = Looks(head=_HEAD, messages=_MESSAGES, replies=_REPLIES, events=_EVENTS, proposals=_PROPOSALS)
_KEY = sa.select(_ticket.c.id, _ticket.c.code_generation, _ticket.c.status).where(
    _ticket.c.number == sa.bindparam("number")
)
_LINKED = sa.select(_ticket.c.number, _ticket.c.code_generation.label("generation"), _ticket.c.status).where(
    _ticket.c.id == _id
)
_SENT = (
    sa.select(_ticket.c.id, _ticket.c.number, _ticket.c.code_generation, _ticket.c.due_on, _ticket.c.subject,
              _message.c.text, _citizen.c.email, _ticket.c.wants_reply, _ticket.c.language, _ticket.c.received_at,
              _ticket.c.provisional)
    .select_from(
        _ticket.join(_message, _message.c.ticket_id == _ticket.c.id)
        .outerjoin(_citizen, _citizen.c.ticket_id == _ticket.c.id)
    )
    .order_by(_message.c.id)
    .limit(1)
)  # fmt: skip
_SENT_ONCE = _SENT.where(_ticket.c.once_key == sa.bindparam("once_key"))
_SENT_BY_ID = _SENT.where(_ticket.c.id == _id)
_JUST = (
    sa.select(_event.c.id)
    .where(_event.c.ticket_id == _id, _event.c.act == sa.bindparam("act"), _event.c.actor_kind == "citizen",
           _event.c.at >= sa.bindparam("since", type_=_event.c.at.type))
    .limit(1)
)  # fmt: skip
_STOPPED = sa.select(_ticket.c.mail_stopped_at).where(_ticket.c.id == _id)
_LAST_REASON = (
    sa.select(_proposal.c.reason)
    .where(_proposal.c.ticket_id == _id, _proposal.c.asked_by.is_(None), _proposal.c.kind == sa.bindparam("kind"))
    .order_by(_proposal.c.id.desc())
    .limit(1)
)
_LAST_WORDS = (
    sa.select(_message.c.text)
    .where(_message.c.ticket_id == _id, _message.c.person_id.is_(None))
    .order_by(_message.c.id.desc())
    .limit(1)
)


def letter(session: Session, ticket_id: int, generation: int, number: str) -> Letter | None:
    """The letter with all its writer may see; None when id, number and code generation don't belong together."""
    rows = _LETTER.look(session, {"id": ticket_id})
    head = next(iter(rows("head")), None)
    if head is None or head.number != number or head.code_generation != generation or head.status == Status.SPAM:
        return None
    events = rows("events")
    replied = head.answered_at is not None or head.round_no > 1
    wished = any(event.act.startswith(("propose_", "ask_")) for event in events)
    translated = any(event.act == Act.TRANSLATE_LETTER for event in events)
    return Letter(
        head,
        session.connection().execute(_TRANSLATED_MESSAGES, {"id": ticket_id}).all() if translated else rows("messages"),
        rows("replies") if replied else (),
        events,
        rows("proposals") if wished else (),
        of_letter(session, ticket_id) if head.has_files else (),
    )


def translation_of(message: Row) -> str:
    """What the office read instead of the citizen's own words; "" when it read those."""
    return getattr(message, "translated", None) or ""


def key_of(session: Session, number: str) -> tuple[int, int] | None:
    """Id and code generation of the letter with this number; None when there is none to be shown."""
    row = session.connection().execute(_KEY, {"number": number}).first()
    return None if row is None or row.status == Status.SPAM else (row.id, row.code_generation)


def linked(session: Session, ticket_id: int) -> Row | None:
    """Number and code generation of the letter a link names; None when there is none to be shown."""
    row = session.connection().execute(_LINKED, {"id": ticket_id}).first()
    return None if row is None or row.status == Status.SPAM else row


def sent_once(session: Session, once_key: str) -> Receipt | None:
    """The letter that this form has already become."""
    return _receipt(session.connection().execute(_SENT_ONCE, {"once_key": once_key}).first())


def receipt(session: Session, ticket_id: int) -> Receipt | None:
    """What the receipt of a letter says."""
    return _receipt(session.connection().execute(_SENT_BY_ID, {"id": ticket_id}).first())


def _receipt(row: Row | None) -> Receipt | None:
    if row is None:
        return None
    known = (row.id, row.number, row.code_generation, row.due_on, row.subject, row.text)
    more = (bool(row.email), row.wants_reply, row.language, row.received_at, row.provisional)
    return Receipt(*known, *more)


def has_just(session: Session, ticket_id: int, act: Act, since: datetime) -> bool:
    """Whether the citizen has done this act since then: a form sent twice is done once."""
    facts = {"id": ticket_id, "act": act.value, "since": since}
    return session.connection().execute(_JUST, facts).first() is not None


def mail_is_stopped(session: Session, ticket_id: int) -> bool:
    """Whether somebody has said that they did not write this letter."""
    return session.connection().execute(_STOPPED, {"id": ticket_id}).scalar() is not None


def last_words(session: Session, ticket_id: int, act: Act) -> str:
    """What the citizen wrote last: in a message, or as the reason of a wish that others decide."""
    kind = WISHED.get(act)
    statement = _LAST_WORDS if kind is None else _LAST_REASON
    facts = {"id": ticket_id} if kind is None else {"id": ticket_id, "kind": kind}
    return session.connection().execute(statement, facts).scalar() or ""


WISHED = {
    Act.ASK_REOPENING: ProposalKind.REOPEN,
    Act.ASK_REVIEW: ProposalKind.REVIEW,
    Act.ASK_ERASURE: ProposalKind.ERASE,
}

# --- What one may do -------------------------------------------------------------------------


@lru_cache(maxsize=1024)
def acts_open(status: Status, pending: frozenset[ProposalKind]) -> frozenset[Act]:
    """The citizen's acts in this status while these proposals wait: the table of acts, as `rights` reads it."""
    refused = {act for kind in pending for act in CONTRADICTS[kind]}
    return frozenset(
        act for act, rule in ACTS.items() if Part.CITIZEN in rule.by and status in rule.on and act not in refused
    )
