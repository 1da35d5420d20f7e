"""A citizen's mails: waited for, opened by a scanner first, their links followed."""

from __future__ import annotations

import re
import time
from dataclasses import dataclass, field
from email.message import EmailMessage
from typing import Any

import httpx
from sqlmodel import col, func, select

from mailbox_service.tickets.tables import Event, Message, Proposal, Rating, Ticket
from tests.conftest import PostOffice
from tests.databases import rows
from tests.doors.kill import House

WAIT_SECONDS = 15
LINK = re.compile(r"http://127\.0\.0\.1:\d+/\S+")


@dataclass
class Mailbox:
    """The mails that came to one address; each is handed out once."""

    house: House
    office: PostOffice
    address: str
    read: list[EmailMessage] = field(default_factory=list)

    def next(self) -> EmailMessage:
        """Wait for the next mail. A scanner has opened every link in it before the citizen does."""
        give_up = time.monotonic() + WAIT_SECONDS
        while time.monotonic() < give_up:
            new = [
                each for each in list(self.office.mails) if str(each["to"]) == self.address and each not in self.read
            ]
            if new:
                self.read.append(new[0])
                self._scan(new[0])
                return new[0]
            time.sleep(0.05)
        raise AssertionError(f"no mail came to {self.address} after {[str(m['subject']) for m in self.read]}")

    def link(self, part: str, subject: str = "") -> str:
        """The link with this in it, in the next mail that has one and is about this."""
        while True:
            mail = self.next()
            found = [link for link in LINK.findall(text_of(mail)) if part in link]
            if found and subject in str(mail["subject"]):
                return str(found[0])

    def _scan(self, mail: EmailMessage) -> None:
        before = facts(self.house)
        for link in LINK.findall(text_of(mail)):
            for method in ("HEAD", "GET"):
                assert httpx.request(method, link, follow_redirects=True, timeout=10).status_code == 200, link
        assert facts(self.house) == before


def text_of(mail: EmailMessage) -> str:
    """A mail's plain text."""
    part = mail.get_body(("plain",))
    assert part is not None
    return str(part.get_content())


def facts(house: House) -> list[Any]:
    """All that a citizen's act would change."""
    with rows(house.url) as session:
        tickets = select(Ticket.number, Ticket.status, Ticket.mail_stopped_at, Ticket.publication_consent)
        kept: list[Any] = [[tuple(row) for row in session.exec(tickets.order_by(col(Ticket.number)))]]
        for table in (Event, Message, Proposal, Rating):
            kept.append(session.exec(select(func.count()).select_from(table)).one())
        return kept
