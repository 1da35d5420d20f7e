"""What goes wrong with backups: damage is refused in plain words, and a killed command goes on where it was."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from sqlmodel import select

from mailbox_service import migrations
from mailbox_service.backup import BackupError, manifest, mark, snapshot
from mailbox_service.base import erasures
from mailbox_service.base.files import Files
from mailbox_service.base.settings import Settings
from mailbox_service.base.stops import OF_ERASING
from mailbox_service.command import CommandError, must_be_migrated
from mailbox_service.tickets.tables import Ticket
from tests import nursery
from tests.databases import rows
from tests.rooms import kept
from tests.rooms.full import marked
from tests.rooms.kept import backup, bring_back, numbers
from tests.rooms.post import NOW

ON_SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
ON_POSTGRESQL = pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)


def run(settings: Settings, act: str, *folders: Path, **told: str) -> int | None:
    """The act in a process of its own; its exit code, -9 when it was killed."""
    process = nursery.born(kept.act, settings, act, folders, PATH=os.environ["PATH"], **told)
    process.join()
    return process.exitcode


def change(folder: Path, **facts: Any) -> None:
    """Write something else into the manifest."""
    path = folder / manifest.NAME
    path.write_text(json.dumps(json.loads(path.read_text("utf-8")) | facts), "utf-8")


def cut(path: Path) -> None:
    """Half of the file is lost."""
    os.truncate(path, path.stat().st_size // 2)


def flip(path: Path) -> None:
    """One byte is another."""
    had = bytearray(path.read_bytes())
    had[len(had) // 2] ^= 1
    path.write_bytes(had)


def database(folder: Path) -> Path:
    return folder / manifest.read(folder).database_file


def a_file(folder: Path) -> Path:
    return next(path for path in sorted((folder / "files").glob("??/*")))


DAMAGE = {
    "no manifest": (lambda f: (f / manifest.NAME).unlink(), "is no backup"),
    "half a manifest": (lambda f: cut(f / manifest.NAME), "the backup is damaged: .*manifest.json can't be read"),
    "another format": (lambda f: change(f, format=99), "made by another version: its format is 99"),
    "a newer version": (lambda f: change(f, migration="0099_later", version="9.9"), "newer version .9.9, 0099_later"),
    "another database": (lambda f: change(f, database="oracle"), "one of oracle"),
    "half a database": (lambda f: cut(database(f)), "damaged: .* is missing or is not what was written"),
    "a changed database": (lambda f: flip(database(f)), "damaged: .* is missing or is not what was written"),
    "no database": (lambda f: database(f).unlink(), "damaged: .* is missing or is not what was written"),
    "a changed list": (lambda f: flip(f / manifest.LIST), "damaged: files.sha256 is missing or is not"),
    "a missing file": (lambda f: a_file(f).unlink(), "damaged: .*/files/.* is missing"),
    "a changed file": (lambda f: flip(a_file(f)), "damaged: .*/files/.* is not what was written"),
}


@pytest.mark.parametrize("name", DAMAGE)
async def test_a_damaged_backup_is_refused_before_anything_is_in_the_database(post, fresh, tmp_path, name):
    damage, says = DAMAGE[name]
    await backup(post, tmp_path / "backup")
    damage(tmp_path / "backup")

    with pytest.raises(BackupError, match=says):
        await bring_back(fresh, tmp_path / "backup")

    assert mark.state(fresh.database_url) is mark.State.EMPTY


@pytest.mark.parametrize("at", ["Database", "Files"])
async def test_a_killed_backup_does_not_look_whole_and_goes_on(post, fresh, tmp_path, at):
    folder = tmp_path / "backup"

    assert run(post.settings, "backup", folder, KILL_AT=at) == -9
    assert not folder.exists()
    for half in (folder, tmp_path / "backup.part"):
        with pytest.raises(BackupError, match="is no backup"):
            await bring_back(fresh, half)
    assert run(post.settings, "backup", folder) == 0

    assert [path.name for path in tmp_path.glob("backup*")] == ["backup"]
    assert (await bring_back(fresh, folder)).manifest.files == 2


async def test_a_file_that_a_killed_backup_left_half_is_copied_again(post, tmp_path):
    run(post.settings, "backup", tmp_path / "backup", KILL_AT="Files")
    half, whole = tmp_path / "backup.part", (await backup(post, tmp_path / "other")).files
    cut(a_file(half))
    (half / "files" / "00").mkdir(exist_ok=True)
    (half / "files" / "00" / ("0" * 32)).write_bytes(b"of a letter that is gone")

    assert run(post.settings, "backup", tmp_path / "backup") == 0

    listed = manifest.read_list(tmp_path / "backup")
    there = {path.name: manifest.sha256(path) for path in (tmp_path / "backup" / "files").glob("??/*")}
    assert (len(listed), there) == (whole, listed)


@pytest.mark.parametrize("point", ["Files", "Erasures", *OF_ERASING])
async def test_a_killed_restore_serves_nobody_and_goes_on(post, fresh, tmp_path, point):
    gone, _ = await numbers(post.db)
    await backup(post, tmp_path / "backup")
    listed = tmp_path / "list.txt"
    erasures.add(listed, [await post.db.reading(lambda s: post.town.case(s, gone).ticket.id)], NOW)
    where = {"KILL_AT" if point[0].isupper() else "MAILBOX_STOP_AT": point}

    assert run(fresh, "restore", tmp_path / "backup", listed, **where) == -9
    with pytest.raises(CommandError, match=r"half restored|no database yet|another shape"):
        must_be_migrated(fresh)
    assert run(fresh, "restore", tmp_path / "backup", listed) == 0

    must_be_migrated(fresh)
    with rows(fresh.database_url) as session:
        assert marked(session) == []
        assert len(session.exec(select(Ticket)).all()) == 2
    assert len(list(Files(fresh.files_dir).keys())) == 1


@ON_POSTGRESQL
async def test_a_half_restored_database_is_not_finished_with_another_backup(post, fresh, tmp_path):
    await backup(post, tmp_path / "first")
    await post.letter("Since")
    await backup(post, tmp_path / "second")
    assert run(fresh, "restore", tmp_path / "first", KILL_AT="Erasures") == -9

    with pytest.raises(BackupError, match="there is a database already"):
        await bring_back(fresh, tmp_path / "second")
    await bring_back(fresh, tmp_path / "second", replace=True)

    with rows(fresh.database_url) as session:
        assert len(session.exec(select(Ticket)).all()) == 3


async def test_a_log_that_was_changed_in_the_backup_is_found(post, fresh, tmp_path):
    await backup(post, tmp_path / "backup")
    change(tmp_path / "backup", audit_head="f" * 64)

    done = await bring_back(fresh, tmp_path / "backup")

    assert done.chain.broken is not None


@ON_POSTGRESQL
async def test_postgresql_is_not_restored_while_somebody_is_connected(post, tmp_path):
    await backup(post, tmp_path / "backup")

    with pytest.raises(BackupError, match="stop the service on every node first"):
        await bring_back(post.settings, tmp_path / "backup", replace=True)


@ON_SQLITE  # a dump can't be made older by hand; the steps themselves are tested on both
async def test_a_backup_of_an_older_version_gets_todays_shape(post, fresh, tmp_path):
    folder = tmp_path / "backup"
    await backup(post, folder)
    older = f"sqlite:///{database(folder)}"
    migrations.downgrade(older, 1)
    snapshot.one_file(database(folder))
    change(folder, migration=migrations.current(older), database_sha256=manifest.sha256(database(folder)))

    done = await bring_back(fresh, folder)

    assert migrations.current(fresh.database_url) == migrations.head()
    assert done.chain.broken is None
    with rows(fresh.database_url) as session:
        assert session.connection().execute(sa.text("select count(*) from ticket")).scalar() == 2


@ON_SQLITE
async def test_leftovers_of_an_old_database_are_not_taken_for_the_new_ones(post, fresh, tmp_path):
    await backup(post, tmp_path / "backup")
    path = snapshot.database_path(fresh)
    Path(f"{path}-wal").write_bytes(b"the log of another database")

    await bring_back(fresh, tmp_path / "backup")

    with rows(fresh.database_url) as session:
        assert len(session.exec(select(Ticket)).all()) == 2
