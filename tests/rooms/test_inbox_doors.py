"""The three doors by which mail comes in: a mail server's pipe, LMTP, and a mailbox elsewhere. None loses a message."""

# mypy: no-check-untyped-defs
from __future__ import annotations

import asyncio
import imaplib
import os
import resource
import smtplib
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import pytest

from mailbox_service.base.db import Database
from mailbox_service.jobs.receive import fetch
from mailbox_service.mail import imap, lmtp
from mailbox_service.serve import only_one
from tests.rooms.arriving import (
    PUBLIC,
    a_mail,
    a_town_with_mail,
    files_of,
    later,
    letters,
    look,
    received,
    room_of,
    store,
)
from tests.rooms.imap_server import PASSWORD, USER, a_mailbox
from tests.rooms.post import NOW, PostTown

MINUTE = timedelta(minutes=1)


@pytest.fixture
async def post(sqlite_url: str, tmp_path: Path) -> AsyncIterator[PostTown]:
    """One kind of database: what a door does with it is one call, which test_inbox tests on both."""
    db = Database(sqlite_url)
    yield await a_town_with_mail(db, tmp_path, lmtp_listen="127.0.0.1:0", mail_max_mb=1)
    await db.close()


# --- LMTP ------------------------------------------------------------------------------------


def delivered(port, raw, *to, sender="carl@example.org"):
    """What the door answers for each recipient, or to the first command that it refuses."""
    with smtplib.LMTP("127.0.0.1", port, timeout=20) as client:
        client.ehlo()
        code, _ = client.mail(sender, [f"SIZE={len(raw)}"] if client.has_extn("size") else [])
        if code != 250:
            return [code]
        codes = [client.rcpt(one)[0] for one in to]
        assert set(codes) == {250}
        first, _ = client.data(raw)
        return [first, *(client.getreply()[0] for _ in to[1:])]


async def test_each_recipient_is_answered_once_the_message_is_kept(post):
    async with lmtp.listening(room_of(post)) as port:
        answers = await asyncio.to_thread(delivered, port, a_mail(), PUBLIC, "info@qinghe.example")

    assert answers == [250, 250]
    assert [(row.envelope_from, row.envelope_to, row.state) for row in await received(post)] == [
        ("carl@example.org", PUBLIC, "stored"),
        ("carl@example.org", "info@qinghe.example", "stored"),
    ]


async def test_bytes_come_through_as_they_were_sent(post):
    raw = a_mail(f".\r\n..x\r\n{'long ' * 20_000}\r\n人民路").replace(b"Subject: A lamp", b"Subject: \xc2\xb7\xd2")

    async with lmtp.listening(room_of(post)) as port:
        await asyncio.to_thread(delivered, port, raw, PUBLIC, sender="")

    row = (await received(post))[0]
    assert b"".join(files_of(post).pieces(row.stored)).rstrip() == raw
    assert row.envelope_from == "<>"


async def test_the_size_limit_is_announced_and_kept(post):
    async with lmtp.listening(room_of(post)) as port:
        announced = await asyncio.to_thread(delivered, port, a_mail("x" * 2_000_000), PUBLIC)

    assert announced == [552]
    assert await received(post) == []


@contextmanager
def a_full_disk():
    """This process can add no byte to any file. (Python ignores the signal and gets EFBIG.)"""
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, limits[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)


async def test_a_full_disk_is_answered_with_later_and_nothing_is_lost(post):
    async with lmtp.listening(room_of(post)) as port:
        with a_full_disk():
            full = await asyncio.to_thread(delivered, port, a_mail(), PUBLIC)
        later = await asyncio.to_thread(delivered, port, a_mail(), PUBLIC)

    assert (full, later) == ([452], [250])
    assert len(await received(post)) == len(list(files_of(post).keys())) == 1


async def test_a_port_that_is_taken_stops_nothing_else(post, caplog):
    async with lmtp.listening(room_of(post)) as port:
        other = PostTown(
            post.db, post.settings.model_copy(update={"lmtp_listen": f"localhost.invalid:{port}"}), post.town
        )
        async with lmtp.listening(room_of(other)) as nothing:
            assert nothing == 0

    assert "Nothing can be delivered" in caplog.text


# --- A pipe ----------------------------------------------------------------------------------


def piped(post, raw, *arguments, **environment):
    """`mailbox mail receive`, as a mail server runs it."""
    env = {name: value for name, value in os.environ.items() if not name.startswith("MAILBOX_")}
    env |= {"MAILBOX_SECRET": "k" * 40, "MAILBOX_DATABASE_URL": post.settings.database_url, "MAILBOX_MAIL_MAX_MB": "1"}
    env |= {"MAILBOX_DATA_DIR": str(post.settings.data_dir), **environment}
    command = [sys.executable, "-m", "mailbox_service.cli", "mail", "receive", *arguments]
    return subprocess.run(command, input=raw, env=env, capture_output=True, timeout=60)


async def test_the_pipe_keeps_a_message_beside_a_running_service(post):
    with only_one(post.settings):
        done = await asyncio.to_thread(piped, post, a_mail(), "--from", "", "--to", PUBLIC, "--to", "x@qinghe.example")

    assert (done.returncode, done.stdout) == (os.EX_OK, b"")
    assert [(row.envelope_from, row.envelope_to) for row in await received(post)] == [
        ("<>", PUBLIC),
        ("<>", "x@qinghe.example"),
    ]
    await look(post, now=later())
    assert {row.state for row in await received(post)} == {"machine", "repeated"}


