"""Backup and restore, rehearsed on both databases: what was erased stays gone, and everything else comes back whole."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from sqlmodel import Session, select

from mailbox_service import migrations
from mailbox_service.backup import BackupError, manifest, mark
from mailbox_service.base import erasures, tokens
from mailbox_service.base.files import Files
from mailbox_service.base.settings import Settings
from mailbox_service.base.tables import Session as SignIn
from mailbox_service.jobs import erase
from mailbox_service.tables import metadata
from mailbox_service.tickets import public_search
from mailbox_service.tickets.life import protect
from mailbox_service.tickets.tables import Attachment, Publication, Ticket
from tests.databases import rows
from tests.rooms.full import MARK, marked
from tests.rooms.kept import LATER, SOON, backup, bring_back, numbers, with_a_file
from tests.rooms.post import HOUR, NOW, PostTown


async def erased(post: PostTown, number: str) -> None:
    """The citizen asks, a clerk agrees, the worker takes it."""
    await post.act(number, "citizen", protect.ask_erasure, "please", now=SOON)
    await post.act(number, "karl", protect.decide_erasure, True, now=SOON + HOUR)
    assert await erase.erase(post.db, post.settings, now=SOON + 2 * HOUR) == 1


@asynccontextmanager
async def letters_coming_in(post: PostTown) -> AsyncIterator[None]:
    """Citizens write all the while."""
    enough = asyncio.Event()

    async def write() -> int:
        written = 0
        while not enough.is_set() or written < 5:
            await with_a_file(post, await post.letter(f"Letter {written}"))
            written += 1
        return written

    writing = asyncio.create_task(write())
    try:
        yield
    finally:
        enough.set()
        await writing


def of_letter(url: str, number: str) -> dict[str, list[Any]]:
    """Every row of every table that belongs to the letter."""
    with rows(url) as session:
        ticket_id = session.exec(select(Ticket.id).where(Ticket.number == number)).one()
        found = {table: table.c.get("ticket_id") for table in metadata.sorted_tables}
        found[metadata.tables["ticket"]] = metadata.tables["ticket"].c.id
        tables = [(table, column) for table, column in found.items() if column is not None]
        asked = {t.name: sa.select(t).where(c == ticket_id).order_by(*t.primary_key) for t, c in tables}
        return {name: [tuple(row) for row in session.connection().execute(query)] for name, query in asked.items()}


def code_of(session: Session, settings: Settings, number: str) -> str:
    ticket = session.exec(select(Ticket).where(Ticket.number == number)).one()
    return tokens.access_code(settings.secret, ticket.id, ticket.code_generation)


async def test_a_restored_city_is_whole_but_for_what_was_erased_since(post, fresh, tmp_path):
    gone, kept = await numbers(post.db)
    before, code = of_letter(post.db.url, kept), await post.db.reading(lambda s: code_of(s, post.settings, kept))
    async with letters_coming_in(post):
        made = await backup(post, tmp_path / "backup")
    await erased(post, gone)

    done = await bring_back(fresh, tmp_path / "backup", post.settings.erasures_file)

    assert (done.erased, done.chain.broken, made.missing) == (1, None, [])
    assert of_letter(fresh.database_url, kept) == before
    with rows(fresh.database_url) as session:
        assert marked(session) == []
        assert public_search.like(session, MARK, lang="en", limit=3) == []
        assert session.exec(select(Publication.revoked_at)).one() == LATER + timedelta(seconds=1)
        assert session.exec(select(sa.func.count()).select_from(Ticket)).one() == made.rows["ticket"]
        assert code_of(session, fresh, kept) == code
        named = {row.stored: row.sha256 for row in session.exec(select(Attachment)) if row.stored}
    assert {key: manifest.sha256(manifest.place(fresh.files_dir, key)) for key in named} == named
    assert set(Files(fresh.files_dir).keys()) == set(named)
    if post.db.is_sqlite:
        assert MARK.lower().encode() not in Path(fresh.database_url.removeprefix("sqlite:///")).read_bytes().lower()
    assert erasures.read(fresh.erasures_file) == erasures.read(post.settings.erasures_file)


async def test_a_backup_of_a_busy_service_is_one_moment(post, tmp_path):
    async with letters_coming_in(post):
        made = await backup(post, tmp_path / "backup")

    listed = manifest.read_list(tmp_path / "backup")
    assert made.rows["attachment"] == made.files == len(listed)
    assert {key: manifest.sha256(manifest.place(tmp_path / "backup" / "files", key)) for key in listed} == listed
    assert await numbers(post.db)  # and nobody who wrote was refused


async def test_no_secret_and_no_sign_in_is_in_it(post, tmp_path):
    token = "the-hash-of-a-cookie"
    signed_in = SignIn(token=token, person_id=post.town.people["dora"], csrf="c", created_at=NOW, seen_at=NOW,
                       expires_at=LATER)  # fmt: skip
    await post.db.writing(lambda s: s.add(signed_in))

    await backup(post, tmp_path / "backup")

    secret = post.settings.secret.get_secret_value()
    for path in (path for path in (tmp_path / "backup").rglob("*") if path.is_file()):
        assert secret.encode() not in path.read_bytes()
        assert token.encode() not in path.read_bytes()
    told = "\n".join(manifest.read(tmp_path / "backup").keep_apart)
    assert all(name in told for name in ("MAILBOX_SECRET", "MAILBOX_SMTP_PASSWORD", "MAILBOX_ERASURES_FILE"))


async def test_everybody_signs_in_anew_and_nothing_is_held(post, fresh, tmp_path):
    await backup(post, tmp_path / "backup")

    done = await bring_back(fresh, tmp_path / "backup")

    with rows(fresh.database_url) as session:
        assert session.exec(select(SignIn)).all() == []
        assert mark.state(fresh.database_url) is mark.State.IN_USE
    assert migrations.current(fresh.database_url) == migrations.head()
    assert (done.erased, done.mails_waiting > 0) == (0, True)


async def test_a_letter_open_in_the_backup_is_named_when_it_comes_back_empty(post, fresh, tmp_path):
    _, still_open = await numbers(post.db)
    listed = tmp_path / "list.txt"
    await backup(post, tmp_path / "backup")
    erasures.add(listed, [await post.db.reading(lambda s: post.town.case(s, still_open).ticket.id)], NOW)

    done = await bring_back(fresh, tmp_path / "backup", listed)

    assert (done.erased, done.open_numbers) == (1, [still_open])


async def test_a_file_the_disk_has_lost_is_named_and_the_rest_is_saved(post, fresh, tmp_path):
    first, second = sorted(Files(post.settings.files_dir).keys())
    manifest.place(post.settings.files_dir, first).write_bytes(b"something else")

    made = await backup(post, tmp_path / "backup")
    done = await bring_back(fresh, tmp_path / "backup")

    assert made.missing == done.manifest.missing == [first]
    assert list(Files(fresh.files_dir).keys()) == [second]


async def test_a_file_erased_while_the_backup_was_made_is_not_missed(post, tmp_path):
    gone, _ = await numbers(post.db)
    loop = asyncio.get_running_loop()

    def say(line: str) -> None:
        if line.startswith("Database") and not post.settings.erasures_file.exists():
            asyncio.run_coroutine_threadsafe(erased(post, gone), loop).result(30)

    made = await backup(post, tmp_path / "backup", say)

    assert (made.files, made.missing) == (1, [])


async def test_a_folder_that_is_there_is_not_written_over(post, tmp_path):
    await backup(post, tmp_path / "backup")

    with pytest.raises(BackupError, match="is there already"):
        await backup(post, tmp_path / "backup")


@pytest.mark.parametrize("sure", [False, True])
async def test_a_database_in_use_is_replaced_only_when_that_is_said(post, fresh, tmp_path, sure):
    await backup(post, tmp_path / "backup")
    await bring_back(fresh, tmp_path / "backup")
    with rows(fresh.database_url) as session:
        session.connection().execute(sa.text("update ticket set subject = 'since'"))

    if sure:
        await bring_back(fresh, tmp_path / "backup", replace=True)
    else:
        with pytest.raises(BackupError, match="there is a database already"):
            await bring_back(fresh, tmp_path / "backup")

    with rows(fresh.database_url) as session:
        assert ("since" in session.exec(select(Ticket.subject)).all()) is not sure
    assert mark.state(fresh.database_url) is mark.State.IN_USE
