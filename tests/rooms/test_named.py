"""Bytes and the rows that name them: whoever leaves, and whatever breaks, no row is left without its bytes."""

# mypy: no-check-untyped-defs
from __future__ import annotations

import asyncio
import smtplib
import sqlite3
from contextlib import closing, contextmanager
from pathlib import Path

import psycopg
import pytest
import sqlalchemy as sa
from sqlalchemy.engine import make_url

from mailbox_service.base import named
from mailbox_service.base.db import Database
from mailbox_service.base.refusals import Refused
from mailbox_service.mail import lmtp
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

SOON = 0.2  # seconds in which what waits for the database has come to it


@pytest.fixture
async def post(db, tmp_path):
    return await a_town_with_mail(db, tmp_path, lmtp_listen="127.0.0.1:0")


@contextmanager
def a_busy_database(db: Database):
    """Nobody else can write to the table of mail that came."""
    url = make_url(db.url)
    if db.is_sqlite:
        with closing(sqlite3.connect(str(url.database), isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            yield
        return
    address = url.set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(address) as other:
        other.execute("LOCK TABLE received")
        yield


def kept(post) -> list[bytes]:
    """All bytes that lie in the folder, without the end of a last line."""
    files = files_of(post)
    return [b"".join(files.pieces(key)).rstrip() for key in files.keys(older_than_seconds=0)]


async def test_whoever_leaves_while_the_database_is_busy_leaves_the_message_whole(post):
    with a_busy_database(post.db):
        asking = asyncio.create_task(store(post, a_mail()))
        await asyncio.sleep(SOON)
        asking.cancel()
        await asyncio.sleep(SOON)
    with pytest.raises(asyncio.CancelledError):
        await asking

    assert kept(post) == [a_mail()]
    assert await store(post, a_mail()) is False, "it lies here, and may be answered for"
    await look(post)
    assert [row.state for row in await received(post)] == ["letter"]


async def test_a_mail_server_that_hangs_up_loses_no_message(post):
    async with lmtp.listening(room_of(post)) as port:
        with a_busy_database(post.db):
            await asyncio.to_thread(hung_up, port, a_mail())
            await asyncio.sleep(SOON)
    await look(post, now=later())
    async with lmtp.listening(room_of(post)) as port:
        again = await asyncio.to_thread(delivered, port, a_mail())
    await look(post, now=later())

    assert again == 250
    assert await letters(post) == 1
    assert kept(post) == [a_mail()]


def hung_up(port: int, raw: bytes) -> None:
    """Deliver it, and wait for no answer."""
    with closing(smtplib.LMTP("127.0.0.1", port, timeout=20)) as client:
        client.ehlo()
        client.mail("carl@example.org")
        client.rcpt(PUBLIC)
        client.docmd("DATA")
        client.send(raw + b"\r\n.\r\n")


def delivered(port: int, raw: bytes) -> int:
    """Deliver it; the answer."""
    with smtplib.LMTP("127.0.0.1", port, timeout=20) as client:
        client.ehlo()
        client.mail("carl@example.org")
        client.rcpt(PUBLIC)
        return client.data(raw)[0]


async def test_what_is_refused_leaves_no_bytes(post):
    files = files_of(post)
    one = files.store([b"one"])

    def refuse(_session):
        raise Refused("conflict")

    with pytest.raises(Refused):
        await named.write(post.db, refuse, files, [one.key])

    assert kept(post) == []


async def test_nor_does_what_names_them_no_more(post):
    files = files_of(post)
    one, other = files.store([b"one"]), files.store([b"other"])

    assert await named.write(post.db, lambda _session: "", files, [one.key]) == ""
    assert await named.write(post.db, lambda _session: "named", files, [other.key])

    assert kept(post) == [b"other"]


async def test_a_fault_of_the_database_leaves_none_either(post):
    files = files_of(post)
    one = files.store([b"one"])

    with pytest.raises(sa.exc.OperationalError if post.db.is_sqlite else sa.exc.ProgrammingError):
        await named.write(post.db, lambda session: session.execute(sa.text("SELECT * FROM nowhere")), files, [one.key])

    assert kept(post) == []


async def test_bytes_stay_when_nobody_knows_whether_a_row_names_them(postgresql_url: str, tmp_path: Path):
    db = Database(postgresql_url)
    post = await a_town_with_mail(db, tmp_path)
    files = files_of(post)
    one = files.store([b"one"])

    with pytest.raises(sa.exc.OperationalError):
        await named.write(
            db,
            lambda session: session.execute(sa.text("SELECT pg_terminate_backend(pg_backend_pid())")),
            files,
            [one.key],
        )

    assert kept(post) == [b"one"]
    await db.close()
