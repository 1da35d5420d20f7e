"""Mail that waited when a backup was made, and has become an erased letter since, becomes no letter again."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlmodel import select

from mailbox_service.base import erasures
from mailbox_service.base.db import Database
from mailbox_service.base.files import Files
from mailbox_service.jobs import erase, receive
from mailbox_service.mail.tables import Received
from mailbox_service.tickets.find.city import CityBook
from mailbox_service.tickets.life import after, protect
from mailbox_service.tickets.tables import Ticket
from tests.databases import rows
from tests.rooms.arriving import a_mail, a_town_with_mail, look, newest, store
from tests.rooms.kept import LATER, SOON, backup, bring_back
from tests.rooms.post import NOW

DAY = timedelta(days=1)


@pytest.mark.parametrize("is_listed", [True, False])
async def test_a_mail_that_became_an_erased_letter_stays_gone(db, fresh, tmp_path, is_listed):
    post = await a_town_with_mail(db, tmp_path / "old")
    await store(post, a_mail("The lamp is dark"))
    await backup(post, tmp_path / "backup")
    await look(post)
    number = (await newest(post)).ticket.number
    await post.act(number, "citizen", after.withdraw, now=NOW + DAY)
    await post.act(number, "citizen", protect.ask_erasure, "please", now=NOW + DAY)
    await post.act(number, "karl", protect.decide_erasure, True, now=NOW + DAY)
    assert await erase.erase(db, post.settings, now=SOON) == 1
    listed = [post.settings.erasures_file] if is_listed else []

    await bring_back(fresh, tmp_path / "backup", *listed)

    again = Database(fresh.database_url)
    book = CityBook(fresh.zone, fresh.working_language)
    told = fresh.model_copy(update={"letters_by_mail_to": post.settings.letters_by_mail_to})
    assert await receive.receive(again, told, book, now=LATER) == (0 if is_listed else 1)
    await again.close()
    with rows(fresh.database_url) as session:
        (row,) = session.exec(select(Received)).all()
        texts = {ticket.subject for ticket in session.exec(select(Ticket))}
    assert ("A lamp" in texts, bool(row.stored), bool(row.envelope_to)) == (not is_listed,) * 3
    assert len(list(Files(fresh.files_dir).keys())) == (0 if is_listed else 1)
    assert row.id in erasures.read(post.settings.erasures_file)
