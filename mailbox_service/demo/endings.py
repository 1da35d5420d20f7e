"""What becomes of an answered letter: a verdict or silence, a second round, a public copy, erasure."""

from __future__ import annotations

from datetime import timedelta

from mailbox_service.demo import turns, turns_after
from mailbox_service.demo.read import DemoLetter
from mailbox_service.demo.tale import Tale, answered
from mailbox_service.tickets import redaction
from mailbox_service.tickets.life.publish import Copy
from mailbox_service.tickets.redaction import What
from mailbox_service.tickets.tables.words import ReviewOutcome, Satisfaction


def afterwards(tale: Tale) -> None:
    """What the citizen makes of the reply, and what follows."""
    letter, sent_at = tale.letter, tale.at
    tale.sent_at = sent_at
    if tale.turns_to("correct", 0.02):
        tale.works(200, 900)
        tale.then("correct", turns.correct)
        for step in ("correct_check", "correct_second", "correct_third"):
            tale.works(25, 200)
            tale.then(step, turns.check)
    tale.waits(2, 120)
    if letter.dissatisfied and tale.turns_to("reopen", 0.35):
        _reopened(tale)
    elif letter.review and letter.kind != "report" and tale.turns_to("review", 0.5):
        _reviewed(tale)
    else:
        rated(tale)
    tale.at = max(tale.at, sent_at + timedelta(days=tale.rng.uniform(16, 40)))
    if letter.publish and letter.contact != "hidden" and letter.kind != "report" and tale.turns_to("publish", 0.45):
        _published(tale)
    if tale.turns_to("erase", 0.008, letter.kind != "report"):
        tale.waits(24, 200)
        tale.then("ask_erasure", turns_after.ask_erasure)
        tale.works(300, 900)
        tale.then("erase", turns_after.decide_erasure)


def rated(tale: Tale) -> None:
    """The verdict, or silence."""
    drawn = tale.rng.random()
    if tale.stop or drawn > 0.6:
        return
    if drawn < 0.42:
        tale.then("rate", turns_after.rate, Satisfaction.SATISFIED, tale.rng.random() < 0.93)
    elif drawn < 0.54:
        tale.then("rate", turns_after.rate, Satisfaction.PARTLY, tale.rng.random() < 0.5)
    else:
        reason = tale.letter.dissatisfied or tale.scene.theirs("unhappy")
        tale.then("rate", turns_after.rate, Satisfaction.DISSATISFIED, False, reason)


def _reopened(tale: Tale) -> None:
    reason, agreed = tale.letter.dissatisfied or tale.scene.theirs("unhappy"), tale.rng.random() < 0.8
    tale.then("rate", turns_after.rate, Satisfaction.DISSATISFIED, False, reason)
    tale.waits(0.1, 0.3)
    tale.then("ask_reopening", turns_after.ask_reopening, reason)
    tale.works(60, 700)
    tale.then("reopening", turns_after.decide_reopening, agreed)
    if not agreed:
        return
    tale.at = tale.hours.days_later(tale.at, tale.rng.uniform(1, 4))
    said = tale.scene.said
    answered(tale, said["zh"]["again"], said[tale.letter.language]["again"])
    tale.waits(5, 100)
    if not tale.stop:
        verdict = tale.rng.choice([Satisfaction.SATISFIED, Satisfaction.PARTLY, Satisfaction.DISSATISFIED])
        why = tale.scene.theirs("unhappy") if verdict == Satisfaction.DISSATISFIED else ""
        tale.then("rate_again", turns_after.rate, verdict, verdict == Satisfaction.SATISFIED, why)


def _reviewed(tale: Tale) -> None:
    tale.then("ask_review", turns_after.ask_review, tale.letter.review or tale.scene.theirs("review"))
    tale.works(60, 700)
    tale.then("review", turns_after.decide_review)
    tale.works(60, 400)
    tale.then("sign_review", turns.sign)
    tale.then("translate_review", turns.translate_texts)
    tale.at = tale.hours.days_later(tale.at, tale.rng.uniform(1, 4))
    outcome = tale.rng.choice([ReviewOutcome.UPHELD, ReviewOutcome.CHANGED])
    said = tale.scene.said
    answered(tale, said["zh"][outcome.value], said[tale.letter.language][outcome.value], outcome)


def _published(tale: Tale) -> None:
    agreed = tale.rng.random() < 0.92
    tale.at = tale.hours.later(tale.at, 1)
    tale.then("propose_publication", turns_after.propose_publication, masked(tale.letter))
    tale.works(120, 900)
    tale.then("publish", turns_after.decide_publication, agreed)
    if agreed and tale.turns_to("revoke", 0.04):
        tale.waits(24, 400)
        tale.then("revoke", turns_after.revoke)


def masked(letter: DemoLetter) -> Copy:
    """The public copy: what the service proposes to take out is taken out. The place and the city's phones stay."""

    def hide(text: str, *stays: What) -> str:
        masks = [mask for mask in redaction.proposed(text, [letter.writer]) if mask.what not in stays]
        return redaction.masked(text, masks, letter.language)

    return Copy(
        subject=hide(letter.subject, What.ADDRESS),
        letter=hide(letter.text, What.ADDRESS),
        reply=hide(letter.reply, What.ADDRESS, What.PHONE),
    )
