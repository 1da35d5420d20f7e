"""What the tests of getting in share: the links that were mailed, and who was signed in."""

from __future__ import annotations

import re

import httpx
import pyotp
from sqlmodel import col, select

from mailbox_service.base import clock
from mailbox_service.base.tables import AuditRow
from mailbox_service.base.tables import Session as StaffSession
from mailbox_service.city import access, second_factor
from mailbox_service.city.tables import Person
from mailbox_service.mail.tables import Mail
from tests.databases import rows
from tests.doors.staff.house import House, Member

GOOD = "four herons in the canal"
DORA = "dora@qinghe.example"
SECOND = "/staff/account/second-step"


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


def person_id(house: House, email: str) -> int:
    """Somebody's number."""
    with rows(house.url) as session:
        return session.exec(select(Person.id).where(Person.email == email)).one()


def code(house: House, email: str, *, off: int = 0) -> str:
    """What somebody's app shows now, or so many half minutes later."""
    with rows(house.url) as session:
        person = session.exec(select(Person).where(Person.email == email)).one()
        factor = second_factor.of(session, person.id)
        assert factor is not None
        secret = second_factor.app_secret(house.site.settings.secret, person.id, factor.generation)
    return str(pyotp.TOTP(secret).generate_otp(second_factor.step_of(clock.now()) + off))


async def with_second(house: House, name: str) -> tuple[Member, list[str]]:
    """Somebody who has set up the second step, and their recovery codes; the code of this half minute is used."""
    member = await house.member(name)
    form = await member.fill(SECOND)
    answer = await member.web.post(SECOND, data=form | {"code": code(house, f"{name}@qinghe.example", off=-1)})
    assert answer.status_code == 200
    return member, re.findall(r"\b[0-9A-Z]{5}-[0-9A-Z]{5}\b", answer.text)
