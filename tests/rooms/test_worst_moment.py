"""What goes wrong at the worst moment: nothing is lost, nothing is sent twice, nobody waits for ever."""

# mypy: no-check-untyped-defs
from __future__ import annotations

import asyncio
import sqlite3
import threading
from collections import Counter
from contextlib import closing, suppress
from datetime import timedelta
from pathlib import Path

import psycopg
import pytest
import sqlalchemy as sa
from sqlalchemy.engine import make_url

from mailbox_service.base import audit
from mailbox_service.base.db import READERS, Database
from mailbox_service.base.files import Files
from mailbox_service.jobs import deliver, erase, receive, seal
from mailbox_service.mail import imap, outbox, pen
from mailbox_service.tickets import uploads
from mailbox_service.tickets.life import after, protect
from mailbox_service.tickets.uploads import Limits
from tests.rooms.arriving import (
    a_mail,
    a_town_with_mail,
    arrive,
    files_of,
    look,
    newest,
    received,
    room_of,
    signed_address,
)
from tests.rooms.full import MARK
from tests.rooms.imap_server import a_mailbox
from tests.rooms.post import HOUR, NOW, a_town
from tests.rooms.test_erase import SOON, a_full_town, decided
from tests.rooms.test_inbox_doors import reading
from tests.rooms.test_uploads import MB, came

DAY, MINUTE = timedelta(days=1), timedelta(minutes=1)
OTHERS = (
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
    " WHERE datname = current_database() AND pid <> pg_backend_pid()"
)


def address_of(url: str) -> str:
    return make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)


# --- Erasing and forgetting


async def test_a_plug_pulled_before_the_lists_of_words_are_merged_leaves_no_word(
    sqlite_url, smtp_server, tmp_path, monkeypatch
):
    db = Database(sqlite_url)
    post, number = await a_full_town(db, smtp_server.port, tmp_path)
    for n in range(30):
        await post.letter(f"Neighbour {n}")
    await db.fold()
    await decided(post, number)

    async def killed(_db):
        raise asyncio.CancelledError

    with monkeypatch.context() as plug:
        plug.setattr(erase, "wipe", killed)
        with pytest.raises(asyncio.CancelledError):
            await erase.erase(db, post.settings, now=SOON + HOUR + MINUTE)
    for hour in range(2, 6):
        await erase.erase(db, post.settings, now=SOON + hour * HOUR)
    await db.close()

    file = Path(sqlite_url.removeprefix("sqlite:///"))
    for path in (file, *file.parent.glob(f"{file.name}-*")):
        assert (MARK.lower().encode() in path.read_bytes().lower()) is False


async def test_what_an_erased_letter_took_along_stops_no_forgetting(db, tmp_path):
    post = await a_town_with_mail(db, tmp_path, held_mail_days=30)
    await arrive(post, a_mail("The lamp is dark"))
    number = (await newest(post)).ticket.number
    away = a_mail("I am away", "Auto-Submitted: auto-replied", id_="2")
    row = await arrive(post, away, await signed_address(post, number))
    assert (row.state, row.ticket_id is not None) == ("machine", True)
    await arrive(post, a_mail("Held", id_="3"), "info@qinghe.example")
    await post.act(number, "citizen", after.withdraw, now=NOW + DAY)
    await post.act(number, "citizen", protect.ask_erasure, "please", now=NOW + DAY)
    await post.act(number, "karl", protect.decide_erasure, True, now=NOW + DAY)
    await erase.erase(post.db, post.settings, now=NOW + 2 * DAY)

    await receive.forget(post.db, post.settings, now=NOW + 31 * DAY)

    assert [row.text for row in await received(post)] == ["", "", ""]


def first(monkeypatch, db, act):
    """Somebody does this as soon as the job has found what is too old."""
    asked = db.reading

    async def found(work, **how):
        answer = await asked(work, **how)
        if answer:
            monkeypatch.setattr(db, "reading", asked)
            await act()
        return answer

    monkeypatch.setattr(db, "reading", found)


async def test_what_a_clerk_takes_while_old_mail_is_forgotten_keeps_its_bytes(db, tmp_path, monkeypatch):
    post = await a_town_with_mail(db, tmp_path, held_mail_days=30)
    row, at = await arrive(post, a_mail("Held"), "info@qinghe.example"), NOW + 31 * DAY
    karl = await db.reading(lambda session: post.town.actor(session, "karl"))

    first(monkeypatch, db, lambda: pen.take_as_letter(room_of(post), row.id, by=karl, now=at))
    forgotten = await receive.forget(db, post.settings, now=at)

    (row,) = await received(post)
    assert (forgotten, row.state, row.text) == (0, "letter", "Held")
    assert list(files_of(post).keys()) == [row.stored]


async def test_what_a_clerk_lets_be_tried_again_meanwhile_is_not_lost(db, tmp_path, monkeypatch):
    post = await a_town_with_mail(db, tmp_path, held_mail_days=30)
    row, at = await arrive(post, a_mail("Held"), "info@qinghe.example"), NOW + 31 * DAY
    karl = await db.reading(lambda session: post.town.actor(session, "karl"))

    first(monkeypatch, db, lambda: db.writing(lambda session: pen.try_again(session, row.id, by=karl, now=at)))
    await receive.forget(db, post.settings, now=at)
    await look(post, now=at)

    (row,) = await received(post)
    assert (row.state, row.reason, row.text) == ("held", "not_for_us", "Held")
    assert list(files_of(post).keys()) == [row.stored]


# --- Mails


