"""The language relay: letters are translated for the office, its reply is translated back before it goes out.

A translation is a row of its own, asked of the office that translates the language; it does not make
that office lead or co-handle.
"""

from __future__ import annotations

import hashlib
from datetime import date, datetime

from mailbox_service.base.refusals import Refused
from mailbox_service.tickets import history, rights
from mailbox_service.tickets.actor import Actor
from mailbox_service.tickets.acts import Act
from mailbox_service.tickets.case import Case
from mailbox_service.tickets.life import written
from mailbox_service.tickets.tables import Message, Reply, Translation
from mailbox_service.tickets.tables.words import Part

LETTER_DAYS = 1
REPLY_DAYS = 1


def text_hash(text: str) -> str:
    """The fingerprint by which a translation knows its source, and an approval its text (SHA-256, hex)."""
    return hashlib.sha256(text.encode()).hexdigest()


def ask_for_letter(case: Case, now: datetime) -> None:
    """Ask for the citizen's texts in the working language, unless the lead reads the language itself."""
    case.ticket.untranslatable = False
    for message in case.messages:
        if message.person_id is None and message.text:
            ask_for_message(case, message, now)


def ask_for_message(case: Case, message: Message, now: datetime) -> None:
    """Ask for one text of the citizen's. A language nobody here translates is marked for the clerk."""
    language = message.language or case.ticket.language
    if language == case.city.working_language or case.lead is None or _reads(case, language):
        return
    asked = next((text for text in case.translations if text.message_id == message.id), None)
    if asked is not None and _is_with_somebody(case, asked):
        return
    office = case.city.translator_of(language)
    if office is None:
        case.ticket.untranslatable = True
        return
    due = case.city.calendar.after(case.today(now), LETTER_DAYS)
    if asked is not None:
        asked.department_id, asked.asked_at, asked.due_on = office.id, now, due
        return
    _ask(case, office.id, case.city.working_language, message.text, due, now, message_id=message.id)


def _is_with_somebody(case: Case, text: Translation) -> bool:
    """Whether it is done, or the office that was asked for it is still there."""
    office = case.city.offices.get(text.department_id or 0)
    return text.done_at is not None or (office is not None and office.closed_at is None)


def _reads(case: Case, language: str) -> bool:
    return case.lead is not None and language in case.city.offices[case.lead.department_id].masters


def ask_for_reply(case: Case, reply: Reply, now: datetime) -> None:
    """Ask for the approved reply in each language it is owed in."""
    for language in case.languages_owed(reply):
        if any(t.reply_id == reply.id and t.language == language and not t.stale for t in case.translations):
            continue
        office = case.city.translator_of(language)
        if office is not None:
            due = case.city.calendar.after(case.today(now), REPLY_DAYS)
            _ask(case, office.id, language, reply.text, due, now, reply_id=reply.id)


def _ask(
    case: Case,
    department_id: int,
    language: str,
    source: str,
    due: date,
    now: datetime,
    *,
    message_id: int | None = None,
    reply_id: int | None = None,
) -> None:
    case.add(
        Translation(
            ticket_id=case.ticket.id,
            message_id=message_id,
            reply_id=reply_id,
            source_hash=text_hash(source),
            language=language,
            department_id=department_id,
            asked_at=now,
            due_on=due,
        )
    )


def translate_letter(case: Case, message_id: int, text: str, *, by: Actor, now: datetime) -> None:
    """Hand in the working-language text of what the citizen wrote.

    Raises:
        Refused: as `rights.require`; "translation.none"; "translation.empty".
    """
    rights.require(Act.TRANSLATE_LETTER, case, by)
    _hand_in(case, _asked(case, by, message_id=message_id), text, by=by, now=now)
    history.add(case, Act.TRANSLATE_LETTER, by=by, now=now, message_id=message_id)


def finish_reply(case: Case, reply: Reply, language: str, text: str, *, by: Actor, now: datetime) -> None:
    """Hand in the reply in the citizen's language; `reply.translate_reply` has asked `rights`.

    Raises:
        Refused: "translation.none"; "translation.empty"; "translation.stale" when the reply has changed since.
    """
    asked = _asked(case, by, reply_id=reply.id, language=language)
    if asked.source_hash != reply.text_hash:
        raise Refused("translation.stale")
    _hand_in(case, asked, text, by=by, now=now)


def make_stale(case: Case, reply: Reply) -> None:
    """The reply was sent back: what was translated of this version never goes out."""
    for text in case.translations:
        if text.reply_id == reply.id:
            text.stale = True


def _asked(
    case: Case,
    by: Actor,
    *,
    message_id: int | None = None,
    reply_id: int | None = None,
    language: str | None = None,
) -> Translation:
    for text in case.translations:
        matches = text.message_id == message_id and text.reply_id == reply_id and language in (None, text.language)
        if matches and not text.stale and text.done_at is None and _is_theirs(case, text, by):
            return text
    raise Refused("translation.none")


def _is_theirs(case: Case, text: Translation, by: Actor) -> bool:
    if case.ticket.restricted:
        return Part.TRANSLATOR in rights.parts(case, by)
    return text.department_id in by.departments(*rights.AT_WORK)


def _hand_in(case: Case, asked: Translation, text: str, *, by: Actor, now: datetime) -> None:
    asked.text = written(text, "translation.empty")
    asked.translator_id, asked.done_at = by.person_id, now
    case.texts_changed = True
