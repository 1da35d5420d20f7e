"""A town with a mailbox and a mail server: what the tests of the post room and of the jobs stand on."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

from sqlmodel import Session, col, select

from mailbox_service.base.db import Database
from mailbox_service.base.settings import Settings
from mailbox_service.jobs.deliver import deliver
from mailbox_service.jobs.notify import notify
from mailbox_service.mail.tables import Mail
from mailbox_service.tickets.life import handle, reply, route
from mailbox_service.tickets.tables import Citizen, Event, Ticket
from tests.doors.staff import town as towns

NOW = datetime(2026, 3, 2, 2, tzinfo=UTC)
HOUR = timedelta(hours=1)


def settings_for(port: int, **more: Any) -> Settings:
    """Settings with a mail server on that port of this machine."""
    facts: dict[str, Any] = {
        "secret": "a secret of more than thirty-two characters",
        "public_url": "https://mailbox.example",
        "smtp_host": "127.0.0.1",
        "smtp_port": port,
        "smtp_timeout_seconds": 20,
        "mail_from": "mailbox@qinghe.example",
    }
    return Settings(**(facts | more))


class PostTown:
    """A town, and its two jobs of the post."""

    def __init__(self, db: Database, settings: Settings, town: towns.Town) -> None:
        self.db, self.settings, self.town = db, settings, town

    async def letter(self, subject: str = "A lamp", **more: Any) -> str:
        """A letter arrives; its number."""
        return await self.db.writing(partial(self.town.letter, subject=subject, **more))

    async def act(self, number: str, who: str, verb: Any, *arguments: Any, **more: Any) -> None:
        """Somebody does something to it."""
        await self.db.writing(lambda s: self.town.act(s, number, who, verb, *arguments, **more))

    async def answered(self, **more: Any) -> str:
        """A letter with its reply; its number."""
        number = await self.letter(**more)
        await self.act(number, "karl", route.route, self.town.offices["roads"])
        await self.act(number, "dora", handle.sign_for)
        await self.act(number, "dora", reply.submit_reply, "It is mended.")
        await self.act(number, "hugo", reply.approve, 1)
        return number

    async def notify(self, now: datetime = NOW) -> int:
        """Write the mails of what has happened."""
        return await notify(self.db, self.settings, self.town.book, now=now)

    async def deliver(self, now: datetime = NOW) -> int:
        """Send what is due."""
        return await deliver(self.db, self.settings, self.town.book, now=now)

    async def mails(self, notice: str = "") -> list[Mail]:
        """What lies in the outbox, oldest first."""
        wanted = select(Mail).where(Mail.notice == notice) if notice else select(Mail)
        return await self.db.reading(lambda s: list(s.exec(wanted.order_by(col(Mail.id)))))

    async def citizen(self, number: str) -> Citizen:
        """Who wrote the letter."""
        return await self.db.reading(lambda s: s.exec(_citizen(number)).one())

    async def change(self, number: str, **values: Any) -> None:
        """Change the letter or its writer past the rules."""
        await self.db.writing(partial(_change, number=number, values=values))


def _citizen(number: str) -> Any:
    return select(Citizen).join(Ticket, col(Ticket.id) == col(Citizen.ticket_id)).where(Ticket.number == number)


def _change(session: Session, number: str, values: dict[str, Any]) -> None:
    ticket = session.exec(select(Ticket).where(Ticket.number == number)).one()
    citizen = session.get(Citizen, ticket.id)
    for name, value in values.items():
        setattr(ticket if hasattr(ticket, name) else citizen, name, value)


async def a_town(db: Database, port: int, **more: Any) -> PostTown:
    """A town whose mails go to that port."""
    return PostTown(db, settings_for(port, **more), await db.writing(towns.found))


def untold(session: Session) -> list[str]:
    """The acts nobody has been told of yet."""
    return list(session.exec(select(Event.act).where(col(Event.told_at).is_(None))))
