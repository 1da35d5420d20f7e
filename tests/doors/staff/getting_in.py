"""What the tests of getting in share: the links that were mailed, and who was signed in."""

from __future__ import annotations

import httpx
from sqlmodel import col, select

from mailbox_service.base.tables import AuditRow
from mailbox_service.base.tables import Session as StaffSession
from mailbox_service.city import access
from mailbox_service.city.tables import Person
from mailbox_service.mail.tables import Mail
from tests.databases import rows
from tests.doors.staff.house import House, Member

GOOD = "four herons in the canal"
DORA = "dora@qinghe.example"


def link_of(house: House, mail: Mail) -> str:
    """Where the link of that mail leads."""
    return f"/staff/password/{access.link_token(house.site.settings.secret, mail.id)}"


def mails(house: House, notice: str) -> list[Mail]:
    """The mails of that notice, oldest first."""
    with rows(house.url) as session:
        return list(session.exec(select(Mail).where(Mail.notice == notice).order_by(col(Mail.id))))


def acts(house: House) -> list[str]:
    """What the audit log says was done, in order."""
    with rows(house.url) as session:
        return list(session.exec(select(AuditRow.act).order_by(col(AuditRow.id))))


def sessions(house: House, email: str) -> int:
    """How many sessions somebody has."""
    with rows(house.url) as session:
        theirs = select(StaffSession).join(Person, col(Person.id) == col(StaffSession.person_id))
        return len(session.exec(theirs.where(Person.email == email)).all())


async def sign_in(member: Member, email: str, password: str) -> httpx.Response:
    """Fill in the sign-in page and send it."""
    return await member.send("/staff/sign-in", email=email, password=password)
