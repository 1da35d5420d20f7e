"""What happened to a letter, for staff: every event, with what was written then and who did it."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from mailbox_service.base.language import day, in_language, moment, say, written_in
from mailbox_service.tickets.acts import Act
from mailbox_service.tickets.tables import Event, Message, Proposal
from mailbox_service.tickets.tables.words import ActorKind, MessageKind
from mailbox_service.web.due_words import moves
from mailbox_service.web.parts import Entry
from mailbox_service.web.staff import by_mail
from mailbox_service.web.staff.queues import tag
from mailbox_service.web.staff.room import Room

By = Literal["citizen", "city", "office", "system"]

WRITTEN: dict[str, MessageKind] = {
    Act.ASK: MessageKind.QUESTION,
    Act.ANSWER: MessageKind.ANSWER,
    Act.INFORM: MessageKind.INFORMATION,
    Act.ADD: MessageKind.ADDITION,
}
TO_THE_CITIZEN = (Act.ASK, Act.INFORM)


def timeline(room: Room) -> list[Entry]:
    """Events and internal notes, oldest first. A note's own event adds nothing to the note."""
    told = [(event.at, _entry(room, event)) for event in room.events if event.act != Act.NOTE]
    told += [
        (
            note.at,
            _written(
                room, note.at, say(room.lang, "Note"), "office", room.who(note.person_id), note.text, internal=True
            ),
        )
        for note in room.notes
    ]
    told += [(one.at, _by_mail(room, one)) for one in by_mail.came(room)]
    return [entry for _, entry in sorted(told, key=lambda pair: pair[0])]


def _by_mail(room: Room, one: by_mail.Came) -> Entry:
    written = _written(room, one.at, one.title, "system", "", remark=one.remark, internal=True)
    return written._replace(folded=one.folded)


def _written(
    room: Room,
    at: datetime,
    title: str,
    by: By,
    who: str,
    text: str = "",
    lang: str = "",
    remark: str = "",
    *,
    internal: bool = False,
) -> Entry:
    """`lang` is the code of the text's language; without one its own letters tell."""
    zone = room.desk.site.zone
    on = at.astimezone(zone).isoformat("T", "minutes")
    return Entry(title, on, moment(at, room.lang, zone), by, who, text, tag(lang or written_in(text)), remark, internal)


def _entry(room: Room, event: Event) -> Entry:
    message = _message(room, event)
    by: By = "office"
    if event.actor_kind == ActorKind.CITIZEN:
        by = "citizen"
    elif event.actor_kind == ActorKind.SYSTEM:
        by = "system"
    elif event.act in TO_THE_CITIZEN:
        by = "city"
    return _written(
        room,
        event.at,
        say(room.lang, f"event.{event.act}"),
        by,
        _who(room, event),
        message.text if message else "",
        message.language if message else "",
        _remark(room, event, message),
    )


def _who(room: Room, event: Event) -> str:
    if event.actor_kind == ActorKind.CITIZEN:
        return say(room.lang, "Writer")
    if event.actor_kind == ActorKind.SYSTEM:
        return say(room.lang, "The service")
    return room.who(event.person_id)


def _message(room: Room, event: Event) -> Message | None:
    kind = WRITTEN.get(event.act)
    return next((m for m in room.case.messages if m.kind == kind and m.at == event.at), None) if kind else None


def _remark(room: Room, event: Event, message: Message | None) -> str:
    """Which office, which date, which outcome, and what was said about it."""
    said = [_office(room, event), *_facts(room, event)]
    if proposal := _proposal(room, event):
        said += [proposal.reason if proposal.asked_at == event.at else proposal.remark]
    done = next((t for t in room.case.translations if message and t.message_id == message.id and t.done_at), None)
    if done:
        said.append(say(room.lang, "Translation: %(text)s", text=done.text))
    rating = next((r for r in room.case.ratings if event.act == Act.RATE and r.round_no == event.round_no), None)
    if rating:
        said.append(rating.reason)
    back = next((a for a in room.case.approvals if a.at == event.at and a.remark), None)
    if back:
        said.append(back.remark)
    return " · ".join(part for part in said if part)


def _office(room: Room, event: Event) -> str:
    others = event.facts.get("departments")
    ids = [event.department_id, *(others if isinstance(others, list) else [])]
    names = (room.case.city.name_at(id_, event.at) for id_ in ids if id_)
    return " · ".join(in_language(name, room.lang) for name in names if name)


def _facts(room: Room, event: Event) -> list[str]:
    lang, facts = room.lang, event.facts
    said: list[str] = []
    if isinstance(outcome := facts.get("outcome"), str):
        said.append(say(lang, f"outcome.{outcome}"))
    if event.act == Act.RECALENDAR:
        said += [f"{was} → {becomes}" for was, becomes in moves(facts, lang)]
        office = (" → ".join(pair) for pair in moves(facts, lang, "office_"))
        said += [say(lang, "Office: %(date)s", date=pair) for pair in office]
    elif isinstance(due := facts.get("due_on"), str):
        said.append(day(datetime.fromisoformat(due).date(), lang))
    if isinstance(posted := facts.get("posted_on"), str):
        said.append(day(datetime.fromisoformat(posted).date(), lang))
    if isinstance(step := facts.get("step"), str):
        said.append(say(lang, f"step.{step}"))
    if isinstance(version := facts.get("version"), int):
        said.append(say(lang, "Version %(version)s", version=version))
    if isinstance(satisfaction := facts.get("satisfaction"), str):
        said.append(say(lang, f"satisfaction.{satisfaction}"))
    if event.act == Act.SET_URGENT:
        said.append(say(lang, "Yes") if facts.get("urgent") else say(lang, "No"))
    for name in ("to", "handler"):
        if isinstance(who := facts.get(name), int):
            said.append(room.who(who))
    return said


def _proposal(room: Room, event: Event) -> Proposal | None:
    named = event.facts.get("proposal_id")
    decided = event.act.startswith("decide_")
    for proposal in room.case.proposals:
        if proposal.id == named or (decided and proposal.decided_at == event.at and proposal.decided_by):
            return proposal
    return None
