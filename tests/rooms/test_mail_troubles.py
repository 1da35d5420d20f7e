"""A server with every trouble there is: each event leads to exactly one delivered Message-ID for each reader."""

# mypy: no-check-untyped-defs
from __future__ import annotations

import asyncio
from collections import defaultdict
from datetime import timedelta

from mailbox_service.tickets.life import route
from tests.rooms.post import NOW, a_town

LETTERS = 24
TROUBLES = ("none", "busy", "drops", "slow", "full", "gone")


async def test_each_event_is_delivered_once_whatever_the_server_does(db, smtp_server, monkeypatch):
    post = await a_town(db, smtp_server.port, smtp_timeout_seconds=1)
    for n in range(LETTERS):
        number = await post.letter(f"Letter {n}", email=f"{TROUBLES[n % len(TROUBLES)]}{n}@example.org")
        await post.act(number, "karl", route.route, post.town.offices["roads"])
    make_trouble(smtp_server, monkeypatch)
    await post.notify()

    at = NOW
    for _ in range(8):
        while await post.deliver(at):
            pass
        at += timedelta(minutes=10)

    got = defaultdict(set)
    for mail in smtp_server.mails:
        got[mail["To"]].add(mail["Message-ID"])
    for mail in await post.mails():
        if mail.to_address.startswith("gone"):
            assert mail.sent_at is None
            assert mail.failure in ("550 5.1.1", "bounced")
            continue
        assert mail.sent_at is not None, mail.failure
        assert mail.message_id in got[mail.to_address]
    citizens = {address: ids for address, ids in got.items() if address.endswith("@example.org")}
    assert len(citizens) == LETTERS - LETTERS // len(TROUBLES)
    assert {len(ids) for ids in citizens.values()} == {2}


def make_trouble(office, monkeypatch):
    """The first time each is met, and of those that are gone every time."""
    met, take, keep = set(), office.handle_RCPT, office.handle_DATA

    def first(address):
        return address not in met and not met.add(address)

    async def rcpt(server, visit, envelope, address, options):
        if address.startswith("gone"):
            return "550 5.1.1 no such user"
        if address.startswith("busy") and first(address):
            return "451 4.3.0 later"
        return await take(server, visit, envelope, address, options)

    async def data(server, visit, envelope):
        (address,) = envelope.rcpt_tos
        if address.startswith("full") and first(address):
            return "452 4.3.1 no room"
        if address.startswith("drops") and first(address):
            server.transport.abort()
            return "250 nobody hears it"
        if address.startswith("slow") and first(address):
            await asyncio.sleep(1.5)
        return await keep(server, visit, envelope)

    monkeypatch.setattr(office, "handle_RCPT", rcpt)
    monkeypatch.setattr(office, "handle_DATA", data)
