"""A whole correspondence by mail alone: what leaves goes through a real SMTP server, what comes through LMTP."""

# mypy: no-check-untyped-defs
from __future__ import annotations

import asyncio
import smtplib
from datetime import timedelta
from email.message import EmailMessage
from pathlib import Path

import pytest

from mailbox_service.base import clock
from mailbox_service.base.db import Database
from mailbox_service.jobs import runner
from mailbox_service.mail import lmtp
from mailbox_service.tickets.life import handle, reply, route
from tests.conftest import PostOffice
from tests.rooms.arriving import PUBLIC, a_town_with_mail, letters, newest, room_of
from tests.rooms.post import PostTown

CARL = "carl@example.org"


class Carl:
    """A citizen who has nothing but a mail program: he writes, and answers what he gets."""

    def __init__(self, post: PostTown, office: PostOffice, port: int) -> None:
        self.post, self.office, self.port = post, office, port
        self.moment = clock.now()

    async def writes(self, text: str) -> None:
        mail = self._mail(PUBLIC, "人民路的路灯", text)
        await self._sends(mail)

    async def answers(self, text: str) -> None:
        """Answers the newest mail as programs do: to its reply address, quoting all of it."""
        last = self.office.mails[-1]
        mail = self._mail(str(last["Reply-To"] or last["From"]), f"回复：{last['Subject']}", "")
        quoted = "".join(f"> {line}\n" for line in _text(last).splitlines())
        mail.set_content(f"{text}\n\n在 2026年3月2日，市长信箱 <mailbox@qinghe.example> 写道：\n\n{quoted}")
        mail["In-Reply-To"], mail["References"] = last["Message-ID"], last["Message-ID"]
        await self._sends(mail)

    def _mail(self, to: str, subject: str, text: str) -> EmailMessage:
        mail = EmailMessage()
        mail["From"], mail["To"], mail["Subject"] = f"卡尔 <{CARL}>", to, subject
        mail["Message-ID"] = f"<{id(mail)}@example.org>"
        mail.set_content(text)
        return mail

    async def _sends(self, mail: EmailMessage) -> None:
        await asyncio.to_thread(self._deliver, mail)
        await self.passes()

    def _deliver(self, mail: EmailMessage) -> None:
        to = mail["To"].addresses[0].addr_spec
        with smtplib.LMTP("127.0.0.1", self.port, timeout=20) as door:
            assert door.sendmail(CARL, [to], mail.as_bytes()) == {}

    async def passes(self) -> None:
        """The service does everything that is due."""
        self.moment = max(self.moment + timedelta(minutes=1), clock.now())
        await runner.run_once(self.post.db, self.post.settings, self.post.town.book, now=self.moment)

    def got(self) -> list[str]:
        """The subjects of his mails."""
        return [str(mail["Subject"]) for mail in self.office.mails if mail["To"] == CARL]


def _text(mail: EmailMessage) -> str:
    body = mail.get_body(("plain",))
    assert body is not None
    text: str = body.get_content()
    return text


@pytest.fixture
async def post(db: Database, tmp_path: Path, smtp_server: PostOffice) -> PostTown:
    return await a_town_with_mail(db, tmp_path, smtp_server.port, lmtp_listen="127.0.0.1:0")


async def test_a_letter_goes_its_whole_way_by_mail(post, smtp_server):
    async with lmtp.listening(room_of(post)) as port:
        carl = Carl(post, smtp_server, port)

        await carl.writes("人民路的路灯不亮。")
        number = (await newest(post)).ticket.number
        assert number in carl.got()[0]

        await _acts(carl, number, ("karl", route.route, post.town.offices["roads"]), ("dora", handle.ask, "哪一盏？"))
        await carl.answers("从桥数起第三盏。")
        case = await newest(post)
        assert (case.messages[-1].text, case.ticket.status) == ("从桥数起第三盏。", "in_progress")

        await _acts(carl, number, ("dora", reply.submit_reply, "路灯已修好。"), ("hugo", reply.approve, 1))
        answered = next(mail for mail in reversed(smtp_server.mails) if mail["To"] == CARL)
        assert "?to=rate" in _text(answered)

        await carl.answers("谢谢！")
        assert (await newest(post)).messages[-1].text == "谢谢！"

    assert await letters(post) == 1


async def _acts(carl: Carl, number: str, *steps) -> None:
    """The staff act, one after the other; a letter is signed for on the way. Then the mails leave."""
    for who, verb, *arguments in steps:
        if verb is handle.ask:
            await carl.post.act(number, who, handle.sign_for, now=carl.moment)
        await carl.post.act(number, who, verb, *arguments, now=carl.moment)
        carl.moment += timedelta(minutes=1)
    await carl.passes()
