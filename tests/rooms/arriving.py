"""Mail for the town: messages put together as people and machines write them, brought in and looked at."""

from __future__ import annotations

from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any

from sqlmodel import col, select

from mailbox_service.base import clock
from mailbox_service.base.db import Database
from mailbox_service.base.files import Files
from mailbox_service.jobs.receive import receive
from mailbox_service.mail import inbox, reply_address
from mailbox_service.mail.tables import Received, Source
from mailbox_service.tickets.case import Case
from mailbox_service.tickets.find import case as cases
from mailbox_service.tickets.tables import Ticket
from tests.mails.build import Example
from tests.rooms.post import NOW, PostTown, a_town

PUBLIC = "mayor@qinghe.example"
REPLIES = "letters@qinghe.example"
CARL = "Carl <carl@example.org>"


async def a_town_with_mail(db: Database, folder: Path, port: int = 25, **more: Any) -> PostTown:
    """A town that takes letters by mail, and answers to a signed address."""
    facts = {"letters_by_mail_to": PUBLIC, "mail_reply_to": REPLIES, "data_dir": folder, "database_url": db.url} | more
    return await a_town(db, port, **facts)


def a_mail(
    text: str = "The lamp is dark.",
    *headers: str,
    sender: str = CARL,
    to: str = PUBLIC,
    subject: str = "A lamp",
    id_: str = "1",
    kind: str = "text/plain; charset=utf-8",
) -> bytes:
    """A message with the usual headers and these."""
    usual = [f"From: {sender}", f"To: {to}", f"Subject: {subject}", "MIME-Version: 1.0", f"Content-Type: {kind}"]
    usual += [f"Message-ID: <{id_}@example.org>"] if id_ else []
    return "\r\n".join([*headers, *usual, "", text]).encode()


async def store(post: PostTown, raw: bytes, to: str = PUBLIC, *, sender: str = "", now: datetime = NOW) -> bool:
    """A message comes for a recipient and is kept."""
    where = {"envelope_from": sender, "envelope_to": to}
    return await inbox.store(room_of(post), raw, Source.LMTP, **where, now=now)


async def arrive(post: PostTown, raw: bytes, to: str = PUBLIC, *, sender: str = "", now: datetime = NOW) -> Received:
    """A message comes, is kept and looked at; what became of it."""
    await store(post, raw, to, sender=sender, now=now)
    await look(post, now=now)
    return (await received(post))[-1]


async def look(post: PostTown, *, now: datetime = NOW) -> int:
    """The job looks at what waits."""
    return await receive(post.db, post.settings, post.town.book, now=now)


def room_of(post: PostTown) -> inbox.Room:
    return inbox.Room(post.db, post.settings, post.town.book)


def files_of(post: PostTown) -> Files:
    return Files(post.settings.files_dir)


async def received(post: PostTown) -> list[Received]:
    """All that came, in its order."""
    return await post.db.reading(lambda s: list(s.exec(select(Received).order_by(col(Received.id)))))


async def signed_address(post: PostTown, number: str, *, generation: int | None = None) -> str:
    """The letter's address for answers."""
    case = await case_of(post, number)
    ticket = case.ticket
    return reply_address.address_for(post.settings, ticket.id, generation or ticket.code_generation)


async def case_of(post: PostTown, number: str) -> Case:
    return await post.db.reading(partial(post.town.case, number=number))


async def newest(post: PostTown) -> Case:
    """The newest letter, whole."""

    def find(session: Any) -> Case:
        ticket = session.exec(select(Ticket).order_by(col(Ticket.id).desc()).limit(1)).one()
        return cases.whole(session, post.town.book.open(session), ticket)

    return await post.db.reading(find)


async def letters(post: PostTown) -> int:
    """How many letters there are."""
    return len(await post.db.reading(lambda s: s.exec(select(Ticket.id)).all()))


def corpus() -> list[Example]:
    """Every message written for this project."""
    from tests.mails import languages, machines, replies, structures

    return [example for room in (languages, machines, replies, structures) for example in room.EXAMPLES]


def later() -> datetime:
    """Now, for what compares with the clock."""
    return clock.now()