async def test_a_database_that_is_away_for_a_moment_doubles_no_mail(postgresql_url, smtp_server, monkeypatch):
    db = Database(postgresql_url)
    post = await a_town(db, smtp_server.port)
    for n in range(5):
        await post.letter(f"Letter {n}", email=f"carl{n}@example.org")
    await post.notify()
    keep = smtp_server.handle_DATA

    async def restart(*mail):
        monkeypatch.setattr(smtp_server, "handle_DATA", keep)
        with psycopg.connect(address_of(postgresql_url), autocommit=True) as other:
            other.execute(OTHERS)
        return await keep(*mail)

    monkeypatch.setattr(smtp_server, "handle_DATA", restart)
    with suppress(sa.exc.OperationalError):
        await post.deliver()
    while await post.deliver(NOW + outbox.lease(post.settings) + MINUTE):
        pass
    await db.close()

    assert set(Counter(mail["Message-ID"] for mail in smtp_server.mails).values()) == {1}


async def test_a_look_that_fails_doubles_no_mail_in_hand(db, smtp_server, monkeypatch):
    post = await a_town(db, smtp_server.port)
    await post.letter()
    await post.notify()
    keep, waiting, failed = smtp_server.handle_DATA, outbox.is_waiting, []

    async def slow(*mail):
        said = await keep(*mail)
        await asyncio.sleep(0.5)
        return said

    def away(session, now):
        if smtp_server.mails and not failed:
            failed.append(True)
            raise sa.exc.OperationalError("select", {}, Exception("away"))
        return waiting(session, now)

    monkeypatch.setattr(smtp_server, "handle_DATA", slow)
    monkeypatch.setattr(outbox, "is_waiting", away)
    monkeypatch.setattr(deliver, "LOOK_SECONDS", 0.1)
    with pytest.raises(sa.exc.OperationalError):
        await post.deliver()
    monkeypatch.setattr(smtp_server, "handle_DATA", keep)
    while await post.deliver(NOW + outbox.lease(post.settings) + MINUTE):
        pass

    assert len(smtp_server.mails) == 1


@pytest.mark.parametrize("can_move", [True, False])
async def test_a_folder_that_is_full_or_gone_holds_up_no_mail(sqlite_url, tmp_path, can_move, monkeypatch):
    db = Database(sqlite_url)
    post = await a_town_with_mail(db, tmp_path)
    for command in ("MOVE", "COPY"):
        monkeypatch.setattr(f"tests.rooms.imap_server._Talk.do_UID_{command}", lambda *_: "NO [OVERQUOTA] full")
    with a_mailbox() as mailbox:
        mailbox.can_move = can_move
        for n in range(3):
            mailbox.put(a_mail(str(n), id_=str(n)))

        assert await imap.poll(room_of(reading(post, mailbox, imap_move_to="Done")), now=NOW) == 3
        assert len(mailbox.messages) == 3
    await db.close()


# --- The database's one writer


async def test_readers_leave_a_thread_to_the_writer(sqlite_url):
    db, go = Database(sqlite_url), threading.Event()
    readers = [asyncio.create_task(db.reading(lambda _session: go.wait(5))) for _ in range(READERS + 1)]
    await asyncio.sleep(0.1)
    try:
        async with asyncio.timeout(2):
            assert await db.writing(lambda session: session.execute(sa.text("select 1")).scalar()) == 1
    finally:
        go.set()
        await asyncio.gather(*readers)
        await db.close()


async def test_who_leaves_while_writing_keeps_the_next_one_waiting_not_failing(sqlite_url, monkeypatch):
    monkeypatch.setattr("mailbox_service.base.db.BUSY_MS", 200)
    db, go = Database(sqlite_url), threading.Event()
    long = asyncio.create_task(db.writing(lambda _session: go.wait(5)))
    await asyncio.sleep(0.1)
    long.cancel()
    threading.Timer(1, go.set).start()
    try:
        assert await db.writing(lambda session: session.execute(sa.text("select 1")).scalar()) == 1
    finally:
        go.set()
        await asyncio.gather(long, return_exceptions=True)
        await db.close()


async def test_looking_through_the_whole_log_keeps_no_writer_waiting(sqlite_url, monkeypatch):
    db = Database(sqlite_url)
    post = await a_town(db, 1)
    await post.letter()
    file, unsealed, looked = sqlite_url.removeprefix("sqlite:///"), audit._unsealed, []

    def look_at(session, source, *, since, **more):
        if since is None:
            with closing(sqlite3.connect(file, isolation_level=None, timeout=0)) as other:
                other.execute("BEGIN IMMEDIATE")
            looked.append(source.table)
        return unsealed(session, source, since=since, **more)

    monkeypatch.setattr(audit, "_unsealed", look_at)
    await seal.seal(db, now=NOW)
    await db.close()

    assert looked == ["audit_row", "event"]


# --- Files


async def test_a_file_removed_while_the_form_is_sent_is_on_no_letter(postgresql_url, monkeypatch):
    db = Database(postgresql_url)
    await db.writing(lambda session: uploads.keep(session, "carl", [came("a")], Limits(3, 5 * MB), now=NOW))
    waiting = uploads.waiting

    def then_removed(session, holder):
        found = waiting(session, holder)
        with psycopg.connect(address_of(postgresql_url)) as other:
            other.execute("DELETE FROM upload")
        return found

    monkeypatch.setattr(uploads, "waiting", then_removed)
    taken = await db.writing(lambda session: uploads.take(session, "carl", now=NOW))
    await db.close()

    assert taken == []


def test_files_that_go_meanwhile_stop_no_tidying(tmp_path):
    folder = tmp_path / "aa"
    folder.mkdir()
    for n in range(2):
        (folder / f"aa{n:030}").write_bytes(b"1")
    keys = Files(tmp_path).keys()
    (other,) = {f"aa{n:030}" for n in range(2)} - {next(keys)}
    Files(tmp_path).remove(other)

    assert list(keys) == []