async def test_what_can_not_be_kept_now_is_left_to_the_mail_server(post, tmp_path):
    nowhere = f"sqlite:///{tmp_path / 'nothing.db'}"
    runs = (
        piped(post, a_mail(), MAILBOX_DATABASE_URL=nowhere),
        piped(post, a_mail("x" * 1_100_000)),
    )

    assert [run.returncode for run in runs] == [os.EX_TEMPFAIL, os.EX_DATAERR]
    assert all(run.stderr and b"lamp" not in run.stderr for run in runs)
    assert await received(post) == []


# --- The plug --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "points"),
    [("sqlite_url", ["mail-kept", "mail-stored", "mail-taken", "mail-acted"]), ("postgresql_url", ["mail-acted"])],
)
async def test_a_process_that_is_killed_loses_nothing_and_takes_nothing_twice(request, tmp_path, kind, points):
    url = request.getfixturevalue(kind)
    db = Database(url)
    post = await a_town_with_mail(db, tmp_path)
    command = [sys.executable, "-m", "tests.rooms.mail_door", url, str(tmp_path)]

    for n, point in enumerate(points):
        raw, env = a_mail(point, id_=str(n)), os.environ | {"MAILBOX_STOP_AT": point}
        killed = await asyncio.to_thread(subprocess.run, command, input=raw, env=env, timeout=60)
        assert killed.returncode == -9, point
        await store(post, raw)  # the mail server got no answer
    await look(post, now=NOW + 10 * MINUTE)

    rows = await received(post)
    assert [row.state for row in rows] == ["letter"] * len(points)
    assert await letters(post) == len(points)
    await db.close()


async def test_two_workers_never_take_the_same_message(db, tmp_path):
    post = await a_town_with_mail(db, tmp_path)
    for n in range(8):
        again = a_mail(str(n), id_=str(n))
        assert sorted(await asyncio.gather(store(post, again), store(post, again))) == [False, True]

    done = await asyncio.gather(look(post), look(post))

    rows = await received(post)
    assert sum(done) == len(rows) == await letters(post) == 8
    assert {(row.state.value, row.tries) for row in rows} == {("letter", 1)}


# --- A mailbox elsewhere ---------------------------------------------------------------------


@pytest.fixture
def mailbox():
    with a_mailbox() as folder:
        yield folder


def reading(post, mailbox, **more):
    """The town, fetching from there."""
    facts = {"imap_host": "127.0.0.1", "imap_port": mailbox.port, "imap_security": "none", "imap_user": USER}
    facts |= {"imap_password": PASSWORD, "imap_timeout_seconds": 5}
    settings = type(post.settings)(**post.settings.model_dump() | facts | more)
    return PostTown(post.db, settings, post.town)


async def test_new_messages_are_fetched_once_and_marked_as_read(post, mailbox):
    town = reading(post, mailbox)
    mailbox.put(a_mail("one", id_="1"))
    mailbox.put(a_mail("two", id_="2"))

    first = await fetch(town.db, town.settings, town.town.book, now=NOW)
    mailbox.put(a_mail("three", id_="3"))
    early = await fetch(town.db, town.settings, town.town.book, now=NOW)
    second = await fetch(town.db, town.settings, town.town.book, now=NOW + MINUTE)
    await look(town, now=NOW + MINUTE)

    assert (first, early, second) == (2, 0, 1)
    assert set(mailbox.flags.values()) == {r"\Seen"}
    assert [row.state for row in await received(town)] == ["letter"] * 3


@pytest.mark.parametrize("can_move", [True, False])
async def test_they_are_moved_where_the_settings_say(post, mailbox, can_move):
    mailbox.can_move = can_move
    mailbox.put(a_mail())

    await imap.poll(room_of(reading(post, mailbox, imap_move_to="Done here")), now=NOW)

    assert mailbox.moved == {"Done here": [a_mail()]}
    assert mailbox.messages == {}


async def test_a_folder_made_anew_is_read_from_its_beginning_and_nothing_is_taken_twice(post, mailbox):
    room = room_of(reading(post, mailbox))
    mailbox.put(a_mail())
    assert await imap.poll(room, now=NOW) == 1

    mailbox.uid_validity += 1

    assert await imap.poll(room, now=NOW) == 0
    assert len(await received(post)) == 1


async def test_a_connection_that_breaks_loses_nothing(post, mailbox):
    room = room_of(reading(post, mailbox))
    for n in range(3):
        mailbox.put(a_mail(str(n), id_=str(n)))
    mailbox.breaks_after = 1

    for _ in range(2):
        with pytest.raises(imaplib.IMAP4.abort):
            await imap.poll(room, now=NOW)
    mailbox.breaks_after = 0

    assert await imap.poll(room, now=NOW) == 1
    assert len(await received(post)) == 3


async def test_a_full_disk_leaves_the_message_where_it_is(post, mailbox):
    room = room_of(reading(post, mailbox))
    mailbox.put(a_mail())

    with a_full_disk(), pytest.raises(Exception, match=r"files\.full"):
        await imap.poll(room, now=NOW)

    assert mailbox.flags == {}
    assert await imap.poll(room, now=NOW) == 1


async def test_a_wrong_password_or_folder_is_said(post, mailbox):
    with pytest.raises(imaplib.IMAP4.error):
        await imap.check(reading(post, mailbox, imap_password="wrong").settings)
    with pytest.raises(imap.ImapError):
        await imap.check(reading(post, mailbox, imap_folder="Nowhere").settings)
    await imap.check(reading(post, mailbox).settings)
