"""The facts of letters, as their rows say them now: each round and each time an office led, without any text.

`of_letters` is the one place where it is decided what counts. Everything that is read or added up follows from it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col

from mailbox_service.city.workdays import Calendar
from mailbox_service.tickets.acts import OPEN
from mailbox_service.tickets.statistics.measures import BEGUN, DUE, ENDED
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
    AssignmentEnd,
    MessageKind,
    Outcome,
    ProposalKind,
    ReviewOutcome,
    RoundReason,
    Satisfaction,
    Share,
    Status,
)

Row = dict[str, Any]
Place = tuple[int, int]  # a letter, and which of its rounds

REPLIED = frozenset({Outcome.ANSWERED, Outcome.DECLINED, Outcome.TRANSFERRED})
RUNNING = OPEN - {Status.AWAITING_CITIZEN}
WRITTEN = (MessageKind.QUESTION, MessageKind.INFORMATION)  # to the citizen, by a person
HELD_BACK = ("erased", "stopped", "no-address", "bounced", "restricted", "too-many")  # not tried at all


@dataclass(frozen=True, slots=True)
class Facts:
    """The rows of `RoundFact` and `LeadFact` that some letters have now."""

    rounds: list[Row] = field(default_factory=list)
    leads: list[Row] = field(default_factory=list)


def of_letters(session: Session, calendar: Calendar, ids: Sequence[int], today: date) -> Facts:
    """The facts of these letters as of a day: what was due before it counts."""
    found = _read(session, ids)
    facts = Facts()
    for letter in found.letters:
        rounds = found.rounds[letter["id"]]
        of_round = {each["id"]: _round(found, letter, each, rounds, calendar, today) for each in rounds}
        facts.rounds.extend(of_round.values())
        leads = found.leads[letter["id"]]
        facts.leads.extend(_lead(letter, each, of_round[each["round_id"]], calendar, today) for each in leads)
    return facts


# --- What counts -----------------------------------------------------------------------------


def _round(found: _Found, letter: Row, row: Row, rounds: Sequence[Row], calendar: Calendar, today: date) -> Row:
    place = (letter["id"], row["no"])
    outcome, ended_on, due_on = row["outcome"], row["ended_on"], row["due_on"]
    withheld = letter["id"] in found.withheld
    spam, duplicate = letter["status"] == Status.SPAM, letter["duplicate"]
    begun = not (withheld or spam or duplicate)
    stopped = ended_on is None and row["paused_on"] is not None and row["remaining"] is not None
    taken_back = outcome == Outcome.WITHDRAWN and ended_on <= due_on
    replied, answered = outcome in REPLIED, outcome == Outcome.ANSWERED
    first = row["reason"] == RoundReason.RECEIPT and not withheld
    is_open = begun and ended_on is None
    following = next((each for each in rounds if each["no"] == row["no"] + 1), None)
    begun_on = calendar.day_of(row["begun_at"])
    fact = {
        "round_id": row["id"],
        **_shared(letter, withheld),
        "reason": row["reason"],
        "department_id": row["lead_department_id"],
        "status": letter["status"] if is_open else None,
        "running": is_open and letter["status"] in RUNNING,
        "begun_on": begun_on,
        "due_on": due_on,
        "original_due_on": row["original_due_on"],
        "ended_on": ended_on,
        "outcome": outcome,
        "counted": due_on < today,
        "received": first,
        "spam": first and spam,
        "duplicate": first and duplicate and not spam,
        "begun": begun,
        "translations": found.translations[place] if begun else 0,
        "ended": begun and ended_on is not None,
        "ended_late": begun and ended_on is not None and ended_on > due_on,
        "due": begun and due_on < today and not stopped and not taken_back,
        "kept": replied and ended_on <= due_on,
        "kept_original": replied and ended_on <= row["original_due_on"],
        "replied": replied,
        "answered": answered,
        "declined": outcome == Outcome.DECLINED,
        "transferred": outcome == Outcome.TRANSFERRED,
        "extended": row["extended_days"] > 0,
        "reopened": following is not None and following["reason"] == RoundReason.REOPENING,
        "review_asked": place in found.reviews,
        "reviewed": answered and row["review_outcome"] is not None,
        "changed": answered and row["review_outcome"] == ReviewOutcome.CHANGED,
        **_published(found, letter, row, rounds),
        **_rated(found.ratings.get(place)),
        "mails": found.mails.get(place, (0, 0))[0],
        "mails_failed": found.mails.get(place, (0, 0))[1],
        **_lengths(found.words.get(place), row, begun_on, calendar),
    }
    return {name: int(value) if name in _COUNTS else value for name, value in fact.items()}


_COUNTS = frozenset(name for cohort in (BEGUN, ENDED, DUE) for name in cohort.counts)


def _shared(letter: Row, withheld: bool) -> Row:
    return {
        "ticket_id": letter["id"],
        **{name: letter[name] for name in ("kind", "topic_id", "language", "channel")},
        "withheld": withheld,
    }


def _published(found: _Found, letter: Row, row: Row, rounds: Sequence[Row]) -> Row:
    """A letter's copy counts with its first answer."""
    first = next((each["id"] for each in rounds if each["outcome"] == Outcome.ANSWERED), None)
    published = first == row["id"] and letter["id"] in found.published
    return {"published": published, "consented": published or (first == row["id"] and letter["publication_consent"])}


