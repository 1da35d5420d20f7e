"""Mail that comes to Qinghe: a letter, an answer, an absence note, and two messages that wait for a clerk. Once."""

from __future__ import annotations

import tomllib
from datetime import datetime
from email.message import EmailMessage
from pathlib import Path
from typing import Any

from sqlmodel import Session, col, select

from mailbox_service.base.db import Database
from mailbox_service.base.settings import Settings
from mailbox_service.jobs.receive import receive
from mailbox_service.mail import inbox
from mailbox_service.mail.tables import Received, Source
from mailbox_service.tickets.find.city import CityBook
from mailbox_service.tickets.tables import Citizen, Ticket
from mailbox_service.tickets.tables.words import Status

PUBLIC = "mayor@qinghe.example"
FILE = Path(__file__).with_name("by_mail.toml")


async def bring(db: Database, settings: Settings, book: CityBook, *, now: datetime) -> int:
    """Let it arrive by the way all mail comes; answers how many messages did, 0 when they are there already."""
    asked = await db.reading(_asked)
    if asked is None:
        return 0
    ours = settings.model_copy(update={"letters_by_mail_to": PUBLIC})
    room = inbox.Room(db, ours, book)
    number, writer, language = asked
    said = tomllib.loads(FILE.read_text("utf-8"))
    facts = {"number": number, "writer": writer, "answer": said["answer"][language], "away": said["away"][language]}
    mails = said["mail"]
    for n, mail in enumerate(mails):
        raw = _written(mail, facts, f"<qinghe-{n}@example.org>")
        await inbox.store(room, raw, Source.LMTP, envelope_to=mail["to"], now=now)
    await receive(db, ours, book, now=now)
    return len(mails)


def _asked(session: Session) -> tuple[str, str, str] | None:
    """Number, writer and language of the newest letter that awaits an answer; None when mail has come before."""
    if session.exec(select(Received.id).limit(1)).first() is not None:
        return None
    letters = select(Ticket.number, Citizen.email, Ticket.language)
    letters = letters.join(Citizen, col(Citizen.ticket_id) == col(Ticket.id))
    waiting = letters.where(Ticket.status == Status.AWAITING_CITIZEN, Citizen.email != "", ~col(Ticket.restricted))
    return session.exec(waiting.order_by(col(Ticket.id).desc()).limit(1)).first()


def _written(mail: dict[str, Any], facts: dict[str, str], message_id: str) -> bytes:
    made = EmailMessage()
    made["From"], made["To"], made["Message-ID"] = mail["from"].format_map(facts), mail["to"], message_id
    made["Subject"] = mail["subject"].format_map(facts)
    if mail.get("automatic"):
        made["Auto-Submitted"] = "auto-replied"
    made.set_content(mail["text"].format_map(facts).strip())
    return made.as_bytes()
