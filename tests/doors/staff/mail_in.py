"""Mail that comes to the staff's town, and waits or finds its letter."""

# mypy: no-check-untyped-defs
from __future__ import annotations

from sqlmodel import col, select

from mailbox_service.base import clock
from mailbox_service.jobs.receive import receive
from mailbox_service.mail import inbox
from mailbox_service.mail.tables import Received, Source
from tests.mails.build import file_part, of_parts, text_part
from tests.rooms.arriving import a_mail

EXE = file_part("run.exe", b"MZ\x90\x00" * 20)


async def held(house, raw=None, to="info@qinghe.example"):
    """A message comes and waits; its row."""
    site = house.site
    room = inbox.Room(site.db, site.settings, site.book)
    await inbox.store(room, raw or a_mail("The lamp is dark."), Source.LMTP, envelope_to=to, now=clock.now())
    await receive(site.db, site.settings, site.book)
    return (await rows(house))[-1]


async def rows(house):
    """Everything that came, oldest first."""
    return await house.site.db.reading(lambda s: s.exec(select(Received).order_by(col(Received.id))).all())


async def mail_of_every_kind(house):
    """Two messages that wait, an automatic one, and a letter with an addition, an automatic reply and a file."""
    number = await house.letter("by mail")
    about = f"Re: {number}".encode()
    for raw in (
        a_mail("灯不亮", id_="1"),
        a_mail("灯不亮", id_="2", subject=f"Re: {number}", sender="eve@example.net"),
        a_mail("-", "Precedence: bulk", id_="3", sender="news@example.net"),
        of_parts("mixed", text_part("灯还是不亮\n\n> 哪盏灯"), EXE, subject=about),
        a_mail("-", "Auto-Submitted: auto-replied", id_="5", subject=f"Re: {number}"),
    ):
        await held(house, raw)
