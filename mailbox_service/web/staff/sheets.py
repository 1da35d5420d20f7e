"""The texts of a letter as its page shows them: letter and translation, versions and their steps, what offices say."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import zip_longest
from typing import NamedTuple

from mailbox_service.base.language import in_language, moment, say
from mailbox_service.tickets import rights
from mailbox_service.tickets.find.proposals import DECIDES
from mailbox_service.tickets.tables import Approval, Message, Proposal, Reply, Translation
from mailbox_service.tickets.tables.words import ReplyState, Step
from mailbox_service.web.parts import Half
from mailbox_service.web.staff import due
from mailbox_service.web.staff.queues import tag
from mailbox_service.web.staff.room import Room


class Both(NamedTuple):
    """A text and its translation, paragraph beside paragraph."""

    original: Half
    translation: Half
    pairs: Sequence[tuple[str, str]]
    remark: str


class Letter(NamedTuple):
    """What the citizen wrote first. `both` when there is a translation; `waits` says that one is asked for."""

    subject: str
    text: str
    lang: str
    meta: str
    both: Both | None
    waits: str


class StepLine(NamedTuple):
    """One step of a reply: passed, sent back, or waiting, in words."""

    name: str
    said: str
    remark: str
    tone: str


class Version(NamedTuple):
    """One version of the reply, with the steps it took."""

    title: str
    meta: str
    text: str
    lang: str
    office: str
    others: Sequence[tuple[str, str, str]]
    steps: Sequence[StepLine]
    current: bool


class Part(NamedTuple):
    """What a co-handling office was asked, and says."""

    office: str
    question: str
    state: str
    text: str
    meta: str
    open: bool


class Wish(NamedTuple):
    """A proposal that waits: what follows, why, who asks; the way to decide, or why the viewer can't."""

    title: str
    reason: str
    details: str
    meta: str
    href: str
    refusal: str


def paragraphs(text: str) -> list[str]:
    """The text's paragraphs, parted by line breaks."""
    return [line for line in text.replace("\r\n", "\n").split("\n") if line.strip()]


def beside(first: str, second: str) -> list[tuple[str, str]]:
    """Paragraph pairs; the shorter text is filled up."""
    return list(zip_longest(paragraphs(first), paragraphs(second), fillvalue=""))


def letter(room: Room) -> Letter:
    """The letter's sheet."""
    case, message = room.case, room.case.letter
    asked = next((t for t in case.translations if t.message_id == message.id and not t.stale), None)
    known = message.language or case.ticket.language
    meta = moment(message.at, room.lang, room.desk.site.zone)
    waits = ""
    if asked and asked.done_at is None:
        office = room.desk.office(asked.department_id)
        until = due.own(room, asked.asked_at, asked.due_on)
        waits = say(room.lang, "%(office)s translates it by %(date)s.", office=office, date=until)
    elif case.ticket.untranslatable:
        waits = say(room.lang, "Nobody here translates this language.")
    both = _both(room, message, asked) if asked and asked.done_at else None
    return Letter(case.ticket.subject, message.text, tag(known), meta, both, waits)


def _both(room: Room, message: Message, done: Translation) -> Both:
    lang, at = room.lang, done.done_at or done.asked_at
    original = Half(tag(message.language), say(lang, "Original"), moment(message.at, lang, room.desk.site.zone))
    who = " · ".join(filter(None, (room.who(done.translator_id), moment(at, lang, room.desk.site.zone))))
    translation = Half(tag(done.language), say(lang, "Translation"), who)
    return Both(original, translation, beside(message.text, done.text), "")


def versions(room: Room) -> list[Version]:
    """Every version handed in, newest first."""
    return [_version(room, reply) for reply in reversed(room.case.replies)]


_STATES = {
    ReplyState.SUBMITTED: "reply.submitted",
    ReplyState.SENT_BACK: "reply.sent_back",
    ReplyState.SENT: "reply.sent",
}


