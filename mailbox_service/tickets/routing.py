"""Which office a new letter goes to: the city's rules in their order, and what the clerk is offered when passing it on.

Restricted letters are asked about by no rule, and teach nothing (DOMAIN §6).
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from mailbox_service.base.refusals import Refused
from mailbox_service.city.tables import RoutingRule
from mailbox_service.tickets import history, search
from mailbox_service.tickets.actor import SYSTEM
from mailbox_service.tickets.acts import Act
from mailbox_service.tickets.case import Case, City
from mailbox_service.tickets.life import route, together

MOST = 3
_PAIRED = ("CJK ", "HIRAGANA ", "KATAKANA ", "HANGUL ")  # scripts without spaces between their words


@dataclass(frozen=True, slots=True)
class Asked:
    """What rules ask of a letter; `lead_id` is the office it really went to, None while it has none."""

    kind: str
    topic_id: int | None
    language: str
    channel: str
    text: str
    lead_id: int | None = None


class Why(StrEnum):
    """Why an office is proposed."""

    RULE = "rule"
    TOPIC = "topic"
    ALIKE = "alike"


@dataclass(frozen=True, slots=True)
class Suggestion:
    """An office the letter may go to. `share` is how many in a hundred of the subject's letters went there."""

    department_id: int
    why: Why
    rule: str = ""
    share: int = 0


@dataclass(frozen=True, slots=True)
class Tried:
    """What a rule would have done with the last letters: only counts, no letter and no number."""

    asked: int
    fitting: int
    above: int
    elsewhere: int


# --- Whether a rule fits -----------------------------------------------------------------------


def of(case: Case) -> Asked:
    """What the rules ask of this letter."""
    ticket, letter = case.ticket, case.letter
    language = letter.language or ticket.language
    text = f"{ticket.subject}\n{letter.text}"
    return Asked(ticket.kind, ticket.topic_id, language, ticket.channel, text, ticket.lead_department_id)


def fits(rule: RoutingRule, letter: Asked, city: City) -> bool:
    """Whether all that the rule names is so; of several answers to one question one is enough."""
    if rule.kinds and letter.kind not in rule.kinds:
        return False
    if rule.languages and letter.language not in rule.languages:
        return False
    if rule.channels and letter.channel not in rule.channels:
        return False
    if rule.topic_ids and not {*rule.topic_ids} & {*_areas(letter.topic_id, city)}:
        return False
    return not rule.words or has_one(rule.words, letter.text)


def _areas(topic_id: int | None, city: City) -> Iterable[int]:
    """The subject, and the area it is part of."""
    while topic_id is not None:
        yield topic_id
        topic = city.topics.get(topic_id)
        topic_id = topic.parent_id if topic else None


def has_one(words: Sequence[str], text: str) -> bool:
    """Whether one of the words stands in the text: in any of its forms, or as it is in scripts without spaces."""
    plain = _folded(text)
    forms = ""
    for word in words:
        folded = _folded(word)
        if any(unicodedata.name(sign, "").startswith(_PAIRED) for sign in folded):
            if folded in plain:
                return True
            continue
        forms = forms or f" {search.index_text(text)} "
        wanted = search.index_text(word)
        if wanted and f" {wanted} " in forms:
            return True
    return False


def _folded(text: str) -> str:
    return unicodedata.normalize("NFKC", text).casefold().strip()


def first(city: City, letter: Asked) -> RoutingRule | None:
    """The first live rule that fits."""
    return next((rule for rule in city.rules if fits(rule, letter, city)), None)


def office_of(rule: RoutingRule, letter: Asked, city: City) -> int | None:
    """The office a rule names: its own, or the subject's usual one; None when there is none or it is closed."""
    found = rule.department_id if rule.department_id is not None else usual_office(letter.topic_id, city)
    office = city.offices.get(found or 0)
    return office.id if office and office.closed_at is None else None


def usual_office(topic_id: int | None, city: City) -> int | None:
    """The office that usually leads letters on this subject, or on the area it is part of."""
    topics = (city.topics.get(area) for area in _areas(topic_id, city))
    return next((topic.department_id for topic in topics if topic and topic.department_id), None)


# --- A letter arrives --------------------------------------------------------------------------


def apply(case: Case, *, now: datetime) -> str:
    """Ask the rules about a letter that has just arrived: set its flags, and pass it on where the rule does so.

    Answers the tag that the rule puts on it (`keep.tag`), "" for none.
    """
    if case.ticket.restricted or not case.city.rules:
        return ""
    letter = of(case)
    rule = first(case.city, letter)
    if rule is None:
        return ""
    if rule.urgent:
        case.ticket.urgent, case.ticket.urgent_on = True, case.today(now)
        history.add(case, Act.SET_URGENT, by=SYSTEM, now=now, urgent=True)
    case.ticket.needs_approver = case.ticket.needs_approver or rule.needs_approver
    if rule.tag:
        history.add(case, Act.TAG, by=SYSTEM, now=now)
    office = office_of(rule, letter, case.city)
    if rule.by_itself and office is not None and _may_have(case, office):
        route.route(case, office, by=SYSTEM, now=now)
        also = also_of(case, rule, office)
        if also:
            route.name_co_handling(case, dict.fromkeys(also, ""), by=SYSTEM, now=now)
    return rule.tag


def also_of(case: Case, rule: RoutingRule, lead: int) -> list[int]:
    """The offices the rule involves beside the lead."""
    return [one for one in rule.co_department_ids if one != lead and _may_have(case, one)]


def _may_have(case: Case, department_id: int) -> bool:
    try:
        together.may_receive(case, department_id)
    except Refused:
        return False
    return True


# --- What the clerk is offered -----------------------------------------------------------------


def suggestions(case: Case, went: Sequence[tuple[int, int]]) -> list[Suggestion]:
    """Up to three offices: the rule's, the subject's usual one, and where its letters `went` (office, how many)."""
    letter, city, total = of(case), case.city, sum(count for _, count in went)
    share = {office: round(100 * count / total) for office, count in went}
    rule = None if case.ticket.restricted else first(city, letter)
    named = [(office_of(rule, letter, city), Why.RULE)] if rule else []
    named += [(usual_office(letter.topic_id, city), Why.TOPIC), *((office, Why.ALIKE) for office, _ in went)]
    found: dict[int, Suggestion] = {}
    for office, why in named:
        if office is None or office in found or (case.lead and case.lead.department_id == office):
            continue
        if _may_have(case, office):
            name = rule.name if rule and why is Why.RULE else ""
            found[office] = Suggestion(office, why, name, share.get(office, 0))
    return list(found.values())[:MOST]


def tried(rule: RoutingRule, letters: Sequence[Asked], city: City) -> Tried:
    """What the rule would have done with these letters, at its place in the order."""
    above = [one for one in city.rules if one.id != rule.id and one.position < rule.position]
    fitting = [letter for letter in letters if fits(rule, letter, city)]
    taken = [letter for letter in fitting if any(fits(one, letter, city) for one in above)]
    elsewhere = sum(
        letter.lead_id is not None and letter.lead_id != office_of(rule, letter, city) for letter in fitting
    )
    return Tried(len(letters), len(fitting), len(taken), elsewhere)
