"""How the due date of a letter came about, in sentences: begun, promised, and moved by what on which day."""

from __future__ import annotations

from datetime import date

from mailbox_service.base.language import day, say, say_many
from mailbox_service.base.looks import Row
from mailbox_service.tickets.acts import Act
from mailbox_service.tickets.tables.words import ProposalKind, ProposalOutcome, Status
from mailbox_service.web.due_words import moved_by_calendar, passed_over
from mailbox_service.web.public.story import Teller


def how(told: Teller) -> list[str]:
    """How this round's date came about, oldest step first."""
    head, lang = told.letter.head, told.lang
    calendar, begun = told.city.calendar, told.city.calendar.day_of(head.begun_at)
    lines = [say(lang, f"due.{head.round_reason}", date=told.day_of(head.begun_at))]
    if promised := head.original_days or calendar.between(begun, head.original_due_on):
        said = (
            "We answer such letters within %(count)s working day.",
            "We answer such letters within %(count)s working days.",
        )
        lines.append(say_many(lang, *said, promised))
    if moves := _moves(told):
        lines.append(say(lang, "At first the reply was due on %(date)s.", date=head.original_due_on))
    lines += moves
    lines += moved_by_calendar(told.letter.events, head.round_no, lang, calendar.day_of)
    lines += passed_over(calendar, begun, head.due_on, lang)
    if head.provisional:
        lines.append(say(lang, "The official calendar of that year is not out yet; the date may still move."))
    return lines


def _moves(told: Teller) -> list[str]:
    """What has moved the date in this round: every extension with its reason, every pause."""
    lines, asked, head = list[str](), "", told.letter.head
    for event in told.letter.events:
        if event.round_no != head.round_no:
            continue
        if event.act == Act.DECIDE_EXTENSION and (event.facts or {}).get("outcome") == ProposalOutcome.AGREED:
            lines.append(_extension(told, event))
        elif event.act == Act.ASK:
            asked = told.day_of(event.at)
        elif event.act in (Act.ANSWER, Act.END_SILENCE):
            said = "From %(begin)s to %(end)s we waited for your answer. Those days don’t count."
            lines.append(say(told.lang, said, begin=asked, end=told.day_of(event.at)))
    if head.status == Status.AWAITING_CITIZEN and asked:
        lines.append(say(told.lang, "Since %(begin)s the clock is stopped until you answer.", begin=asked))
    return lines


def _extension(told: Teller, event: Row) -> str:
    due = str((event.facts or {}).get("due_on") or "")
    on, until = told.day_of(event.at), day(date.fromisoformat(due), told.lang) if due else ""
    about = told.proposal_of(event, ProposalKind.EXTEND)
    if about is None or not about.reason:
        return say(told.lang, "On %(day)s it was moved to %(date)s.", day=on, date=until)
    return told.saying("On %(day)s it was moved to %(date)s. Reason: %(reason)s", about.reason, day=on, date=until)
