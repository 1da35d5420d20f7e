"""The facts of letters, as their rows say them now: each round and each time an office led, without any text.

`of_letters` is the one place where it is decided what counts. Everything that is read or added up follows from it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from sqlmodel import Session

from mailbox_service.city.workdays import Calendar
from mailbox_service.tickets import deadlines
from mailbox_service.tickets.acts import OPEN
from mailbox_service.tickets.statistics import fact_rows
from mailbox_service.tickets.statistics.fact_rows import Found, Place, Row
from mailbox_service.tickets.statistics.measures import BEGUN, DUE, ENDED
from mailbox_service.tickets.tables.words import (
    AssignmentEnd,
    Outcome,
    ReviewOutcome,
    RoundReason,
    Satisfaction,
    Status,
)

REPLIED = frozenset({Outcome.ANSWERED, Outcome.DECLINED, Outcome.TRANSFERRED})
RUNNING = OPEN - {Status.AWAITING_CITIZEN}


@dataclass(frozen=True, slots=True)
class Facts:
    """The rows of `RoundFact` and `LeadFact` that some letters have now."""

    rounds: list[Row] = field(default_factory=list)
    leads: list[Row] = field(default_factory=list)


def of_letters(session: Session, calendar: Calendar, ids: Sequence[int], today: date) -> Facts:
    """The facts of these letters as of a day: what was due before it counts."""
    found = fact_rows.read(session, ids)
    facts = Facts()
    for letter in found.letters:
        rounds = found.rounds[letter["id"]]
        of_round = {each["id"]: _round(found, letter, each, rounds, calendar, today) for each in rounds}
        facts.rounds.extend(of_round.values())
        leads = found.leads[letter["id"]]
        facts.leads.extend(_lead(letter, each, of_round[each["round_id"]], calendar, today) for each in leads)
    return facts


# --- What counts -----------------------------------------------------------------------------


def _round(found: Found, letter: Row, row: Row, rounds: Sequence[Row], calendar: Calendar, today: date) -> Row:
    place = (letter["id"], row["no"])
    withheld = letter["id"] in found.withheld
    begun_on = calendar.day_of(row["begun_at"])
    tried, failed = found.mails.get(place, (0, 0))
    begun = _begun(letter, row, withheld)
    fact = {
        "round_id": row["id"],
        **_shared(letter, row, withheld),
        **{name: row[name] for name in ("reason", "due_on", "original_due_on", "ended_on", "outcome")},
        "department_id": row["lead_department_id"],
        "begun_on": begun_on,
        "counted": row["due_on"] < today,
        **begun,
        "translations": found.translations[place] if begun["begun"] else 0,
        "due": begun["begun"] and row["due_on"] < today and not (_is_stopped(row) or _taken_back(row)),
        **_replied(row),
        **_again(found, row, rounds, place),
        **_published(found, letter, row, rounds),
        **_rated(found.ratings.get(place)),
        "mails": tried,
        "mails_failed": failed,
        **_lengths(found.words.get(place), row, begun_on, calendar),
    }
    return {name: int(value) if name in _COUNTS else value for name, value in fact.items()}


def _begun(letter: Row, row: Row, withheld: bool) -> Row:
    """Whether it came in and counts, and whether it has ended."""
    spam, duplicate, ended_on = letter["status"] == Status.SPAM, letter["duplicate"], row["ended_on"]
    begun = not (withheld or spam or duplicate)
    first, ended = row["reason"] == RoundReason.RECEIPT and not withheld, begun and ended_on is not None
    return {
        "status": letter["status"] if begun and not ended else None,
        "running": begun and not ended and letter["status"] in RUNNING,
        "received": first,
        "spam": first and spam,
        "duplicate": first and duplicate and not spam,
        "begun": begun,
        "ended": ended,
        "ended_late": ended and ended_on > row["due_on"],
    }


def _is_stopped(row: Row) -> bool:
    """The clock stands still: its date moves when the citizen answers."""
    return row["ended_on"] is None and row["paused_on"] is not None and row["remaining"] is not None


def _taken_back(row: Row) -> bool:
    """Withdrawn before it was due."""
    return row["outcome"] == Outcome.WITHDRAWN and bool(row["ended_on"] <= row["due_on"])


def _replied(row: Row) -> Row:
    outcome, ended_on = row["outcome"], row["ended_on"]
    replied = outcome in REPLIED
    return {
        "replied": replied,
        "kept": replied and ended_on <= row["due_on"],
        "kept_original": replied and ended_on <= row["original_due_on"],
        "answered": outcome == Outcome.ANSWERED,
        "declined": outcome == Outcome.DECLINED,
        "transferred": outcome == Outcome.TRANSFERRED,
        "extended": row["extended_days"] > 0,
    }


def _again(found: Found, row: Row, rounds: Sequence[Row], place: Place) -> Row:
    """What followed on the reply; and what a review found."""
    following = next((each["reason"] for each in rounds if each["no"] == row["no"] + 1), None)
    reviewed = row["outcome"] == Outcome.ANSWERED and row["review_outcome"] is not None
    return {
        "reopened": following == RoundReason.REOPENING,
        "review_asked": place in found.reviews,
        "reviewed": reviewed,
        "changed": reviewed and row["review_outcome"] == ReviewOutcome.CHANGED,
    }


_COUNTS = frozenset(name for cohort in (BEGUN, ENDED, DUE) for name in cohort.counts)


def _shared(letter: Row, of_round: Row, withheld: bool) -> Row:
    return {
        "ticket_id": letter["id"],
        "kind": of_round["kind"],
        **{name: letter[name] for name in ("topic_id", "language", "channel")},
        "withheld": withheld,
    }


def _published(found: Found, letter: Row, row: Row, rounds: Sequence[Row]) -> Row:
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
        lengths["work_days"] = max(0, calendar.between(begun_on, row["ended_on"]) - _paused_days(row, calendar))
        lengths["calendar_days"] = (row["ended_on"] - begun_on).days
    return lengths


def _paused_days(row: Row, calendar: Calendar) -> int:
    """By the calendar that the whole round is counted by; as they were kept where their days are not known."""
    pauses = [(date.fromisoformat(stopped), date.fromisoformat(resumed)) for stopped, resumed in row["pauses"]]
    return deadlines.paused_days(calendar, pauses) if pauses else int(row["paused_days"])


def _lead(letter: Row, row: Row, of_round: Row, calendar: Calendar, today: date) -> Row:
    ended_on, due_on, end = row["ended_on"], row["due_on"], row["end"]
    in_time = ended_on is not None and ended_on <= due_on
    stopped = ended_on is None and row["stopped"]
    led = bool(of_round["begun"]) and due_on < today and not stopped and not _taken_back(of_round)
    returned = end == AssignmentEnd.RETURNED
    owed = led and not returned and not (in_time and end == AssignmentEnd.REROUTED)
    return {
        "assignment_id": row["id"],
        **_shared(letter, of_round, of_round["withheld"]),
        "department_id": row["department_id"],
        "begun_on": calendar.day_of(row["begun_at"]),
        "due_on": due_on,
        "ended_on": ended_on,
        "end": end,
        "counted": due_on < today,
        "signing": ended_on is None and of_round["status"] == Status.ASSIGNED,
        "led": int(led),
        "returned": int(led and returned),
        "office_due": int(owed),
        "office_kept": int(owed and in_time),
    }
