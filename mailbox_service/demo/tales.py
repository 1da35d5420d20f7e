"""When what happens to a letter in Qinghe, from its arrival to its reply. `endings` tells what follows."""

from __future__ import annotations

from datetime import datetime

from mailbox_service.city.setup import PROMISES
from mailbox_service.demo import turns
from mailbox_service.demo.endings import afterwards, rated
from mailbox_service.demo.read import load_city
from mailbox_service.demo.tale import Tale, answered

SLOW_OFFICES = {"housing": 0.25, "roads": 0.16, "health": 0.14}
SLOW = 0.07


def ordinary(tale: Tale) -> None:
    """An ordinary letter, from its arrival to its end."""
    tale.then("arrive", turns.arrive_)
    if tale.turns_to("withdraw", 0.03):
        tale.waits(2, 40)
        tale.then("withdraw", turns.withdraw)
        return
    tale.works(20, 420)
    if tale.letter.urgent:
        tale.then("urgent", turns.urgent)
    if tale.turns_to("restrict", 0.006):
        _wrongly_restricted(tale)
    if _not_ours(tale):
        return
    _passed_on(tale)
    at_the_office(tale)


def report(tale: Tale, about: str | None, person: str | None) -> None:
    """A report of misconduct: seen by the restricted desk and by those it names, by nobody else."""
    tale.then("arrive", turns.arrive_)
    tale.works(20, 300)
    tale.then("party", turns.name_party, about, person)
    tale.works(5, 60)
    tale.then("handlers", turns.name_handlers)
    tale.works(5, 60)
    tale.then("route", turns.pass_on, "general")
    tale.works(20, 200)
    tale.then("translate", turns.translate_texts)
    at_the_office(tale)


def merged(tale: Tale, lead: Tale) -> None:
    """One of several letters on the same matter: answered together with the first."""
    tale.then("arrive", turns.arrive_)
    tale.at = max(tale.at, lead.moments[0].at)
    tale.works(30, 120)
    tale.then("merge", turns.merge_into, lead.scene)
    if lead.sent_at and not lead.stop:
        tale.at = lead.sent_at
        tale.waits(2, 120)
        rated(tale)


def split_off(tale: Tale, first: Tale) -> None:
    """The second matter of a letter goes its own way."""
    tale.then("split", turns.split_from, first.scene)
    tale.works(20, 120)
    _passed_on(tale)
    at_the_office(tale)


def _wrongly_restricted(tale: Tale) -> None:
    tale.then("restrict", turns.restrict)
    tale.works(120, 480)
    tale.then("propose_unrestrict", turns.propose_unrestrict)
    tale.works(120, 480)
    tale.then("unrestrict", turns.decide_unrestrict)
    tale.works(10, 60)


def _not_ours(tale: Tale) -> bool:
    if tale.turns_to("decline", 0.4, tale.letter.decline):
        tale.then("propose_decline", turns.propose_decline)
        tale.works(60, 500)
        tale.then("decline", turns.decide_decline)
        return True
    if tale.letter.transfer and tale.turns_to("transfer", 0.45):
        body = next(body for body in load_city().bodies if body.code == tale.letter.transfer.to)
        tale.then("propose_transfer", turns.propose_transfer, dict(body.name))
        tale.works(60, 500)
        tale.then("transfer", turns.decide_transfer)
        return True
    return False


def _passed_on(tale: Tale) -> None:
    if tale.letter.returned and tale.turns_to("return", 0.6):
        tale.then("first_route", turns.pass_on, tale.letter.returned.by)
        tale.works(60, 300)
        tale.then("propose_return", turns.propose_return)
        tale.works(60, 400)
        tale.then("decide_return", turns.decide_return)
    else:
        tale.then("route", turns.pass_on, tale.letter.department)
    tale.works(20, 200)
    tale.then("translate", turns.translate_texts)


def at_the_office(tale: Tale) -> None:
    """From signing for it to its end. The letter has been passed on."""
    letter, begun = tale.letter, tale.moments[0].at
    slow = tale.rng.random() < SLOW_OFFICES.get(letter.department, SLOW) and not tale.stop
    tale.works(20, 400)
    tale.then("sign", turns.sign)
    tale.works(20, 120)
    if tale.turns_to("inform", 0.06):
        tale.then("inform", turns.inform)
    if tale.turns_to("hand_over", 0.04):
        tale.then("hand_over", turns.hand_over)
    _asks(tale)
    days = PROMISES[letter.kind][0]
    if tale.turns_to("extension", 0.6, letter.extension):
        begun = _extends(tale, begun, days)
    share = tale.rng.uniform(1.15, 1.9) if slow else tale.rng.uniform(0.2, 0.62)
    if not tale.stop:
        tale.at = max(tale.at, tale.hours.days_later(begun, share * days))
    if slow and tale.turns_to("nudge", 0.4):
        tale.then("nudge", turns.nudge)
        tale.works(30, 200)
        tale.then("translate_nudge", turns.translate_texts)
    answered(tale, letter.reply_zh, letter.reply)
    afterwards(tale)


def _asks(tale: Tale) -> None:
    letter = tale.letter
    if tale.turns_to("contribution", 0.6, letter.contribution):
        tale.then("ask_contribution", turns.ask_contribution)
        tale.works(200, 900)
        tale.then("contribute", turns.waive if tale.rng.random() < 0.12 else turns.contribute)
    if letter.question and tale.turns_to("question", 0.6):
        tale.works(20, 200)
        tale.then("ask", turns.ask)
        if tale.rng.random() < 0.1:
            tale.at = tale.hours.days_later(tale.at, 12)  # silence: the sweep goes on without an answer
            return
        tale.waits(2, 60)
        tale.then("answer", turns.answer)
        tale.works(30, 240)
        tale.then("translate_answer", turns.translate_texts)


def _extends(tale: Tale, begun: datetime, days: int) -> datetime:
    agreed = tale.rng.random() < 0.8
    if not tale.stop:
        tale.at = max(tale.at, tale.hours.days_later(begun, 0.4 * days))
    tale.then("propose_extension", turns.propose_extension)
    tale.works(60, 500)
    tale.then("extension", turns.decide_extension, agreed)
    return tale.hours.days_later(begun, 3) if agreed else begun
