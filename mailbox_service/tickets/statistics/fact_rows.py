"""What the facts of letters follow from: their rows, some letters at a time, without any text."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col

from mailbox_service.tickets.tables import (
    Assignment,
    Event,
    Message,
    Party,
    Proposal,
    Publication,
    Rating,
    Round,
    Ticket,
    Translation,
)
from mailbox_service.tickets.tables.words import (
    MessageKind,
    ProposalKind,
    Share,
)

Row = dict[str, Any]
Place = tuple[int, int]  # a letter, and which of its rounds

WRITTEN = (MessageKind.QUESTION, MessageKind.INFORMATION)  # to the citizen, by a person
HELD_BACK = ("erased", "stopped", "no-address", "bounced", "restricted", "too-many")  # not tried at all


@dataclass(slots=True)
class Found:
    """The rows of some letters, as their facts need them."""

    letters: list[Row]
    rounds: dict[int, list[Row]]
    leads: dict[int, list[Row]]
    withheld: set[int]
    published: set[int]
    reviews: set[Place]
    words: dict[Place, datetime]
    ratings: dict[Place, Row]
    translations: defaultdict[Place, int]
    mails: dict[Place, tuple[int, int]]


def read(session: Session, ids: Sequence[int]) -> Found:
    """Everything that the facts of these letters follow from."""
    letters = _rows(session, _LETTERS, ids)
    rounds, leads = _by_letter(_rows(session, _ROUNDS, ids)), _by_letter(_rows(session, _LEADS, ids))
    parties = {row["ticket_id"] for row in _rows(session, _PARTIES, ids)}
    asked = _rows(session, _TRANSLATIONS, ids)
    translations: defaultdict[Place, int] = defaultdict(int)
    for row in asked:
        begun = [each["no"] for each in rounds[row["ticket_id"]] if each["begun_at"] <= row["asked_at"]]
        translations[row["ticket_id"], max(begun, default=1)] += 1
    return Found(
        letters=letters,
        rounds=rounds,
        leads=leads,
        withheld=parties | {letter["id"] for letter in letters if letter["restricted"]},
        published={row["ticket_id"] for row in _rows(session, _PUBLISHED, ids)},
        reviews={_place(row) for row in _rows(session, _REVIEWS, ids)},
        words={_place(row): row["at"] for row in _rows(session, _WORDS, ids)},
        ratings={_place(row): row for row in _rows(session, _RATINGS, ids)},
        translations=translations,
        mails={_place(row): (row["tried"], row["failed"]) for row in _rows(session, _MAILS, ids)},
    )


def _rows(session: Session, query: Any, ids: Sequence[int]) -> list[Row]:
    return [dict(row) for row in session.connection().execute(query, {"ids": list(ids)}).mappings()]


def _by_letter(rows: Sequence[Row]) -> dict[int, list[Row]]:
    found: dict[int, list[Row]] = defaultdict(list)
    for row in rows:
        found[row["ticket_id"]].append(row)
    return found


def _place(row: Row) -> Place:
    return row["ticket_id"], row["round_no"]


def _of(column: Any) -> sa.ColumnElement[bool]:
    return col(column).in_(sa.bindparam("ids", expanding=True))


_LETTERS = (
    sa.select(
        *(col(Ticket.id), col(Ticket.topic_id), col(Ticket.language), col(Ticket.channel)),
        *(col(Ticket.status), col(Ticket.restricted), col(Ticket.publication_consent), col(Ticket.duplicate)),
    )
    .where(_of(Ticket.id))
    .order_by(col(Ticket.id))
)
_ROUNDS = (
    sa.select(
        *(col(Round.id), col(Round.ticket_id), col(Round.no), col(Round.kind), col(Round.reason)),
        *(col(Round.begun_at), col(Round.due_on), col(Round.original_due_on), col(Round.extended_days)),
        *(
            col(Round.paused_on),
            col(Round.remaining),
            col(Round.paused_days),
            col(Round.pauses),
            col(Round.lead_department_id),
            col(Round.review_outcome),
        ),
        *(col(Round.ended_at), col(Round.ended_on), col(Round.outcome)),
    )
    .where(_of(Round.ticket_id))
    .order_by(col(Round.ticket_id), col(Round.no))
)
_STOPPED = sa.and_(col(Round.ended_at).is_(None), col(Round.paused_on).is_not(None), col(Round.remaining).is_not(None))
_LEADS = (
    sa.select(
        *(col(Assignment.id), col(Assignment.ticket_id), col(Assignment.round_id), col(Assignment.department_id)),
        *(col(Assignment.begun_at), col(Assignment.due_on), col(Assignment.ended_on), col(Assignment.end)),
        _STOPPED.label("stopped"),
    )
    .join(Round, col(Round.id) == col(Assignment.round_id))
    .where(_of(Assignment.ticket_id), col(Assignment.share) == Share.LEAD)
    .order_by(col(Assignment.id))
)
_PARTIES = sa.select(col(Party.ticket_id)).where(_of(Party.ticket_id)).distinct()
_PUBLISHED = (
    sa.select(col(Publication.ticket_id))
    .where(_of(Publication.ticket_id), col(Publication.published_at).is_not(None))
    .distinct()
)
_REVIEWS = (
    sa.select(col(Proposal.ticket_id), col(Proposal.round_no))
    .where(_of(Proposal.ticket_id), col(Proposal.kind) == ProposalKind.REVIEW)
    .distinct()
)
_WORDS = (
    sa.select(col(Message.ticket_id), col(Message.round_no), sa.func.min(col(Message.at)).label("at"))
    .where(_of(Message.ticket_id), col(Message.person_id).is_not(None), col(Message.kind).in_(WRITTEN))
    .group_by(col(Message.ticket_id), col(Message.round_no))
)
_RATINGS = sa.select(
    *(col(Rating.ticket_id), col(Rating.round_no), col(Rating.satisfaction), col(Rating.solved))
).where(_of(Rating.ticket_id))
_TRANSLATIONS = sa.select(col(Translation.ticket_id), col(Translation.asked_at)).where(_of(Translation.ticket_id))
_mail = sa.table(  # the post room's
    "mail",
    *(sa.column(name) for name in ("ticket_id", "event_id", "recipient", "failure")),
    *(sa.column(name) for name in ("sent_at", "failed_at", "bounced_at")),
)
_HAS_FAILED = sa.or_(  # given up after it was tried, or come back after it had left
    _mail.c.bounced_at.is_not(None), sa.and_(_mail.c.failed_at.is_not(None), _mail.c.failure.not_in(HELD_BACK))
)
_MAILS = (
    sa.select(
        *(_mail.c.ticket_id, col(Event.round_no), sa.func.count().label("tried")),
        sa.func.count().filter(_HAS_FAILED).label("failed"),
    )
    .join(Event, col(Event.id) == _mail.c.event_id)
    .where(_of(_mail.c.ticket_id), _mail.c.recipient == "citizen")
    .where(sa.or_(_mail.c.sent_at.is_not(None), _HAS_FAILED))
    .group_by(_mail.c.ticket_id, col(Event.round_no))
)