def _rated(rating: Row | None) -> Row:
    said = rating["satisfaction"] if rating else None
    solved = rating["solved"] if rating else None
    return {
        "rated": said is not None,
        "satisfied": said == Satisfaction.SATISFIED,
        "partly": said == Satisfaction.PARTLY,
        "solved": solved is True,
        "solved_said": solved is not None,
    }


def _lengths(word: datetime | None, row: Row, begun_on: date, calendar: Calendar) -> Row:
    ended = row["ended_at"] if row["outcome"] in REPLIED else None
    first = min((at for at in (word, ended) if at is not None), default=None)
    lengths: Row = {"first_days": None, "work_days": None, "calendar_days": None}
    if first is not None:
        lengths["first_days"] = calendar.between(begun_on, calendar.day_of(first))
    if ended is not None:
        lengths["work_days"] = max(0, calendar.between(begun_on, row["ended_on"]) - row["paused_days"])
        lengths["calendar_days"] = (row["ended_on"] - begun_on).days
    return lengths


def _lead(letter: Row, row: Row, of_round: Row, calendar: Calendar, today: date) -> Row:
    ended_on, due_on, end = row["ended_on"], row["due_on"], row["end"]
    in_time = ended_on is not None and ended_on <= due_on
    taken_back = of_round["outcome"] == Outcome.WITHDRAWN and of_round["ended_on"] <= of_round["due_on"]
    stopped = ended_on is None and row["stopped"]
    led = bool(of_round["begun"]) and due_on < today and not stopped and not taken_back
    returned = end == AssignmentEnd.RETURNED
    owed = led and not returned and not (in_time and end == AssignmentEnd.REROUTED)
    return {
        "assignment_id": row["id"],
        **_shared(letter, of_round["withheld"]),
        "department_id": row["department_id"],
        "begun_on": calendar.day_of(row["begun_at"]),
        "due_on": due_on,
        "ended_on": ended_on,
        "end": end,
        "counted": due_on < today,
        "led": int(led),
        "returned": int(led and returned),
        "office_due": int(owed),
        "office_kept": int(owed and in_time),
    }


# --- What is read for it ---------------------------------------------------------------------


@dataclass(slots=True)
class _Found:
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


def _read(session: Session, ids: Sequence[int]) -> _Found:
    letters = _rows(session, _LETTERS, ids)
    rounds, leads = _by_letter(_rows(session, _ROUNDS, ids)), _by_letter(_rows(session, _LEADS, ids))
    parties = {row["ticket_id"] for row in _rows(session, _PARTIES, ids)}
    asked = _rows(session, _TRANSLATIONS, ids)
    translations: defaultdict[Place, int] = defaultdict(int)
    for row in asked:
        begun = [each["no"] for each in rounds[row["ticket_id"]] if each["begun_at"] <= row["asked_at"]]
        translations[row["ticket_id"], max(begun, default=1)] += 1
    return _Found(
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
        *(col(Ticket.id), col(Ticket.kind), col(Ticket.topic_id), col(Ticket.language), col(Ticket.channel)),
        *(col(Ticket.status), col(Ticket.restricted), col(Ticket.publication_consent), col(Ticket.duplicate)),
    )
    .where(_of(Ticket.id))
    .order_by(col(Ticket.id))
)
_ROUNDS = (
    sa.select(
        *(col(Round.id), col(Round.ticket_id), col(Round.no), col(Round.reason), col(Round.begun_at)),
        *(col(Round.due_on), col(Round.original_due_on), col(Round.extended_days), col(Round.paused_on)),
        *(col(Round.remaining), col(Round.paused_days), col(Round.lead_department_id), col(Round.review_outcome)),
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
