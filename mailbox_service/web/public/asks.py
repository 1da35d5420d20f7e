"""What the writer of a letter may do with it now, and until when: the links of its page."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from mailbox_service.base.language import day, say
from mailbox_service.tickets import deadlines
from mailbox_service.tickets.acts import ENDED, Act
from mailbox_service.tickets.case import City
from mailbox_service.tickets.find.citizen import Letter, acts_open
from mailbox_service.tickets.life.after import REMEDY_DAYS
from mailbox_service.tickets.rights import TAKES_TEXT
from mailbox_service.tickets.tables.words import ProposalKind, Status
from mailbox_service.web import parts


@dataclass(frozen=True, slots=True)
class Ask:
    """An act as the address names it, and the notice once it is done."""

    act: Act
    done: str


ASKS: dict[str, Ask] = {
    "answer": Ask(Act.ANSWER, "done.answer"),
    "rate": Ask(Act.RATE, "done.rate"),
    "add": Ask(Act.ADD, "done.add"),
    "reopen": Ask(Act.ASK_REOPENING, "done.reopen"),
    "review": Ask(Act.ASK_REVIEW, "done.review"),
    "contact": Ask(Act.CORRECT_CONTACT, "done.contact"),
    "unpublish": Ask(Act.REVOKE_PUBLICATION, "done.unpublish"),
    "restrict": Ask(Act.RESTRICT, "done.restrict"),
    "withdraw": Ask(Act.WITHDRAW, "done.withdraw"),
    "erase": Ask(Act.ASK_ERASURE, "done.erase"),
}
DONE = {name: ask.done for name, ask in ASKS.items()}
REMEDIES = {"reopen": ProposalKind.REOPEN, "review": ProposalKind.REVIEW}
FIRST = {Status.AWAITING_CITIZEN: "answer", Status.ANSWERED: "rate"}


def offered(lang: str, letter: Letter, city: City, today: date) -> list[parts.Act]:
    """The acts of this moment, the one that is waited for first and marked so; a used-up remedy says why."""
    head = letter.head
    found: list[parts.Act] = []
    for name in ASKS:
        if not is_open(name, letter):
            continue
        href = f"/{lang}/letters/{head.number}/{name}"
        first = FIRST.get(head.status) == name and not (name == "rate" and head.satisfaction)
        found.append(
            parts.Act(
                say(lang, f"ask.{name}"), href, why_not(lang, name, letter, city, today), "first" if first else ""
            )
        )
    links = [say(lang, "ask.takeaway"), f"/{lang}/letters/{head.number}/takeaway"]
    found.append(parts.Act(*links))
    if is_over(letter, city, today):
        found.append(parts.Act(say(lang, "ask.again"), f"/{lang}/write?after={head.number}"))
    return found


def is_over(letter: Letter, city: City, today: date) -> bool:
    """Whether the letter has ended so long ago that only a new one can move anything (DOMAIN §3)."""
    head = letter.head
    return head.ended_at is not None and head.status in ENDED and today > remedy_until(letter, city)


def is_open(name: str, letter: Letter) -> bool:
    """Whether the act belongs to this letter in its status."""
    head = letter.head
    pending = frozenset(ProposalKind(p.kind) for p in letter.proposals if p.outcome is None)
    if ASKS[name].act not in acts_open(Status(head.status), pending):
        return False
    if name == "unpublish":
        return bool(head.publication_consent)
    if name == "restrict":
        return not head.restricted
    if head.emptied_at is not None and ASKS[name].act in TAKES_TEXT:
        return False
    return not (name == "erase" and ProposalKind.ERASE in pending)


def why_not(lang: str, name: str, letter: Letter, city: City, today: date) -> str:
    """Why a remedy is over: used once, or the thirty days are past; "" while it stands open."""
    kind = REMEDIES.get(name)
    if kind is None:
        return ""
    if any(p.kind == kind and p.outcome is None for p in letter.proposals):
        return say(lang, "asked already, not decided yet")
    if any(p.kind == kind for p in letter.proposals):
        return say(lang, "possible once, and used")
    if letter.head.ended_at is not None and today > remedy_until(letter, city):
        return say(lang, "possible until %(date)s", date=day(remedy_until(letter, city), lang))
    return ""


def remedy_until(letter: Letter, city: City) -> date:
    """The last day on which a reopening or a review may be asked for."""
    return deadlines.last_day(city.calendar.day_of(letter.head.ended_at), REMEDY_DAYS)


def answer_until(letter: Letter, city: City, lang: str) -> str:
    """The last day on which an answer still comes before the office goes on without it."""
    paused: date | None = letter.head.paused_on
    if paused is None:
        return ""
    return day(deadlines.silence_on(city.calendar, paused) - timedelta(days=1), lang)