def _version(room: Room, reply: Reply) -> Version:
    case, lang = room.case, room.lang
    own = [(say(lang, "In the writer's language"), tag(case.ticket.language), reply.own_text)] if reply.own_text else []
    others = own + [
        (f"{say(lang, 'Translation')} · {room.who(t.translator_id)}", tag(t.language), t.text)
        for t in case.translations
        if t.reply_id == reply.id and t.done_at and not t.stale
    ]
    title = say(lang, "Reply, version %(version)s", version=reply.version)
    if reply.corrects_id:
        title = say(lang, "Correction, version %(version)s", version=reply.version)
    at = moment(reply.sent_at or reply.submitted_at, lang, room.desk.site.zone)
    return Version(
        title=title,
        meta=" · ".join((say(lang, _STATES[reply.state]), at, room.who(reply.author_id))),
        text=reply.text,
        lang=tag(case.city.working_language),
        office=room.desk.office(reply.department_id),
        others=others,
        steps=steps(room, reply),
        current=reply.state != ReplyState.SENT_BACK,
    )


def steps(room: Room, reply: Reply) -> list[StepLine]:
    """The steps of a version: what was said at each, and which one it waits for."""
    lang = room.lang
    lines = [_taken(room, a) for a in room.case.approvals if a.reply_id == reply.id]
    waiting = room.case.next_step(reply) if reply.state == ReplyState.SUBMITTED else None
    if waiting:
        lines.append(StepLine(say(lang, f"step.{waiting.value}"), _waits(room, reply, waiting), "", "warn"))
    return lines


def _taken(room: Room, approval: Approval) -> StepLine:
    said = say(room.lang, "approved") if approval.passed else say(room.lang, "sent back")
    who = f"{room.who(approval.person_id)} · {moment(approval.at, room.lang, room.desk.site.zone)}"
    tone = "good" if approval.passed else "bad"
    return StepLine(say(room.lang, f"step.{approval.step.value}"), f"{said} · {who}", approval.remark, tone)


def _waits(room: Room, reply: Reply, step: Step) -> str:
    if step is Step.HEAD:
        return say(room.lang, "waits for the head of %(office)s", office=room.desk.office(reply.department_id))
    if step is Step.APPROVER:
        return say(room.lang, "waits for an approver")
    owed = [say(room.lang, f"language.{language}") for language in room.case.languages_owed(reply)]
    return say(room.lang, "waits for translation: %(languages)s", languages=owed)


def parts(room: Room) -> list[Part]:
    """What co-handling offices were asked in the newest round."""
    lang, current = room.lang, room.case.ticket.round_no
    found = []
    for one in (c for c in room.case.contributions if c.round_no == current):
        state = say(lang, "given") if one.given_at else say(lang, "waived") if one.waived_at else ""
        state = state or say(lang, "due by %(date)s", date=due.own(room, one.asked_at, one.due_on))
        found.append(
            Part(
                office=room.desk.office(one.department_id),
                question=one.question,
                state=state,
                text=one.text or one.waiver,
                meta=room.who(one.given_by or one.waived_by),
                open=one.is_open,
            )
        )
    return found


def wishes(room: Room) -> list[Wish]:
    """The proposals that wait for a decision."""
    return [_wish(room, proposal) for proposal in room.case.proposals if proposal.outcome is None]


def _wish(room: Room, proposal: Proposal) -> Wish:
    act = DECIDES[proposal.kind]
    refusal = rights.refusal_of(act, room.case, room.desk.viewer, proposed_by=proposal.asked_by)
    own = proposal.asked_by == room.desk.viewer.person_id and proposal.asked_by is not None
    at = moment(proposal.asked_at, room.lang, room.desk.site.zone)
    who = room.who(proposal.asked_by) or say(room.lang, "Writer")
    return Wish(
        title=say(room.lang, f"proposal.{proposal.kind.value}"),
        reason=proposal.reason,
        details=_details(room, proposal),
        meta=f"{who} · {at}",
        href="" if refusal else f"{room.href}/{act.value}",
        refusal=say(room.lang, "Another person decides.") if own or refusal else "",
    )


def _details(room: Room, proposal: Proposal) -> str:
    facts = proposal.details
    if isinstance(days := facts.get("days"), int):
        return say(room.lang, "Working days: %(days)s", days=days)
    if isinstance(body := facts.get("body"), dict):
        return in_language(body, room.lang)
    return str(facts.get("instead", ""))
